import { compareText, fraction, roundToUnits } from './fraction.ts';
import type { ConflictDecision } from './historyModel.ts';
import { type Item, item } from './items.ts';
import { digitsOf, type Known } from './known.ts';

/** Decisions whose deductions were booked, by rule and event. */
export type Deducted = Map<string, { event: string; decision: ConflictDecision }>;

function adjustmentItems(known: Known, event: string, { deductions = [] }: ConflictDecision, sign: bigint): Item[] {
  return deductions.map(({ agent, amount, currency }) => {
    const units = sign * roundToUnits(fraction(amount), digitsOf(known, currency), 'DOWN');
    const kind = 'ADJUSTMENT';
    return item({ kind, plan: '', component: kind, cause: event, agent, role: kind, units, currency });
  });
}

/**
 * The ADJUSTMENT lines of a run: deductions of decisions that hold now and were not booked, and what takes back those that were
 * booked and hold no more. Changes what is remembered as booked.
 */
export function bookDeductions(known: Known, deducted: Deducted): Item[] {
  const now: Deducted = new Map();
  for (const { rule, event, decision } of known.world.conflicts ?? []) {
    if (decision) now.set(`${rule} ${event}`, { event, decision });
  }
  const items: Item[] = [];
  for (const [key, { event, decision }] of deducted) {
    if (now.get(key)?.decision === decision) continue;
    items.push(...adjustmentItems(known, event, decision, 1n));
    deducted.delete(key);
  }
  for (const [key, each] of now) {
    if (deducted.has(key)) continue;
    items.push(...adjustmentItems(known, each.event, each.decision, -1n));
    deducted.set(key, each);
  }
  return netOf(items);
}

/** One line per agent, conflict's event and currency, none of zero. */
function netOf(items: readonly Item[]): Item[] {
  const sums = new Map<string, Item>();
  for (const each of items) {
    const key = JSON.stringify([each.agent, each.cause, each.currency]);
    sums.set(key, { ...each, units: each.units + (sums.get(key)?.units ?? 0n) });
  }
  return [...sums.values()].filter(({ units }) => units !== 0n).sort((a, b) => compareText(a.agent, b.agent));
}
