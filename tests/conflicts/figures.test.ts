import { beforeAll, describe, expect, it } from 'vitest';
import { conflicts } from '../../src/cli/conflictsCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import { rawSql } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, type Person, type World } from '../schema/world.ts';
import { addCase, type CaseRow } from './caseRows.ts';

// Opened on 2026-10-10 00:00 UTC, due on the 20th.
//   R1  A-E1  EAST  decided after 24 h: 60 % E1, 40 % W1, E1 pays 5       A-E2  EAST  held, overdue       A-W1  WEST  facts are gone
//   R2  N-E1  EAST  void after 48 h, escalated before; kept on appeal     N-W1  WEST  in mediation        A-E3  EAST  opened again a day later,
//       kept 2 h after that, E3 pays 3 USD
const cases: readonly CaseRow[] = [
  {
    rule: 'R1',
    event: 'A-E1',
    region: 'EAST',
    claimants: { W1: 'A-W1' },
    state: 'RESOLVED',
    decisions: [{ credits: 'SPLIT', shares: { E1: '0.6', W1: '0.4' }, penalties: { E1: '5' } }],
  },
  { rule: 'R1', event: 'A-E2', region: 'EAST', effect: 'HOLD' },
  { rule: 'R1', event: 'A-W1', region: 'WEST', isGone: true, state: 'CLOSED', closing: 'FACTS_CHANGED' },
  {
    rule: 'R2',
    kind: 'PRICE_FLOOR',
    event: 'N-E1',
    region: 'EAST',
    escalatedAt: '2026-10-11T00:00:00Z',
    dueAt: '2026-10-30T16:00:00Z',
    state: 'CLOSED',
    closing: 'APPEAL_DECIDED',
    decisions: [
      { credits: 'VOID', penalties: { E1: '7' }, decidedAt: '2026-10-12T00:00:00Z' },
      { credits: 'KEEP', onAppeal: true, decidedAt: '2026-11-12T00:00:00Z' },
    ],
  },
  {
    rule: 'R2',
    kind: 'PRICE_FLOOR',
    event: 'N-W1',
    region: 'WEST',
    state: 'IN_MEDIATION',
    dueAt: '2027-01-01T00:00:00Z',
  },
  {
    rule: 'R2',
    kind: 'PRICE_FLOOR',
    event: 'A-E3',
    region: 'EAST',
    // What was escalated before it was opened again is past.
    escalatedAt: '2026-10-10T12:00:00Z',
    reopenedAt: '2026-10-11T00:00:00Z',
    state: 'CLOSED',
    closing: 'FINAL',
    decisions: [{ credits: 'KEEP', penalties: { E3: '3' }, currency: 'USD', decidedAt: '2026-10-11T02:00:00Z' }],
  },
];

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.transaction(async (transaction) => {
    const ids: number[] = [];
    for (const each of cases) ids.push(await addCase(transaction, each));
    const [split, held, , voided] = ids;
    const sql = rawSql(transaction);
    await sql`
      insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at, decided_by, decided_at, decision)
      select ${split ?? 0}, decision_id, (select id from agent where code = 'W1'), 'FILED', 'why', 'w1', '2026-10-12T00:00:00Z', null, null, null
      from conflict_case where id = ${split ?? 0}`;
    await sql`update conflict_appeal set state = 'WITHDRAWN'`;
    await sql`alter table conflict_appeal disable trigger user`;
    await sql`
      insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at, decided_by, decided_at, decision)
      select case_id, id, (select id from agent where code = 'E1'), 'CHANGED', 'why', 'e1', '2026-10-13T00:00:00Z', 'x', '2026-11-12T00:00:00Z', 'so'
      from conflict_decision where case_id = ${voided ?? 0} and number = 1`;
    await sql`alter table conflict_appeal enable trigger user`;
    // E1's customer has left.
    await sql`
      insert into sales_event (source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, subscription_id, content_hash, import_id)
      select source, 'CHURN', 'CHURN', '2026-11-20T04:00:00Z', '2026-11', agent_id, product_id, 1, 0, currency, subscription_id, gen_random_uuid(), import_id
      from sales_event where external_id = 'A-E1'`;
    // Held: 80 as October saw it, 75 as November did. Paid: 32 to W1, of which 2 were taken back, 48 to E1; and a line of W1 in another event.
    await sql`
      insert into run_held (run_id, event_id, agent_id, role, component_id, case_id, amount, currency)
      select run.id, event.id, event.agent_id, 'SELLER', component.id, ${held ?? 0}, case run.period when '2026-10' then 80 else 75 end, 'CNY'
      from commission_run run, sales_event event, component where event.external_id = 'A-E2' and component.code = 'ACT'`;
    await sql`
      insert into commission_line (run_id, component_id, kind, cause_id, agent_id, role, base, share, factor, amount, currency, original_id, origin_period)
      select run.id, component.id, line.kind::line_kind, cause.id, agent.id, 'SHARED', 100, 0.4, 1, line.amount, 'CNY', original.id, line.origin
      from (values ('A-E1', 'W1', 'RETRO', 32.00, null, '2026-10'), ('CHURN', 'W1', 'CLAWBACK', -2.00, 'A-E1', null),
        ('A-E1', 'E1', 'RETRO', 48.00, null, '2026-10')) line (cause, agent, kind, amount, original, origin)
      join sales_event cause on cause.external_id = line.cause join agent on agent.code = line.agent
      left join sales_event original on original.external_id = line.original
      join commission_run run on run.period = '2026-11' join component on component.code = 'ACT'`;
  });
});

