import { canonicalDecimal, minorUnitDigits, parseDecimal } from '../money.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import { type DatedKind, type RowReader, readDays } from './datedRows.ts';

// Reads the texts of a floor price. Pure.

/** A floor price as a client of the API gives it: the columns of the file in camel case, all as text; a product or a category. */
export type PriceFloorInput = {
  readonly productCode?: string | null | undefined;
  readonly productCategory?: string | null | undefined;
  readonly regionCode?: string | null | undefined;
  readonly channelType?: string | null | undefined;
  readonly currency: string;
  /** Of one unit. */
  readonly price: string;
  readonly validFrom: string;
  readonly validTo?: string | null | undefined;
};

/** What a floor price names, by code. */
export type PriceFloorReferences = {
  readonly products: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
  readonly channelTypes: ReadonlyMap<string, number>;
};

export const priceFloorKind: DatedKind = {
  table: 'price_floor',
  scope: ['product_id', 'product_category_id', 'region_id', 'channel_type_id', 'currency'],
  value: 'price',
  fileColumns: {
    names: [
      'product_code',
      'product_category',
      'region_code',
      'channel_type',
      'currency',
      'price',
      'valid_from',
      'valid_to',
    ],
    required: ['currency', 'price', 'valid_from'],
  },
};

/** The values of an API floor price in the order of the file's columns. */
export function priceFloorValues(input: PriceFloorInput): string[] {
  const { productCode, productCategory, regionCode, channelType, currency, price, validFrom, validTo } = input;
  return [
    productCode ?? '',
    productCategory ?? '',
    regionCode ?? '',
    channelType ?? '',
    currency,
    price,
    validFrom,
    validTo ?? '',
  ];
}

/** @returns a function from a row to the floor price, or to every fault it has by itself. */
export function priceFloorReader(references: PriceFloorReferences): RowReader {
  return ({ values, fault }, nameOf) => {
    const texts = values.map((value) => value.trim());
    const [product = '', category = '', region = '', channelType = '', currency = '', price = ''] = texts;
    const [validFrom = '', validTo = ''] = texts.slice(6);
    const key = Object.entries({ product, category, region, channelType, currency })
      .flatMap(([what, code]) => (code === '' ? [] : [`${what} ${code}`]))
      .join(' ');
    if (fault) return { key, faults: [fault] };
    const faults: Fault[] = [];
    const add = (column: string, code: Fault['code'], message: string) =>
      faults.push({ column: nameOf(column), code, message });
    const find = (column: string, code: string, known: ReadonlyMap<string, number>, unknown: Fault['code']) => {
      const id = known.get(code) ?? null;
      if (code !== '' && id === null) add(column, unknown, `${quote(code)} is not known here.`);
      return id;
    };
    for (const [column, text] of Object.entries({ currency, price, valid_from: validFrom })) {
      if (text === '') add(column, 'VALUE_MISSING', `${nameOf(column)} is empty.`);
    }
    if (product === '' && category === '') {
      add('product_code', 'VALUE_MISSING', `${nameOf('product_code')} and ${nameOf('product_category')} are empty.`);
    } else if (product !== '' && category !== '') {
      add('product_category', 'VALUE_INVALID', 'A floor price is of a product or of a category, not of both.');
    }
    const row = {
      product_id: find('product_code', product, references.products, 'PRODUCT_UNKNOWN'),
      product_category_id: find('product_category', category, references.categories, 'REFERENCE_UNKNOWN'),
      region_id: find('region_code', region, references.regions, 'REGION_UNKNOWN'),
      channel_type_id: find('channel_type', channelType, references.channelTypes, 'REFERENCE_UNKNOWN'),
      currency,
      price: readPrice(price, add),
      valid_from: validFrom,
      valid_to: validTo === '' ? null : validTo,
    };
    if (currency !== '' && !Object.hasOwn(minorUnitDigits, currency)) {
      add('currency', 'CURRENCY_UNKNOWN', `${quote(currency)} is no currency.`);
    }
    readDays(validFrom, validTo, add);
    return faults.length > 0 ? { key, faults } : { key, row };
  };
}

function readPrice(text: string, add: (column: string, code: Fault['code'], message: string) => void): string | null {
  if (text === '') return null;
  const price = parseDecimal(text);
  if (!price) add('price', 'NUMBER_INVALID', `${quote(text)} is no plain decimal number.`);
  else if (!price.gt(0)) add('price', 'AMOUNT_NOT_POSITIVE', `${quote(text)} is not above zero.`);
  return price ? canonicalDecimal(price) : null;
}
