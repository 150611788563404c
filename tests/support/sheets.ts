import { inflateRawSync } from 'node:zlib';

/** The rows of a workbook's sheets in order, each cell's text by its column. */
export function sheetsOf(zip: Buffer): Map<string, string>[][] {
  const files: [string, string][] = [];
  let place = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (zip.readUInt32LE(place) === 0x02014b50) {
    const nameEnd = place + 46 + zip.readUInt16LE(place + 28);
    const local = zip.readUInt32LE(place + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(place + 20))).toString();
    files.push([zip.subarray(place + 46, nameEnd).toString(), content]);
    place = nameEnd + zip.readUInt16LE(place + 30) + zip.readUInt16LE(place + 32);
  }
  const sheets = files
    .filter(([name]) => name.startsWith('xl/worksheets/'))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return sheets.map(([, xml]) =>
    [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = '']) => {
      const cells = row.matchAll(/<c r="([A-Z]+)\d+"[^>]*>(.*?)<\/c>/gs);
      return new Map([...cells].map(([, column = '', cell = '']) => [column, cell.replaceAll(/<[^>]*>/g, '')]));
    }),
  );
}
