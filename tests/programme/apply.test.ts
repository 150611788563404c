import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { terminateAgent } from '../../src/agents/life.ts';
import { verifyAuditChain } from '../../src/audit/verify.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { applyProgramme, planProgramme } from '../../src/programme/apply.ts';
import { parseProgramme, readProgramme } from '../../src/programme/read.ts';
import type { ProgrammeInput } from '../../src/programme/schema.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, lineOf, now, smallProgramme } from './programmes.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
});

async function rows(query: string): Promise<Record<string, unknown>[]> {
  return [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(query)))];
}

const day = fc.integer({ min: 1, max: 28 }).map((number) => `2026-03-${String(number).padStart(2, '0')}`);
const days = fc.uniqueArray(day, { maxLength: 4 }).map((list) => list.sort());

/** Four agents with random histories, each under one before it or under nobody; regions, tiers and products likewise. */
const anyProgramme: fc.Arbitrary<ProgrammeInput> = fc.record({
  tiers: fc.tuple(fc.nat(9), fc.nat(99)).map(([whole, cents]) => [
    { code: 'T1', name: 'One', rank: whole, multiplier: `${whole}.${cents}` },
    { code: 'T2', name: 'Two', rank: 2, multiplier: '1.10' },
  ]),
  regions: fc.tuple(fc.constantFrom(null, 'ALL'), fc.constantFrom(null, 'ALL', 'X1')).map(([first, second]) => [
    { code: 'X2', name: 'Two', parent: second },
    { code: 'X1', name: 'One', parent: first },
  ]),
  agents: fc
    .tuple(
      ...[0, 1, 2, 3].map(() =>
        fc.record({ tiers: days, parents: days, region: fc.constantFrom('X1', 'X2'), end: day }),
      ),
    )
    .map((list) =>
      list.map(({ tiers, parents, region, end }, index) => ({
        code: `X${index}`,
        name: `Agent ${end}`,
        channelType: 'AGENT',
        region,
        tier: tiers.map((from, position) => ({ tier: position % 2 ? 'T2' : 'T1', from })),
        parent: index === 0 ? [] : parents.map((from, position) => ({ parent: `X${position % index}`, from })),
        agreements: [{ code: `X${index}`, plan: 'P', from: '2026-01-01', to: end }],
      })),
    ),
});

const tierRows = `
  select agent.code, tier.code as tier, fact.valid_from::text as from, fact.valid_to::text as to, fact.id
  from agent_tier fact join agent on agent.id = fact.agent_id join tier on tier.id = fact.tier_id
  order by agent.code, fact.valid_from`;

