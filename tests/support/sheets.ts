import { unzip } from './unzip.ts';

/** The rows of a workbook's sheets in order, each cell's text by its column. */
export function sheetsOf(zip: Buffer): Map<string, string>[][] {
  const sheets = [...unzip(zip)]
    .filter(([name]) => name.startsWith('xl/worksheets/'))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return sheets.map(([, xml]) =>
    [...xml.toString().matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = '']) => {
      const cells = row.matchAll(/<c r="([A-Z]+)\d+"[^>]*>(.*?)<\/c>/gs);
      return new Map([...cells].map(([, column = '', cell = '']) => [column, cell.replaceAll(/<[^>]*>/g, '')]));
    }),
  );
}
