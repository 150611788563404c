import { and, eq, inArray } from 'drizzle-orm';
import { hashOf } from '../commissions/hashes.ts';
import { component, planComponent, planVersion, poolVersion, rateRule } from '../commissions/tables.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import type { ComponentContent, RuleContent } from './content.ts';
import type { Difference } from './difference.ts';
import type { PlanVersionRecord } from './records.ts';
import { inBatches, type Keys, keyOf } from './rows.ts';
import type { PublishedVersion, State } from './state.ts';

/** Publishes new versions of plans and pools. Components and rules are written once and never changed. */
export async function writeVersions(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  difference: Difference,
  state: State,
  keys: Keys,
): Promise<void> {
  const published = { publishedBy: actor.name, publishedAt: now.toISOString() };
  await inBatches(difference.pools.created, (pools) =>
    transaction
      .insert(component)
      .values(pools.map(({ code }) => ({ kind: 'POOL' as const, poolId: keyOf(keys, 'pools', code), code }))),
  );
  const poolNumber = numbering(state.poolVersions);
  for (const { pool, ...content } of difference.poolVersions) {
    await transaction.insert(poolVersion).values({
      ...versionRow(content),
      ...published,
      poolId: keyOf(keys, 'pools', pool),
      number: poolNumber(pool),
      definition: content.definition,
      contentHash: hashOf(content),
    });
  }
  const planNumber = numbering(state.planVersions);
  for (const { plan, ...content } of difference.planVersions) {
    const planId = keyOf(keys, 'plans', plan);
    const number = planNumber(plan);
    const corrects = content.corrects ?? false;
    const row = { ...versionRow(content), ...published, planId, number, corrects, contentHash: hashOf(content) };
    await transaction.insert(planVersion).values(row);
    const [version] = await transaction
      .select({ id: planVersion.id })
      .from(planVersion)
      .where(and(eq(planVersion.planId, planId), eq(planVersion.number, number)));
    if (!version) throw new Error(`version ${number} of plan ${plan} was not written`);
    await writeComponents(transaction, planId, version.id, content.components, keys);
  }
}

type Dated = Pick<PlanVersionRecord, 'from' | 'to' | 'currency' | 'rounding'>;

function versionRow({ from, to, currency, rounding }: Dated) {
  return { validFrom: from, validTo: to, currency, rounding };
}

/** Gives each plan's (or pool's) next version the next number. */
function numbering(published: readonly PublishedVersion[]): (owner: string) => number {
  const last = new Map<string, number>();
  for (const { owner, number } of published) last.set(owner, Math.max(number, last.get(owner) ?? 0));
  return (owner) => {
    const next = (last.get(owner) ?? 0) + 1;
    last.set(owner, next);
    return next;
  };
}

async function writeComponents(
  transaction: Transaction,
  planId: number,
  versionId: number,
  components: readonly ComponentContent[],
  keys: Keys,
): Promise<void> {
  const componentIds = await componentKeys(transaction, planId, components);
  await transaction.insert(planComponent).values(
    components.map(({ code, name, definition }, index) => ({
      versionId,
      componentId: required(componentIds, code),
      position: index + 1,
      name,
      definition,
    })),
  );
  const rows = await transaction
    .select({ id: planComponent.id, code: component.code })
    .from(planComponent)
    .innerJoin(component, eq(component.id, planComponent.componentId))
    .where(eq(planComponent.versionId, versionId));
  const partIds = new Map(rows.map(({ id, code }) => [code, id]));
  const rules = components.flatMap(({ code, rules: own }) =>
    own.map((rule) => ruleRow(required(partIds, code), rule, keys)),
  );
  await inBatches(rules, (batch) => transaction.insert(rateRule).values([...batch]));
}

/** A component keeps its identity over the versions of its plan: it is created where a version names it first. */
async function componentKeys(
  transaction: Transaction,
  planId: number,
  components: readonly ComponentContent[],
): Promise<Map<string, number>> {
  const codes = components.map(({ code }) => code);
  const read = async () => {
    const rows = await transaction
      .select({ id: component.id, code: component.code })
      .from(component)
      .where(and(eq(component.planId, planId), inArray(component.code, codes)));
    return new Map(rows.map(({ id, code }) => [code, id]));
  };
  const present = await read();
  const missing = components.filter(({ code }) => !present.has(code));
  if (missing.length === 0) return present;
  await transaction.insert(component).values(missing.map(({ code, kind }) => ({ kind, planId, code })));
  return read();
}

function ruleRow(planComponentId: number, rule: RuleContent, keys: Keys): typeof rateRule.$inferInsert {
  const id = (kind: keyof Keys, code: string | undefined) => (code === undefined ? null : keyOf(keys, kind, code));
  return {
    planComponentId,
    code: rule.code,
    productId: id('products', rule.product),
    productCategoryId: id('productCategories', rule.category),
    eventType: rule.event,
    channelTypeId: id('channelTypes', rule.channelType),
    tierId: id('tiers', rule.tier),
    regionId: id('regions', rule.region),
    segmentId: id('segments', rule.segment),
    campaignId: id('campaigns', rule.campaign),
    contractMonths: rule.contractMonths,
    baseFrom: rule.baseFrom,
    baseTo: rule.baseTo,
    baseUpTo: rule.baseUpTo,
    percent: rule.percent,
    flat: rule.flat,
    minimum: rule.minimum,
    maximum: rule.maximum,
  };
}

function required(ids: ReadonlyMap<string, number>, code: string): number {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`component ${code} was not written`);
  return id;
}
