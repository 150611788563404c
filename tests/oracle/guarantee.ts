import { daysOf, eachDay } from './dates.ts';
import { divide, fraction, multiply, roundToUnits } from './fraction.ts';
import { type Item, item, totalUnits } from './items.ts';
import { type AgentFacts, agreementOn, digitsOf, isTerminatedAtEnd, type Known, statusOn } from './known.ts';

const EARNED = ['EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR'];

/** The guarantee for the days with the agreement and ACTIVE: round( minimum · days / days of the month ). */
function minimumUnits(known: Known, facts: AgentFacts, period: string, minimum: string): bigint {
  const { agent, agreement, version } = facts;
  if (!version) return 0n;
  const days = eachDay(period).filter(
    (day) => agreementOn(known, agent.code, day)?.code === agreement.code && statusOn(agent, day) === 'ACTIVE',
  );
  const part = divide(fraction(String(days.length)), fraction(daysOf(period).last.slice(8)));
  return roundToUnits(multiply(fraction(minimum), part), digitsOf(known, version.currency), version.rounding);
}

/** What a DRAW pays (top-up) or takes (recovery, debt) this period (docs/commission.md §8.4). */
function drawUnits(earned: bigint, minimum: bigint, owed: bigint, isTerminated: boolean): bigint {
  if (isTerminated) return -owed;
  const basis = earned > 0n ? earned : 0n;
  if (basis < minimum) return minimum - basis;
  const above = basis - minimum;
  return owed < above ? -owed : -above;
}

/** The DRAW lines of a period; `earlier` are the lines of the periods before it, as corrected. */
export function drawItems(
  known: Known,
  period: string,
  last: readonly AgentFacts[],
  items: readonly Item[],
  earlier: readonly Item[],
): Item[] {
  return last.flatMap((facts) => {
    const { agent, agreement, version } = facts;
    return (version?.components ?? []).flatMap((component) => {
      if (component.kind !== 'DRAW' || !version) return [];
      const { currency } = version;
      const earned = items.filter(
        (each) => each.agent === agent.code && each.currency === currency && EARNED.includes(each.kind),
      );
      const owed = earlier.filter(
        (each) =>
          each.kind === 'DRAW' &&
          each.agent === agent.code &&
          each.plan === agreement.plan &&
          each.component === component.code,
      );
      const minimum = minimumUnits(known, facts, period, component.minimum);
      const units = drawUnits(totalUnits(earned), minimum, totalUnits(owed), isTerminatedAtEnd(agent, period));
      if (units === 0n) return [];
      const { plan } = agreement;
      return [
        item({
          kind: 'DRAW',
          plan,
          component: component.code,
          cause: '',
          agent: agent.code,
          role: 'DRAW',
          units,
          currency,
        }),
      ];
    });
  });
}
