import { rawSql } from '../../db/client.ts';
import { copyOutRows } from '../../db/copy.ts';
import type { ExportContent, ExportContext } from '../writer.ts';
import { lineHeader, lineRowsQuery } from './lineRows.ts';

/** lines.csv: every line of the run, in the order of their keys. */
export const linesContent: ExportContent = {
  name: 'lines.csv',
  kind: 'LINES_CSV',
  mediaType: 'text/csv',
  write: writeLines,
};

async function* writeLines({ transaction, run, money, onProgress }: ExportContext): AsyncGenerator<Buffer> {
  const [found] = await rawSql(transaction)<{ lineCount: number }[]>`
    select line_count as "lineCount" from commission_run where id = ${run.id}`;
  const expected = Math.max(1, found?.lineCount ?? 0);
  let written = 0;
  const query = await lineRowsQuery(transaction, run.id, run.period, money);
  yield* copyOutRows(transaction, lineHeader, query, (rows) => {
    written += rows;
    onProgress(Math.min(1, written / expected));
  });
}
