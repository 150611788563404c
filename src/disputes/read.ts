import { UserError } from '../errors.ts';
import { type Decimal, minorUnitDigits, parseDecimal } from '../money.ts';
import { dateSchema } from '../programme/fields.ts';

// What people write in disputes and proposals, checked.

/** What somebody wrote, without the blanks around it. @throws UserError VALUE_MISSING, VALUE_TOO_LONG. */
export function requireWords(text: string, at: string): string {
  const said = text.trim();
  if (said === '') throw new UserError('VALUE_MISSING', `${at} is empty.`, at);
  if (said.length > 2000) throw new UserError('VALUE_TOO_LONG', `${at} has at most 2,000 characters.`, at);
  return said;
}

/** An amount of a currency, no finer than its minor unit. @throws UserError NUMBER_INVALID, CURRENCY_UNKNOWN. */
export function readMoney(text: string, currency: string, at: string): Decimal {
  const digits = Object.hasOwn(minorUnitDigits, currency) ? minorUnitDigits[currency] : undefined;
  if (digits === undefined) throw new UserError('CURRENCY_UNKNOWN', `${currency} is no currency.`, 'currency');
  const amount = parseDecimal(text.trim());
  if (!amount || amount.decimalPlaces() > digits) {
    throw new UserError('NUMBER_INVALID', `${text} is no amount of ${currency}: at most ${digits} decimals.`, at);
  }
  return amount;
}

/** @throws UserError VALUE_INVALID. */
export function requireDate(text: string, at: string): string {
  if (dateSchema.safeParse(text).success) return text;
  throw new UserError('VALUE_INVALID', `${text} is no date: YYYY-MM-DD.`, at);
}
