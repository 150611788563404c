import PDFDocument from 'pdfkit';
import { breakLines } from './textLines.ts';
import { documentFont, type Typeface, typefaces, widthOf } from './typefaces.ts';

// Paper to draw on: A4, points from the upper left corner, two typefaces, a cursor that runs down the page.

export const colours = {
  paper: '#ffffff',
  ink: '#1a2233',
  quiet: '#647084',
  accent: '#17466f',
  bar: '#9db8cf',
  rule: '#d3dae3',
  shade: '#f2f5f9',
  alert: '#a8442a',
} as const;

export const page: { readonly [Edge in 'width' | 'height' | 'left' | 'right' | 'top' | 'bottom']: number } = {
  width: 595.28,
  height: 841.89,
  left: 42,
  right: 553.28,
  top: 40,
  bottom: 790,
};
export const contentWidth = page.right - page.left;

export type TextStyle = {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'centre';
  /** What the text may take; larger text is set smaller until it fits. */
  readonly width?: number;
};

/** What was to be printed, and a character of it that no typeface has. */
export type MissingGlyph = { readonly text: string; readonly codePoint: number };

/** As Unicode writes it: `U+2A700`. */
export const codePointName = (codePoint: number) => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

export type PaperOptions = {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  /** When the document says that it was made: no clock, so that the bytes stay the same. */
  readonly madeAt: Date;
  readonly onMissing: (missing: MissingGlyph) => void;
};

const smallestSize = 5;
/** The height of a line of Noto Sans, for text of 1 point. */
const lineHeight = 1.448;

export class Paper {
  /** Where the next thing goes. */
  y: number = page.top;
  private readonly document: PDFKit.PDFDocument;
  private readonly faces: { readonly regular: Typeface; readonly bold: Typeface };
  private drawn = '';

  constructor({ title, author, language, madeAt, onMissing }: PaperOptions) {
    this.faces = typefaces();
    const hear = (codePoint: number) => onMissing({ text: this.drawn, codePoint });
    const regular = documentFont(this.faces.regular, hear);
    const options: PDFKit.PDFDocumentOptions = {
      size: 'A4',
      margin: 0,
      bufferPages: true,
      lang: language,
      displayTitle: true,
      info: { Title: title, Author: author, Creator: 'Tributary', Producer: 'Tributary', CreationDate: madeAt },
      // without a typeface of its own pdfkit would read and embed one more
      font: regular as unknown as string,
    };
    this.document = new PDFDocument(options);
    this.document.registerFont('regular', regular);
    this.document.registerFont('bold', documentFont(this.faces.bold, hear));
  }

  /** The bytes, once everything is drawn. */
  async *bytes(): AsyncGenerator<Buffer> {
    this.document.end();
    yield* this.document as unknown as AsyncIterable<Buffer>;
  }

  widthOf(text: string, { size = 9, bold = false }: TextStyle = {}): number {
    return widthOf(bold ? this.faces.bold : this.faces.regular, text, size);
  }

  /** Draws one line; `x` is its left end, its right end or its middle, as it is aligned. */
  text(text: string, x: number, y: number, style: TextStyle = {}): void {
    const { size: wanted = 9, bold = false, colour = colours.ink, align = 'left', width } = style;
    const full = this.widthOf(text, style);
    const size = width === undefined || full <= width ? wanted : Math.max(smallestSize, (wanted * width) / full);
    const drawnWidth = (full * size) / wanted;
    const left = align === 'left' ? x : align === 'right' ? x - drawnWidth : x - drawnWidth / 2;
    // text that had to shrink stands on the line of its neighbours
    const sunk = ((wanted - size) * lineHeight) / 1.25;
    this.drawn = text;
    this.document
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour)
      .text(text, left, y + sunk, { lineBreak: false });
  }

  /** Breaks a text into lines of the width and draws them. @returns the height it took. */
  paragraph(text: string, x: number, y: number, width: number, style: TextStyle = {}, mostLines = 3): number {
    const { size = 9 } = style;
    const lines = this.lines(text, width, style, mostLines);
    for (const [index, line] of lines.entries()) this.text(line, x, y + index * size * lineHeight, style);
    return Math.max(1, lines.length) * size * lineHeight;
  }

  lines(text: string, width: number, style: TextStyle = {}, mostLines = 3): string[] {
    return breakLines(text, width, (part) => this.widthOf(part, style), mostLines);
  }

  rule(y: number, { from = page.left, to = page.right, colour = colours.rule as string, width = 0.6 } = {}): void {
    this.document.moveTo(from, y).lineTo(to, y).lineWidth(width).strokeColor(colour).stroke();
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.document.rect(x, y, width, height).fillColor(colour).fill();
  }

  /** @returns whether a new page was begun because so much does not fit on this one. */
  makeRoom(height: number): boolean {
    if (this.y + height <= page.bottom) return false;
    this.document.addPage();
    this.y = page.top;
    return true;
  }

  /** Draws on every page, once all are there. */
  onEachPage(draw: (page: number, pages: number) => void): void {
    const { count } = this.document.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.document.switchToPage(index);
      draw(index + 1, count);
    }
  }
}
