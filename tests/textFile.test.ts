import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { decodeTextFile } from '../src/textFile.ts';

it.each(['utf-8', 'gb18030', 'utf-16le', 'utf-16be'])('a file in %s is read without its mark', (encoding) => {
  const text = '结算单,100.00\n';
  const marked = encoding !== 'gb18030';
  expect(decodeTextFile(iconv.encode(text, encoding, { addBOM: marked }))).toBe(text);
  if (encoding === 'utf-8') expect(decodeTextFile(Buffer.from(text))).toBe(text);
});
