import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Role } from '../db/transaction.ts';

// What waits for whoever asks. Row-level security decides what of it there is; nothing is kept: a thing is done when its table says so.

const channel: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER'];
const money: readonly Role[] = ['ADMIN', 'FINANCE'];
const agents: readonly Role[] = ['AGENT'];

type Source = {
  readonly roles: readonly Role[];
  /** Rows of `due` (a local day or null) and `subject` (its code); $1 is today, $2 the operator's zone, $3 the name of who asks, in lower case. */
  readonly rows: string;
};

const day = (instant: string) => `(${instant} at time zone $2)::date`;
/** Four eyes: what one began oneself waits for somebody else. */
const othersOnly = (column: string) => `lower(${column}) is distinct from $3`;
const proposals = (table: string, subject: string) =>
  `select null::date as due, ${subject} as subject from ${table} where state = 'PROPOSED' and ${othersOnly('proposed_by')}`;

const sources = {
  STATEMENT_TO_CONFIRM: {
    roles: agents,
    rows: `select confirms_on as due, number as subject from issued_statement where agent_id = claim_agent() and state = 'ISSUED'`,
  },
  INVOICE_TO_SEND: {
    roles: agents,
    rows: `select null::date as due, number as subject from issued_statement statement
      where agent_id = claim_agent() and state = 'CONFIRMED' and invoice_required and gross > returned and not exists (
        select from invoice_statement item join invoice on invoice.id = item.invoice_id
        where item.run_id = statement.run_id and item.currency = statement.currency and invoice.agent_id = statement.agent_id
          and invoice.state in ('SUBMITTED', 'ACCEPTED'))`,
  },
  DISPUTE_ANSWERED: {
    roles: agents,
    rows: `select null::date as due, split_part(subject, ' ', 1) as subject from notice
      where agent_id = claim_agent() and read_at is null and kind in ('DISPUTE_ANSWERED', 'DISPUTE_DECIDED')`,
  },
  CONFLICT_TO_ANSWER: {
    roles: agents,
    rows: `select ${day('due_at')} as due, code as subject from conflict_case found
      where state in ('OPEN', 'IN_MEDIATION')
        and exists (select from conflict_party party where party.case_id = found.id and party.agent_id = claim_agent())
        and not exists (select from conflict_comment told where told.case_id = found.id and told.agent_id = claim_agent())
        and not exists (select from conflict_evidence given where given.case_id = found.id and given.agent_id = claim_agent())`,
  },
  TRAINING_DUE: {
    roles: agents,
    // since when it is needed is no day until which it can be done
    rows: `select null::date as due, course.code as subject from course_requirement needed
      join course on course.id = needed.course_id join agent on agent.id = claim_agent()
      where needed.purpose = 'ONBOARDING' and (needed.channel_type_id is null or needed.channel_type_id = agent.channel_type_id)
        and daterange(needed.valid_from, needed.valid_to) @> $1::date and not exists (
          select from training_result result where result.course_id = course.id and result.passed and result.agent_id = agent.id
            and daterange(result.taken_on, result.expires_on) @> $1::date)`,
  },
  CERTIFICATE_ENDS: {
    roles: agents,
    rows: `select due_on as due, subject from reminder
      where done_at is null and agent_id = claim_agent() and kind in ('CERTIFICATE_EXPIRES', 'CERTIFICATE_EXPIRED')`,
  },
  AGREEMENT_ENDS: {
    roles: [...agents, ...channel],
    rows: `select due_on as due, subject from reminder
      where done_at is null and kind = 'AGREEMENT_ENDS' and (claim_agent() is null or agent_id = claim_agent())`,
  },
  APPLICATION_TO_DECIDE: {
    roles: channel,
    rows: `select due_on as due, code as subject from application where state in ('SUBMITTED', 'SCREENING') and ${othersOnly('entered_by')}`,
  },
  APPLICATION_TO_ACTIVATE: {
    roles: channel,
    rows: `select due_on as due, code as subject from application where state in ('APPROVED', 'CONTRACTED')`,
  },
  CASE_TO_MEDIATE: {
    roles: channel,
    rows: `select ${day('due_at')} as due, code as subject from conflict_case where state in ('OPEN', 'IN_MEDIATION')`,
  },
  CASE_APPEALED: {
    roles: channel,
    rows: `select ${day('due_at')} as due, code as subject from conflict_case where state = 'APPEALED'`,
  },
  DEAL_TO_JUDGE: {
    roles: channel,
    rows: `select null::date as due, code as subject from deal_registration where state = 'PENDING'`,
  },
  SCORE_APPEAL_TO_DECIDE: {
    roles: channel,
    rows: `select due_on as due, null::text as subject from score_appeal where state = 'FILED'`,
  },
  TIER_OVERRIDE_TO_DECIDE: {
    roles: channel,
    rows: `select valid_from as due, null::text as subject from tier_override where state = 'REQUESTED' and ${othersOnly('requested_by')}`,
  },
  PLAN_CORRECTION_TO_APPROVE: {
    roles: money,
    rows: `select version.valid_from as due, plan.code as subject from plan_version version join plan on plan.id = version.plan_id
      where corrects and not plan_version_in_force(version.id) and ${othersOnly('version.published_by')} and not exists (
        select from plan_version_approval approval where approval.version_id = version.id and lower(approval.approved_by) = $3)`,
  },
  DISPUTE_TO_DECIDE: {
    roles: [...channel, 'FINANCE'],
    rows: `select ${day('due_at')} as due, code as subject from dispute where state = 'OPEN' and ${othersOnly('filed_by')}`,
  },
  RUN_TO_APPROVE: {
    roles: money,
    rows: `select null::date as due, period as subject from commission_run where status = 'CALCULATED' and ${othersOnly('calculated_by')}`,
  },
  STATEMENTS_TO_ISSUE: {
    roles: money,
    rows: `select null::date as due, period as subject from commission_run run
      where status in ('APPROVED', 'PAID') and not is_cut_over
        and not exists (select from issued_statement issued where issued.run_id = run.id)
        and exists (select from statement where statement.run_id = run.id)`,
  },
  ADJUSTMENT_TO_APPROVE: { roles: money, rows: proposals('adjustment_proposal', 'code') },
  PAYEE_TO_APPROVE: { roles: money, rows: proposals('payee', 'null::text') },
  OFF_CYCLE_TO_APPROVE: { roles: money, rows: proposals('off_cycle_settlement', 'code') },
  DEPOSIT_TO_APPROVE: { roles: money, rows: proposals('deposit_entry', 'null::text') },
  REPAYMENT_TO_APPROVE: { roles: money, rows: proposals('repayment', 'code') },
  INVOICE_TO_DECIDE: {
    roles: money,
    rows: `select null::date as due, number as subject from invoice where state = 'SUBMITTED' and ${othersOnly('submitted_by')}`,
  },
  BATCH_TO_APPROVE: {
    roles: money,
    rows: `select executes_on as due, code as subject from payment_batch where state = 'CREATED' and ${othersOnly('created_by')}`,
  },
  BATCH_TO_CANCEL: {
    roles: money,
    rows: `select executes_on as due, code as subject from payment_batch
      where state = 'APPROVED' and cancel_asked_by is not null and ${othersOnly('cancel_asked_by')}`,
  },
  PERIOD_TO_REOPEN: {
    roles: money,
    rows: `select null::date as due, period as subject from period_lock where state = 'REOPENING' and ${othersOnly('reopen_asked_by')}`,
  },
} satisfies Record<string, Source>;