describe('applying a programme', () => {
  it('creates everything it declares, and names it', async () => {
    const changes = await apply(databases, smallProgramme);
    expect(changes.map(({ action, entity, key }) => `${action} ${entity} ${key}`)).toEqual([
      'create operator DEMO',
      'create region NORTH',
      'create region ALL',
      'create channelType AGENT',
      'create productCategory BROADBAND',
      'create product FIBER',
      'create product VOICE',
      'create segment PUBLIC',
      'create campaign SPRING',
      'create tier T1',
      'create tier T2',
      'create plan P',
      'create pool POOL',
      'create agent M',
      'create agent S',
      'create agreement M-P-2026-01-01',
      'create planVersion P@2026-01-01',
      'create poolVersion POOL@2026-01-01',
    ]);
    expect(await rows('select parent.code from region join region parent on parent.id = region.parent_id')).toEqual([
      { code: 'ALL' },
    ]);
    // T1 ends where T2 begins, T2 has no end.
    expect(await rows(tierRows)).toMatchObject([
      { code: 'M', tier: 'T1', from: '2026-01-01', to: null },
      { code: 'S', tier: 'T1', from: '2026-01-01', to: '2026-07-01' },
      { code: 'S', tier: 'T2', from: '2026-07-01', to: null },
    ]);
    expect(await rows('select status, valid_from::text as from, valid_to from agent_status')).toEqual([
      { status: 'ACTIVE', from: '2026-01-01', valid_to: null },
      { status: 'ACTIVE', from: '2026-01-01', valid_to: null },
    ]);
    expect(
      await rows('select kind, code, plan_id is null as "isPool" from component where kind <> \'TAX\' order by code'),
    ).toEqual([
      { kind: 'RATE', code: 'ACT', isPool: false },
      { kind: 'POOL', code: 'POOL', isPool: true },
    ]);
    expect(await rows('select code, percent, flat, minimum, maximum from rate_rule order by code')).toEqual([
      { code: 'R1', percent: '0', flat: '100', minimum: null, maximum: null },
      { code: 'R2', percent: '3.25', flat: '0', minimum: '1', maximum: '9.9' },
    ]);
    expect(await rows('select definition from plan_component')).toEqual([
      { definition: { eventTypes: ['ACTIVATION', 'RENEWAL'], base: 'AMOUNT', multiplyByTier: true } },
    ]);
    expect(await rows('select definition, number, published_by from pool_version')).toEqual([
      {
        number: 1,
        published_by: 'tester',
        definition: {
          fund: { percent: '0.8', of: 'AMOUNT', eventTypes: ['BILL'] },
          threshold: null,
          minimum: null,
          maximum: null,
          reservePercent: '0',
          weight: [{ factor: 'UNITS', eventTypes: ['ACTIVATION'] }, { factor: 'TIER_MULTIPLIER' }],
          remainder: 'CARRY_OVER',
          channelTypes: [],
        },
      },
    ]);
  });

  it('changes nothing the second time, not even an audit record', async () => {
    const changes = await apply(databases, smallProgramme);
    const before = await rows('select count(*)::integer as count from audit_record');
    expect(before).toEqual([{ count: changes.length }]);
    expect(await apply(databases, smallProgramme)).toEqual([]);
    expect(await rows('select count(*)::integer as count from audit_record')).toEqual(before);
    expect(await databases.owner.transaction((transaction) => verifyAuditChain(transaction))).toEqual([]);
  });

  it('plans without writing, and writes nothing in a dry run', async () => {
    const programme = readProgramme(smallProgramme);
    const planned = await databases.owner.transaction((transaction) => planProgramme(transaction, programme));
    const dry = await databases.owner.transaction((transaction) =>
      applyProgramme(transaction, localActor('tester'), now, programme, { dryRun: true }),
    );
    expect(dry.changes).toEqual(planned);
    expect(await rows('select code from operator')).toEqual([]);
    expect(await apply(databases, smallProgramme)).toEqual(planned);
  });

  it('changes what differs and leaves alone what a fragment does not name', async () => {
    await apply(databases, smallProgramme);
    const changes = await apply(
      databases,
      `
regions: [{ code: NORTH, name: The north }, { code: ALL, name: All, parent: ~ }]
products: [{ code: FIBER, name: Fibre, category: ~ }, { code: VOICE, name: Voice, category: BROADBAND }]
tiers: [{ code: T2, name: Two, rank: 2, multiplier: 1.2 }]
campaigns: [{ code: SPRING, name: Spring, startsOn: 2026-03-01 }]
`,
    );
    expect(changes).toEqual([
      { action: 'change', entity: 'region', key: 'NORTH', before: { name: 'North' }, after: { name: 'The north' } },
      {
        action: 'change',
        entity: 'product',
        key: 'FIBER',
        before: { category: 'BROADBAND' },
        after: { category: null },
      },
      {
        action: 'change',
        entity: 'product',
        key: 'VOICE',
        before: { category: null },
        after: { category: 'BROADBAND' },
      },
      { action: 'change', entity: 'tier', key: 'T2', before: { multiplier: '1.1' }, after: { multiplier: '1.2' } },
    ]);
    expect(await rows('select count(*)::integer as count from region where parent_id is not null')).toEqual([
      { count: 1 },
    ]);
    expect(await rows("select ends_on::text from campaign where code = 'SPRING'")).toEqual([{ ends_on: '2026-06-01' }]);
    expect(
      await rows("select action, entity_key, before, after from audit_record where action = 'tier.changed'"),
    ).toEqual([
      { action: 'tier.changed', entity_key: 'T2', before: { multiplier: '1.1' }, after: { multiplier: '1.2' } },
    ]);
  });

  it('replaces only the rows of a history that differ', async () => {
    await apply(databases, smallProgramme);
    const before = await rows(tierRows);
    const changes = await apply(
      databases,
      `
agents:
  - code: S
    name: Sub
    channelType: AGENT
    tier:
      - { tier: T1, from: 2026-01-01, to: 2026-07-01 }
      - { tier: T1, from: 2026-08-01 }
    parent: []
`,
    );
    expect(changes).toEqual([
      {
        action: 'change',
        entity: 'agent',
        key: 'S',
        before: {
          tier: [
            { value: 'T1', from: '2026-01-01', to: '2026-07-01' },
            { value: 'T2', from: '2026-07-01', to: null },
          ],
          parent: [{ value: 'M', from: '2026-01-01', to: null }],
        },
        after: {
          tier: [
            { value: 'T1', from: '2026-01-01', to: '2026-07-01' },
            { value: 'T1', from: '2026-08-01', to: null },
          ],
          parent: [],
        },
      },
    ]);
    const after = await rows(tierRows);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).toMatchObject({ code: 'S', tier: 'T1', from: '2026-08-01', to: null });
    expect(await rows('select 1 from agent_parent')).toEqual([]);
    expect(await rows('select count(*)::integer as count from agent_region')).toEqual([{ count: 2 }]);
  });

  it('keeps the status of an agent that a later file does not mention', async () => {
    await apply(databases, smallProgramme);
    const suspended = '[{ status: ACTIVE, from: 2026-01-01 }, { status: SUSPENDED, from: 2026-09-01 }]';
    await apply(databases, `agents: [{ code: M, name: Master, channelType: AGENT, status: ${suspended} }]`);
    expect(await apply(databases, smallProgramme)).toEqual([]);
    expect(await rows("select valid_from::text as from from agent_status where status = 'SUSPENDED'")).toEqual([
      { from: '2026-09-01' },
    ]);
  });

  it('ends an agreement and binds the agent to another plan', async () => {
    await apply(databases, smallProgramme);
    await apply(
      databases,
      `
plans: [{ code: Q, name: Other plan }]
agreements:
  - { agent: M, plan: P, from: 2026-01-01, to: 2026-09-01 }
  - { code: NEXT, agent: M, plan: Q, from: 2026-09-01 }
`,
    );
    const agreements = 'select code, valid_from::text as from, valid_to::text as to from agreement order by valid_from';
    expect(await rows(agreements)).toEqual([
      { code: 'M-P-2026-01-01', from: '2026-01-01', to: '2026-09-01' },
      { code: 'NEXT', from: '2026-09-01', to: null },
    ]);
    await apply(
      databases,
      'agreements: [{ code: NEXT, agent: M, plan: P, from: 2026-10-01 }, { agent: M, plan: P, from: 2026-01-01, to: 2026-10-01 }]',
    );
    expect(await rows(agreements)).toEqual([
      { code: 'M-P-2026-01-01', from: '2026-01-01', to: '2026-10-01' },
      { code: 'NEXT', from: '2026-10-01', to: null },
    ]);
  });

  it('leaves the end of an agreement whose agent was terminated since, and nothing differs', async () => {
    await apply(databases, smallProgramme);
    await databases.owner.transaction((transaction) =>
      terminateAgent(transaction, localActor('tester'), now, {
        agentCode: 'M',
        from: '2026-12-11',
        reason: 'It closes.',
        forCause: false,
      }),
    );
    expect(await apply(databases, smallProgramme)).toEqual([]);
    const ends = 'select valid_to::text as to from agreement';
    expect(await rows(ends)).toEqual([{ to: '2026-12-11' }]);
    await apply(databases, 'agreements: [{ agent: M, plan: P, from: 2026-01-01, totalCap: 5, to: null }]');
    expect(await rows(ends)).toEqual([{ to: null }]);
  });

  it('lets two processes apply the same file at once', async () => {
    const programme = readProgramme(smallProgramme);
    const once = () =>
      databases.owner.transaction((transaction) => applyProgramme(transaction, localActor('tester'), now, programme));
    const results = await Promise.all([once(), once(), once()]);
    expect(results.map(({ changes }) => changes.length).sort((a, b) => a - b)).toEqual([0, 0, 18]);
    expect(await rows('select code from agent order by code')).toEqual([{ code: 'M' }, { code: 'S' }]);
    expect(await rows('select number from plan_version')).toEqual([{ number: 1 }]);
  });

  it('leaves nothing behind when a fault is found', async () => {
    const text = `${smallProgramme}  - { code: X, name: X, channelType: AGENT, region: NOWHERE }\n`;
    expect(await faultsOf(() => apply(databases, text))).toEqual([
      `REFERENCE_UNKNOWN agents[X].region (line ${lineOf(text, 'code: X')}): there is no region NOWHERE`,
    ]);
    expect(await rows('select 1 from operator union all select 1 from audit_record')).toEqual([]);
  });

  it('is as declared after any programme, and the second time changes nothing', { timeout: 60_000 }, async () => {
    await apply(databases, smallProgramme);
    const declare = (input: ProgrammeInput) =>
      databases.owner.transaction((transaction) =>
        applyProgramme(transaction, localActor('tester'), now, parseProgramme(input)),
      );
    // Each run meets what the runs before it left behind.
    await fc.assert(
      fc.asyncProperty(anyProgramme, async (input) => {
        await declare(input);
        expect((await declare(input)).changes).toEqual([]);
        const facts = await rows(`
          select agent.code, tier.code as tier, fact.valid_from::text as from
          from agent_tier fact join agent on agent.id = fact.agent_id join tier on tier.id = fact.tier_id
          where agent.code like 'X%' order by agent.code, fact.valid_from`);
        expect(facts).toEqual(
          (input.agents ?? []).flatMap(({ code, tier }) =>
            (Array.isArray(tier) ? tier : []).map(({ tier: tierCode, from }) => ({ code, tier: tierCode, from })),
          ),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('applies thousands of agents in batches, with one audit record', { timeout: 60_000 }, async () => {
    const master = (index: number) => (index % 10 === 0 ? '' : `, parent: N${index - (index % 10)}`);
    const agents = Array.from(
      { length: 1200 },
      (_, index) =>
        `  - { code: N${index}, name: Store ${index}, channelType: AGENT, region: NORTH, tier: T1${master(index)}, agreements: [{ plan: P, from: 2026-01-01 }] }`,
    );
    const text = `${smallProgramme}${agents.join('\n')}\n`;
    const changes = await apply(databases, text);
    expect(changes).toHaveLength(18 + 2 * 1200);
    expect(await apply(databases, text)).toEqual([]);
    expect(await rows('select count(*)::integer as count from agent_parent')).toEqual([{ count: 1081 }]);
    expect(
      await rows(
        "select action, entity_key = after->>'changesHash' as same, after->'counts'->'agent' as agents from audit_record",
      ),
    ).toEqual([{ action: 'programme.applied', same: true, agents: { create: 1202, change: 0 } }]);
    const renamed = await apply(databases, text.replaceAll('name: Store', 'name: Shop'));
    expect(renamed).toHaveLength(1200);
    expect(await rows("select count(*)::integer as count from agent where name like 'Shop %'")).toEqual([
      { count: 1200 },
    ]);
  });
});