const fields = `key hitCount caseCount openCount inMediationCount resolvedCount appealedCount closedCount factsChangedCount overdueCount
  decidedCount upheldCount appealCount changedOnAppealCount meanHours medianHours withinDuePercent money { currency held moved deducted }`;
const figures = async (person: Person, by: string, [from, to] = ['2026-10', '2026-11']) =>
  (
    await data(
      world,
      person,
      `{ conflictFigures(from: "${from}", to: "${to}", by: ${by}) { groups { ${fields} } total { ${fields} } } }`,
    )
  ).conflictFigures;

const none = {
  openCount: 0,
  inMediationCount: 0,
  resolvedCount: 0,
  appealedCount: 0,
  closedCount: 0,
  factsChangedCount: 0,
  overdueCount: 0,
  appealCount: 0,
  changedOnAppealCount: 0,
};

describe('conflictFigures', () => {
  it('counts cases, times and money by rule', async () => {
    const { groups, total } = await figures('finance', 'RULE');
    expect(groups).toEqual([
      {
        ...none,
        key: 'R1',
        hitCount: 2,
        caseCount: 3,
        openCount: 1,
        resolvedCount: 1,
        factsChangedCount: 1,
        overdueCount: 1,
        decidedCount: 1,
        upheldCount: 1,
        appealCount: 1,
        meanHours: '24.0',
        medianHours: '24.0',
        withinDuePercent: '100.00',
        money: [{ currency: 'CNY', held: '75', moved: '30.00', deducted: '5' }],
      },
      {
        ...none,
        key: 'R2',
        hitCount: 3,
        caseCount: 3,
        inMediationCount: 1,
        closedCount: 2,
        decidedCount: 2,
        // The penalty goes against E3; the void was changed.
        upheldCount: 1,
        appealCount: 1,
        changedOnAppealCount: 1,
        // (48 + 2) / 2; what was escalated was not settled when it was due.
        meanHours: '25.0',
        medianHours: '25.0',
        withinDuePercent: '50.00',
        // The 7 of the void were withdrawn before any run booked them.
        money: [{ currency: 'USD', held: '0', moved: '0', deducted: '3' }],
      },
    ]);
    // (24 + 48 + 2) / 3 = 24.67; two of three
    expect(total).toMatchObject({
      key: null,
      hitCount: 5,
      caseCount: 6,
      decidedCount: 3,
      upheldCount: 2,
      meanHours: '24.7',
    });
    expect(total).toMatchObject({ medianHours: '24.0', withinDuePercent: '66.67' });
    expect(total.money).toEqual([
      { currency: 'CNY', held: '75', moved: '30.00', deducted: '5' },
      { currency: 'USD', held: '0', moved: '0', deducted: '3' },
    ]);
  });

  it.each([
    ['REGION', ['EAST 4', 'WEST 2']],
    ['AGENT', ['E1 2', 'E2 1', 'E3 1', 'W1 2']],
    ['KIND', ['DUPLICATE 3', 'PRICE_FLOOR 3']],
  ])('tells them by %s', async (by, expected) => {
    const { groups } = await figures('auditor', by);
    expect(groups.map(({ key, caseCount }: { key: string; caseCount: number }) => `${key} ${caseCount}`)).toEqual(
      expected,
    );
  });

  it('takes the cases whose events occurred in the periods', async () => {
    expect((await figures('admin', 'KIND', ['2026-11', '2026-11'])).total).toMatchObject({ caseCount: 2, money: [] });
    const empty = await figures('admin', 'KIND', ['2026-01', '2026-09']);
    expect(empty).toMatchObject({
      groups: [],
      total: { caseCount: 0, meanHours: null, withinDuePercent: null, money: [] },
    });
  });

  it('gives a manager the cases it sees, and agents none', async () => {
    // In WEST A-W1 and N-W1, and the case in which W1 claims a share of E1's sale; who E1 is, and what its sale is paid, it may not see.
    const { groups, total } = await figures('managerWest', 'AGENT');
    expect(groups.map(({ key, caseCount }: { key: string; caseCount: number }) => `${key} ${caseCount}`)).toEqual([
      'W1 2',
      'null 1',
    ]);
    expect(total.money).toEqual([]);
    // A-E1, A-E2, N-E1 and A-E3; W1's lines are not for it.
    const east = (await figures('managerEast', 'KIND')).total;
    expect(east.caseCount).toBe(4);
    expect(east.money).toEqual([
      { currency: 'CNY', held: '75', moved: '0', deducted: '5' },
      { currency: 'USD', held: '0', moved: '0', deducted: '3' },
    ]);
    for (const person of ['agentE1', 'nobody'] as const) {
      const asked = await ask(
        world,
        person,
        '{ conflictFigures(from: "2026-10", to: "2026-10", by: KIND) { total { caseCount } } }',
      );
      expect(asked.data).toEqual({ conflictFigures: null });
    }
  });
});

