import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import type { Role } from '../db/transaction.ts';

// The partner file 档案: everything about an agent as of a day. Facts with a life are those that had begun by then, what was done is
// what had been done by its end. Each section is one statement however long it is; row-level security decides what is in it, and
// sections that a role may not have at all are null.

/** Whose file it is, as of which local date. */
export type FileSubject = { readonly agentId: number; readonly code: string; readonly on: string };

export type Row = Record<string, unknown>;

export type FileHead = {
  readonly agentId: number;
  readonly code: string;
  readonly name: string;
  readonly channelType: string;
  readonly status: string | null;
  readonly tier: string | null;
  readonly region: string | null;
  readonly parent: string | null;
};

type Dated = { readonly from: string; readonly to: string | null };
export type FileStatus = Dated & { readonly status: 'ACTIVE' | 'SUSPENDED' | 'TERMINATED' };
export type FileDecision = {
  readonly action: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
};
export type FileNamed = Dated & { readonly code: string | null; readonly name: string | null };
export type FileTerritory = Dated & {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly exclusive: boolean;
};
export type FileChildren = { readonly directCount: number; readonly allCount: number };
export type FileAgreement = Dated & {
  readonly code: string;
  readonly plan: string;
  readonly renews: string | null;
  readonly signedOn: string | null;
  readonly sha256: string | null;
  readonly paymentDelayDays: number | null;
  readonly minimumPayout: string | null;
  readonly taxPercent: string | null;
  readonly trailing: string;
  readonly endedEarlyBy: string | null;
  readonly endReason: string | null;
};
export type FileScore = { readonly metric: string; readonly period: string; readonly value: string };
export type FileStatement = {
  readonly period: string;
  readonly runStatus: string;
  readonly currency: string;
} & Record<
  'opening' | 'earned' | 'released' | 'withheld' | 'clawedBack' | 'adjustments' | 'tax' | 'closing' | 'payable',
  string
>;
export type FileDocument = {
  readonly id: number;
  readonly kind: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: string;
  readonly sha256: string;
  readonly uploadedBy: string;
  readonly uploadedAt: string;
};
export type FileContact = Dated & {
  readonly id: number;
  readonly name: string;
  readonly responsibility: string;
  readonly phone: string | null;
  readonly email: string | null;
};
export type FileNumber = { readonly kind: string; readonly masked: string; readonly changedAt: string };
export type FileTraining = {
  readonly course: string;
  readonly name: string;
  readonly takenOn: string;
  readonly passed: boolean;
  readonly score: string | null;
  readonly expiresOn: string | null;
  readonly holds: boolean;
};
export type FileReminder = {
  readonly kind: string;
  readonly subject: string;
  readonly dueOn: string;
  readonly doneBy: string | null;
  readonly doneAt: string | null;
};
export type FileStep = {
  readonly application: string;
  readonly fromState: string | null;
  readonly toState: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
};
export type FileAudit = {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly entity: string;
  readonly entityKey: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
};

/** Papers of agents and applicants are not finance's business (DOMAIN.md §12). */
export const paperReaders: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR', 'AGENT'];
export const onboardingReaders: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'];
export const auditReaders: readonly Role[] = ['ADMIN', 'AUDITOR'];

/** How many audit records a file shows at most, the latest first; `auditRecords` pages through all. */
export const mostAuditRecords = 500;

/** Reads a section: whatever is in it, in one statement. */
export async function read<Entry extends Row>(transaction: Transaction, query: SQL): Promise<Entry[]> {
  const rows: unknown = await transaction.execute(query);
  return rows as Entry[];
}

const inForce = (on: string) => sql`daterange(fact.valid_from, fact.valid_to) @> ${on}::date`;
/** The columns and the condition of dated facts that had begun by the day. */
const life = sql`fact.valid_from as from, fact.valid_to as to`;
const begun = ({ agentId, on }: FileSubject) => sql`fact.agent_id = ${agentId} and fact.valid_from <= ${on}::date`;
/** Whether an instant lies before the day's end in the operator's time zone. */
export const byThen = (instant: SQL, on: string) =>
  sql`(${instant} at time zone coalesce((select time_zone from operator), 'UTC'))::date <= ${on}::date`;

/**
 * Who the agent with this code is on a day. Works with the request role's transaction.
 * @returns undefined where there is none, or the request may not see it.
 */
