import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import { type ProposalsSaved, proposeAdjustments } from './proposals.ts';

/**
 * Proposes to take an adjustment back: the opposite amount, with the adjustment named in the reason. Like every proposal it is booked once
 * somebody else approves it. What conflicts deducted is taken back by deciding the case again.
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
  const [made] = await rawSql(transaction)<Made[]>`
    select made.id, agent.code as agent, made.amount, made.currency, 'AP-' || made.proposal_id as proposal, 'DP-' || made.dispute_id as dispute
    from adjustment made join agent on agent.id = made.agent_id where made.id = ${adjustmentId}`;
  if (!made) throw new UserError('NOT_FOUND', 'There is no such adjustment.', 'adjustmentId');
  const code = made.proposal ?? made.dispute;
  if (code === null) {
    throw new UserError('INPUT_INVALID', 'What a conflict deducted is taken back by its case.', 'adjustmentId');
  }
  const beginning = `Takes back ${code}: `;
  await rawSql(transaction)`select pg_advisory_xact_lock(hashtext('adjustment taken back'), ${made.id})`;
  const [other] = await rawSql(transaction)<{ code: string; state: string }[]>`
    select code, state from adjustment_proposal where state in ('PROPOSED', 'APPROVED') and starts_with(reason, ${beginning}) limit 1`;
  if (other) throw new UserError('RECORD_STATE', `${other.code} takes ${code} back and is ${other.state}.`, code);
  const { agent, currency } = made;
  const opposite = new Decimal(made.amount).negated().toFixed();
  const input = { agent, kind: 'CORRECTION', amount: opposite, currency, reason: `${beginning}${reason.trim()}` };
  return proposeAdjustments(transaction, actor, now, [input]);
}

type Made = {
  readonly id: number;
  readonly agent: string;
  readonly amount: string;
  readonly currency: string;
  readonly proposal: string | null;
  readonly dispute: string | null;
};
