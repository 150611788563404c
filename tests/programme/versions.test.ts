import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { planProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, lineOf, smallProgramme } from './programmes.ts';

let databases: Databases;

const versions = (list: string) => `plans: [{ code: P, name: Plan, versions: [${list}] }]`;
const component = (fields: string) =>
  `{ code: ACT, name: Activation, kind: RATE, events: [ACTIVATION], rules: [{ ${fields} }] }`;
const version = (dates: string, fields = 'flat: 1') =>
  `{ ${dates}, currency: CNY, components: [${component(fields)}] }`;

async function versionRows(): Promise<Record<string, unknown>[]> {
  const query = sql`select number, valid_from::text as from, valid_to::text as to from plan_version order by number`;
  return [...(await databases.owner.execute<Record<string, unknown>>(query))];
}

async function approvedRun(period: string): Promise<void> {
  await databases.owner.execute(sql`
    insert into commission_run (period, status, calculated_by, started_at, approved_by)
    values (${period}, 'APPROVED', 'one', '2026-11-01', 'other')`);
}

describe('plan versions', () => {
  beforeEach(async () => {
    databases = await testDatabase();
    await apply(databases, smallProgramme);
  });

  it('are never altered: what differs is named', async () => {
    const altered = smallProgramme
      .replace('percent: 3.25, minimum: 1,', 'percent: 3.5, minimum: 1,')
      .replace('multiplyBy: [TIER]', 'base: MARGIN');
    expect(await faultsOf(() => apply(databases, altered))).toEqual([
      `PLAN_VERSION_PUBLISHED plans[P].versions[0] (line ${lineOf(altered, '- from: 2026')}): the version of plan P from 2026-01-01 is published with other content: ` +
        'components[ACT].base is AMOUNT, the programme says MARGIN; ' +
        'components[ACT].multiplyBy TIER is true, the programme says false; ' +
        'components[ACT].rules[R2].percent is 3.25, the programme says 3.5',
    ]);
  });

  it('are the same whatever the form in which they are written', async () => {
    const rewritten = smallProgramme
      .replace('percent: 3.25, minimum: 1, maximum: 9.90', 'maximum: "9.9", minimum: 1.00, percent: 03.250')
      .replace('events: [ACTIVATION, RENEWAL]', 'base: AMOUNT\n            events: [RENEWAL, ACTIVATION]')
      .replace(
        '        currency: CNY\n        components',
        '        rounding: HALF_UP\n        currency: CNY\n        components',
      );
    expect(rewritten).not.toBe(smallProgramme);
    expect(await apply(databases, rewritten)).toEqual([]);
  });

  it('are the same with other content hashes of the same content, as after a change of the hash', async () => {
    await databases.owner.execute(sql.raw('alter table plan_version disable trigger plan_version_immutable'));
    await databases.owner.execute(sql.raw("update plan_version set content_hash = 'older form'"));
    expect(await apply(databases, smallProgramme)).toEqual([]);
  });

  it('name added and missing rules and components', async () => {
    const text = smallProgramme.replace('{ product: FIBER, flat: 100 }', '{ code: F, product: FIBER, flat: 100 }');
    expect(await faultsOf(() => apply(databases, text))).toEqual([
      expect.stringContaining(
        'components[ACT].rules[R1] is missing in the programme; components[ACT].rules[F] is new in the programme',
      ),
    ]);
  });

  it('follow one another, an open one being superseded', async () => {
    await apply(databases, versions(`${version('from: 2026-06-01')}, ${version('from: 2026-09-01, to: 2027-01-01')}`));
    expect(await versionRows()).toEqual([
      { number: 1, from: '2026-01-01', to: null },
      { number: 2, from: '2026-06-01', to: null },
      { number: 3, from: '2026-09-01', to: '2027-01-01' },
    ]);
    // One component keeps its identity over the versions.
    const components = await databases.owner.execute(
      sql`select count(distinct component_id)::integer as count from plan_component`,
    );
    expect([...components]).toEqual([{ count: 1 }]);
  });

  it('begin after all published ones', async () => {
    expect(await faultsOf(() => apply(databases, versions(version('from: 2025-06-01'))))).toEqual([
      'PLAN_VERSION_OVERLAP plans[P].versions[0].from (line 1): a new version of plan P must begin after the published one of 2026-01-01',
    ]);
    const twice = versions(`${version('from: 2026-06-01')}, ${version('from: 2026-06-01', 'flat: 2')}`);
    expect(await faultsOf(() => apply(databases, twice))).toEqual([
      'PLAN_VERSION_OVERLAP plans[P].versions[1].from (line 1): plan P has two versions that begin on 2026-06-01',
    ]);
  });

  it('stay out of approved periods', async () => {
    await approvedRun('2026-08');
    await approvedRun('2026-09');
    expect(await faultsOf(() => apply(databases, versions(version('from: 2026-08-31'))))).toEqual([
      'PERIOD_APPROVED plans[P].versions[0].from (line 1): a version of plan P from 2026-08-31 would change approved periods: 2026-08, 2026-09',
    ]);
    expect(await faultsOf(() => apply(databases, versions(version('from: 2026-07-01, to: 2026-08-02'))))).toEqual([
      expect.stringMatching(/^PERIOD_APPROVED .*: 2026-08$/),
    ]);
    const pool = `pools: [{ code: POOL, name: Pool, versions: [{ from: 2026-09-30, currency: CNY, fund: { fixed: 1 }, weight: [{ factor: TIER_MULTIPLIER }], remainder: KEEP }] }]`;
    expect(await faultsOf(() => apply(databases, pool))).toEqual([
      expect.stringMatching(/^PERIOD_APPROVED .*: 2026-09$/),
    ]);
    await apply(databases, versions(`${version('from: 2026-07-01, to: 2026-08-01')}, ${version('from: 2026-10-01')}`));
    expect(await versionRows()).toHaveLength(3);
    // What was published before stays appliable.
    expect(await apply(databases, smallProgramme)).toEqual([]);
  });

  it('of pools are never altered either', async () => {
    const text = smallProgramme.replace('percent: 0.8, events', 'percent: 0.9, events');
    expect(await faultsOf(() => apply(databases, text))).toEqual([
      `PLAN_VERSION_PUBLISHED pools[POOL].versions[0] (line ${lineOf(text, '- from: 2026-01-01\n        currency: CNY\n        fund')}): the version of pool POOL from 2026-01-01 is published with other content: ` +
        'fund.percent is 0.8, the programme says 0.9',
    ]);
  });

  it('have codes of their own in each list', async () => {
    const two = `plans: [{ code: P, name: Plan, versions: [{ from: 2026-06-01, currency: CNY, components: [${component('flat: 1')}, ${component('code: A, flat: 1')}] }] }]`;
    expect(await faultsOf(() => apply(databases, two))).toEqual([
      'CODE_DUPLICATE plans[P].versions[0].components[1].code (line 1): the code ACT is used twice',
    ]);
    // The second rule has no code and becomes R2.
    const rules = versions(version('from: 2026-06-01', 'code: R2, flat: 1 }, { product: FIBER, flat: 2'));
    expect(await faultsOf(() => apply(databases, rules))).toEqual([
      'CODE_DUPLICATE plans[P].versions[0].components[ACT].rules[1].code (line 1): the code R2 is used twice',
    ]);
  });
});

