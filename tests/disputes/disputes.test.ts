import { beforeAll, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { explainLine } from '../../src/commissions/explain.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { rawSql, type Transaction } from '../../src/db/client.ts';
import { asRequest, localActor } from '../../src/db/transaction.ts';
import { decideDisputes } from '../../src/disputes/decide.ts';
import { fileDispute } from '../../src/disputes/disputes.ts';
import { escalateDisputes } from '../../src/disputes/due.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, today, type World } from '../schema/world.ts';
import { codeOf, event, importEvents } from '../support/books.ts';

// Statements of October 2026 are issued on 2026-12-05 and can be disputed until 2027-01-04; November is calculated. Managers decide about up
// to 50 CNY, finance about up to 1,000.

let world: World;
const clerk = localActor('clerk');
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => world.databases.owner.transaction(work);
/** As one of the world, for good. */
const as = <Result>(person: Person, work: (transaction: Transaction) => Promise<Result>) => {
  const actor = world.actors[person];
  if (!actor) throw new Error(person);
  return asRequest(world.databases.request, actor, today, work);
};
const actorOf = (person: Person) => world.actors[person] ?? clerk;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await owner(async (transaction) => {
    const decisionLimits = [
      { role: 'CHANNEL_MANAGER', currency: 'CNY', amount: '50' },
      { role: 'FINANCE', currency: 'CNY', amount: '1000' },
    ];
    await publishSettlementPolicy(transaction, clerk, now, {
      validFrom: '2026-01-01',
      definition: { decisionDays: 10, decisionLimits },
    });
    const [run] = await rawSql(transaction)<{ id: number }[]>`select id from commission_run where period = '2026-10'`;
    await issueStatements(transaction, clerk, now, run?.id ?? 0);
  });
});

const october = '2026-10';
const file = (person: Person, agentCode: string, rest: object = {}, at = now) =>
  as(person, (transaction) =>
    fileDispute(transaction, actorOf(person), at, {
      agentCode,
      period: october,
      subject: 'STATEMENT',
      reason: 'r',
      ...rest,
    }),
  );
const decide = (person: Person, ids: readonly number[], rest: object = {}) =>
  as(person, (transaction) =>
    decideDisputes(transaction, actorOf(person), now, ids, {
      outcome: 'REJECTED',
      effect: 'NONE',
      decision: 'd',
      ...rest,
    }),
  );
const withAmount = (amount: string) => ({ outcome: 'ACCEPTED', effect: 'ADJUSTMENT', amount });
const stateOf = (agent: string) =>
  owner(async (transaction) => {
    const [row] = await rawSql(transaction)<{ state: string }[]>`
      select issued.state || ' ' || coalesce(confirmation::text, '-') as state from issued_statement issued join agent on agent.id = issued.agent_id
      where agent.code = ${agent}`;
    return row?.state;
  });
const adjustmentsOf = (agent: string) =>
  owner(async (transaction) => {
    const rows = await rawSql(transaction)<{ text: string }[]>`
      select concat_ws(' ', kind, trim_scale(amount), currency, from_period, reason, created_by) as text
      from adjustment join agent on agent.id = agent_id where agent.code = ${agent} order by adjustment.id`;
    return rows.map(({ text }) => text);
  });
const codeOfDispute = (id: number) => `DP-${id}`;

