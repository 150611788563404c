import { compare, type Fraction, fraction, multiply, subtract, ZERO } from './fraction.ts';
import type { Base, Match, Rule, SalesEvent } from './historyModel.ts';
import { inForce, type Known, tierOn } from './known.ts';
import type { Credit } from './sales.ts';

/** The region and all that contain it, the region itself first. */
function regionPath(known: Known, region: string | undefined): string[] {
  const path: string[] = [];
  let code = region;
  while (code !== undefined) {
    const here = code;
    const found = known.world.regions.find((each) => each.code === here);
    if (!found) throw new Error(`unknown region ${here}`);
    path.push(here);
    code = found.parent;
  }
  return path;
}

/** Whether a rule's conditions hold for a credit, its base range left aside (DOMAIN.md §9.2). */
export function matches(known: Known, match: Match, credit: Credit): boolean {
  const { sale, agent } = credit;
  const { event, date } = sale;
  const product = known.world.products.find((each) => each.code === event.product);
  if (!product) throw new Error(`unknown product ${event.product}`);
  const isNamedOrEqual = <T>(named: T | undefined, actual: T | undefined) => named === undefined || named === actual;
  const regions = regionPath(known, event.region ?? inForce(agent.regions, date)?.region);
  return (
    isNamedOrEqual(match.product, event.product) &&
    isNamedOrEqual(match.category, product.category) &&
    isNamedOrEqual(match.event, event.type) &&
    isNamedOrEqual(match.channelType, agent.channelType) &&
    isNamedOrEqual(match.tier, tierOn(agent, date)) &&
    (match.region === undefined || regions.includes(match.region)) &&
    isNamedOrEqual(match.segment, event.segment) &&
    isNamedOrEqual(match.campaign, event.campaign) &&
    isNamedOrEqual(match.contractMonths, event.contractMonths)
  );
}

function hasRange(match: Match): boolean {
  return match.baseFrom !== undefined || match.baseTo !== undefined || match.baseUpTo !== undefined;
}

export function isInRange(match: Match, base: Fraction): boolean {
  if (match.baseFrom !== undefined && compare(base, fraction(match.baseFrom)) < 0) return false;
  if (match.baseUpTo !== undefined && compare(base, fraction(match.baseUpTo)) > 0) return false;
  return match.baseTo === undefined || compare(base, fraction(match.baseTo)) < 0;
}

/** How specific a rule is, the weightiest dimension first: the order in which DOMAIN.md §9.2 compares. */
function specificity(known: Known, match: Match): number[] {
  const named = (value: unknown) => (value === undefined ? 0 : 1);
  return [
    match.product !== undefined ? 2 : named(match.category),
    named(match.event),
    named(match.channelType),
    named(match.tier),
    regionPath(known, match.region).length,
    named(match.segment),
    named(match.campaign),
    named(match.contractMonths),
    hasRange(match) ? 1 : 0,
  ];
}

function compareSpecificity(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The most specific of the rules; two equally specific ones should have been refused with the plan and throw. */
export function mostSpecific(known: Known, component: string, rules: readonly Rule[]): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) {
    const isBest = rules.every(
      (other) =>
        other === rule || compareSpecificity(specificity(known, rule.match), specificity(known, other.match)) >= 0,
    );
    if (isBest && best) throw new Error(`rules ${best.code} and ${rule.code} of ${component} tie`);
    if (isBest) best = rule;
  }
  return best;
}

/** The whole event's base in the event's currency; undefined where the event does not say it. */
export function baseOf(event: SalesEvent, base: Base): Fraction | undefined {
  switch (base) {
    case 'AMOUNT':
      return fraction(event.amount);
    case 'QUANTITY':
      return fraction(event.quantity);
    case 'MONTHLY_FEE':
      return event.monthlyFee === undefined ? undefined : fraction(event.monthlyFee);
    case 'MARGIN': {
      if (event.cost === undefined) return undefined;
      const margin = subtract(fraction(event.amount), multiply(fraction(event.cost), fraction(event.quantity)));
      return compare(margin, ZERO) < 0 ? ZERO : margin;
    }
  }
}
