import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import type { proposalState } from './tables.ts';

// What becomes of proposed adjustments: somebody else approves or rejects them, or who proposed them takes them back. What is approved, a trigger
// books in the same transaction, for the first month that is not approved.

type ProposalState = (typeof proposalState.enumValues)[number];
export type ProposalVerdict = 'APPROVED' | 'REJECTED';

/** Which ones: named, or all undecided ones of a batch. */
export type ProposalChoice = { readonly ids?: readonly number[] | undefined; readonly batchHash?: string | undefined };

type Proposal = {
  readonly id: number;
  readonly code: string;
  readonly state: ProposalState;
  readonly proposedBy: string;
  readonly amount: string;
  readonly currency: string;
};

const mostProposals = 100_000;

/**
 * Approves or rejects proposals, all of them or none: finance, and never who proposed one.
 * @param decision what is said about it; a rejection needs some words
 * @returns how many there were.
 * @throws UserErrors with each proposal at fault: RECORD_STATE, SAME_PERSON; UserError FORBIDDEN, NOT_FOUND, INPUT_INVALID, VALUE_MISSING.
 */
export async function decideProposals(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  choice: ProposalChoice,
  verdict: ProposalVerdict,
  decision: string | undefined,
): Promise<number> {
  const role = actor.user?.role ?? 'ADMIN';
  if (role !== 'ADMIN' && role !== 'FINANCE') throw new UserError('FORBIDDEN', 'Finance decides about adjustments.');
  const said = decision?.trim() || null;
  if (verdict === 'REJECTED' && said === null) throw new UserError('VALUE_MISSING', 'Say why.', 'decision');
  const proposals = await lockProposals(transaction, choice);
  const faults = proposals.flatMap((proposal) => {
    const { code, proposedBy } = proposal;
    if (proposal.state !== 'PROPOSED') return [notProposed(proposal)];
    if (proposedBy.toLowerCase() !== actor.name.toLowerCase()) return [];
    return [new UserError('SAME_PERSON', `${proposedBy} proposed ${code}: somebody else decides.`, code)];
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  await settle(transaction, actor, now, proposals, verdict, said);
  return proposals.length;
}

/** Takes proposals back: who made them, or an administrator. @returns how many. @throws as decideProposals, FORBIDDEN instead of SAME_PERSON. */
export async function withdrawProposals(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  choice: ProposalChoice,
): Promise<number> {
  const proposals = await lockProposals(transaction, choice);
  const mayAll = (actor.user?.role ?? 'ADMIN') === 'ADMIN';
  const faults = proposals.flatMap((proposal) => {
    const { code, proposedBy } = proposal;
    if (proposal.state !== 'PROPOSED') return [notProposed(proposal)];
    if (mayAll || proposedBy.toLowerCase() === actor.name.toLowerCase()) return [];
    return [new UserError('FORBIDDEN', `${code} is taken back by ${proposedBy}.`, code)];
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  await settle(transaction, actor, now, proposals, 'WITHDRAWN', null);
  return proposals.length;
}

const notProposed = ({ code, state }: Proposal) => new UserError('RECORD_STATE', `${code} is ${state} already.`, code);

/** Of several who decide at once one goes on, and the others see what it did. @throws UserError INPUT_INVALID, NOT_FOUND, BATCH_TOO_LARGE. */
async function lockProposals(
  transaction: Transaction,
  { ids, batchHash }: ProposalChoice,
): Promise<readonly Proposal[]> {
  if ((ids === undefined) === (batchHash === undefined)) {
    throw new UserError('INPUT_INVALID', 'Name proposals, or a batch: one of the two.', 'choice');
  }
  const wanted = [...new Set(ids ?? [])];
  const sql = rawSql(transaction);
  const found = await sql<Proposal[]>`
    select id, code, state, proposed_by as "proposedBy", amount, currency from adjustment_proposal
    where ${ids ? sql`id = any(${wanted}::integer[])` : sql`batch_hash = ${batchHash ?? ''} and state = 'PROPOSED'`}
    order by id limit ${mostProposals + 1} for update`;
  if (found.length > mostProposals) throw new UserError('BATCH_TOO_LARGE', 'Choose fewer.', 'choice');
  if (found.length > 0 && (ids === undefined || found.length === wanted.length)) return found;
  throw new UserError('NOT_FOUND', 'There is no such proposal to decide about.', 'choice');
}

async function settle(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  proposals: readonly Proposal[],
  state: ProposalVerdict | 'WITHDRAWN',
  said: string | null,
): Promise<void> {
  await rawSql(transaction)`
    update adjustment_proposal set state = ${state}, decided_by = ${actor.name}, decided_at = ${now.toISOString()}, decision = ${said}
    where id = any(${proposals.map(({ id }) => id)}::integer[])`;
  const [first, last] = [proposals.at(0), proposals.at(-1)];
  if (!first || !last) return;
  await recordChanges(transaction, actor, now, [
    {
      action: `adjustments.${state.toLowerCase()}`,
      entity: 'adjustment_proposal',
      entityKey: first === last ? first.code : `${first.code} … ${last.code}`,
      before: { state: 'PROPOSED' },
      after: { state, count: proposals.length, totals: totalsOf(proposals) },
      ...(said === null ? {} : { reason: said }),
    },
  ]);
}

function totalsOf(proposals: readonly Proposal[]): Readonly<Record<string, string>> {
  const totals: Record<string, Decimal> = {};
  for (const { amount, currency } of proposals) totals[currency] = (totals[currency] ?? new Decimal(0)).plus(amount);
  return Object.fromEntries(Object.entries(totals).map(([currency, total]) => [currency, canonicalDecimal(total)]));
}
