import iconv from 'iconv-lite';
import type { BankField, BankLayout } from '../settlement/policy.ts';
import type { BankFileModel, Transfer } from './bankFileModel.ts';

/**
 * A bank's own file: the columns of its layout, quoted as RFC 4180 says, in its encoding. Control characters become spaces. Unlike in files
 * for spreadsheets, text stays what it is: a bank compares names. Pure.
 */
export function layoutFile(model: BankFileModel, layout: BankLayout): Buffer {
  const rows = model.transfers.map((transfer, index) =>
    layout.columns.map(({ field, text }) =>
      field === undefined ? (text ?? '') : cellOf(model, transfer, index, field),
    ),
  );
  const header = layout.withHeader ? [layout.columns.map((column) => column.header)] : [];
  const end = layout.lineEnd === 'LF' ? '\n' : '\r\n';
  const lines = [...header, ...rows].map((cells) =>
    cells.map((cell) => quoted(cell, layout.delimiter)).join(layout.delimiter),
  );
  return iconv.encode(lines.map((line) => `${line}${end}`).join(''), layout.encoding);
}

function cellOf(model: BankFileModel, transfer: Transfer, index: number, field: BankField): string {
  switch (field) {
    case 'sequence':
      return String(index + 1);
    case 'currency':
      return model.currency;
    case 'debtorAccount':
      return model.debtor.account;
    case 'executesOn':
      return model.executesOn;
    case 'purpose':
      return transfer.reference;
    default:
      return transfer[field] ?? '';
  }
}

function quoted(cell: string, delimiter: string): string {
  const plain = cell.replaceAll(/\p{Cc}+/gu, ' ');
  return plain.includes('"') || plain.includes(delimiter) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
