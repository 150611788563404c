import { Decimal, minorUnitDigits } from '../src/money.ts';

/** An amount as text with the decimals of its currency, as in "100.00"; one that is finer, as a limit may be, with its own. */
export function moneyText(amount: Decimal | string, currency: string): string {
  const exact = new Decimal(amount);
  return exact.toFixed(Math.max(exact.decimalPlaces(), minorUnitDigits[currency] ?? 2));
}
