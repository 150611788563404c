import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { encoded } from '../../src/exports/encode.ts';
import type { ExportSettings } from '../../src/exports/kinds.ts';

async function encode(pieces: readonly Buffer[], settings: Partial<ExportSettings>): Promise<Buffer> {
  const source = async function* () {
    yield* pieces;
  };
  const chunks: Buffer[] = [];
  const full = { encoding: 'UTF-8', byteOrderMark: false, ...settings } as const;
  for await (const chunk of encoded(source(), full)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it('GB18030 writes characters in one, two and four bytes, those beyond the basic plane included', async () => {
  // A: 41; 中 (in GB2312): D6 D0; 㐂 (extension A): 81 39 EE 39 + 2 = 81 39 EF 31; 😀 U+1F600: 90 30 81 30 + 62976 = 94 39 FC 36
  expect((await encode([Buffer.from('A中㐂😀')], { encoding: 'GB18030' })).toString('hex')).toBe(
    '41' + 'd6d0' + '8139ef31' + '9439fc36',
  );
});

it('any text comes back from GB18030 unchanged, wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (text, size) => {
        const bytes = Buffer.from(text);
        const pieces: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
        const written = await encode(pieces, { encoding: 'GB18030', byteOrderMark: true });
        expect(iconv.decode(written, 'gb18030', { stripBOM: false })).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});

it('UTF-8 stays as it is, behind a byte order mark where one is asked for', async () => {
  const text = Buffer.from('名,x\n');
  expect(await encode([text], {})).toEqual(text);
  expect(await encode([text], { byteOrderMark: true })).toEqual(Buffer.from('\uFEFF名,x\n'));
});
