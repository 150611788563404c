import type { Decimal, RoundingMode } from '../../money.ts';
import type { Period } from '../../period.ts';
import type { BracketDefinition, DefinitionOf, QuotaBonusDefinition, VolumeWindow } from '../definitions.ts';
import {
  add,
  compare,
  divide,
  type Fraction,
  fractionOf,
  multiply,
  roundFraction,
  subtract,
  zero,
} from './fraction.ts';

// What a volume earns (docs/commission.md §5): C of a BRACKET or QUOTA_BONUS, exact, and the line it makes of the window to date.

const hundred = fractionOf('100');

/** A component that pays on a volume. */
export type VolumeComponentDefinition =
  | { readonly kind: 'BRACKET'; readonly definition: DefinitionOf['BRACKET'] }
  | { readonly kind: 'QUOTA_BONUS'; readonly definition: DefinitionOf['QUOTA_BONUS'] };

/**
 * C of a volume by brackets [from, to). MARGINAL: each slice at its own rate, up to where the brackets end; WHOLE: everything at the
 * rate of the bracket that holds the volume. A volume of 0 or below, or in no bracket, earns 0.
 * @param target where the bounds are ATTAINMENT: what they are percents of, more than 0
 */
export function bracketAmount(definition: BracketDefinition, volume: Decimal, target?: Decimal): Fraction {
  const reached = fractionOf(volume);
  if (compare(reached, zero) <= 0) return zero;
  const brackets = definition.brackets.map((bracket) => ({
    from: edge(definition, bracket.from, target),
    to: bracket.to === undefined ? undefined : edge(definition, bracket.to, target),
    rate: rateOf(definition, bracket.rate),
  }));
  if (definition.method === 'WHOLE') {
    const holding = brackets.find(
      ({ from, to }) => compare(from, reached) <= 0 && (to === undefined || compare(reached, to) < 0),
    );
    return holding ? multiply(reached, holding.rate) : zero;
  }
  return brackets
    .filter(({ from }) => compare(from, reached) < 0)
    .map(({ from, to, rate }) => {
      const end = to !== undefined && compare(to, reached) < 0 ? to : reached;
      return multiply(subtract(end, from), rate);
    })
    .reduce(add, zero);
}

/** A bound as a volume: itself, or target · percent / 100. */
function edge({ bounds }: BracketDefinition, bound: string, target: Decimal | undefined): Fraction {
  if (bounds === 'VOLUME') return fractionOf(bound);
  if (!target) throw new Error('bounds of attainment without a target');
  return divide(multiply(fractionOf(target), fractionOf(bound)), hundred);
}

/** Percent of an amount, money per unit of units. */
function rateOf({ measure }: BracketDefinition, rate: string): Fraction {
  return measure === 'AMOUNT' ? divide(fractionOf(rate), hundred) : fractionOf(rate);
}

/**
 * C of a volume by its attainment of the target, 100 · volume / target, as far as it counts: the value there is money or a percent
 * of the volume.
 * @param target more than 0
 */
export function quotaAmount(definition: QuotaBonusDefinition, volume: Decimal, target: Decimal): Fraction {
  const attained = divide(multiply(fractionOf(volume), hundred), fractionOf(target));
  const most = definition.maximumAttainment === undefined ? undefined : fractionOf(definition.maximumAttainment);
  const value = valueAt(definition, most && compare(attained, most) > 0 ? most : attained);
  return definition.pays === 'AMOUNT' ? value : divide(multiply(fractionOf(volume), value), hundred);
}

/** 0 below the first point; the last point's value above the last. */
function valueAt({ curve, points }: QuotaBonusDefinition, attained: Fraction): Fraction {
  const reached = points.findLastIndex(({ attainment }) => compare(fractionOf(attainment), attained) <= 0);
  const point = points[reached];
  const next = points[reached + 1];
  if (!point) return zero;
  const value = fractionOf(point.value);
  if (curve === 'STEP' || !next) return value;
  const from = fractionOf(point.attainment);
  const part = divide(subtract(attained, from), subtract(fractionOf(next.attainment), from));
  return add(value, multiply(subtract(fractionOf(next.value), value), part));
}

export type ToDate = {
  /** V of the window's months up to the period, and up to the one before; undefined before the window. */
  readonly volume: Decimal;
  readonly volumeBefore: Decimal | undefined;
  readonly target: Decimal | undefined;
  readonly multiplier: Decimal;
  readonly digits: number;
  readonly rounding: RoundingMode;
};

/**
 * The line of a period: round( multiplier · (C(V to P) − C(V to P−1)) ), C being 0 before the window and the present version's on
 * both volumes (DOMAIN.md §9.3, §9.12).
 */
export function toDateAmount(component: VolumeComponentDefinition, toDate: ToDate): Decimal {
  const { volume, volumeBefore, target, multiplier, digits, rounding } = toDate;
  const earned = amountOf(component, volume, target);
  const before = volumeBefore ? amountOf(component, volumeBefore, target) : zero;
  return roundFraction(multiply(fractionOf(multiplier), subtract(earned, before)), digits, rounding);
}

function amountOf(component: VolumeComponentDefinition, volume: Decimal, target: Decimal | undefined): Fraction {
  if (component.kind === 'BRACKET') return bracketAmount(component.definition, volume, target);
  if (!target) throw new Error('a quota bonus without a target');
  return quotaAmount(component.definition, volume, target);
}

/** Whether a component pays nothing to an agent without a target. */
export function needsTarget({ kind, definition }: VolumeComponentDefinition): boolean {
  return kind === 'QUOTA_BONUS' || definition.bounds === 'ATTAINMENT';
}

/** The first month of the window that a period lies in. */
export function windowStart(window: VolumeWindow, period: Period): Period {
  const month = Number(period.slice(5));
  const first = window === 'YEAR' ? 1 : window === 'QUARTER' ? month - ((month - 1) % 3) : month;
  return `${period.slice(0, 5)}${String(first).padStart(2, '0')}` as Period;
}

/** What metrics call the window that a period lies in: `2026-10`, `2026-Q4`, `2026`. */
export function windowName(window: VolumeWindow, period: Period): string {
  if (window === 'MONTH') return period;
  const year = period.slice(0, 4);
  return window === 'YEAR' ? year : `${year}-Q${Math.ceil(Number(period.slice(5)) / 3)}`;
}
