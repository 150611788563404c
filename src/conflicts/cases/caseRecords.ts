import { type Change, recordChanges } from '../../audit/audit.ts';
import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import type { HitFacts } from '../facts.ts';
import type { ConflictEffect, ConflictKind } from '../rule.ts';
import { type CaseAction, type CaseState, nextCaseState } from './caseStates.ts';

/** A case as those who work on it need it. */
export type CaseRow = {
  readonly id: number;
  readonly code: string;
  readonly ruleCode: string;
  readonly kind: ConflictKind;
  readonly effect: ConflictEffect;
  readonly state: CaseState;
  readonly period: string;
  readonly dueDays: number;
  readonly appealDays: number;
  readonly appealUntil: string | null;
  readonly decisionId: number | null;
  readonly mediatorId: number | null;
  readonly mediatorName: string | null;
  readonly hasCommittee: boolean;
  readonly facts: HitFacts;
  readonly isGone: boolean;
};

/** Cases that whoever asks works on, in the order of their keys. What may not be seen is left out. */
export async function findCases(transaction: Transaction, ids: readonly number[]): Promise<readonly CaseRow[]> {
  return rawSql(transaction)<CaseRow[]>`
    select found.id, found.code, rule.code as "ruleCode", found.kind, found.effect, found.state, found.period,
      greatest(1, (version.definition ->> 'dueDays')::integer) as "dueDays", found.appeal_days as "appealDays",
      found.appeal_until as "appealUntil", found.decision_id as "decisionId", found.mediator_id as "mediatorId",
      found.mediator_name as "mediatorName", hit.facts, hit.gone_at is not null as "isGone",
      exists (select from conflict_committee seat where seat.case_id = found.id) as "hasCommittee"
    from conflict_case found join conflict_rule rule on rule.id = found.rule_id join conflict_hit hit on hit.case_id = found.id
    join conflict_rule_version version on version.id = hit.rule_version_id
    where found.id = any(${[...ids]}::integer[]) order by found.id`;
}

/** As findCases, but locked, so that of several who act at once one goes on and the others see what it did. */
export async function lockCases(transaction: Transaction, ids: readonly number[]): Promise<readonly CaseRow[]> {
  const locked = await rawSql(transaction)<{ id: number }[]>`
    select id from conflict_case where id = any(${[...ids]}::integer[]) order by id for update`;
  return findCases(
    transaction,
    locked.map(({ id }) => id),
  );
}

/** One case, locked by somebody who settles it. @throws UserError NOT_FOUND, FORBIDDEN. */
export async function lockCase(transaction: Transaction, id: number): Promise<CaseRow> {
  const [found] = await lockCases(transaction, [id]);
  return found ?? refuseCases(transaction, [id]);
}

/**
 * Why cases cannot be settled: there are none, or somebody else settles them.
 * @throws UserError FORBIDDEN for a manager who sees one of them only because of an agent that is a party, else NOT_FOUND.
 */
export async function refuseCases(transaction: Transaction, ids: readonly number[]): Promise<never> {
  const [seen] = await rawSql(transaction)<{ code: string }[]>`
    select code from conflict_case where id = any(${[...ids]}::integer[]) and claim_role() = 'CHANNEL_MANAGER'
      and not case_settled_by_asker(id, true) limit 1`;
  if (!seen) throw new UserError('NOT_FOUND', 'There is no such case.', 'caseId');
  const message = `${seen.code} is settled by staff of its region, its mediator or its committee.`;
  throw new UserError('FORBIDDEN', message, 'caseId');
}

/** Where the action leads to from where the case stands. @throws UserError CASE_STATE. */
export function requireCaseAction(action: CaseAction, { code, state }: Pick<CaseRow, 'code' | 'state'>): CaseState {
  const to = nextCaseState(action, state);
  if (to === undefined) throw new UserError('CASE_STATE', `${code} is ${state}.`, code);
  return to;
}

export type NewStep = {
  readonly caseId: number;
  readonly action: string;
  readonly from: CaseState;
  readonly to: CaseState;
  readonly reason?: string | null;
  /** Whether parties see it, without who and why. */
  readonly forParties: boolean;
};

/** Adds to what happened to cases. */
export async function addSteps(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  steps: readonly NewStep[],
): Promise<void> {
  if (steps.length === 0) return;
  const rows = steps.map(({ caseId, action, from, to, reason, forParties }) => ({
    case_id: caseId,
    action,
    from_state: from,
    to_state: to,
    reason: reason ?? null,
    for_parties: forParties,
  }));
  await rawSql(transaction)`
    insert into conflict_step (case_id, action, from_state, to_state, by, at, reason, for_parties)
    select case_id, action, from_state, to_state, ${actor.name}, ${now.toISOString()}, reason, for_parties
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(case_id integer, action text,
      from_state conflict_case_state, to_state conflict_case_state, reason text, for_parties boolean)`;
}

export type CaseNotice = {
  readonly caseId: number;
  readonly kind: 'CONFLICT_OPENED' | 'CONFLICT_DECIDED' | 'CONFLICT_CLOSED';
  /** The same kind and subject is told once. */
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
};

/** Tells all parties of the cases, also those that whoever settles a case does not see. */
export async function tellParties(transaction: Transaction, now: Date, notices: readonly CaseNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(({ caseId, ...said }) => ({ case_id: caseId, ...said }));
  await rawSql(
    transaction,
  )`select tell_parties(${JSON.stringify(rows)}::text::jsonb, ${now.toISOString()}::timestamptz)`;
}

/** What was done to a case, as the audit keeps it. */
export async function auditCase(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  change: Pick<Change, 'action' | 'before' | 'after' | 'reason'>,
): Promise<void> {
  await recordChanges(transaction, actor, now, [{ ...change, entity: 'conflict_case', entityKey: code }]);
}

/** What somebody wrote, without the blanks around it. @throws UserError VALUE_MISSING, VALUE_TOO_LONG. */
export function requireText(text: string, at: string): string {
  const said = text.trim();
  if (said === '') throw new UserError('VALUE_MISSING', 'Write something.', at);
  if (said.length > 2000) throw new UserError('VALUE_TOO_LONG', `${at} has at most 2,000 characters.`, at);
  return said;
}
