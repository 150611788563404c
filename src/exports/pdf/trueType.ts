// What of a TrueType font a document needs: which glyph a character has, how wide it is, and a font file of a few glyphs. A font
// library's general shaping and copying take four times as long, and a month has thousands of documents.

/** The tables of a font file that are read here, and its measures. */
export type TrueType = {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly lineGap: number;
  readonly capHeight: number;
  readonly xHeight: number;
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  /** The glyph of a character; 0: the font has none. */
  glyphOf(codePoint: number): number;
  advanceOf(glyph: number): number;
  /** A font file of these glyphs and what they are composed of, numbered in this order; the first must be 0. */
  subset(glyphs: readonly number[]): Buffer;
};

/**
 * Reads a TrueType font with long or short glyph offsets and a character map of format 12.
 * @throws Error where it is something else.
 */
export function readTrueType(file: Buffer): TrueType {
  const tables = readDirectory(file);
  const table = (tag: string): Buffer => {
    const found = tables.get(tag);
    if (!found) throw new Error(`The font has no table "${tag}".`);
    return found;
  };
  const head = table('head');
  const hhea = table('hhea');
  const metrics = table('hmtx');
  const os2 = table('OS/2');
  const metricCount = hhea.readUInt16BE(34);
  const glyphData = glyphReader(table('glyf'), table('loca'), head.readInt16BE(50) === 1);
  const metricOf = (glyph: number) => Math.min(glyph, metricCount - 1) * 4;
  const bearingOf = (glyph: number) =>
    glyph < metricCount
      ? metrics.readInt16BE(glyph * 4 + 2)
      : metrics.readInt16BE(metricCount * 4 + (glyph - metricCount) * 2);
  const advanceOf = (glyph: number) => metrics.readUInt16BE(metricOf(glyph));
  return {
    unitsPerEm: head.readUInt16BE(18),
    ascent: hhea.readInt16BE(4),
    descent: hhea.readInt16BE(6),
    lineGap: hhea.readInt16BE(8),
    capHeight: os2.readInt16BE(88),
    xHeight: os2.readInt16BE(86),
    bounds: {
      minX: head.readInt16BE(36),
      minY: head.readInt16BE(38),
      maxX: head.readInt16BE(40),
      maxY: head.readInt16BE(42),
    },
    glyphOf: characterMap(table('cmap')),
    advanceOf,
    subset: (glyphs) => {
      const { all, data } = gatherGlyphs(glyphs, glyphData);
      const widths = Buffer.alloc(all.length * 4);
      for (const [index, glyph] of all.entries()) {
        widths.writeUInt16BE(advanceOf(glyph), index * 4);
        widths.writeInt16BE(bearingOf(glyph), index * 4 + 2);
      }
      return writeFont({ ...writeGlyphs(data), ...headers(table, all.length), hmtx: widths });
    },
  };
}

function readDirectory(file: Buffer): Map<string, Buffer> {
  const tables = new Map<string, Buffer>();
  for (let index = 0; index < file.readUInt16BE(4); index += 1) {
    const at = 12 + index * 16;
    const start = file.readUInt32BE(at + 8);
    tables.set(file.toString('latin1', at, at + 4), file.subarray(start, start + file.readUInt32BE(at + 12)));
  }
  return tables;
}

function characterMap(cmap: Buffer): (codePoint: number) => number {
  const offsets = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) => cmap.readUInt32BE(8 + index * 8));
  const start = offsets.find((offset) => cmap.readUInt16BE(offset) === 12);
  if (start === undefined) throw new Error('The font has no character map of format 12.');
  const groupCount = cmap.readUInt32BE(start + 12);
  const known = new Map<number, number>();
  const search = (codePoint: number): number => {
    let low = 0;
    let high = groupCount - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = start + 16 + middle * 12;
      const first = cmap.readUInt32BE(at);
      if (codePoint < first) high = middle - 1;
      else if (codePoint > cmap.readUInt32BE(at + 4)) low = middle + 1;
      else return cmap.readUInt32BE(at + 8) + codePoint - first;
    }
    return 0;
  };
  return (codePoint) => {
    const found = known.get(codePoint) ?? search(codePoint);
    known.set(codePoint, found);
    return found;
  };
}

