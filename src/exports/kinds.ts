/** The files that a period has (DOMAIN.md §11). ARCHIVE: all the others that were made with it, with a manifest. */
export const exportKinds = [
  'STATEMENTS_CSV',
  'LINES_CSV',
  'UNPAID_EVENTS_CSV',
  'WORKBOOK',
  'STATEMENT_PDFS',
  'JOURNAL_CSV',
  'ACCRUALS_CSV',
  'ARCHIVE',
] as const;
export type ExportKind = (typeof exportKinds)[number];

export const textEncodings = ['UTF-8', 'GB18030'] as const;
export type TextEncoding = (typeof textEncodings)[number];

/** How text files are written. GB18030 is what older Chinese desktop programs open; a byte order mark goes with UTF-8 alone. */
export type ExportSettings = { readonly encoding: TextEncoding; readonly byteOrderMark: boolean };
