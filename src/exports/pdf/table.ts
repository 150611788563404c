import { colours, contentWidth, type Paper, page, type TextStyle } from './paper.ts';

// Tables that run over pages, with their heading on each.

export type Column = { readonly title: string; readonly width: number; readonly align: 'left' | 'right' };

/** A cell: a text, and a smaller one under it. */
export type Cell = { readonly text: string; readonly note?: string };

export type TableRow = { readonly cells: readonly Cell[]; readonly isTotal?: boolean };

const size = 8;
const noteSize = 6.5;
const padding = 4;
const step = 11.5;
const gap = 6;

/**
 * Draws a table under a title where the paper's cursor stands.
 * @param onNewPage draws what stands at the top of a further page
 */
export function drawTable(
  paper: Paper,
  title: string,
  columns: readonly Column[],
  rows: readonly TableRow[],
  onNewPage: () => void,
): void {
  const start = () => {
    paper.text(title, page.left, paper.y, { size: 10.5, bold: true, colour: colours.accent });
    paper.y += 19;
    drawHeading(paper, columns);
  };
  // a title never stands alone at the foot of a page
  if (paper.makeRoom(70)) onNewPage();
  start();
  for (const row of rows) {
    const height = heightOf(paper, columns, row);
    if (paper.makeRoom(height)) {
      onNewPage();
      start();
    }
    drawRow(paper, columns, row, height);
  }
  paper.y += 16;
}

function drawHeading(paper: Paper, columns: readonly Column[]): void {
  paper.box(page.left, paper.y, contentWidth, 17, colours.shade);
  for (const { column, x } of places(columns)) {
    const style = { size: 7.5, bold: true, colour: colours.quiet, align: column.align, width: column.width - gap };
    paper.text(column.title, x, paper.y + 3, style);
  }
  paper.y += 17;
}

function drawRow(paper: Paper, columns: readonly Column[], row: TableRow, height: number): void {
  for (const [index, { column, x }] of places(columns).entries()) {
    const cell = row.cells[index];
    if (cell) drawCell(paper, column, cell, x, row.isTotal ?? false);
  }
  paper.y += height;
  paper.rule(paper.y, row.isTotal ? { colour: colours.accent, width: 0.8 } : {});
}

function drawCell(paper: Paper, column: Column, cell: Cell, x: number, bold: boolean): void {
  const top = paper.y + padding - 1;
  const style: TextStyle = { size, bold, align: column.align, width: column.width - gap };
  if (column.align === 'right') {
    paper.text(cell.text, x, top, style);
    return;
  }
  const lines = paper.lines(cell.text, column.width - gap, style);
  for (const [index, line] of lines.entries()) paper.text(line, x, top + index * step, style);
  if (cell.note === undefined) return;
  const noteStyle = { size: noteSize, colour: colours.quiet, width: column.width - gap };
  paper.text(cell.note, x, top + lines.length * step, noteStyle);
}

function heightOf(paper: Paper, columns: readonly Column[], row: TableRow): number {
  const heights = row.cells.map((cell, index) => {
    const column = columns[index];
    if (!column || column.align === 'right') return step;
    const lines = paper.lines(cell.text, column.width - gap, { size, bold: row.isTotal ?? false });
    return Math.max(1, lines.length) * step + (cell.note === undefined ? 0 : noteSize * 1.5);
  });
  return Math.max(...heights) + padding + 2;
}

/** Where each column's text begins, or, aligned to the right, ends. */
function places(columns: readonly Column[]): { column: Column; x: number }[] {
  let left: number = page.left;
  return columns.map((column) => {
    const x = column.align === 'left' ? left + gap / 2 : left + column.width - gap / 2;
    left += column.width;
    return { column, x };
  });
}
