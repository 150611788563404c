import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readTrueType, type TrueType } from './trueType.ts';

// The typefaces of our documents as pdfkit wants them. It takes any object that lays out text and makes subsets.

type Glyph = { readonly id: number; readonly advanceWidth: number; readonly codePoints: readonly number[] };
type Position = { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number };

/** Called for each character without a glyph, as often as it is laid out. */
export type OnMissing = (codePoint: number) => void;

/** What a typeface measures and which characters it has; read once, used by all documents. */
export type Typeface = { readonly name: string; readonly font: TrueType; readonly cache: Map<number, Glyph | null> };

/** 〓, the geta mark: what Chinese and Japanese printers set where a character is missing. */
const missingMark = 0x3013;
/** Variation selectors and joiners only change how their neighbours look. */
const isInvisible = (codePoint: number) =>
  (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || codePoint === 0x200b || codePoint === 0x200c || codePoint === 0x200d;
const isControl = (codePoint: number) => codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0);

const require = createRequire(import.meta.url);
const files = {
  regular: () => require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  bold: () => require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf'),
};

let loaded: { readonly regular: Typeface; readonly bold: Typeface } | undefined;

/** Noto Sans SC, regular and bold: Latin and all common Chinese characters. Read at the first call, kept from then on. */
export function typefaces(): { readonly regular: Typeface; readonly bold: Typeface } {
  loaded ??= { regular: load('NotoSansSC-Regular', files.regular()), bold: load('NotoSansSC-Bold', files.bold()) };
  return loaded;
}

function load(name: string, path: string): Typeface {
  return { name, font: readTrueType(readFileSync(path)), cache: new Map() };
}

/** The glyph of a character; null: the typeface has none. */
function glyphOf({ font, cache }: Typeface, codePoint: number): Glyph | null {
  const known = cache.get(codePoint);
  if (known !== undefined) return known;
  const id = font.glyphOf(codePoint);
  const glyph = id === 0 ? null : { id, advanceWidth: font.advanceOf(id), codePoints: [codePoint] };
  cache.set(codePoint, glyph);
  return glyph;
}

/** The glyphs of a text from left to right, without kerning; 〓 for each character that the typeface does not have. */
export function glyphsOf(typeface: Typeface, text: string, onMissing: OnMissing): Glyph[] {
  const glyphs: Glyph[] = [];
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (isInvisible(codePoint)) continue;
    const glyph = glyphOf(typeface, isControl(codePoint) ? 0x20 : codePoint);
    if (glyph === null) onMissing(codePoint);
    const shown = glyph ?? glyphOf(typeface, missingMark);
    if (shown) glyphs.push(shown);
  }
  return glyphs;
}

/** How wide a text is at a size, in points. */
export function widthOf(typeface: Typeface, text: string, size: number): number {
  let width = 0;
  for (const glyph of glyphsOf(typeface, text, () => {})) width += glyph.advanceWidth;
  return (width * size) / typeface.font.unitsPerEm;
}

/** A typeface for one document, as pdfkit's `font()` takes it (its types only know files). */
export function documentFont(typeface: Typeface, onMissing: OnMissing): Buffer {
  const { name, font } = typeface;
  const source = {
    postscriptName: name,
    unitsPerEm: font.unitsPerEm,
    ascent: font.ascent,
    descent: font.descent,
    lineGap: font.lineGap,
    capHeight: font.capHeight,
    xHeight: font.xHeight,
    bbox: font.bounds,
    italicAngle: 0,
    'OS/2': { sFamilyClass: 0 },
    post: { isFixedPitch: 0 },
    head: { macStyle: { italic: false } },
    getGlyph: (id: number) => ({ id, advanceWidth: font.advanceOf(id), codePoints: [0] }),
    createSubset: () => createSubset(font),
    layout: (text: string) => layOut(glyphsOf(typeface, text, onMissing)),
  };
  return source as unknown as Buffer;
}

function layOut(glyphs: readonly Glyph[]) {
  const positions = glyphs.map(
    ({ advanceWidth }): Position => ({ xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 }),
  );
  return { glyphs, positions, advanceWidth: glyphs.reduce((sum, { advanceWidth }) => sum + advanceWidth, 0) };
}

function createSubset(font: TrueType) {
  const glyphs = [0];
  const numbers = new Map([[0, 0]]);
  return {
    includeGlyph: (glyph: number): number => {
      const known = numbers.get(glyph);
      if (known !== undefined) return known;
      numbers.set(glyph, glyphs.length);
      return glyphs.push(glyph) - 1;
    },
    encode: () => font.subset(glyphs),
  };
}
