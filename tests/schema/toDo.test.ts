import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

type Item = { kind: string; count: number; dueOn: string | null; subject: string | null };

const toDo = async (person: Person): Promise<Item[] | null> =>
  (await data(world, person, '{ toDo { kind count dueOn subject } }')).toDo;

it('tells finance of runs to approve and statements to issue, and nobody else', async () => {
  const waiting = [
    { kind: 'RUN_TO_APPROVE', count: 1, dueOn: null, subject: '2026-11' },
    { kind: 'STATEMENTS_TO_ISSUE', count: 1, dueOn: null, subject: '2026-10' },
  ];
  expect(await toDo('finance')).toEqual(waiting);
  expect(await toDo('managerEast')).toEqual([]);
  expect(await toDo('auditor')).toEqual([]);
  expect(await toDo('agentE1')).toEqual([]);
});

it('tells an agent of its own statements alone, with the day on which they count as confirmed', async () => {
  await world.databases.owner.transaction(async (transaction) => {
    const [run] = await transaction.execute<{ id: number }>(
      sql`select id from commission_run where period = '2026-10'`,
    );
    await issueStatements(transaction, localActor('clerk'), now, run?.id ?? 0);
  });
  const [issued] = await world.databases.owner.$client<{ confirms: string; number: string }[]>`
    select confirms_on::text as confirms, number from issued_statement join agent on agent.id = agent_id where agent.code = 'E2'`;
  const mine = { kind: 'STATEMENT_TO_CONFIRM', count: 1, dueOn: issued?.confirms, subject: issued?.number };
  expect(await toDo('agentE2')).toEqual([mine]);
  // E1 sees the statements of E2 below it, but does not confirm them
  expect(await toDo('agentE1')).toMatchObject([{ kind: 'STATEMENT_TO_CONFIRM', count: 1 }]);
  expect((await toDo('finance'))?.map(({ kind }) => kind)).toEqual(['RUN_TO_APPROVE']);
});

it('counts several of a kind, and only where one may decide', async () => {
  await world.databases.owner.execute(sql`
    with paper as (
      insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
      select 'SETTLEMENT', id, 'EVIDENCE', 'p', 'application/pdf', 1, 'x', 'paper of ' || code, 'anna', now() from agent where code in ('E1', 'W1')
      returning id, agent_id)
    insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, state, proposed_by, proposed_at)
    select agent_id, 'CORRECTION', 10, 'CNY', 'r', id, 'PROPOSED', 'anna', now() from paper`);
  const adjustments = async (person: Person) =>
    (await toDo(person))?.find(({ kind }) => kind === 'ADJUSTMENT_TO_APPROVE');
  expect(await adjustments('finance')).toMatchObject({ count: 2, subject: null });
  // managers see the one of theirs, and decide about none
  expect(await adjustments('managerWest')).toBeUndefined();
  expect(await adjustments('agentW1')).toBeUndefined();
});

it('tells an agent of a course that it needs, without a day: since when it is needed is none', async () => {
  await world.databases.owner.execute(sql`
    with needed as (insert into course (code, name) values ('BASICS', 'Basics') returning id)
    insert into course_requirement (course_id, purpose, valid_from) select id, 'ONBOARDING', '2026-01-01' from needed`);
  const due = (await toDo('agentW1'))?.find(({ kind }) => kind === 'TRAINING_DUE');
  expect(due).toEqual({ kind: 'TRAINING_DUE', count: 1, dueOn: null, subject: 'BASICS' });
});

it('does not count what one began oneself: somebody else decides', async () => {
  const kindsOf = async (person: Person) => (await toDo(person))?.map(({ kind }) => kind);
  const begun = [
    'RUN_TO_APPROVE',
    'ADJUSTMENT_TO_APPROVE',
    'PLAN_CORRECTION_TO_APPROVE',
    'BATCH_TO_CANCEL',
    'PERIOD_TO_REOPEN',
  ];
  await world.databases.owner.execute(sql`
    update commission_run set calculated_by = 'finance@demo.example' where status = 'CALCULATED';
    update adjustment_proposal set state = 'WITHDRAWN', decided_by = 'anna', decided_at = now() where id > (select min(id) from adjustment_proposal);
    insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, state, proposed_by, proposed_at)
      select agent_id, 'CORRECTION', 10, 'CNY', 'r', document_id, 'PROPOSED', 'Finance@demo.example', now() from adjustment_proposal limit 1;
    update adjustment_proposal set state = 'WITHDRAWN', decided_by = 'anna', decided_at = now() where proposed_by = 'anna' and state = 'PROPOSED';
    insert into plan_version (plan_id, number, valid_from, currency, rounding, content_hash, published_by, published_at, corrects)
      select id, 2, '2026-10-01', 'CNY', 'HALF_UP', 'x', 'finance@demo.example', now(), true from plan where code = 'P';
    insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count, control_sum,
        file_size_bytes, file_sha256, created_by, created_at, approved_by, approved_at, cancel_asked_by, cancel_asked_at)
      values ('M', 'CNY', 'MAIN', 1, 'pain.001.001.09', '2026-12-07', 'APPROVED', 1, 1, 1, 'x', 'anna', now(), 'ben', now(), 'finance@demo.example', now());
    insert into period_lock (period, state, locked_by, locked_at, reopen_reason, reopen_asked_by, reopen_asked_at)
      values ('2026-09', 'REOPENING', 'anna', now(), 'r', 'finance@demo.example', now())`);
  expect(await kindsOf('finance')).toEqual([]);
  expect(await kindsOf('admin')).toEqual(expect.arrayContaining(begun));
  // nothing of it is a manager's to decide
  expect((await kindsOf('managerEast'))?.filter((kind) => begun.includes(kind))).toEqual([]);
  expect((await toDo('admin'))?.filter(({ kind }) => /CANCEL|REOPEN/.test(kind))).toEqual([
    { kind: 'BATCH_TO_CANCEL', count: 1, dueOn: '2026-12-07', subject: 'PB-1' },
    { kind: 'PERIOD_TO_REOPEN', count: 1, dueOn: null, subject: '2026-09' },
  ]);
});