describe('rules of a new version', () => {
  // Nothing is written, so all may look at the same database.
  let shared: Databases;
  beforeAll(async () => {
    shared = await testDatabase();
    await apply(shared, smallProgramme);
  });

  it.each([
    ['flat: 1 }, { flat: 2', true],
    ['product: FIBER, flat: 1 }, { product: FIBER, percent: 2', true],
    ['baseFrom: 0, baseTo: 100, flat: 1 }, { baseFrom: 100, flat: 2', false],
    ['baseUpTo: 100, flat: 1 }, { baseFrom: 100, flat: 2', true],
    ['product: FIBER, flat: 1 }, { category: BROADBAND, flat: 2', false],
    ['tier: T1, flat: 1 }, { tier: T1, segment: PUBLIC, flat: 2', false],
    ['tier: T1, contractMonths: 24, flat: 1 }, { tier: T1, contractMonths: 24, flat: 2', true],
    ['region: NORTH, flat: 1 }, { region: ALL, flat: 2', false],
  ])('are refused where they tie: { %s } → %s', async (rules, tie) => {
    const text = versions(version('from: 2026-06-01', rules));
    const tieMessage =
      'RULES_TIE plans[P].versions[0].components[ACT].rules[1] (line 1): the rules R1 and R2 could both win for the same event';
    const planned = () => shared.owner.transaction((transaction) => planProgramme(transaction, readProgramme(text)));
    if (tie) expect(await faultsOf(planned)).toEqual([tieMessage]);
    else expect(await planned()).toHaveLength(1);
  });
});
