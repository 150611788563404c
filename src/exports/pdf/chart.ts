import { Decimal } from '../../money.ts';

// The axis of a bar chart of amounts. Pure.

export type ChartScale = {
  /** From 0 up, the last above or at the highest amount. */
  readonly ticks: readonly Decimal[];
  /** How high an amount stands, 0 to 1. Only to draw: no amount is calculated from it. */
  readonly heightOf: (amount: Decimal) => number;
};

/** Ticks at 1, 2, 2.5 or 5 times a power of ten, at most five steps; amounts at or below 0 stand at 0. */
export function chartScale(amounts: readonly Decimal[]): ChartScale {
  const highest = amounts.reduce((most, amount) => (amount.gt(most) ? amount : most), new Decimal(0));
  const step = highest.isZero() ? new Decimal(1) : niceStep(highest);
  const stepCount = highest.isZero() ? 1 : highest.div(step).ceil().toNumber();
  const ticks = Array.from({ length: stepCount + 1 }, (_, index) => step.times(index));
  const top = step.times(stepCount);
  return {
    ticks,
    heightOf: (amount) => (amount.lte(0) ? 0 : amount.div(top).toDecimalPlaces(6).toNumber()),
  };
}

const mostSteps = 5;
const niceFactors = [1, 2, 2.5, 5, 10].map((factor) => new Decimal(String(factor)));

function niceStep(highest: Decimal): Decimal {
  const power = new Decimal(10).pow(highest.div(mostSteps).e);
  const fits = (factor: Decimal) => highest.lte(power.times(factor).times(mostSteps));
  return power.times(niceFactors.find(fits) ?? 10);
}

/** An amount in a small space: 1,234 as `1,234`, 12,500 as `12.5k`, 3,000,000 as `3M`. */
export function shortAmount(amount: Decimal): string {
  const units: [string, string][] = [
    ['1000000000', 'G'],
    ['1000000', 'M'],
    ['1000', 'k'],
  ];
  const unit = units.find(([size]) => amount.abs().gte(new Decimal(size).times(size === '1000' ? 10 : 1)));
  const shown = unit ? amount.div(unit[0]) : amount;
  const text = shown.toSignificantDigits(3).toFixed();
  return unit ? `${text}${unit[1]}` : groupThousands(text);
}

/** `1234567.50` as `1,234,567.50`. */
export function groupThousands(plain: string): string {
  const [whole = '', fraction] = plain.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
