import type { Crediting } from './conflicts.ts';
import { compare, compareText, type Fraction, fraction, multiply, ONE, subtract, sum, ZERO } from './fraction.ts';
import type { Agent, AgentStatus, Agreement, Measure, PlanVersion } from './historyModel.ts';
import {
  agentOf,
  agreementOn,
  compareSales,
  type Known,
  originalKey,
  rateOn,
  type Sale,
  statusOn,
  versionOn,
} from './known.ts';

/** One credit of one event, with what held for its agent when the event occurred (its class). */
export type Credit = {
  sale: Sale;
  agent: Agent;
  role: string;
  share: Fraction;
  status: AgentStatus;
  agreement?: Agreement;
  version?: PlanVersion;
  /** What a conflict does to it. */
  block?: Crediting['block'];
  /** Whether it counts for volumes and pools (docs/commission.md §3.4). */
  counts: boolean;
};

/** Types that never earn, whatever a component lists (DOMAIN.md §9.12). */
export const NEVER_EARN: readonly string[] = ['REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE'];
const FOLLOWS_TRANSFER: readonly string[] = ['BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL'];

/** Who is credited: whom a decision names, else after a TRANSFER of its subscription the new agent alone, else what the row says. */
function creditedBy(known: Known, sale: Sale): { agent: string; role: string; share: string }[] {
  const { event } = sale;
  const decided = known.crediting.get(sale.key)?.shares;
  if (decided) return decided;
  if (event.subscription !== undefined && FOLLOWS_TRANSFER.includes(event.type)) {
    const transfer = (known.bySubscription.get(event.subscription) ?? [])
      .filter((other) => other.event.type === 'TRANSFER' && compareSales(other, sale) < 0)
      .at(-1);
    if (transfer) return [{ agent: transfer.event.agent, role: 'SELLER', share: '1' }];
  }
  return event.credits ?? [{ agent: event.agent, role: 'SELLER', share: '1' }];
}

/** The credits of one event, by agent code, then role. */
function creditsOf(known: Known, sale: Sale): Credit[] {
  const rows = creditedBy(known, sale);
  if (compare(sum(rows.map((row) => fraction(row.share))), ONE) !== 0) {
    throw new Error(`shares of ${sale.key} do not total 1`);
  }
  const block = known.crediting.get(sale.key)?.block;
  const credits = rows.map((row): Credit => {
    const agent = agentOf(known, row.agent);
    const status = statusOn(agent, sale.date);
    const agreement = agreementOn(known, agent.code, sale.date);
    const version = agreement && versionOn(known, agreement.plan, sale.date);
    const happened = !known.reversed.has(sale.key) && block === undefined;
    const counts = status === 'ACTIVE' && agreement !== undefined && happened;
    return { sale, agent, role: row.role, share: fraction(row.share), status, agreement, version, block, counts };
  });
  return credits.sort((a, b) => compareText(a.agent.code, b.agent.code) || compareText(a.role, b.role));
}

/** All credits of a period's events in order, those of reversed events too. */
export function creditsOfPeriod(known: Known, period: string): Credit[] {
  return (known.byPeriod.get(period) ?? []).flatMap((sale) => creditsOf(known, sale));
}

/** What a credit adds to volumes: a sale's own figures, or those of a REFUND with the credits of its original, negative. */
export type VolumeEntry = {
  /** Of the sale, or of the REFUND's original. */
  credit: Credit;
  /** Whose amount, quantity and date count. */
  figures: Sale;
  /** 1 or −1 times the share. */
  share: Fraction;
};

/** Everything that counts for volumes and pools in a month (docs/commission.md §3.4, §5). */
export function volumeEntries(known: Known, period: string): VolumeEntry[] {
  const entries = entriesByPeriod.get(known) ?? new Map<string, VolumeEntry[]>();
  entriesByPeriod.set(known, entries);
  const found = entries.get(period) ?? entriesOf(known, period);
  entries.set(period, found);
  return found;
}

const entriesByPeriod = new WeakMap<Known, Map<string, VolumeEntry[]>>();

function entriesOf(known: Known, period: string): VolumeEntry[] {
  return (known.byPeriod.get(period) ?? []).flatMap((sale) => {
    if (known.reversed.has(sale.key)) return [];
    const isRefund = sale.event.type === 'REFUND';
    const original = isRefund ? known.byKey.get(originalKey(sale.event) ?? '') : sale;
    if (!original) throw new Error(`${sale.key} refunds an unknown event`);
    return creditsOf(known, original)
      .filter((credit) => credit.counts)
      .map((credit) => ({
        credit,
        figures: sale,
        share: isRefund ? subtract(ZERO, credit.share) : credit.share,
      }));
  });
}

/** Whether an entry's type (a REFUND's original's) is one of the listed. */
export function isListed(entry: VolumeEntry, eventTypes: readonly string[]): boolean {
  return eventTypes.includes(entry.credit.sale.event.type);
}

/** share · quantity, or share · amount at the rate of the entry's own date; undefined without a rate. */
export function measured(
  known: Known,
  entry: VolumeEntry,
  measure: Measure | 'QUANTITY',
  currency: string,
): Fraction | undefined {
  const { event, date } = entry.figures;
  if (measure !== 'AMOUNT') return multiply(entry.share, fraction(event.quantity));
  const rate = rateOn(known, event.currency, currency, date);
  return rate && multiply(entry.share, multiply(fraction(event.amount), rate));
}
