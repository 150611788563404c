import { beforeAll, describe, expect, it } from 'vitest';
import { openAgreement } from '../../src/agents/agreements.ts';
import { terminateAgent } from '../../src/agents/life.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { findReminders, finishReminder } from '../../src/reminders/reminders.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, clerk, codeOf, now, programme } from '../support/books.ts';

const today = '2026-12-05';

let databases: Databases;
const keys: Record<string, number> = {};

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, programme.replaceAll('agreements: [{ plan: P, from: 2026-01-01 }]', ''));
  for (const { code, id } of await databases.owner.query.agent.findMany()) keys[code] = id;
  keys.P = (await databases.owner.query.plan.findFirst({ where: { code: 'P' } }))?.id ?? 0;
  await databases.owner.$client.unsafe(`
    insert into course (code, name, valid_months) values ('BASICS', 'Basics', 12), ('FIBRE', 'Fibre', 12);
    insert into application (code, state, name, channel_type_id, region_id, contact_name, email, entered_by, created_at, due_on)
    select wanted.code, state::application_state, wanted.code, channel_type.id, region.id, 'x', 'x@demo.example', 'clerk', now(), due::date
    from (values ('LATE', 'SUBMITTED', '2026-12-04'), ('LAST-DAY', 'SCREENING', '2026-12-05'), ('OVER', 'WITHDRAWN', null)) wanted(code, state, due)
    join channel_type on channel_type.code = 'AGENT' join region on region.code = 'NORTH'`);
});

class Undo extends Error {}