export type ToDoKind = keyof typeof sources;

/** In the order in which they are shown. */
export const toDoKinds = Object.keys(sources) as ToDoKind[];

export type ToDoItem = {
  readonly kind: ToDoKind;
  readonly count: number;
  /** The nearest local day on which one of them is due. */
  readonly dueOn: string | null;
  /** The code of the one it is about; null where there are several. */
  readonly subject: string | null;
};

/**
 * What waits for somebody of a role, by kind, in one statement; kinds of which there is nothing are left out, and what somebody else has to
 * decide because one began it oneself.
 * @param transaction the request's, with its claims
 * @param who.name of the actor; `today`: the local day
 */
export async function loadToDo(
  transaction: Transaction,
  who: { readonly role: Role; readonly name: string },
  { today, timeZone }: { readonly today: string; readonly timeZone: string },
): Promise<ToDoItem[]> {
  const mine = toDoKinds.filter((kind) => (sources[kind] satisfies Source as Source).roles.includes(who.role));
  if (mine.length === 0) return [];
  const parts = mine.map(
    (kind) => `select '${kind}' as kind, count(*)::integer as count, min(due)::text as "dueOn",
      case when count(*) = 1 then min(subject) end as subject, $1::text || $2::text || $3::text as asked from (${sources[kind].rows}) found`,
  );
  const rows = await rawSql(transaction).unsafe<ToDoItem[]>(parts.join('\nunion all\n'), [
    today,
    timeZone,
    who.name.toLowerCase(),
  ]);
  return rows
    .filter(({ count }) => count > 0)
    .map(({ kind, count, dueOn, subject }) => ({ kind, count, dueOn, subject }));
}
