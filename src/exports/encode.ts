import { StringDecoder } from 'node:string_decoder';
import iconv from 'iconv-lite';
import type { ExportSettings } from './kinds.ts';

/**
 * UTF-8 text as the settings want it. GB18030 has every character of Unicode, so nothing is lost; a byte order mark is UTF-8's alone.
 */
export function encoded(pieces: AsyncIterable<Buffer>, settings: ExportSettings): AsyncIterable<Buffer> {
  if (settings.encoding === 'GB18030') return toGb18030(pieces);
  return settings.byteOrderMark ? withByteOrderMark(pieces) : pieces;
}

async function* withByteOrderMark(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('\uFEFF');
  yield* pieces;
}

async function* toGb18030(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // a character may be cut by the end of a piece
  const decoder = new StringDecoder('utf8');
  const encoder = iconv.getEncoder('gb18030');
  for await (const piece of pieces) yield encoder.write(decoder.write(piece));
  const rest = encoder.write(decoder.end());
  yield Buffer.concat([rest, encoder.end() ?? Buffer.alloc(0)]);
}
