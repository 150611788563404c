import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { apply } from './programmes.ts';

const example = (name: string) => readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');

const counts = `
  select (select count(*) from agent)::integer as agents, (select count(*) from agreement)::integer as agreements,
         (select count(*) from agent_parent)::integer as parents, (select count(*) from region)::integer as regions,
         (select count(*) from product)::integer as products, (select count(*) from plan_version)::integer as versions,
         (select count(*) from rate_rule)::integer as rules, (select count(*) from pool_version)::integer as pools`;

describe('the examples', () => {
  it('telco.yaml applies, and again without a change', async () => {
    const databases = await testDatabase();
    const changes = await apply(databases, example('telco'));
    // operator, 11 regions, 6 channel types, 2 categories, 3 products, 2 segments, 3 tiers, plan, pool, 60 agents with an
    // agreement each, one version of plan and pool; 4 metrics, 2 targets; a template, a scheme, a grid and an award of one version each
    expect(changes).toHaveLength(1 + 11 + 6 + 2 + 3 + 2 + 3 + 1 + 1 + 60 + 60 + 2 + 4 + 2 + 8);
    expect(await apply(databases, example('telco'))).toEqual([]);
    // Six master agents of ten stores each; 12 rules of ACT and one of RES.
    expect([...(await databases.owner.execute(sql.raw(counts)))]).toEqual([
      { agents: 60, agreements: 60, parents: 54, regions: 11, products: 3, versions: 1, rules: 13, pools: 1 },
    ]);
    const rates = await databases.owner.execute(sql`
      select product.code as product, tier.code as tier, rule.contract_months as months, rule.flat
      from rate_rule rule join product on product.id = rule.product_id join tier on tier.id = rule.tier_id
      where rule.flat in (137.5, 62.5, 120) order by rule.flat`);
    expect([...rates]).toEqual([
      { product: 'DSL', tier: 'STAR_4', months: null, flat: '62.5' },
      { product: 'FIBER', tier: 'STAR_5', months: null, flat: '120' },
      { product: 'FIBER', tier: 'STAR_4', months: 24, flat: '137.5' },
    ]);
  });

  it('demo.yaml applies, and again without a change', async () => {
    const databases = await testDatabase();
    await apply(databases, example('demo'));
    expect(await apply(databases, example('demo'))).toEqual([]);
    expect([...(await databases.owner.execute(sql.raw(counts)))]).toMatchObject([
      { agents: 12, agreements: 12, regions: 7, products: 5, versions: 3, pools: 1 },
    ]);
  });
});
