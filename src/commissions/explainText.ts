import { canonicalDecimal, Decimal, formatMoney, minorUnitDigits, type RoundingMode } from '../money.ts';
import type { LineKind } from './lineId.ts';

// What explanations are written with. Formulas are texts that can be computed: `×`, `/`, `+`, `−`, `%`, parentheses, and
// round(value, digits, mode), clamp(value, least, most), min(…), max(…), share(…).

export type Step = { readonly label: string; readonly value: string };

export type Explanation = {
  readonly lineId: string;
  readonly period: string;
  readonly agent: string;
  readonly component: string;
  readonly kind: LineKind;
  readonly amount: string;
  readonly currency: string;
  /** The arithmetic with the line's own figures, as in `round(1 × (3.25% × 64.30) × 1.25, 2) = 2.61`. */
  readonly formula: string;
  readonly sentenceEn: string;
  readonly sentenceZh: string;
  /** What led to it, in order: event, rule, version, figures. */
  readonly steps: readonly Step[];
};

/** What explains a line besides what every explanation says. */
export type Story = Pick<Explanation, 'formula' | 'sentenceEn' | 'sentenceZh' | 'steps'>;

/** A number without trailing zeros. */
export const plain = canonicalDecimal;

/** An amount with the decimals of its currency. */
export function moneyText(amount: Decimal | string, currency: string): string {
  return formatMoney(new Decimal(amount), digitsOf(currency));
}

export function digitsOf(currency: string): number {
  return minorUnitDigits[currency] ?? 2;
}

/** `round(inner, 2)`; the usual mode is not named. */
export function roundText(inner: string, currency: string, rounding: RoundingMode): string {
  const mode = rounding === 'HALF_UP' ? '' : `, ${rounding}`;
  return `round(${inner}, ${digitsOf(currency)}${mode})`;
}

export const isOne = (value: Decimal | string) => new Decimal(value).equals(1);

/** Steps without those that have nothing to say. */
export function stepsOf(entries: readonly (readonly [label: string, value: string | undefined])[]): Step[] {
  return entries.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

const eventWords: Readonly<Record<string, string>> = {
  ACTIVATION: '开户',
  RECHARGE: '充值',
  BILL: '出账',
  PAYMENT: '缴费',
  DEVICE_SALE: '终端销售',
  RENEWAL: '续约',
  CHURN: '离网',
  REACTIVATION: '复机',
  PLAN_CHANGE: '变更套餐',
  TRANSFER: '过户',
  REFUND: '退款',
  REVERSAL: '冲正',
};

/** An event type in Chinese. */
export const eventWord = (type: string | null | undefined) => eventWords[type ?? ''] ?? '业务';