describe('tributary conflicts', () => {
  const run = async (text: string, options: { by?: string; csv?: string }) => {
    const said: string[] = [];
    const output: Output = {
      answer: (value, describeAnswer) => said.push(describeAnswer(value)),
      note: () => {},
      progress: () => ({ update: () => {}, end: () => {} }),
    };
    await conflicts(world.databases, output, text, { by: 'rule', ...options }, new Date('2026-11-23T00:00:00Z'));
    return said.join('\n');
  };

  it('prints a table and writes a file with a column for each currency', async () => {
    const { readFile, mkdtemp, rm } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/conflict-figures-');
    try {
      const csv = `${folder}/figures.csv`;
      expect(await run('2026-10..2026-11', { csv })).toMatch(/R1 +3 +1 .*\nR2 +3 .*\n\(all\) +6 /);
      expect((await readFile(csv, 'utf8')).split('\r\n').slice(0, 3)).toEqual([
        'rule,hits,cases,open,in_mediation,resolved,appealed,closed,facts_changed,overdue,decided,upheld,appeals,changed_on_appeal,mean_hours,median_hours,within_due_percent,held_CNY,moved_CNY,deducted_CNY,held_USD,moved_USD,deducted_USD',
        'R1,2,3,1,0,1,0,0,1,1,1,1,1,0,24.0,24.0,100.00,75,30.00,5,0,0,0',
        'R2,3,3,0,1,0,0,2,0,0,2,1,1,1,25.0,25.0,50.00,0,0,0,0,0,3',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what it does not know', async () => {
    await expect(run('2026-10..', {})).rejects.toMatchObject({ code: 'PERIOD_INVALID' });
    await expect(run('2026-11..2026-10', {})).rejects.toMatchObject({ code: 'PERIOD_INVALID' });
    await expect(run('2026-10', { by: 'colour' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
