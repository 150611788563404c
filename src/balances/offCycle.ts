import { recordChanges } from '../audit/audit.ts';
import type { AgreementTerms } from '../commissions/definitions.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { addDepositEntry } from '../deposits/entries.ts';
import { UserError } from '../errors.ts';
import { Decimal, minorUnitDigits, roundMoney } from '../money.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { currentBalance } from './openings.ts';
import { checkAmount, checkCurrency, checkReason, findAgentId, moneyOf } from './proposals.ts';
import { loadAgreedTerms } from './terms.ts';

export type OffCycleInput = {
  readonly agentCode: string;
  readonly kind: 'ADVANCE' | 'BALANCE';
  readonly currency: string;
  /** Before tax. ADVANCE needs it; BALANCE: all that is carried without it. */
  readonly gross?: string | null | undefined;
  readonly reason: string;
};

/** What is to be settled outside the cycle, before tax. */
type Wanted = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly kind: 'ADVANCE' | 'BALANCE' | 'FINAL';
  readonly currency: string;
  readonly gross: Decimal;
  /** How much of it the bank returned: no tax is taken of that again. */
  readonly returned: Decimal;
  readonly reason: string;
};

/**
 * Proposes a payment outside the monthly cycle: an advance on what is earned later, or (part of) what is carried below the minimum payout. Taxed
 * as the agent's last agreement says; what of it the bank returned is not. Approved by somebody else (`decideProposal`), it is
 * taken from the next opening and can be paid.
 * @returns its key.
 * @throws UserError INPUT_INVALID, NOT_FOUND, AGENT_STATE for an advance to an agent without an agreement, BALANCE_TOO_LOW, PAID_WITH_STATEMENT.
 */
export async function proposeOffCycle(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: OffCycleInput,
): Promise<number> {
  const currency = checkCurrency(input.currency);
  const reason = checkReason(input.reason);
  const given = input.gross == null ? undefined : checkAmount(input.gross, currency, 'gross');
  const { agentCode, kind } = input;
  const agentId = await findAgentId(transaction, agentCode);
  if (kind === 'ADVANCE') {
    if (!given) throw new UserError('INPUT_INVALID', 'Say how much is advanced.', 'gross');
    await requireAgreement(transaction, agentId, agentCode, now);
    const wanted = { agentId, agentCode, kind, currency, gross: given, returned: new Decimal(0), reason };
    return addSettlement(transaction, actor, now, wanted);
  }
  const carried = await currentBalance(transaction, agentId, currency);
  const gross = given ?? carried.amount;
  if (gross.lte(0) || gross.gt(carried.amount)) {
    const message = `Agent ${agentCode} carries ${moneyOf(carried.amount, currency)}.`;
    throw new UserError('BALANCE_TOO_LOW', message, 'gross');
  }
  const returned = Decimal.min(gross, carried.returned);
  return addSettlement(transaction, actor, now, { agentId, agentCode, kind, currency, gross, returned, reason });
}

async function requireAgreement(transaction: Transaction, agentId: number, code: string, now: Date): Promise<void> {
  const day = localDate(now, (await loadOperator(transaction)).timeZone);
  const [agreement] = await rawSql(transaction)<{ id: number }[]>`
    select id from agreement where agent_id = ${agentId} and daterange(valid_from, valid_to) @> ${day}::date`;
  if (agreement) return;
  throw new UserError('AGENT_STATE', `Agent ${code} has no agreement on ${day}: nothing is earned later.`, 'agentCode');
}

export type FinalSettlement = {
  readonly settlementId: number | null;
  readonly setOffId: number | null;
  readonly refundId: number | null;
};

/**
 * Proposes all that ends the account of a TERMINATED agent in a currency: what is carried is paid, whatever the minimum payout; a debt is set off
 * against the deposit; what the deposit holds then is refunded. Each is approved by somebody else.
 * @returns the keys of what was proposed; null where there is nothing of the kind.
 * @throws UserError INPUT_INVALID, NOT_FOUND, AGENT_STATE, BALANCE_TOO_LOW where nothing is open in its favour, PAID_WITH_STATEMENT.
 */
