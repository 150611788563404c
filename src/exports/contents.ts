import { linesContent } from './csv/lines.ts';
import { statementsContent } from './csv/statements.ts';
import { unpaidEventsContent } from './csv/unpaidEvents.ts';
import { type ExportKind, exportKinds } from './kinds.ts';
import type { ExportContent } from './writer.ts';

/** What makes each kind of file. Those that take long to load are loaded by who makes them. The archive is made of the others. */
const loaders: Partial<Record<ExportKind, () => Promise<ExportContent> | ExportContent>> = {
  STATEMENTS_CSV: () => statementsContent,
  LINES_CSV: () => linesContent,
  UNPAID_EVENTS_CSV: () => unpaidEventsContent,
  WORKBOOK: async () => (await import('./xlsx/workbook.ts')).workbookContent,
  STATEMENT_PDFS: async () => (await import('./pdf/statementPdfs.ts')).statementPdfsContent,
  JOURNAL_CSV: async () => (await import('../journal/journalCsv.ts')).journalContent,
  ACCRUALS_CSV: async () => (await import('../accruals/accrualsCsv.ts')).accrualsContent,
};

/** The contents of the kinds that are made by themselves, in the order in which they are made. */
export async function loadContents(kinds: readonly ExportKind[]): Promise<ExportContent[]> {
  const loaded = await Promise.all(exportKinds.filter((kind) => kinds.includes(kind)).map((kind) => loaders[kind]?.()));
  return loaded.filter((content) => content !== undefined);
}

/** Whether a request for these is one for everything: none, or the archive alone. */
export const isForAll = (wanted: readonly ExportKind[]): boolean => wanted.every((kind) => kind === 'ARCHIVE');

/** The kinds that a request for these makes, in order. */
export function kindsToMake(wanted: readonly ExportKind[]): ExportKind[] {
  const isAll = isForAll(wanted);
  return exportKinds.filter((kind) => isAll || wanted.includes(kind));
}