describe('filing', () => {
  it('what an agent cannot dispute', async () => {
    const line = (await data(world, 'agentW1', `{ commissionLines(period: "2026-10") { nodes { lineId } } }`))
      .commissionLines.nodes[0].lineId;
    expect(await codeOf(file('agentE1', 'E2'))).toBe('FORBIDDEN');
    expect(await codeOf(file('agentE1', 'W1'))).toBe('NOT_FOUND');
    expect(await codeOf(file('managerWest', 'E1'))).toBe('NOT_FOUND');
    expect(await codeOf(file('agentE1', 'E1', { period: '2026-11' }))).toBe('NOT_FOUND');
    expect(await codeOf(file('agentE1', 'E1', { subject: 'LINE' }))).toBe('VALUE_MISSING');
    expect(await codeOf(file('agentE1', 'E1', { subject: 'LINE', lineId: line }))).toBe('LINE_UNKNOWN');
    expect(await codeOf(file('finance', 'E1', { subject: 'LINE', lineId: line }))).toBe('LINE_UNKNOWN');
    expect(await codeOf(file('agentE1', 'E1', { subject: 'SCORE' }))).toBe('NOT_FOUND');
    expect(await codeOf(file('agentE1', 'E1', { subject: 'MISSING_CREDIT' }))).toBe('VALUE_MISSING');
    expect(await codeOf(file('agentE1', 'E1', { claimedAmount: '1.005' }))).toBe('NUMBER_INVALID');
    expect(await codeOf(file('agentE1', 'E1', { reason: ' ' }))).toBe('VALUE_MISSING');
    // The day on which it can no longer be disputed begins at local midnight: 16:00 UTC the day before.
    expect(await codeOf(file('agentE1', 'E1', {}, new Date('2027-01-03T16:00:00Z')))).toBe('DISPUTE_OVER');
    expect(await stateOf('E1')).toBe('ISSUED -');
  });

  it('disputes the statement, is due ten days later at local midnight, and is told to the agent', async () => {
    const line = (
      await data(world, 'agentE1', `{ commissionLines(period: "2026-10", agent: "E1") { nodes { lineId } } }`)
    ).commissionLines.nodes[0].lineId;
    const answer = await data(
      world,
      'agentE1',
      `mutation ($input: DisputeInput!) { fileDispute(input: $input) {
        ... on UserError { code message }
        ... on DisputePayload { dispute { code statementNumber period lineId claimedAmount dueAt isOverdue state } } } }`,
      {
        input: {
          agentCode: 'E1',
          period: october,
          subject: 'LINE',
          lineId: line,
          claimedAmount: '12.3',
          reason: 'too little',
        },
      },
    );
    const { code, ...dispute } = answer.fileDispute.dispute;
    expect(dispute).toEqual({
      statementNumber: 'S-2026-10-E1-CNY',
      period: october,
      lineId: line,
      claimedAmount: '12.30',
      dueAt: '2026-12-14T16:00:00.000000Z',
      isOverdue: false,
      state: 'OPEN',
    });
    expect(await stateOf('E1')).toBe('DISPUTED -');
    expect(await codeOf(file('agentE1', 'E1', { subject: 'LINE', lineId: line }))).toBe('DISPUTE_EXISTS');
    const { notices } = await data(world, 'agentE1', '{ notices { nodes { kind textEn } } }');
    expect(notices.nodes[0]).toEqual({
      kind: 'DISPUTE_FILED',
      textEn: `Your dispute ${code} was filed; it is to be decided before 2026-12-15.`,
    });
  });

  it('is discussed: what staff says among itself the agent does not see', async () => {
    const dispute = (await data(world, 'agentE1', '{ disputes { nodes { id } } }')).disputes.nodes[0].id;
    const say = (person: Person, more: string) =>
      ask(
        world,
        person,
        `mutation { addDisputeComment(disputeId: "${dispute}", ${more}) { ... on UserError { code } ... on DisputePayload { dispute { code } } } }`,
      );
    await say('managerEast', 'text: "ours", internal: true');
    await say('managerEast', 'text: "why?"');
    await say('agentE1', 'text: "because"');
    expect((await say('agentE1', 'text: "x", internal: true')).data.addDisputeComment.code).toBe('FORBIDDEN');
    expect((await say('agentE2', 'text: "x"')).data.addDisputeComment.code).toBe('NOT_FOUND');
    const read = async (person: Person) =>
      (
        await data(world, person, '{ disputes(agentCode: "E1") { nodes { comments { text } } } }')
      ).disputes.nodes.flatMap(({ comments }: { comments: { text: string }[] }) => comments.map(({ text }) => text));
    expect(await read('finance')).toEqual(['ours', 'why?', 'because']);
    expect(await read('agentE1')).toEqual(['why?', 'because']);
    expect(await read('managerWest')).toEqual([]);
  });
});

it('is about a published score, with papers of the agent', async () => {
  const [score, papers] = await owner(async (transaction) => {
    const sql = rawSql(transaction);
    await sql`insert into score_round (period, state) values (${october}, 'PUBLISHED')`;
    await sql`insert into score_template (code, name, channel_type_id) select 'S', 's', id from channel_type`;
    await sql`insert into score_template_version (template_id, number, valid_from, definition, published_by, published_at)
      select id, 1, '2026-01-01', '{}', 'x', now() from score_template`;
    const [found] = await sql<{ id: number }[]>`
      insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)
      select ${october}, agent.id, version.id, agent.channel_type_id, 80, '[]', '{}' from agent, score_template_version version where agent.code = 'W1'
      returning id`;
    const documents = await sql<{ id: number }[]>`
      insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
      select 'SETTLEMENT', id, 'X', 'paper of ' || code, 'application/pdf', 1, 'x', code, 'x', now() from agent where code in ('W1', 'E1') order by code
      returning id`;
    return [found?.id, documents.map(({ id }) => id)];
  });
  const rest = { subject: 'SCORE', scorePeriod: october };
  expect(await codeOf(file('agentW1', 'W1', { ...rest, documentIds: papers }))).toBe('NOT_FOUND');
  const id = await file('agentW1', 'W1', { ...rest, documentIds: papers.slice(1) });
  const [dispute] = await owner(
    (transaction) => rawSql(transaction)`
    select score_id as score, (select array_agg(text) from dispute_comment where dispute_id = dispute.id) as papers from dispute where id = ${id}`,
  );
  expect(dispute).toEqual({ score, papers: ['paper of W1'] });
  await decide('finance', [id]);
});

