import { eq } from 'drizzle-orm';
import type { AgreementTerms } from '../commissions/definitions.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import { UserError } from '../errors.ts';
import { agreement } from './tables.ts';

// Reading and writing single agreements, for those who open and those who end them.

/** An agreement to open; its dates are [from, to). */
export type NewAgreement = {
  readonly code: string;
  readonly agentId: number;
  readonly planId: number;
  readonly from: string;
  readonly to: string | null;
  readonly terms: AgreementTerms;
  readonly renewsId?: number | null;
  readonly documentId?: number | null;
  readonly sha256?: string | null;
  readonly signedOn?: string | null;
  readonly remindDays?: number;
  readonly paymentDelayDays?: number;
};

/** An agreement as it stands. */
export type Agreement = {
  readonly id: number;
  readonly code: string;
  readonly agentId: number;
  readonly agentCode: string;
  readonly planId: number;
  readonly from: string;
  readonly to: string | null;
  readonly terms: AgreementTerms;
};

/** @throws UserError NOT_FOUND where there is none, or one may not see it. */
export async function findAgreement(transaction: Transaction, code: string): Promise<Agreement> {
  const [found] = await rawSql(transaction)<Agreement[]>`
    select ${columns(transaction)} from agreement join agent on agent.id = agreement.agent_id where agreement.code = ${code}`;
  if (!found) throw new UserError('NOT_FOUND', `There is no agreement ${code}.`, 'code');
  return found;
}

/** All agreements of an agent, in order. */
export function agreementsOf(transaction: Transaction, agentId: number): Promise<Agreement[]> {
  return rawSql(transaction)<Agreement[]>`
    select ${columns(transaction)} from agreement join agent on agent.id = agreement.agent_id
    where agreement.agent_id = ${agentId} order by agreement.valid_from`;
}

function columns(transaction: Transaction) {
  return rawSql(transaction)`agreement.id, agreement.code, agreement.agent_id as "agentId", agent.code as "agentCode",
    agreement.plan_id as "planId", agreement.valid_from::text as "from", agreement.valid_to::text as "to", agreement.terms`;
}

/** Where the agreement holds on the day and the day before: there it can be cut. */
export function requireWithin({ code, from, to }: Agreement, date: string): void {
  if (from < date && (to === null || date < to)) return;
  const message = `The agreement ${code} runs from ${from} to ${to ?? 'no end'}: it cannot be cut on ${date}.`;
  throw new UserError('AGREEMENT_STATE', message, 'on');
}

/** @returns the key of the new row. */
export async function insertAgreement(transaction: Transaction, wanted: NewAgreement): Promise<number> {
  const { code, agentId, planId, from, to, terms } = wanted;
  const [row] = await transaction
    .insert(agreement)
    .values({ code, agentId, planId, validFrom: from, validTo: to, terms })
    .returning({ id: agreement.id });
  if (!row) throw new UserError('FORBIDDEN', 'You may not change this.');
  return row.id;
}

/** Moves the end of an agreement. */
export async function setEnd(transaction: Transaction, { id }: Agreement, end: string | null): Promise<void> {
  const changed = await transaction
    .update(agreement)
    .set({ validTo: end })
    .where(eq(agreement.id, id))
    .returning({ id: agreement.id });
  // Row-level security passes over rows that one may not change without a word.
  if (changed.length === 0) throw new UserError('FORBIDDEN', 'You may not change this.');
}

/** A reason says something. @throws UserError VALUE_MISSING. */
export function requireReason(reason: string): string {
  const said = reason.trim();
  if (said === '') throw new UserError('VALUE_MISSING', 'Say why.', 'reason');
  if (said.length > 1000) throw new UserError('VALUE_TOO_LONG', 'A reason has at most 1,000 characters.', 'reason');
  return said;
}

/** No change of what runs read passes an approval that has compared its inputs. */
export async function lockAgreements(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
}

/** What two at once did is found here and not at commit, so that a mutation field gets its own error. */
export async function checkOverlaps(transaction: Transaction): Promise<void> {
  await rawSql(transaction).unsafe('set constraints agreement_no_overlap immediate');
  await rawSql(transaction).unsafe('set constraints agreement_no_overlap deferred');
}