export async function findFileHead(transaction: Transaction, code: string, on: string): Promise<FileHead | undefined> {
  const fact = (table: string, column: SQL, joined: SQL) =>
    sql`(select ${column} from ${sql.identifier(table)} fact ${joined} where fact.agent_id = agent.id and ${inForce(on)})`;
  const [head] = await read<FileHead & Row>(
    transaction,
    sql`select agent.id as "agentId", agent.code, agent.name, channel_type.code as "channelType",
      ${fact('agent_status', sql`fact.status::text`, sql``)} as status,
      ${fact('agent_tier', sql`tier.code`, sql`join tier on tier.id = fact.tier_id`)} as tier,
      ${fact('agent_region', sql`region.code`, sql`join region on region.id = fact.region_id`)} as region,
      ${fact('agent_parent', sql`parent.code`, sql`join agent parent on parent.id = fact.parent_id`)} as parent
    from agent join channel_type on channel_type.id = agent.channel_type_id where agent.code = ${code}`,
  );
  return head;
}

/** Whether it may sell, and since when. */
export function readStatuses(transaction: Transaction, subject: FileSubject): Promise<FileStatus[]> {
  return read(
    transaction,
    sql`select fact.status, ${life} from agent_status fact where ${begun(subject)} order by fact.valid_from`,
  );
}

