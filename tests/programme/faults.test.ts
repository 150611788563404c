import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { checkHierarchy } from '../../src/programme/hierarchy.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, smallProgramme } from './programmes.ts';

// Every programme here is refused, so they may share a database that holds the small programme.
let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

const refused = (text: string) => faultsOf(() => apply(databases, text));
const agent = (code: string, fields: string) => `{ code: ${code}, name: ${code}, channelType: AGENT, ${fields} }`;
const agents = (...list: string[]) => `agents: [${list.join(', ')}]`;

describe('a programme is refused', () => {
  it('before there is an operator', async () => {
    const empty = await testDatabase();
    expect(await faultsOf(() => apply(empty, 'regions: [{ code: A, name: A }]'))).toEqual([
      'NOT_SET_UP operator (line 1): no operator is declared yet',
    ]);
  });

  it('with references to nothing, all named at once', async () => {
    const text = `
regions: [{ code: X, name: X, parent: GONE }]
products: [{ code: X, name: X, category: GONE }]
plans:
  - code: X
    name: X
    versions:
      - from: 2026-06-01
        currency: CNY
        components:
          - code: A
            name: A
            kind: RATE
            events: [BILL]
            rules:
              - { product: P1, channelType: P2, tier: P3, region: P4, segment: P5, campaign: P6, flat: 1 }
              - { category: P7, flat: 1 }
pools:
  - code: X
    name: X
    versions: [{ from: 2026-06-01, currency: CNY, fund: { fixed: 1 }, weight: [{ factor: TIER_MULTIPLIER }], remainder: KEEP, channelTypes: [AGENT, P8] }]
agents:
  - { code: X, name: X, channelType: P9, tier: P10, region: [{ region: P11, from: 2026-01-01 }], parent: P12, agreements: [{ plan: P13, from: 2026-01-01 }] }
agreements: [{ agent: P14, plan: P15, from: 2026-01-01 }]
`;
    const faults = await refused(text);
    expect(faults.map((fault) => fault.replace(/ \(line \d+\)/, ''))).toEqual([
      'REFERENCE_UNKNOWN regions[X].parent: there is no region GONE',
      'REFERENCE_UNKNOWN products[X].category: there is no product category GONE',
      ...[
        ['product', 'product P1'],
        ['channelType', 'channel type P2'],
        ['tier', 'tier P3'],
        ['region', 'region P4'],
        ['segment', 'segment P5'],
        ['campaign', 'campaign P6'],
      ].map(
        ([field, missing]) =>
          `REFERENCE_UNKNOWN plans[X].versions[0].components[A].rules[0].${field}: there is no ${missing}`,
      ),
      'REFERENCE_UNKNOWN plans[X].versions[0].components[A].rules[1].category: there is no product category P7',
      'REFERENCE_UNKNOWN pools[X].versions[0].channelTypes[1]: there is no channel type P8',
      'REFERENCE_UNKNOWN agents[X].channelType: there is no channel type P9',
      'REFERENCE_UNKNOWN agents[X].region[0]: there is no region P11',
      'REFERENCE_UNKNOWN agents[X].tier: there is no tier P10',
      'REFERENCE_UNKNOWN agents[X].parent: there is no agent P12',
      'REFERENCE_UNKNOWN agents[X].agreements[0].plan: there is no plan P13',
      'REFERENCE_UNKNOWN agreements[0].agent: there is no agent P14',
      'REFERENCE_UNKNOWN agreements[0].plan: there is no plan P15',
    ]);
  });

  it.each([
    ['regions', '{ code: NEW, name: N }'],
    ['channelTypes', '{ code: NEW, name: N }'],
    ['productCategories', '{ code: NEW, name: N }'],
    ['products', '{ code: NEW, name: N }'],
    ['segments', '{ code: NEW, name: N }'],
    ['campaigns', '{ code: NEW, name: N, startsOn: 2026-01-01 }'],
    ['tiers', '{ code: NEW, name: N, rank: 1, multiplier: 1 }'],
    ['plans', '{ code: NEW, name: N }'],
    ['pools', '{ code: NEW, name: N }'],
    ['agents', '{ code: NEW, name: N, channelType: AGENT }'],
  ])('with a code twice in %s', async (section, entry) => {
    expect(await refused(`${section}: [${entry}, ${entry}]`)).toEqual([
      `CODE_DUPLICATE ${section}[1].code (line 1): the code NEW is used twice`,
    ]);
  });

  it('with regions in a circle, in the file or through the database', async () => {
    expect(await refused('regions: [{ code: ALL, name: All, parent: NORTH }]')).toEqual([
      'REGION_CIRCLE regions[ALL].parent (line 1): regions in a circle: ALL → NORTH → ALL',
    ]);
    expect(await refused('regions: [{ code: A, name: A, parent: A }]')).toEqual([
      'REGION_CIRCLE regions[A].parent (line 1): regions in a circle: A → A',
    ]);
    const tail =
      'regions: [{ code: A, name: A, parent: B }, { code: B, name: B, parent: C }, { code: C, name: C, parent: B }]';
    expect(await refused(tail)).toEqual(['REGION_CIRCLE regions[A].parent (line 1): regions in a circle: B → C → B']);
  });

  it('with an agent above itself, today or from a future day on', async () => {
    expect(await refused(agents(agent('M', 'since: 2026-01-01, parent: S')))).toEqual([
      'PARENT_CIRCLE agents[M].parent (line 1): from 2026-01-01 on agent S would be above itself: S → M → S',
    ]);
    expect(await refused(agents(agent('M', 'parent: [{ parent: S, from: 2030-01-01, to: 2030-02-01 }]')))).toEqual([
      'PARENT_CIRCLE agents[M].parent (line 1): from 2030-01-01 on agent S would be above itself: S → M → S',
    ]);
    expect(await refused(agents(agent('A', 'parent: A')))).toEqual([
      expect.stringMatching(/^PARENT_CIRCLE .*: A → A$/),
    ]);
    const ring = ['A', 'B', 'C'].map((code, index, all) => agent(code, `parent: ${all[(index + 1) % 3]}`));
    expect(await refused(agents(...ring))).toEqual([expect.stringMatching(/^PARENT_CIRCLE .*: A → B → C → A$/)]);
  });

  it('with more than ten levels of agents on any day', async () => {
    // L1 … L10 under one another are ten levels; L11 from 2030 on is the eleventh.
    const chain = Array.from({ length: 10 }, (_, n) => agent(`L${n + 1}`, n === 0 ? 'tier: T1' : `parent: L${n}`));
    const eleventh = agent('L11', 'parent: [{ parent: M, from: 2026-01-01 }, { parent: L10, from: 2030-01-01 }]');
    expect(await refused(agents(...chain, eleventh))).toEqual([
      'HIERARCHY_TOO_DEEP agents[L11].parent (line 1): from 2030-01-01 on agent L11 would have 10 agents above it: ' +
        'L11 → L10 → L9 → L8 → L7 → L6 → L5 → L4 → L3 → L2 → L1',
    ]);
    const fresh = await testDatabase();
    await apply(fresh, smallProgramme);
    expect(await apply(fresh, agents(...chain))).toHaveLength(10);
    // S stands under M already: M under L9 is its level 10, S would be on level 11.
    expect(await faultsOf(() => apply(fresh, agents(agent('M', 'since: 2026-01-01, parent: L9'))))).toEqual([
      expect.stringMatching(
        /^HIERARCHY_TOO_DEEP agents\[M\]\.parent .* agent S would have 10 agents above it: S → M → L9/,
      ),
    ]);
  });

  it('with two entries of a fact on one day', async () => {
    const tier = (list: string) => agents(agent('S', `tier: [${list}]`));
    expect(
      await refused(tier('{ tier: T1, from: 2026-01-01, to: 2026-08-01 }, { tier: T2, from: 2026-07-01 }')),
    ).toEqual([
      'DATES_OVERLAP agents[S].tier (line 1): agent S has two entries on 2026-07-01: T1 from 2026-01-01 to 2026-08-01 and T2 from 2026-07-01',
    ]);
    expect(await refused(tier('{ tier: T1, from: 2026-01-01 }, { tier: T2, from: 2026-01-01 }'))).toEqual([
      expect.stringMatching(/^DATES_OVERLAP agents\[S\]\.tier .* on 2026-01-01: /),
    ]);
    const inside =
      '{ tier: T1, from: 2026-01-01, to: 2027-01-01 }, { tier: T2, from: 2026-02-01, to: 2026-03-01 }, { tier: T2, from: 2026-05-01 }';
    expect(await refused(tier(inside))).toHaveLength(2);
    for (const [field, value] of [
      ['status', 'ACTIVE'],
      ['region', 'NORTH'],
      ['parent', 'M'],
    ]) {
      const list = `[{ ${field}: ${value}, from: 2026-01-01, to: 2026-03-01 }, { ${field}: ${value}, from: 2026-02-01 }]`;
      expect(await refused(agents(agent('S', `${field}: ${list}`)))).toEqual([
        expect.stringContaining(`DATES_OVERLAP agents[S].${field} `),
      ]);
    }
  });

  it('with an agreement that overlaps another, in the file or in the database', async () => {
    expect(await refused('agreements: [{ code: NEXT, agent: M, plan: P, from: 2026-09-01 }]')).toEqual([
      'AGREEMENT_OVERLAP agreements[NEXT] (line 1): agreements of agent M overlap: M-P-2026-01-01 (from 2026-01-01) and NEXT (from 2026-09-01)',
    ]);
    const two = '[{ plan: P, from: 2026-01-01, to: 2026-03-01 }, { plan: P, from: 2026-02-28 }]';
    expect(await refused(agents(agent('S', `agreements: ${two}`)))).toEqual([
      'AGREEMENT_OVERLAP agents[S].agreements[1] (line 1): agreements of agent S overlap: ' +
        'S-P-2026-01-01 (from 2026-01-01 to 2026-03-01) and S-P-2026-02-28 (from 2026-02-28)',
    ]);
  });

  it('with an agreement declared twice or belonging to another agent', async () => {
    const once = '{ agent: S, plan: P, from: 2026-01-01 }';
    expect(await refused(`agreements: [${once}, ${once}]`)).toEqual([
      'CODE_DUPLICATE agreements[1] (line 1): the agreement S-P-2026-01-01 is declared twice',
    ]);
    expect(await refused('agreements: [{ code: M-P-2026-01-01, agent: S, plan: P, from: 2026-01-01 }]')).toEqual([
      'CODE_DUPLICATE agreements[M-P-2026-01-01] (line 1): the agreement M-P-2026-01-01 is one of agent M',
    ]);
  });

  it('with another currency or zone once there are sales events', async () => {
    const own = await testDatabase();
    await apply(own, smallProgramme);
    const zone = smallProgramme.replace('Asia/Shanghai', 'Asia/Tokyo').replace('currency: CNY', 'currency: JPY');
    expect(await apply(own, zone)).toMatchObject([
      { entity: 'operator', after: { timeZone: 'Asia/Tokyo', currency: 'JPY' } },
    ]);
    await own.owner.execute(
      sql.raw(`
      insert into event_import (name, imported_by, imported_at, content_hash, row_count, accepted_count, duplicate_count, rejected_count, late_count)
      values ('events.csv', 'tester', now(), '', 1, 1, 0, 0, 0);
      insert into sales_event (source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, content_hash, import_id)
      select 'TEST', '1', 'BILL', '2026-10-01T00:00:00Z', '2026-10', agent.id, product.id, 1, 1, 'CNY', gen_random_uuid(), event_import.id
      from agent, product, event_import where agent.code = 'M' and product.code = 'FIBER'`),
    );
    expect(await faultsOf(() => apply(own, smallProgramme))).toEqual([
      'OPERATOR_FIXED operator.timeZone (line 2): is Asia/Tokyo and there are sales events already; it cannot become Asia/Shanghai',
      'OPERATOR_FIXED operator.currency (line 2): is JPY and there are sales events already; it cannot become CNY',
    ]);
    const renamed = zone.replace('Demo Telecom', 'Demo Tel');
    expect(await apply(own, renamed)).toMatchObject([{ entity: 'operator', after: { name: 'Demo Tel' } }]);
  });
});

describe('the hierarchy', () => {
  const fact = (value: string, from = '2026-01-01', to: string | null = null) => ({ value, from, to });

  it('may turn round from one day to the next', () => {
    const links = new Map([
      ['A', [fact('B', '2026-01-01', '2026-02-01')]],
      ['B', [fact('A', '2026-02-01')]],
    ]);
    expect(checkHierarchy(links)).toEqual([]);
    links.set('A', [fact('B', '2026-01-01', '2026-02-02')]);
    expect(checkHierarchy(links)).toMatchObject([{ code: 'PARENT_CIRCLE', agents: ['A', 'B'] }]);
  });

  it('is refused quickly where thousands of agents stand in one line or in one ring', () => {
    const line = new Map(Array.from({ length: 5000 }, (_, n) => [`A${n}`, [fact(`A${n + 1}`)]]));
    expect(new Set(checkHierarchy(line).map((fault) => fault.code))).toEqual(new Set(['HIERARCHY_TOO_DEEP']));
    line.set('A5000', [fact('A0')]);
    expect(checkHierarchy(line)).not.toEqual([]);
  });
});
