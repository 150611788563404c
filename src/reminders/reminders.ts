import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';

// What wants doing about agents and applicants, found once a day: applications that stand too long, agreements that end and are
// not followed by another, certificates that run out.

/** How long before its end a certificate is reminded of. */
const certificateDays = 30;
/** How long after its end an agreement without a following one is still something to do. */
const endedAgreementDays = 90;

/** How many reminders a search added, and how many it found to be done. */
export type Found = { readonly addedCount: number; readonly doneCount: number };

/**
 * Writes a reminder of everything that is due on the day, each once however often this is called, and marks as done what is due no
 * longer. As owner. One audit record with the counts, where there are any.
 * @param today the operator's local date
 */
export async function findReminders(transaction: Transaction, actor: Actor, now: Date, today: string): Promise<Found> {
  const sql = rawSql(transaction);
  const [found] = await sql<{ added: number; done: number }[]>`
    with due(kind, subject, due_on, agent_id, application_id) as (
      ${overdueApplications(transaction, today)}
      union all ${endingAgreements(transaction, today)}
      union all ${expiringCertificates(transaction, today)}
    ), added as (
      insert into reminder (kind, subject, due_on, agent_id, application_id, created_at)
      select kind::reminder_kind, subject, due_on, agent_id, application_id, ${now.toISOString()}::timestamptz from due
      on conflict on constraint reminder_once do nothing
      returning id
    ), done as (
      update reminder set done_by = ${actor.name}, done_at = ${now.toISOString()}::timestamptz
      where done_at is null and not exists (
        select from due where due.kind = reminder.kind::text and due.subject = reminder.subject and due.due_on = reminder.due_on)
      returning id
    )
    select (select count(*)::integer from added) as added, (select count(*)::integer from done) as done`;
  const result = { addedCount: found?.added ?? 0, doneCount: found?.done ?? 0 };
  if (result.addedCount + result.doneCount > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'reminders.found', entity: 'reminders', entityKey: today, after: result },
    ]);
  }
  return result;
}

/** Applications still in a state that they should have left by the day before. States that are ends have no due day. */
function overdueApplications(transaction: Transaction, today: string) {
  return rawSql(transaction)`
    select 'APPLICATION_OVERDUE', code, due_on, null::integer, id from application where due_on < ${today}`;
}

/** Agreements that end soon or ended lately, where the agent goes on and no later agreement of it exists. */
function endingAgreements(transaction: Transaction, today: string) {
  return rawSql(transaction)`
    select 'AGREEMENT_ENDS', ending.code, ending.valid_to, ending.agent_id, null
    from agreement ending left join agreement_paper paper on paper.agreement_id = ending.id
    where ending.valid_to between ${today}::date - ${endedAgreementDays}::integer and ${today}::date + coalesce(paper.remind_days, 60)
      and not exists (select from agreement later where later.agent_id = ending.agent_id and later.valid_from >= ending.valid_to)
      and not exists (select from agent_status status where status.agent_id = ending.agent_id and status.status = 'TERMINATED'
        and daterange(status.valid_from, status.valid_to) @> ending.valid_to)`;
}

/** The last certificate of each holder in each course, where it has run out or soon does; of agents that still sell. */
function expiringCertificates(transaction: Transaction, today: string) {
  return rawSql(transaction)`
    select case when last.expires_on <= ${today} then 'CERTIFICATE_EXPIRED' else 'CERTIFICATE_EXPIRES' end,
      coalesce(agent.code, application.code) || ' ' || course.code, last.expires_on, last.agent_id, last.application_id
    from (select distinct on (agent_id, application_id, course_id) agent_id, application_id, course_id, expires_on
          from training_result where passed order by agent_id, application_id, course_id, expires_on desc nulls first) last
    join course on course.id = last.course_id
    left join agent on agent.id = last.agent_id left join application on application.id = last.application_id
    where last.expires_on <= ${today}::date + ${certificateDays}::integer
      and (application.id is null or application.state not in ('REJECTED', 'WITHDRAWN', 'ACTIVE'))
      and not exists (select from agent_status status where status.agent_id = last.agent_id and status.status = 'TERMINATED'
        and daterange(status.valid_from, status.valid_to) @> ${today}::date)`;
}

/**
 * Marks as done, with an audit record each, that agreements of an agent end: another one follows from `from` on. So nobody is reminded
 * until the day's search of what was just seen to.
 */
export async function finishEndedAgreements(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  following: { readonly agentId: number; readonly from: string },
): Promise<void> {
  const done = await rawSql(transaction)<{ subject: string; dueOn: string }[]>`
    update reminder set done_by = ${actor.name}, done_at = ${now.toISOString()}::timestamptz
    where kind = 'AGREEMENT_ENDS' and agent_id = ${following.agentId} and due_on <= ${following.from} and done_at is null
    returning subject, due_on::text as "dueOn"`;
  await recordChanges(
    transaction,
    actor,
    now,
    done.map((reminder) => doneRecord({ kind: 'AGREEMENT_ENDS', ...reminder }, actor)),
  );
}

/**
 * Marks a reminder as done. One that is done already stays as it is.
 * @throws UserError NOT_FOUND where there is none, or one may not see it; FORBIDDEN.
 */
export async function finishReminder(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  const found = await transaction.query.reminder.findFirst({ where: { id } });
  if (!found) throw new UserError('NOT_FOUND', 'There is no such reminder.', 'id');
  if (found.doneAt !== null) return;
  const changed = await rawSql(transaction)`
    update reminder set done_by = ${actor.name}, done_at = ${now.toISOString()}::timestamptz where id = ${id} returning id`;
  // Row-level security passes over rows that one may not change without a word.
  if (changed.length === 0) throw new UserError('FORBIDDEN', 'You may not change this.');
  await recordChanges(transaction, actor, now, [doneRecord(found, actor)]);
}

type Reminded = { readonly kind: string; readonly subject: string; readonly dueOn: string };

const doneRecord = ({ kind, subject, dueOn }: Reminded, actor: Actor) => ({
  action: 'reminder.done',
  entity: 'reminder',
  entityKey: `${kind} ${subject} ${dueOn}`,
  after: { doneBy: actor.name },
});
