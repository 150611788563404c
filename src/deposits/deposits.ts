import { currentBalance } from '../balances/openings.ts';
import { checkAmount, checkCurrency, checkReason, findAgentId, moneyOf, requirePaper } from '../balances/proposals.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { addDepositEntry } from './entries.ts';

export type DepositInput = {
  readonly agentCode: string;
  readonly kind: 'PAID_IN' | 'SET_OFF' | 'REFUNDED';
  readonly currency: string;
  /** Above zero, whatever its direction. */
  readonly amount: string;
  readonly reason: string;
  readonly documentId?: number | null | undefined;
};

/**
 * Proposes a movement of an agent's deposit 保证金: money it paid in, a debt that is set off, money that is refunded. Somebody else approves it
 * (`decideProposal`); a set-off then moves the balance that the next run carries, a refund can be paid.
 * @returns its key.
 * @throws UserError INPUT_INVALID, NOT_FOUND, DEPOSIT_TOO_LOW, DEBT_TOO_SMALL.
 */
export async function proposeDeposit(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: DepositInput,
): Promise<number> {
  const currency = checkCurrency(input.currency);
  const amount = checkAmount(input.amount, currency, 'amount');
  const reason = checkReason(input.reason);
  const { agentCode, kind, documentId = null } = input;
  const agentId = await findAgentId(transaction, agentCode);
  if (documentId !== null) await requirePaper(transaction, documentId, agentId);
  if (kind !== 'PAID_IN') {
    const { amount: carried, deposit } = await currentBalance(transaction, agentId, currency);
    if (amount.gt(deposit)) {
      const message = `The deposit of agent ${agentCode} holds ${moneyOf(deposit, currency)}.`;
      throw new UserError('DEPOSIT_TOO_LOW', message, 'amount');
    }
    if (kind === 'SET_OFF' && amount.gt(carried.negated())) {
      const owed = carried.isNegative() ? moneyOf(carried.negated(), currency) : 'nothing';
      throw new UserError('DEBT_TOO_SMALL', `Agent ${agentCode} owes ${owed}.`, 'amount');
    }
  }
  const signed = kind === 'PAID_IN' ? amount : amount.negated();
  const entry = { agentId, agentCode, kind, currency, amount: signed, reason, documentId };
  return addDepositEntry(transaction, actor, now, entry);
}
