import { loadAgreedTerms } from '../balances/terms.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, minorUnitDigits, roundMoney } from '../money.ts';
import { lastDate, type Period } from '../period.ts';

/** A payment that is about to be instructed. */
export type CollectedFrom = { readonly agentId: number; readonly currency: string; readonly gross: Decimal };

/**
 * What of each payment goes into the agent's deposit instead: the percent of its agreement, until the deposit is what the agreement wants. Terms
 * are those at the end of the latest approved period. Several payments of one agent are taken in order.
 * @returns the amounts by index of `rows`; payments that nothing is taken from are left out.
 */
export async function depositsToCollect(
  transaction: Transaction,
  rows: readonly CollectedFrom[],
): Promise<Map<number, Decimal>> {
  const sql = rawSql(transaction);
  const agentIds = [...new Set(rows.map(({ agentId }) => agentId))];
  const [latest] = await sql<{ period: Period | null }[]>`
    select max(period) as period from commission_run where status in ('APPROVED', 'PAID')`;
  if (!latest?.period) return new Map();
  const agreed = await loadAgreedTerms(transaction, agentIds, lastDate(latest.period));
  const wanting = [...agreed].flatMap(([id, { terms }]) => (terms.depositTarget && terms.depositPercent ? [id] : []));
  const balances = await sql<{ id: number; currency: string; balance: string }[]>`
    select wanted.id, wanted.currency, deposit_balance(wanted.id, wanted.currency) as balance
    from unnest(${wanting}::integer[], ${wanting.map((id) => agreed.get(id)?.currency ?? '')}::text[]) wanted (id, currency)`;
  const held = new Map(balances.map(({ id, balance }) => [id, new Decimal(balance)]));
  const collected = new Map<number, Decimal>();
  rows.forEach(({ agentId, currency, gross }, index) => {
    const own = agreed.get(agentId);
    const balance = held.get(agentId);
    if (!own || !balance || own.currency !== currency) return;
    const share = gross.times(own.terms.depositPercent ?? 0).div(100);
    const missing = new Decimal(own.terms.depositTarget ?? 0).minus(balance);
    const amount = Decimal.min(roundMoney(share, minorUnitDigits[currency] ?? 2, own.rounding), missing, gross);
    if (amount.lte(0)) return;
    collected.set(index, amount);
    held.set(agentId, balance.plus(amount));
  });
  return collected;
}
