import type { PeriodCredit } from './credits.ts';
import { multiplierOn, rateOn, regionOn, regionPath, tierOn } from './facts.ts';
import {
  add,
  clamp,
  compare,
  type Fraction,
  fraction,
  multiply,
  ONE,
  percent,
  roundToUnits,
  subtract,
  toText,
  unitsToText,
  ZERO,
} from './fraction.ts';
import type { Component, Match, OracleInput, PlanVersion, Reason, Rule, SalesEvent } from './model.ts';

export type Rated = { rule: string; base: string; factor: string; amount: string };

/** Whether a rule's conditions hold for a credit, its base range left aside (DOMAIN.md §9.2). */
function matches(input: OracleInput, match: Match, credit: PeriodCredit): boolean {
  const { event, agent, date } = credit;
  const product = input.products.find((each) => each.code === event.product);
  if (!product) throw new Error(`unknown product ${event.product}`);
  const isNamedOrEqual = <T>(named: T | undefined, actual: T | undefined) => named === undefined || named === actual;
  const regions = regionPath(input, event.region ?? regionOn(agent, date));
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
  return match.baseFrom !== undefined || match.baseTo !== undefined;
}

function isInRange(match: Match, base: Fraction): boolean {
  if (match.baseFrom !== undefined && compare(base, fraction(match.baseFrom)) < 0) return false;
  return match.baseTo === undefined || compare(base, fraction(match.baseTo)) < 0;
}

/** How specific a rule is, the weightiest dimension first: the order in which DOMAIN.md §9.2 compares. */
function specificity(input: OracleInput, match: Match): number[] {
  const named = (value: unknown) => (value === undefined ? 0 : 1);
  return [
    match.product !== undefined ? 2 : named(match.category),
    named(match.event),
    named(match.channelType),
    named(match.tier),
    regionPath(input, match.region).length,
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
function mostSpecific(input: OracleInput, component: Component, rules: readonly Rule[]): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) {
    const isBest = rules.every(
      (other) =>
        other === rule || compareSpecificity(specificity(input, rule.match), specificity(input, other.match)) >= 0,
    );
    if (isBest && best) throw new Error(`rules ${best.code} and ${rule.code} of ${component.code} tie`);
    if (isBest) best = rule;
  }
  return best;
}

/** The whole event's base in the event's currency; undefined where the event does not say it. */
function baseOf(event: SalesEvent, component: Component): Fraction | undefined {
  switch (component.base) {
    case 'amount':
      return fraction(event.amount);
    case 'quantity':
      return fraction(event.quantity);
    case 'monthly_fee':
      return event.monthlyFee === undefined ? undefined : fraction(event.monthlyFee);
    case 'margin': {
      if (event.cost === undefined) return undefined;
      const margin = subtract(fraction(event.amount), multiply(fraction(event.cost), fraction(event.quantity)));
      return compare(margin, ZERO) < 0 ? ZERO : margin;
    }
  }
}

/**
 * Rates one credit by one RATE component (DOMAIN.md §9.2): the line's figures, or why there is none.
 * amount = round( share · clamp( percent · base + flat · quantity, min, max ) · tier multiplier ).
 */
export function rateCredit(
  input: OracleInput,
  version: PlanVersion,
  component: Component,
  credit: PeriodCredit,
): Rated | Reason {
  const { event, agent, date, share } = credit;
  const matching = component.rules.filter((rule) => matches(input, rule.match, credit));
  if (matching.length === 0) return 'NO_MATCHING_RULE';
  const exchange = rateOn(input, event.currency, version.currency, date);
  if (exchange === undefined) return 'NO_EXCHANGE_RATE';
  const ownBase = baseOf(event, component);
  if (ownBase === undefined) return 'NO_BASE';
  const base = component.base === 'quantity' ? ownBase : multiply(ownBase, exchange);
  const rule = mostSpecific(
    input,
    component,
    matching.filter((each) => isInRange(each.match, base)),
  );
  if (rule === undefined) return 'NO_MATCHING_RULE';
  const whole = add(
    multiply(percent(rule.percent ?? '0'), base),
    multiply(fraction(rule.flat ?? '0'), fraction(event.quantity)),
  );
  const multiplier = component.multiplyByTier ? multiplierOn(input, agent, date) : ONE;
  const factor = multiply(share, multiplier);
  const unrounded = multiply(clamp(whole, rule.min, rule.max), factor);
  const digits = digitsOf(input, version.currency);
  const units = roundToUnits(unrounded, digits, version.rounding);
  if (units === 0n) return 'ZERO_AMOUNT';
  return { rule: rule.code, base: toText(base), factor: toText(factor), amount: unitsToText(units, digits) };
}

export function digitsOf(input: OracleInput, currency: string): number {
  const digits = input.currencyDigits[currency];
  if (digits === undefined) throw new Error(`unknown currency ${currency}`);
  return digits;
}