describe('deciding', () => {
  it('within limits, and never by who filed it', async () => {
    const id = await file('managerEast', 'E2');
    expect(await codeOf(decide('managerEast', [id], withAmount('50.01')))).toBe('SAME_PERSON');
    const other = await file('agentE2', 'E2', { subject: 'MISSING_CREDIT', externalId: 'X-1' });
    expect(await codeOf(decide('managerEast', [other], withAmount('-50.01')))).toBe('DISPUTE_LIMIT');
    expect(await codeOf(decide('finance', [other], withAmount('1000.01')))).toBe('DISPUTE_LIMIT');
    expect(await codeOf(decide('finance', [other], withAmount('0')))).toBe('NUMBER_INVALID');
    expect(await codeOf(decide('finance', [other], { effect: 'RECALCULATION' }))).toBe('INPUT_INVALID');
    expect(await codeOf(decide('managerWest', [other]))).toBe('NOT_FOUND');
    expect(await adjustmentsOf('E2')).toEqual([]);
    await decide('managerEast', [other], withAmount('-50'));
    expect(await adjustmentsOf('E2')).toEqual([
      `CORRECTION -50 CNY 2026-11 ${codeOfDispute(other)} managereast@demo.example`,
    ]);
    expect(await stateOf('E2')).toBe('DISPUTED -');
    await decide('finance', [id]);
    expect(await stateOf('E2')).toBe('CONFIRMED SETTLEMENT');
    expect(await codeOf(decide('admin', [id]))).toBe('RECORD_STATE');
  });

  it('the database keeps to limits and names, whatever the code forgets', async () => {
    const id = await file('agentE2', 'E2', { subject: 'MISSING_CREDIT', subscriptionId: 'S-1' });
    const change = (amount: string, by: string) =>
      as('managerEast', async (transaction) => {
        await rawSql(
          transaction,
        )`update dispute set state = 'ACCEPTED', effect = 'ADJUSTMENT', decided_amount = ${amount}, decided_by = ${by},
          decided_at = now() where id = ${id}`;
      });
    await expect(change('51', 'managereast@demo.example')).rejects.toMatchObject({ constraint_name: 'dispute_limit' });
    await expect(change('1', 'somebody@demo.example')).rejects.toMatchObject({ constraint_name: 'own_name' });
    await expect(
      as('managerEast', async (transaction) => {
        await rawSql(
          transaction,
        )`insert into adjustment (agent_id, kind, amount, currency, from_period, reason, created_by, created_at)
          select agent_id, 'CORRECTION', 1, 'CNY', '2026-11', 'x', 'x', now() from dispute where id = ${id}`;
      }),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('many at once, all or none, each fault named', async () => {
    const ids = await Promise.all(
      ['A', 'B', 'C'].map((externalId) => file('agentW1', 'W1', { subject: 'MISSING_CREDIT', externalId })),
    );
    const own = await file('finance', 'W1');
    await expect(decide('finance', [...ids, own], withAmount('10'))).rejects.toMatchObject({
      errors: [{ code: 'SAME_PERSON', at: codeOfDispute(own) }],
    });
    expect(await adjustmentsOf('W1')).toEqual([]);
    // Decided by two at once: one does it, the other is told.
    const answers = await Promise.allSettled([
      decide('finance', ids, withAmount('10')),
      decide('admin', ids, withAmount('20')),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await adjustmentsOf('W1')).toHaveLength(3);
    const withdrawal = `mutation { withdrawDispute(disputeId: "${Buffer.from(`Dispute:${own}`).toString('base64url')}") { __typename ... on UserError { code } } }`;
    expect((await ask(world, 'managerWest', withdrawal)).data.withdrawDispute.code).toBe('FORBIDDEN');
    expect((await ask(world, 'agentW1', withdrawal)).data.withdrawDispute.__typename).toBe('DisputePayload');
    expect(await stateOf('W1')).toBe('CONFIRMED SETTLEMENT');
  });

  it('one that is filed after the confirmation leaves it confirmed', async () => {
    // A sale that came late, and that nothing but the dispute has noted.
    await importEvents(world.databases, [
      event('LATE', { agentCode: 'W1', occurredAt: '2026-10-20T10:00:00+08:00', source: 'CRM' }),
    ]);
    await owner((transaction) => rawSql(transaction)`delete from retro_cause`);
    const id = await file('agentW1', 'W1', { subject: 'MISSING_CREDIT', source: 'CRM', externalId: 'LATE' });
    expect(await stateOf('W1')).toBe('CONFIRMED SETTLEMENT');
    await decide('managerWest', [id], { outcome: 'PARTLY_ACCEPTED', effect: 'RECALCULATION' });
    const causes = await owner(
      (transaction) => rawSql(transaction)`
      select agent.code, period from retro_cause join agent on agent.id = agent_id where reason = 'dispute'`,
    );
    expect([...causes]).toEqual([{ code: 'W1', period: october }]);
    expect(await stateOf('W1')).toBe('CONFIRMED SETTLEMENT');
  });
});

describe('time and money', () => {
  it('says once of what is overdue, to the agent and to staff', async () => {
    const later = new Date('2026-12-14T16:00:00Z');
    const escalate = (at: Date) => owner((transaction) => escalateDisputes(transaction, localActor('clock'), at));
    expect(await escalate(new Date(later.getTime() - 1))).toBe(0);
    // The line of E1, and the missing credit of E2.
    expect(await escalate(later)).toBe(2);
    expect(await escalate(later)).toBe(0);
    const { notices } = await data(world, 'agentE1', '{ notices(kind: DISPUTE_OVERDUE) { nodes { textEn } } }');
    expect(notices.nodes).toHaveLength(1);
    const { disputes } = await data(
      world,
      'finance',
      '{ disputes(agentCode: "E1") { nodes { comments { text internal by } } } }',
    );
    expect(disputes.nodes[0].comments.at(-1)).toEqual({
      text: 'The time for a decision is over.',
      internal: true,
      by: 'clock',
    });
  });

  it('the next run books what was decided, once, and explains it', async () => {
    const calculate = () => calculatePeriod(world.databases, clerk, '2026-11' as Period, now);
    const stale = await owner(async (transaction) => {
      const [run] = await rawSql(transaction)<
        { id: number }[]
      >`select id from commission_run where period = '2026-11' and status = 'CALCULATED'`;
      return run?.id ?? 0;
    });
    expect(await codeOf(owner((transaction) => approveRun(transaction, localActor('boss'), now, stale)))).toBe(
      'RUN_STALE',
    );
    const run = await calculate();
    await owner((transaction) => approveRun(transaction, localActor('boss'), now, run.id));
    const lines = await owner(
      (transaction) => rawSql(transaction)<{ agent: string; amount: string; id: number }[]>`
      select agent.code as agent, trim_scale(amount)::text as amount, cause_id::integer as id from commission_line join agent on agent.id = agent_id
      where run_id = ${run.id} and kind = 'ADJUSTMENT' order by agent.code, amount, id`,
    );
    expect(lines.map(({ agent, amount }) => `${agent} ${amount}`).sort()).toEqual([
      'E2 -50',
      ...Array(3).fill(lines.some(({ amount }) => amount === '20') ? 'W1 20' : 'W1 10'),
    ]);
    const retro = await owner(
      (transaction) => rawSql(transaction)<{ text: string }[]>`
        select concat_ws(' ', agent.code, origin_period, trim_scale(amount)) as text
        from commission_line join agent on agent.id = agent_id where run_id = ${run.id} and kind = 'RETRO'`,
    );
    // RECALCULATION found the late sale of W1: 80 a sale.
    expect(retro.map(({ text }) => text)).toEqual(['W1 2026-10 80']);
    const taken = lines.find(({ agent }) => agent === 'E2');
    const explained = await as('agentE2', (transaction) =>
      explainLine(transaction, `2026-11.ADJUSTMENT.ADJUSTMENT.A${taken?.id}.E2.ADJUSTMENT.ADJUSTMENT`),
    );
    expect(explained.sentenceEn).toMatch(/^-50\.00 CNY of East two \(E2\) settles the dispute DP-\d+: “d”\.$/);
    expect(explained.sentenceZh).toMatch(/^East two（E2）的申诉 DP-\d+ 以 -50\.00 CNY 结清：“d”。$/);
    const { adjustments } = await data(
      world,
      'agentE2',
      '{ adjustments { nodes { agentCode amount state bookedPeriod disputeCode } } }',
    );
    expect(adjustments.nodes).toEqual([
      {
        agentCode: 'E2',
        amount: '-50.00',
        state: 'BOOKED',
        bookedPeriod: '2026-11',
        disputeCode: expect.stringMatching(/^DP-/),
      },
    ]);
  });
});
