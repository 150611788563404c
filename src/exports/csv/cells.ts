import { minorUnitDigits } from '../../money.ts';

// SQL of the cells that several of a period's files have.

/** What a rule pays, as text: `3.25%`, `80` per unit, or `12.5%+1.005`. */
export const rateText = `case when percent <> 0 and flat <> 0 then trim_scale(percent) || '%+' || trim_scale(flat)
  when percent <> 0 then trim_scale(percent) || '%' else trim_scale(flat)::text end`;

/**
 * A text cell that a spreadsheet would take for a formula is made harmless (DOMAIN.md §11): one that starts with tab, line feed,
 * carriage return, `+`, `-`, `=` or `@`.
 */
export const text = (expression: string) =>
  `case when ascii(${expression}) in (9, 10, 13, 43, 45, 61, 64) then '''' || ${expression} else ${expression} end`;

/** SQL of an amount with all decimals of its currency, whatever scale it was stored with. */
export type Money = (amount: string, currency: string) => string;

/** @param currencies those of the run: most runs have one, and a constant costs nothing */
export function moneyOf(currencies: readonly string[]): Money {
  const digits = [...new Set(currencies.map((currency) => minorUnitDigits[currency] ?? 2))];
  if (digits.length <= 1) return (amount) => `round(${amount}, ${digits[0] ?? 2})`;
  const cases = currencies.map((currency) => `when '${currency}' then ${minorUnitDigits[currency] ?? 2}`);
  return (amount, currency) => `round(${amount}, case ${currency} ${cases.join(' ')} else 2 end)`;
}
