import { z } from 'zod';
import { canonicalDecimal, minorUnitDigits, parseDecimal, roundingModes } from '../money.ts';
import { isDate } from '../period.ts';
import { salesEventType } from '../sales/eventTypes.ts';

// The kinds of values that entries of a programme are made of: codes, dates, exact numbers, lists of event types.

export const codeSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be a code: 1 to 64 letters, digits, "-" or "_", beginning with a letter or digit',
  )
  .meta({ id: 'Code', description: 'A code: the key by which everything else refers to this entry.' });

// Neither control characters nor halves of a surrogate pair can be stored as text.
export const nameSchema = z
  .string()
  .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u, 'must be a text of 1 to 200 characters on one line')
  .meta({ id: 'Name', description: 'A name for people, in any language.' });

export const dateSchema = z
  .string()
  .refine(
    (text) => isDate(text) && text >= '1900-01-01',
    'must be a real calendar date YYYY-MM-DD, not before 1900-01-01',
  )
  .meta({ id: 'LocalDate', format: 'date', description: "A local date YYYY-MM-DD in the operator's time zone." });

export const decimalSchema = z
  .string()
  .refine(
    (text) => parseDecimal(text) !== undefined && !text.startsWith('-'),
    'must be a plain decimal number that is not negative: at most 20 digits before and 18 after the point',
  )
  .meta({
    id: 'Decimal',
    description: 'An exact number, not negative; written as a number or in quotes, never rounded.',
  });

export const signedDecimalSchema = z
  .string()
  .refine(
    (text) => parseDecimal(text) !== undefined,
    'must be a plain decimal number: at most 20 digits before and 18 after the point',
  )
  .meta({ id: 'SignedDecimal', description: 'An exact number; written as a number or in quotes, never rounded.' });

export const currencySchema = z
  .string()
  .refine((text) => Object.hasOwn(minorUnitDigits, text), 'must be an ISO 4217 currency code such as CNY')
  .meta({ id: 'Currency', pattern: '^[A-Z]{3}$', description: 'An ISO 4217 currency code.' });

export const eventTypesSchema = z
  .array(z.enum(salesEventType.enumValues))
  .min(1, 'must name at least one event type')
  .refine((types) => new Set(types).size === types.length, 'names an event type twice')
  .meta({ id: 'EventTypes', uniqueItems: true, description: 'Types of sales events.' });

export const decimal = (description: string) => decimalSchema.transform(canonicalDecimal).describe(description);
export const signedDecimal = (description: string) =>
  signedDecimalSchema.transform(canonicalDecimal).describe(description);
export const positive = (description: string) =>
  decimal(description).refine((text) => text !== '0', 'must be more than 0');
/** A percent from 0 to 100. */
export const percentOfWhole = (description: string) =>
  decimal(description).refine((percent) => number(percent).lte(100), 'must be at most 100');
export const code = (description: string) => codeSchema.describe(description);
export const date = (description: string) => dateSchema.describe(description);

/** A whole number; YAML gives it as text, GraphQL as a number. */
export const wholeNumber = (minimum: number, maximum: number, description: string) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
      z
        .int(`must be a whole number from ${minimum} to ${maximum}`)
        .min(minimum, `must be at least ${minimum}`)
        .max(maximum, `must be at most ${maximum}`),
    )
    .describe(description);

export const from = date('First local date on which it holds.');
export const to = dateSchema
  .nullish()
  .describe(
    'First local date on which it no longer holds: [from, to). null: no end; without it, it stays as it is: a new one has none.',
  );
type Dated = { readonly from: string; readonly to?: string | null };
export const endsAfterStart: [(entry: Dated) => boolean, { message: string; path: string[] }] = [
  (entry) => !entry.to || entry.from < entry.to,
  { message: 'must be after "from"', path: ['to'] },
];

/** The entry has a code and a name. */
export const named = (what: string) =>
  z.strictObject({ code: code(`Code of the ${what}.`), name: nameSchema.describe(`Name of the ${what}.`) });

/** What versions of plans and pools have in common. */
export const versionShape = {
  from,
  to,
  currency: currencySchema.describe('The currency it pays in.'),
  rounding: z.enum(roundingModes).default('HALF_UP').describe('How amounts are rounded to the minor unit, once.'),
};

/** A text that the schemas have let in as a decimal. */
export function number(text: string) {
  const parsed = parseDecimal(text);
  if (!parsed) throw new Error(`${text} is no decimal`);
  return parsed;
}
