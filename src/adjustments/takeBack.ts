import { createHash } from 'node:crypto';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import type { ProposalsSaved } from './proposals.ts';

/**
 * Proposes to take an adjustment back by its opposite (REVERSED), with its paper where it has one. Like every proposal it is booked once somebody
 * else approves it, in the books against what it takes back. What conflicts deducted is taken back by deciding the case again.
 * @throws UserError NOT_FOUND, RECORD_STATE where that is proposed or booked already, INPUT_INVALID, VALUE_MISSING.
 */
export async function proposeTakingBack(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  adjustmentId: number,
  reason: string,
): Promise<ProposalsSaved> {
  if (reason.trim() === '') throw new UserError('VALUE_MISSING', 'Say why.', 'reason');
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(hashtext('adjustment taken back'), ${adjustmentId})`;
  const { code, ...made } = await loadMade(transaction, adjustmentId);
  const amount = new Decimal(made.amount).negated().toFixed();
  const row = { kind: 'REVERSED', takesBack: code, amount, currency: made.currency };
  const batchHash = createHash('sha256')
    .update(JSON.stringify([adjustmentId, reason.trim()]))
    .digest('hex');
  const [added] = await sql<{ code: string }[]>`
    insert into adjustment_proposal (agent_id, kind, amount, currency, reason, document_id, takes_back_id, batch_hash, state, proposed_by, proposed_at)
    values (${made.agentId}, 'REVERSED', ${amount}, ${made.currency}, ${`Takes back ${code}: ${reason.trim()}`}, ${made.documentId}, ${adjustmentId},
      ${batchHash}, 'PROPOSED', ${actor.name}, ${now.toISOString()})
    returning code`;
  if (!added) throw new Error('an insert gave no row');
  await recordChanges(transaction, actor, now, [
    { action: 'adjustments.proposed', entity: 'adjustment_proposal', entityKey: added.code, after: row },
  ]);
  return { rowCount: 1, createdCount: 1, rejectedCount: 0, batchHash, rejections: [] };
}

type Made = {
  readonly agentId: number;
  readonly amount: string;
  readonly currency: string;
  readonly documentId: number | null;
  /** Of the proposal or dispute that made it. */
  readonly code: string;
};

type Found = Omit<Made, 'code'> & {
  readonly code: string | null;
  readonly reverses: number | null;
  /** What takes it back already. */
  readonly otherCode: string | null;
  readonly otherState: string | null;
};

/** Before REVERSED there was, adjustments were taken back by corrections whose reasons say so. @throws UserError as proposeTakingBack. */
async function loadMade(transaction: Transaction, id: number): Promise<Made> {
  const [found] = await rawSql(transaction)<Found[]>`
    select made.agent_id as "agentId", made.amount, made.currency, made.reverses_id as reverses, proposal.document_id as "documentId",
      coalesce('AP-' || made.proposal_id, 'DP-' || made.dispute_id) as code, other.code as "otherCode", other.state as "otherState"
    from adjustment made left join adjustment_proposal proposal on proposal.id = made.proposal_id
    left join adjustment_proposal other on other.state in ('PROPOSED', 'APPROVED') and (other.takes_back_id = made.id
      or other.takes_back_id is null and other.kind = 'CORRECTION' and other.agent_id = made.agent_id
        and starts_with(other.reason, 'Takes back ' || coalesce('AP-' || made.proposal_id, 'DP-' || made.dispute_id) || ': '))
    where made.id = ${id} limit 1`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such adjustment.', 'adjustmentId');
  const { code, reverses, otherCode, otherState, ...made } = found;
  if (code === null) {
    throw new UserError('INPUT_INVALID', 'What a conflict deducted is taken back by its case.', 'adjustmentId');
  }
  if (reverses !== null) {
    const message = `${code} takes another one back: propose that one again instead.`;
    throw new UserError('INPUT_INVALID', message, 'adjustmentId');
  }
  if (otherCode !== null) {
    throw new UserError('RECORD_STATE', `${otherCode} takes ${code} back and is ${otherState}.`, code);
  }
  return { ...made, code };
}
