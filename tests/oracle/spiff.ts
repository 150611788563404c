import { eachDay } from './dates.ts';
import { compare, fraction, roundToUnits, subtract, unitsToFraction, ZERO } from './fraction.ts';
import type { SpiffComponent } from './historyModel.ts';
import type { Earning } from './items.ts';
import { compareSales, digitsOf, groupBy, type Known, versionOn } from './known.ts';
import type { Rating } from './rating.ts';

/** What runs have given to credits out of budgets, 0 where nothing was left; by component, event, agent and role. */
export type SpiffDecisions = Map<string, bigint>;

function decisionKey(earning: Earning): string {
  return [earning.plan, earning.component, earning.cause, earning.agent, earning.role].join('\t');
}

/** The budget in the period: that of the version in force on its last day, or on the latest day that names the component. */
function budgetUnits(known: Known, plan: string, component: string, period: string): bigint {
  for (const day of [...eachDay(period)].reverse()) {
    const version = versionOn(known, plan, day);
    const named = version?.components.find((each) => each.code === component && each.kind === 'SPIFF');
    if (version && named) {
      const digits = digitsOf(known, version.currency);
      const budget = fraction((named as SpiffComponent).budget);
      const units = roundToUnits(budget, digits, 'DOWN');
      if (compare(subtract(budget, unitsToFraction(units, digits)), ZERO) !== 0) throw new Error('budget too fine');
      return units;
    }
  }
  throw new Error(`no version names ${component} in ${period}`);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/**
 * Cuts SPIFF earnings to what the budgets have left, over all periods up to the present one (docs/commission.md §4):
 * decided credits keep what they got, or less where they earn less now; the others take what is left, in order.
 * Changes the ratings and returns the decisions as they are now.
 */
export function applyBudgets(
  known: Known,
  ratings: readonly Rating[],
  decisions: ReadonlyMap<string, bigint>,
): SpiffDecisions {
  const all = ratings.flatMap((rating) =>
    rating.earnings.filter((each) => each.definition.kind === 'SPIFF').map((earning) => ({ rating, earning })),
  );
  // what was refused stays refused, also where it is away for a while; what gave all of its money back is decided anew
  const decidedNow: SpiffDecisions = new Map([...decisions].filter(([, granted]) => granted === 0n));
  for (const rows of groupBy(all, ({ earning }) => `${earning.plan}\t${earning.component}`).values()) {
    let used = 0n;
    for (const { earning } of rows) {
      const decided = decisions.get(decisionKey(earning));
      if (decided === undefined) continue;
      decidedNow.set(decisionKey(earning), least(decided, earning.units));
      used += least(decided, earning.units);
    }
    const undecided = rows.filter(({ earning }) => !decisions.has(decisionKey(earning)));
    undecided.sort((a, b) => compareSales(a.rating.credit.sale, b.rating.credit.sale));
    for (const { earning } of undecided) {
      const { plan, component, credit } = earning;
      const left = budgetUnits(known, plan, component, credit.sale.period) - used;
      const granted = least(earning.units, left > 0n ? left : 0n);
      decidedNow.set(decisionKey(earning), granted);
      used += granted;
    }
    for (const { rating, earning } of rows) {
      const granted = decidedNow.get(decisionKey(earning)) ?? 0n;
      if (granted === earning.units) continue;
      rating.refusals.push({ component: earning.component, reason: 'BUDGET_USED_UP' });
      if (granted === 0n) rating.earnings = rating.earnings.filter((each) => each !== earning);
      earning.units = granted;
    }
  }
  return decidedNow;
}