async function tried(work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const undone = asOwner(databases, async (transaction) => {
    await work(transaction);
    throw new Undo();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
}

const open = (
  transaction: Transaction,
  agent: string,
  code: string,
  from: string,
  to: string | null,
  remindDays?: number,
) =>
  openAgreement(transaction, clerk, now, {
    code,
    agentId: keys[agent] ?? 0,
    planId: keys.P ?? 0,
    from,
    to,
    terms: {},
    ...(remindDays === undefined ? {} : { remindDays }),
  });

async function reminders(transaction: Transaction, kind: string): Promise<string[]> {
  const rows = await rawSql(transaction)<{ text: string }[]>`
    select concat_ws(' ', reminder.subject, reminder.due_on, 'of ' || agent.code, 'of ' || application.code, 'by ' || done_by) as text
    from reminder left join agent on agent.id = agent_id left join application on application.id = application_id
    where kind::text = ${kind} order by reminder.subject, reminder.due_on`;
  return rows.map(({ text }) => text);
}

const search = (transaction: Transaction, on = today) => findReminders(transaction, clerk, now, on);

describe('applications', () => {
  it('are overdue from the day after their last one', () =>
    tried(async (transaction) => {
      await search(transaction);
      expect(await reminders(transaction, 'APPLICATION_OVERDUE')).toEqual(['LATE 2026-12-04 of LATE']);
      await search(transaction, '2026-12-06');
      expect(await reminders(transaction, 'APPLICATION_OVERDUE')).toHaveLength(2);
    }));

  it('that went on are done', () =>
    tried(async (transaction) => {
      await search(transaction);
      await rawSql(transaction)`update application set due_on = '2027-01-01' where code = 'LATE'`;
      expect(await search(transaction)).toEqual({ addedCount: 0, doneCount: 1 });
      expect(await reminders(transaction, 'APPLICATION_OVERDUE')).toEqual(['LATE 2026-12-04 of LATE by clerk']);
    }));
});

describe('agreements', () => {
  it('are reminded of so many days before their end, and once', () =>
    tried(async (transaction) => {
      // 60 days from 5 December on is 3 February; A2 is reminded 10 days before, on 15 December at the latest.
      await open(transaction, 'A1', 'IN-60', '2026-01-01', '2027-02-03');
      await open(transaction, 'A2', 'IN-11-OF-10', '2026-01-01', '2026-12-16', 10);
      await open(transaction, 'A4', 'IN-61', '2026-01-01', '2027-02-04');
      expect(await search(transaction)).toEqual({ addedCount: 2, doneCount: 0 });
      expect(await reminders(transaction, 'AGREEMENT_ENDS')).toEqual(['IN-60 2027-02-03 of A1']);
      expect(await search(transaction)).toEqual({ addedCount: 0, doneCount: 0 });
      expect(await search(transaction, '2026-12-06')).toEqual({ addedCount: 3, doneCount: 0 });
      expect(await reminders(transaction, 'AGREEMENT_ENDS')).toEqual([
        'IN-11-OF-10 2026-12-16 of A2',
        'IN-60 2027-02-03 of A1',
        'IN-61 2027-02-04 of A4',
      ]);
      const records = await transaction.query.auditRecord.findMany({ where: { action: 'reminders.found' } });
      expect(records.map(({ entityKey, after }) => [entityKey, after])).toEqual([
        [today, { addedCount: 2, doneCount: 0 }],
        ['2026-12-06', { addedCount: 3, doneCount: 0 }],
      ]);
    }));

  it('that are followed by another, or whose agent is terminated by then, want nothing', () =>
    tried(async (transaction) => {
      await open(transaction, 'A1', 'FOLLOWED', '2026-01-01', '2027-01-01');
      await open(transaction, 'A2', 'OVER', '2026-01-01', '2027-01-01');
      await search(transaction);
      expect(await reminders(transaction, 'AGREEMENT_ENDS')).toHaveLength(2);
      await open(transaction, 'A1', 'NEXT', '2027-01-01', null);
      // Done with it, not at the next search; that of the other agent is not.
      expect(await reminders(transaction, 'AGREEMENT_ENDS')).toEqual([
        'FOLLOWED 2027-01-01 of A1 by clerk',
        'OVER 2027-01-01 of A2',
      ]);
      const done = await transaction.query.auditRecord.findMany({ where: { action: 'reminder.done' } });
      expect(done.map(({ entityKey }) => entityKey)).toEqual(['AGREEMENT_ENDS FOLLOWED 2027-01-01']);
      await terminateAgent(transaction, clerk, now, {
        agentCode: 'A2',
        from: '2026-12-20',
        reason: 'Closed.',
        forCause: false,
      });
      expect(await search(transaction)).toEqual({ addedCount: 0, doneCount: 1 });
      expect(await reminders(transaction, 'AGREEMENT_ENDS')).toEqual([
        'FOLLOWED 2027-01-01 of A1 by clerk',
        'OVER 2027-01-01 of A2 by clerk',
      ]);
    }));
});

describe('certificates', () => {
  const certify = (
    transaction: Transaction,
    owner: 'agent' | 'application',
    code: string,
    course: string,
    taken: string,
    expires: string | null,
    passed = true,
  ) =>
    rawSql(transaction).unsafe(
      `insert into training_result (course_id, ${owner}_id, taken_on, passed, expires_on)
       select course.id, owner.id, $1, $2, $3 from course, ${owner} owner where course.code = $4 and owner.code = $5`,
      [taken, passed, expires, course, code],
    );

  it('are reminded of 30 days before they run out, and when they have', () =>
    tried(async (transaction) => {
      await certify(transaction, 'agent', 'A1', 'BASICS', '2026-01-04', '2027-01-04');
      await certify(transaction, 'agent', 'A1', 'FIBRE', '2026-01-05', '2027-01-05');
      await certify(transaction, 'agent', 'A2', 'BASICS', '2025-12-05', today);
      await certify(transaction, 'application', 'LATE', 'BASICS', '2025-12-06', '2026-12-06');
      await certify(transaction, 'application', 'OVER', 'BASICS', '2025-12-06', '2026-12-06');
      await search(transaction);
      expect(await reminders(transaction, 'CERTIFICATE_EXPIRES')).toEqual([
        'A1 BASICS 2027-01-04 of A1',
        'LATE BASICS 2026-12-06 of LATE',
      ]);
      expect(await reminders(transaction, 'CERTIFICATE_EXPIRED')).toEqual(['A2 BASICS 2026-12-05 of A2']);
    }));

  it('go by the best result: a later one that is passed, or one that never runs out', () =>
    tried(async (transaction) => {
      await certify(transaction, 'agent', 'A1', 'BASICS', '2025-11-01', '2026-11-01');
      await certify(transaction, 'agent', 'A2', 'BASICS', '2025-11-01', '2026-11-01');
      await certify(transaction, 'agent', 'A3', 'BASICS', '2025-11-01', '2026-11-01');
      await search(transaction);
      expect(await reminders(transaction, 'CERTIFICATE_EXPIRED')).toHaveLength(3);
      await certify(transaction, 'agent', 'A1', 'BASICS', '2026-11-01', '2027-11-01');
      await certify(transaction, 'agent', 'A2', 'BASICS', '2024-11-01', null);
      await certify(transaction, 'agent', 'A3', 'BASICS', '2026-11-01', '2027-11-01', false);
      await search(transaction);
      expect(await reminders(transaction, 'CERTIFICATE_EXPIRED')).toEqual([
        'A1 BASICS 2026-11-01 of A1 by clerk',
        'A2 BASICS 2026-11-01 of A2 by clerk',
        'A3 BASICS 2026-11-01 of A3',
      ]);
    }));
});

describe('a reminder', () => {
  it('is done once', () =>
    tried(async (transaction) => {
      await search(transaction);
      const [found] = await transaction.query.reminder.findMany({ where: { kind: 'APPLICATION_OVERDUE' } });
      await finishReminder(transaction, { ...clerk, name: 'anna' }, now, found?.id ?? 0);
      await finishReminder(transaction, { ...clerk, name: 'ben' }, now, found?.id ?? 0);
      expect(await reminders(transaction, 'APPLICATION_OVERDUE')).toEqual(['LATE 2026-12-04 of LATE by anna']);
      expect(await search(transaction)).toEqual({ addedCount: 0, doneCount: 0 });
      expect(await codeOf(finishReminder(transaction, clerk, now, 0))).toBe('NOT_FOUND');
    }));
});
