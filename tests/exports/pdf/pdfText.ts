import { inflateSync } from 'node:zlib';

/** The texts that a PDF of ours draws, page after page, each as it was drawn: read through the maps to Unicode in the file. */
export function pdfTexts(file: Buffer): string[] {
  const objects = readObjects(file);
  const streamOf = (id: string) => objects.get(id)?.stream ?? '';
  const fonts = new Map<string, string[]>();
  for (const { head } of objects.values()) {
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.head ?? '')?.[1];
      if (map !== undefined) fonts.set(name, readMap(streamOf(map)));
    }
  }
  const pages = [...objects.values()].filter(({ head }) => head.includes('/Type /Page\n'));
  return pages.flatMap(({ head }) => drawnTexts(streamOf(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? ''), fonts));
}

type PdfObject = { readonly head: string; readonly stream: string };

function readObjects(file: Buffer): Map<string, PdfObject> {
  const text = file.toString('latin1');
  const objects = new Map<string, PdfObject>();
  for (const match of text.matchAll(/(\d+) 0 obj\n(.*?)(?:\nendobj|\nstream\n)/gs)) {
    const [whole, id = '', head = ''] = match;
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    const start = match.index + whole.length;
    const isStream = whole.endsWith('\nstream\n') && head.includes('/FlateDecode');
    const stream = isStream ? inflateSync(file.subarray(start, start + length)).toString('latin1') : '';
    objects.set(id, { head: `${head}\n`, stream });
  }
  return objects;
}

function readMap(cmap: string): string[] {
  const codes: string[] = [];
  for (const [, list = ''] of cmap.matchAll(/<\w+> <\w+> \[([^\]]*)\]/g)) {
    for (const [, units = ''] of list.matchAll(/<([^>]*)>/g)) {
      const numbers = units.split(' ').map((unit) => Number.parseInt(unit, 16));
      codes.push(String.fromCharCode(...numbers));
    }
  }
  return codes;
}

function drawnTexts(content: string, fonts: ReadonlyMap<string, string[]>): string[] {
  const texts: string[] = [];
  let map: string[] = [];
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) map = fonts.get(font) ?? [];
    if (shown === undefined) continue;
    const glyphs = [...shown.matchAll(/<(\w*)>/g)].map(([, hex = '']) => hex).join('');
    texts.push((glyphs.match(/.{4}/g) ?? []).map((glyph) => map[Number.parseInt(glyph, 16)] ?? '?').join(''));
  }
  return texts;
}
