import {
  loadStatementModels,
  loadStatementRun,
  type StatementModel,
  statementKeys,
} from '../../statements/statementModel.ts';
import { renderStatementPdf } from '../../statements/statementPdf.ts';
import { statementLanguages } from '../../statements/statementPdfText.ts';
import type { ExportContent, ExportContext } from '../writer.ts';
import { type ZipEntry, zipStream } from '../zip.ts';
import { codePointName, type MissingGlyph } from './paper.ts';

/** So many statements are loaded together. */
const pageSize = 200;

/** `statements-pdf.zip`: of each statement of the run `zh/A1-CNY.pdf` and `en/A1-CNY.pdf`, by agent code and currency. */
export const statementPdfsContent: ExportContent = {
  name: 'statements-pdf.zip',
  kind: 'STATEMENT_PDFS',
  mediaType: 'application/zip',
  write: (context) => zipStream(entries(context)),
};

async function* entries({ transaction, run: { id }, onProgress, warn }: ExportContext): AsyncGenerator<ZipEntry> {
  const run = await loadStatementRun(transaction, id);
  const keys = await statementKeys(transaction, id);
  for (let start = 0; start < keys.length; start += pageSize) {
    const models = await loadStatementModels(transaction, run, keys.slice(start, start + pageSize));
    for (const [index, model] of models.entries()) {
      yield* documentsOf(model, warn);
      onProgress((start + index + 1) / keys.length);
    }
  }
}

async function* documentsOf(model: StatementModel, warn: (text: string) => void): AsyncGenerator<ZipEntry> {
  // both languages print the same names
  const told = new Set<string>();
  const onMissing = (missing: MissingGlyph) => {
    const text = describeMissing(model, missing);
    if (!told.has(text)) warn(text);
    told.add(text);
  };
  for (const language of statementLanguages) {
    const name = `${language}/${model.agentCode}-${model.currency}.pdf`;
    // what a PDF holds is packed already
    yield { name, content: await collect(renderStatementPdf(model, language, onMissing)), stored: true };
  }
}

/** `A1 CNY: no glyph for U+2A700 in "…", printed as 〓` */
export function describeMissing(
  { agentCode, currency }: Pick<StatementModel, 'agentCode' | 'currency'>,
  { text, codePoint }: MissingGlyph,
): string {
  return `${agentCode} ${currency}: no glyph for ${codePointName(codePoint)} in "${text}", printed as 〓`;
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
