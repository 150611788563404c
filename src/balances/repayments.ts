import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { localDate } from '../period.ts';
import { dateSchema } from '../programme/fields.ts';
import { loadOperator } from '../reference/operator.ts';
import { currentBalance } from './openings.ts';
import { checkAmount, checkCurrency, checkReason, findAgentId, moneyOf } from './proposals.ts';

export type RepaymentInput = {
  readonly agentCode: string;
  readonly currency: string;
  readonly amount: string;
  /** The local day on which the money came in. */
  readonly receivedOn: string;
  readonly reason: string;
};

/**
 * Proposes that money an agent paid counts towards its debt; somebody else approves it (`decideProposal`), and the next run carries it.
 * @returns its key.
 * @throws UserError INPUT_INVALID, NOT_FOUND, DEBT_TOO_SMALL.
 */
export async function proposeRepayment(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: RepaymentInput,
): Promise<number> {
  const currency = checkCurrency(input.currency);
  const amount = checkAmount(input.amount, currency, 'amount');
  const reason = checkReason(input.reason);
  const receivedOn = checkInput(dateSchema, input.receivedOn, 'receivedOn');
  if (receivedOn > localDate(now, (await loadOperator(transaction)).timeZone)) {
    throw new UserError('INPUT_INVALID', `receivedOn ${receivedOn} has not come yet.`, 'receivedOn');
  }
  const agentId = await findAgentId(transaction, input.agentCode);
  const { amount: carried } = await currentBalance(transaction, agentId, currency);
  if (amount.gt(carried.negated())) {
    const owed = carried.isNegative() ? `owes ${moneyOf(carried.negated(), currency)}` : 'owes nothing';
    throw new UserError(
      'DEBT_TOO_SMALL',
      `Agent ${input.agentCode} ${owed}, less than ${moneyOf(amount, currency)}.`,
      'amount',
    );
  }
  const [added] = await rawSql(transaction)<{ id: number; code: string }[]>`
    insert into repayment (agent_id, amount, currency, received_on, reason, state, proposed_by, proposed_at)
    values (${agentId}, ${amount.toFixed()}, ${currency}, ${receivedOn}, ${reason}, 'PROPOSED', ${actor.name}, ${now.toISOString()})
    returning id, code`;
  if (!added) throw new Error('an insert gave no row');
  const after = { agent: input.agentCode, amount: amount.toFixed(), currency, receivedOn };
  await recordChanges(transaction, actor, now, [
    { action: 'repayment.proposed', entity: 'repayment', entityKey: added.code, after, reason },
  ]);
  return added.id;
}