/** Why its status changed, and who decided; by then decided, if to take effect later. */
export function readDecisions(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileDecision[]> {
  return read(
    transaction,
    sql`select action, effective_from as "effectiveFrom", reason, by, at from agent_decision
      where agent_id = ${agentId} and ${byThen(sql`at`, on)} order by at, id`,
  );
}

export function readTiers(transaction: Transaction, subject: FileSubject): Promise<FileNamed[]> {
  return read(
    transaction,
    sql`select tier.code, tier.name, ${life} from agent_tier fact join tier on tier.id = fact.tier_id
      where ${begun(subject)} order by fact.valid_from`,
  );
}

export function readRegions(transaction: Transaction, subject: FileSubject): Promise<FileNamed[]> {
  return read(
    transaction,
    sql`select region.code, region.name, ${life} from agent_region fact join region on region.id = fact.region_id
      where ${begun(subject)} order by fact.valid_from`,
  );
}

/** The agents above it; without code and name where the request may not see them. */
export function readParents(transaction: Transaction, subject: FileSubject): Promise<FileNamed[]> {
  return read(
    transaction,
    sql`select parent.code, parent.name, ${life} from agent_parent fact left join agent parent on parent.id = fact.parent_id
      where ${begun(subject)} order by fact.valid_from`,
  );
}

/** How many agents that the request sees stand below it on the day, directly and in all. */
export async function countChildren(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileChildren> {
  const [counts] = await read<FileChildren & Row>(
    transaction,
    sql`with recursive below(id, depth) as (
      select fact.agent_id, 1 from agent_parent fact where fact.parent_id = ${agentId} and ${inForce(on)}
      union all
      select fact.agent_id, below.depth + 1 from agent_parent fact join below on fact.parent_id = below.id
      where ${inForce(on)} and below.depth < 10
    ) select count(*) filter (where depth = 1)::int as "directCount", count(*)::int as "allCount" from below`,
  );
  return counts ?? { directCount: 0, allCount: 0 };
}

export function readTerritories(transaction: Transaction, subject: FileSubject): Promise<FileTerritory[]> {
  return read(
    transaction,
    sql`select fact.id, region.code, region.name, fact.exclusive, ${life} from territory fact join region on region.id = fact.region_id
      where ${begun(subject)} order by fact.valid_from, region.code collate "C"`,
  );
}

export function readAgreements(transaction: Transaction, subject: FileSubject): Promise<FileAgreement[]> {
  return read(
    transaction,
    sql`select fact.code, plan.code as plan, ${life}, renewed.code as renews, paper.signed_on as "signedOn", paper.sha256,
        paper.payment_delay_days as "paymentDelayDays", fact.terms ->> 'minimumPayout' as "minimumPayout",
        fact.terms ->> 'taxPercent' as "taxPercent", coalesce(fact.terms ->> 'trailing', 'STOP') as trailing,
        paper.ended_early_by as "endedEarlyBy", paper.end_reason as "endReason"
      from agreement fact join plan on plan.id = fact.plan_id
        left join agreement_paper paper on paper.agreement_id = fact.id left join agreement renewed on renewed.id = paper.renews_id
      where ${begun(subject)} order by fact.valid_from`,
  );
}

/** Its scores and other figures, of months, quarters and years that had begun. */
export function readScores(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileScore[]> {
  return read(
    transaction,
    sql`select metric, period, trim_scale(value)::text as value from metric_value
      where agent_id = ${agentId} and ${on} >= case
        when period ~ 'Q' then left(period, 4) || '-' || lpad((right(period, 1)::int * 3 - 2)::text, 2, '0') || '-01'
        else rpad(period, 7, '-01') || '-01' end
      order by metric collate "C", period collate "C"`,
  );
}

/** Its statements of runs that stand, of periods that had begun. */
export function readStatements(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileStatement[]> {
  return read(
    transaction,
    sql`select run.period, run.status::text as "runStatus", fact.currency, fact.opening, fact.earned, fact.released, fact.withheld,
        fact.clawed_back as "clawedBack", fact.adjustments, fact.tax, fact.closing, fact.payable
      from statement fact join commission_run run on run.id = fact.run_id
      where fact.agent_id = ${agentId} and run.status in ('CALCULATED', 'APPROVED', 'PAID') and run.period <= left(${on}, 7)
      order by run.period collate "C", fact.currency`,
  );
}

export function readDocuments(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileDocument[]> {
  return read(
    transaction,
    sql`select id, kind, file_name as "fileName", media_type as "mediaType", size_bytes::text as "sizeBytes", sha256,
        uploaded_by as "uploadedBy", uploaded_at as "uploadedAt"
      from document where agent_id = ${agentId} and ${byThen(sql`uploaded_at`, on)} order by uploaded_at, id`,
  );
}

export function readContacts(transaction: Transaction, subject: FileSubject): Promise<FileContact[]> {
  return read(
    transaction,
    sql`select fact.id, fact.name, fact.responsibility, fact.phone, fact.email, ${life} from agent_contact fact
      where ${begun(subject)} order by fact.valid_from, fact.name collate "C"`,
  );
}

/** Its numbers as they are today: of earlier ones nothing is kept. Masked; to reveal one is another matter, and audited. */
export function readNumbers(transaction: Transaction, { agentId }: FileSubject): Promise<FileNumber[]> {
  return read(
    transaction,
    sql`select kind::text, masked, changed_at as "changedAt" from secret where agent_id = ${agentId} order by kind`,
  );
}

export function readTraining(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileTraining[]> {
  return read(
    transaction,
    sql`select course.code as course, course.name, fact.taken_on as "takenOn", fact.passed, fact.score, fact.expires_on as "expiresOn",
        fact.passed and coalesce(fact.expires_on > ${on}::date, true) as holds
      from training_result fact join course on course.id = fact.course_id
      where fact.agent_id = ${agentId} and fact.taken_on <= ${on}::date order by fact.taken_on, course.code collate "C"`,
  );
}

export function readReminders(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileReminder[]> {
  return read(
    transaction,
    sql`select kind::text, subject, due_on as "dueOn", done_by as "doneBy", done_at as "doneAt" from reminder
      where agent_id = ${agentId} and ${byThen(sql`created_at`, on)} order by due_on, id`,
  );
}

/** How it came in: the steps of the application that it was. */
export function readOnboarding(transaction: Transaction, { agentId, on }: FileSubject): Promise<FileStep[]> {
  return read(
    transaction,
    sql`select application.code as application, step.from_state::text as "fromState", step.to_state::text as "toState", step.reason,
        step.by, step.at
      from application join application_step step on step.application_id = application.id
      where application.agent_id = ${agentId} and ${byThen(sql`step.at`, on)} order by step.at, step.id`,
  );
}

/** What was done to it, its agreements, papers and application, the latest first; at most {@link mostAuditRecords}. */
export function readAuditTrail(transaction: Transaction, { agentId, code, on }: FileSubject): Promise<FileAudit[]> {
  return read(
    transaction,
    sql`with owner(key) as (
        select 'AGENT ' || ${code}::text union all
        select 'APPLICATION ' || application.code from application where application.agent_id = ${agentId}
      ), subject(entity, key) as (
        select entity, ${code}::text from unnest(array['agent', 'territory', 'agent_contact']) entity
        union all select 'agreement', agreement.code from agreement where agreement.agent_id = ${agentId}
        union all select 'application', application.code from application where application.agent_id = ${agentId}
        union all select entity, owner.key from owner, unnest(array['document', 'agent_contact']) entity
        union all select 'secret', owner.key || ' ' || kind from owner, unnest(enum_range(null::secret_kind)) kind
      )
      select record.at, record.actor, record.action, record.entity, record.entity_key as "entityKey", record.before, record.after, record.reason
      from subject join audit_record record on record.entity = subject.entity and record.entity_key = subject.key
      where ${byThen(sql`record.at`, on)} order by record.id desc limit ${mostAuditRecords}`,
  );
}
