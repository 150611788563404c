import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import { groupBy } from './engine/group.ts';

// What a simulation tells of the amounts of both sides: pure arithmetic on sums by agent and component.

/** Amounts of one currency as text, with all its decimals. */
type Compared = {
  readonly currency: string;
  readonly paid: string;
  readonly simulated: string;
  readonly difference: string;
};

export type Summary = {
  /** By currency: currencies are never added up. */
  readonly totals: readonly Compared[];
  readonly components: readonly ComparedComponent[];
  /** By difference, the greatest loss first. */
  readonly agents: readonly ComparedAgent[];
  readonly winnerCount: number;
  readonly loserCount: number;
  readonly unchangedCount: number;
  /** How many agents' differences lie in each tenth of the way from the greatest loss to the greatest gain, by currency. */
  readonly distribution: readonly Bucket[];
};

/** `plan` is null of a pool. */
export type ComparedComponent = Compared & { readonly plan: string | null; readonly component: string };
export type ComparedAgent = Compared & { readonly agent: string };
/** Differences [from, to), of the last stretch [from, to]. */
export type Bucket = {
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly agentCount: number;
};

/** What an agent was paid and would have been paid of a component. */
export type ComparedRow = {
  readonly agent: string;
  readonly plan: string | null;
  readonly component: string;
  readonly currency: string;
  readonly paid: string;
  readonly simulated: string;
};

/**
 * The totals, by component and by agent, and how the differences are distributed.
 * @param rows in order of currency, plan and component
 */
export function summaryOf(rows: readonly ComparedRow[]): Summary {
  const byAgent = sums(rows, ({ agent, currency }) => ({ agent, currency })).sort(
    (a, b) => a.difference.comparedTo(b.difference) || (a.agent < b.agent ? -1 : 1),
  );
  const count = (holds: (difference: Decimal) => boolean) =>
    byAgent.filter(({ difference }) => holds(difference)).length;
  return {
    totals: sums(rows, ({ currency }) => ({ currency })).map(inText),
    components: sums(rows, ({ plan, component, currency }) => ({ plan, component, currency })).map(inText),
    agents: byAgent.map(inText),
    winnerCount: count((difference) => difference.gt(0)),
    loserCount: count((difference) => difference.lt(0)),
    unchangedCount: count((difference) => difference.isZero()),
    distribution: [...groupBy(byAgent, ({ currency }) => currency)].flatMap(([currency, own]) =>
      distributionOf(
        currency,
        own.map(({ difference }) => difference),
      ),
    ),
  };
}

type Sums = { readonly paid: Decimal; readonly simulated: Decimal; readonly difference: Decimal };

/** An amount as text with the digits of its currency. */
export function inMinorUnits(amount: Decimal, currency: string): string {
  return formatMoney(amount, digitsOf(currency));
}

const digitsOf = (currency: string) => minorUnitDigits[currency] ?? 2;

function sums<Part extends object>(rows: readonly ComparedRow[], part: (row: ComparedRow) => Part): (Part & Sums)[] {
  return [...groupBy(rows, (row) => JSON.stringify(part(row))).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const paid = group.reduce((sum, row) => sum.plus(row.paid), new Decimal(0));
    const simulated = group.reduce((sum, row) => sum.plus(row.simulated), new Decimal(0));
    return [{ ...part(first), paid, simulated, difference: simulated.minus(paid) }];
  });
}

function inText<Part extends { readonly currency: string }>(row: Part & Sums): Part & Compared {
  const text = (amount: Decimal) => inMinorUnits(amount, row.currency);
  return { ...row, paid: text(row.paid), simulated: text(row.simulated), difference: text(row.difference) };
}

const bucketCount = 10;

/** Ten stretches of equal width, with bounds on the minor unit; one where all differences are the same. */
function distributionOf(currency: string, differences: readonly Decimal[]): Bucket[] {
  const [least, most] = [Decimal.min(...differences), Decimal.max(...differences)];
  const width = most.minus(least);
  const digits = digitsOf(currency);
  const stretches = width.isZero() ? 1 : bucketCount;
  const bounds = Array.from({ length: stretches }, (_, index) =>
    least.plus(width.times(index).div(stretches)).toDecimalPlaces(digits),
  );
  return bounds.map((from, index): Bucket => {
    const next = bounds[index + 1];
    const inside = differences.filter((value) => value.gte(from) && (next === undefined || value.lt(next)));
    return {
      currency,
      from: formatMoney(from, digits),
      to: formatMoney(next ?? most, digits),
      agentCount: inside.length,
    };
  });
}