function glyphReader(glyf: Buffer, loca: Buffer, isLong: boolean): (glyph: number) => Buffer {
  const offsetOf = (glyph: number) => (isLong ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2);
  return (glyph) => glyf.subarray(offsetOf(glyph), offsetOf(glyph + 1));
}

/** Adds the parts of composite glyphs behind the wanted ones, and renumbers the parts in their data. */
function gatherGlyphs(wanted: readonly number[], dataOf: (glyph: number) => Buffer): { all: number[]; data: Buffer[] } {
  const all = [...wanted];
  const numbers = new Map(all.map((glyph, index) => [glyph, index]));
  const data: Buffer[] = [];
  // the list grows while it is walked: parts may have parts
  for (let index = 0; index < all.length; index += 1) {
    const original = dataOf(all[index] ?? 0);
    if (original.length === 0 || original.readInt16BE(0) >= 0) {
      data.push(original);
      continue;
    }
    const copy = Buffer.from(original);
    for (const at of partPositions(copy)) {
      const part = copy.readUInt16BE(at);
      if (!numbers.has(part)) {
        numbers.set(part, all.length);
        all.push(part);
      }
      copy.writeUInt16BE(numbers.get(part) ?? 0, at);
    }
    data.push(copy);
  }
  return { all, data };
}

const partFlags = { wordArguments: 1, scale: 8, more: 32, twoScales: 64, matrix: 128 } as const;

/** Where in a composite glyph's data the numbers of its parts stand. */
function partPositions(data: Buffer): number[] {
  const positions: number[] = [];
  let at = 10;
  let flags: number;
  do {
    flags = data.readUInt16BE(at);
    positions.push(at + 2);
    at += 4 + (flags & partFlags.wordArguments ? 4 : 2);
    if (flags & partFlags.scale) at += 2;
    else if (flags & partFlags.twoScales) at += 4;
    else if (flags & partFlags.matrix) at += 8;
  } while (flags & partFlags.more);
  return positions;
}

function writeGlyphs(data: readonly Buffer[]): { glyf: Buffer; loca: Buffer } {
  const loca = Buffer.alloc((data.length + 1) * 4);
  const pieces: Buffer[] = [];
  let length = 0;
  for (const [index, glyph] of data.entries()) {
    const padding = -glyph.length & 3;
    pieces.push(glyph, Buffer.alloc(padding));
    length += glyph.length + padding;
    loca.writeUInt32BE(length, (index + 1) * 4);
  }
  return { glyf: Buffer.concat(pieces), loca };
}

function headers(table: (tag: string) => Buffer, glyphCount: number) {
  const head = Buffer.from(table('head'));
  head.writeUInt32BE(0, 8);
  head.writeInt16BE(1, 50);
  const hhea = Buffer.from(table('hhea'));
  hhea.writeUInt16BE(glyphCount, 34);
  const maxp = Buffer.from(table('maxp'));
  maxp.writeUInt16BE(glyphCount, 4);
  return { head, hhea, maxp };
}

function writeFont(tables: Readonly<Record<string, Buffer>>): Buffer {
  const tags = Object.keys(tables).sort();
  const power = Math.floor(Math.log2(tags.length));
  const directory = Buffer.alloc(12 + tags.length * 16);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(tags.length, 4);
  directory.writeUInt16BE(2 ** power * 16, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE((tags.length - 2 ** power) * 16, 10);
  const pieces = [directory];
  let offset = directory.length;
  for (const [index, tag] of tags.entries()) {
    const content = tables[tag] ?? Buffer.alloc(0);
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)]);
    const at = 12 + index * 16;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum(padded), at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(content.length, at + 12);
    pieces.push(padded);
    offset += padded.length;
  }
  return Buffer.concat(pieces);
}

function checksum(table: Buffer): number {
  let sum = 0;
  for (let at = 0; at < table.length; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0;
  return sum;
}
