import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import { type DatedKind, type RowReader, readDays } from './datedRows.ts';

// Reads the texts of a cell of the CPC matrix. Pure.

/** A cell as a client of the API gives it: the columns of the file in camel case; days as text. */
export type MatrixCellInput = {
  readonly channelType: string;
  readonly productCategory: string;
  /** Without it: of any segment that has no cell of its own, and of events without one. */
  readonly segment?: string | null | undefined;
  readonly allowed: boolean;
  readonly validFrom: string;
  readonly validTo?: string | null | undefined;
};

/** What a cell names, by code. */
export type MatrixReferences = {
  readonly channelTypes: ReadonlyMap<string, number>;
  readonly categories: ReadonlyMap<string, number>;
  readonly segments: ReadonlyMap<string, number>;
};

export const matrixKind: DatedKind = {
  table: 'matrix_cell',
  scope: ['channel_type_id', 'product_category_id', 'segment_id'],
  value: 'allowed',
  fileColumns: {
    names: ['channel_type', 'product_category', 'segment', 'allowed', 'valid_from', 'valid_to'],
    required: ['channel_type', 'product_category', 'allowed', 'valid_from'],
  },
};

/** The values of an API cell in the order of the file's columns. */
export function matrixValues(input: MatrixCellInput): string[] {
  const { channelType, productCategory, segment, allowed, validFrom, validTo } = input;
  return [channelType, productCategory, segment ?? '', String(allowed), validFrom, validTo ?? ''];
}

const truths: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false };

/** @returns a function from a row to the cell, or to every fault it has by itself. */
export function matrixReader({ channelTypes, categories, segments }: MatrixReferences): RowReader {
  return ({ values, fault }, nameOf) => {
    const [channelType = '', category = '', segment = '', truth = '', validFrom = '', validTo = ''] = values.map(
      (value) => value.trim(),
    );
    const key = [channelType, category, segment].filter((code) => code !== '').join(' ');
    if (fault) return { key, faults: [fault] };
    const faults: Fault[] = [];
    const add = (column: string, code: Fault['code'], message: string) =>
      faults.push({ column: nameOf(column), code, message });
    const find = (column: string, code: string, known: ReadonlyMap<string, number>, unknown: Fault['code']) => {
      const id = known.get(code) ?? null;
      if (code !== '' && id === null) add(column, unknown, `${quote(code)} is not known here.`);
      return id;
    };
    const given = { channel_type: channelType, product_category: category, allowed: truth, valid_from: validFrom };
    for (const [column, text] of Object.entries(given)) {
      if (text === '') add(column, 'VALUE_MISSING', `${nameOf(column)} is empty.`);
    }
    const row = {
      channel_type_id: find('channel_type', channelType, channelTypes, 'REFERENCE_UNKNOWN'),
      product_category_id: find('product_category', category, categories, 'REFERENCE_UNKNOWN'),
      segment_id: find('segment', segment, segments, 'SEGMENT_UNKNOWN'),
      allowed: Object.hasOwn(truths, truth.toLowerCase()) ? (truths[truth.toLowerCase()] ?? null) : null,
      valid_from: validFrom,
      valid_to: validTo === '' ? null : validTo,
    };
    if (truth !== '' && row.allowed === null) {
      add('allowed', 'VALUE_INVALID', `${quote(truth)} is neither true nor false.`);
    }
    readDays(validFrom, validTo, add);
    return faults.length > 0 ? { key, faults } : { key, row };
  };
}