export async function proposeFinalSettlement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: { readonly agentCode: string; readonly currency: string; readonly reason: string },
): Promise<FinalSettlement> {
  const currency = checkCurrency(input.currency);
  const reason = checkReason(input.reason);
  const { agentCode } = input;
  const agentId = await findAgentId(transaction, agentCode);
  await requireTerminated(transaction, agentId, agentCode, now);
  const { amount, returned, deposit } = await currentBalance(transaction, agentId, currency);
  const setOff = Decimal.min(Decimal.max(0, amount.negated()), deposit);
  const refund = deposit.minus(setOff);
  if (amount.lte(0) && setOff.isZero() && refund.isZero()) {
    const message = `Agent ${agentCode} carries ${moneyOf(amount, currency)} and has no deposit.`;
    throw new UserError('BALANCE_TOO_LOW', message, 'agentCode');
  }
  const common = { agentId, agentCode, currency, reason };
  const final = { ...common, kind: 'FINAL', gross: amount, returned: Decimal.min(amount, returned) } as const;
  return {
    settlementId: amount.gt(0) ? await addSettlement(transaction, actor, now, final) : null,
    setOffId: setOff.gt(0)
      ? await addDepositEntry(transaction, actor, now, { ...common, kind: 'SET_OFF', amount: setOff.negated() })
      : null,
    refundId: refund.gt(0)
      ? await addDepositEntry(transaction, actor, now, { ...common, kind: 'REFUNDED', amount: refund.negated() })
      : null,
  };
}

async function requireTerminated(transaction: Transaction, agentId: number, code: string, now: Date): Promise<void> {
  const day = localDate(now, (await loadOperator(transaction)).timeZone);
  const [status] = await rawSql(transaction)<{ status: string }[]>`
    select status from agent_status where agent_id = ${agentId} and daterange(valid_from, valid_to) @> ${day}::date`;
  if (status?.status === 'TERMINATED') return;
  throw new UserError('AGENT_STATE', `Agent ${code} is not terminated on ${day}.`, 'agentCode');
}

/** An off-cycle payment has neither an invoice nor value-added tax; only issued statements do. */
function requireNoInvoice(agentCode: string, terms: AgreementTerms | undefined): void {
  const { invoiceRequired, vatPercent, vatIncluded } = terms ?? {};
  const isVatOnTop = vatPercent !== undefined && !vatIncluded && !new Decimal(vatPercent).isZero();
  if (!invoiceRequired && !isVatOnTop) return;
  const why = invoiceRequired ? 'sends invoices' : 'charges value-added tax on top';
  throw new UserError('PAID_WITH_STATEMENT', `Agent ${agentCode} ${why} for what it is paid.`, 'agentCode');
}

async function addSettlement(transaction: Transaction, actor: Actor, now: Date, wanted: Wanted): Promise<number> {
  const { agentId, agentCode, kind, currency, gross, returned, reason } = wanted;
  const day = localDate(now, (await loadOperator(transaction)).timeZone);
  const agreed = (await loadAgreedTerms(transaction, [agentId], day)).get(agentId);
  requireNoInvoice(agentCode, agreed?.terms);
  const taxPercent = agreed?.terms.taxPercent ?? '0';
  const untaxed = Decimal.max(0, gross.minus(returned));
  const digits = minorUnitDigits[currency] ?? 2;
  const tax = roundMoney(untaxed.times(taxPercent).div(100), digits, agreed?.rounding ?? 'HALF_UP');
  const amounts = { gross: gross.toFixed(), tax: tax.toFixed(), net: gross.minus(tax).toFixed() };
  const [added] = await rawSql(transaction)<{ id: number; code: string }[]>`
    insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, returned, reason, state, proposed_by, proposed_at)
    values (${agentId}, ${kind}, ${currency}, ${amounts.gross}, ${taxPercent}, ${amounts.tax}, ${amounts.net}, ${returned.toFixed()}, ${reason},
      'PROPOSED', ${actor.name}, ${now.toISOString()}) returning id, code`;
  if (!added) throw new Error('an insert gave no row');
  const after = { agent: agentCode, kind, currency, ...amounts };
  await recordChanges(transaction, actor, now, [
    { action: 'off_cycle_settlement.proposed', entity: 'off_cycle_settlement', entityKey: added.code, after, reason },
  ]);
  return added.id;
}
