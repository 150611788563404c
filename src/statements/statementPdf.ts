import { chartScale, groupThousands, shortAmount } from '../exports/pdf/chart.ts';
import { colours, contentWidth, type MissingGlyph, Paper, page } from '../exports/pdf/paper.ts';
import { type Cell, drawTable, type TableRow } from '../exports/pdf/table.ts';
import { Decimal, formatMoney } from '../money.ts';
import { endDate, firstDate, lastDate } from '../period.ts';
import type { ComponentRow, StatementModel, StatementPart } from './statementModel.ts';
import { type StatementLanguage, type StatementText, statementText } from './statementPdfText.ts';

// A statement on paper: A4, in one language, the same bytes for the same model.

type Sheet = { readonly paper: Paper; readonly model: StatementModel; readonly words: StatementText };

const languageTags: Readonly<Record<StatementLanguage, string>> = { zh: 'zh-CN', en: 'en' };

/**
 * The PDF of a statement.
 * @param onMissing hears of each character that is printed as 〓 because no typeface has it
 */
export function renderStatementPdf(
  model: StatementModel,
  language: StatementLanguage,
  onMissing: (missing: MissingGlyph) => void = () => {},
): AsyncIterable<Buffer> {
  const words = statementText[language];
  const paper = new Paper({
    title: `${words.title} ${model.issue?.number ?? `${model.agentCode} ${model.period}`}`,
    author: model.letterhead.name,
    language: languageTags[language],
    madeAt: new Date(`${endDate(model.period)}T00:00:00Z`),
    onMissing,
  });
  const sheet = { paper, model, words };
  drawLetterhead(sheet);
  drawParties(sheet);
  drawPayable(sheet);
  drawSummaryAndChart(sheet);
  drawComponents(sheet);
  drawAdjustments(sheet);
  drawHeld(sheet);
  paper.onEachPage((number, pages) => drawFooter(sheet, number, pages));
  return paper.bytes();
}

const amountText = ({ digits }: StatementModel, amount: Decimal) => groupThousands(formatMoney(amount, digits));

function drawLetterhead({ paper, model, words }: Sheet): void {
  const { letterhead, issue, isDraft } = model;
  const half = contentWidth * 0.58;
  const nameHeight = paper.paragraph(letterhead.name, page.left, paper.y, half, { size: 13, bold: true }, 2);
  let left = paper.y + nameHeight + 2;
  for (const line of letterhead.lines) {
    left += paper.paragraph(line, page.left, left, half, { size: 7.5, colour: colours.quiet }, 2);
  }
  const right = { align: 'right', width: contentWidth - half - 10 } as const;
  paper.text(words.title, page.right, paper.y - 4, { ...right, size: 18, bold: true, colour: colours.accent });
  const state = isDraft ? words.draft : (issue?.number ?? words.notIssued);
  const colour = isDraft || !issue ? colours.alert : colours.quiet;
  paper.text(state, page.right, paper.y + 24, { ...right, size: 9, colour });
  paper.y = Math.max(left, paper.y + 40) + 8;
  paper.rule(paper.y, { colour: colours.accent, width: 1.4 });
  paper.y += 12;
}

function drawParties({ paper, model, words }: Sheet): void {
  const { issue, payee, period } = model;
  const rows: [string, string][] = [
    [words.period, `${firstDate(period)} – ${lastDate(period)}`],
    [words.currency, model.currency],
    ...(issue
      ? ([
          [words.issuedOn, issue.issuedOn],
          [words.confirmsOn, issue.confirmsOn],
          [words.disputableUntil, issue.disputableUntil],
        ] as [string, string][])
      : []),
  ];
  const middle = page.left + contentWidth * 0.56;
  let left = paper.y;
  paper.text(words.agent, page.left, left, { size: 7.5, colour: colours.quiet });
  left += 12;
  left += paper.paragraph(model.agentName, page.left, left, contentWidth * 0.52, { size: 11, bold: true });
  paper.text(model.agentCode, page.left, left, { size: 8.5, colour: colours.quiet });
  left += 15;
  if (payee) {
    const account = `${words.payee}  ${payee.holderName}, ${payee.bankName} ${payee.accountMasked}`;
    left += paper.paragraph(account, page.left, left + 2, contentWidth * 0.52, { size: 8.5 }, 2) + 2;
  }
  let right = paper.y;
  for (const [label, value] of rows) {
    paper.text(label, middle, right, { size: 8.5, colour: colours.quiet, width: 130 });
    paper.text(value, page.right, right, { size: 8.5, align: 'right', width: 110 });
    right += 13.5;
  }
  paper.y = Math.max(left, right) + 8;
}

function drawPayable(sheet: Sheet): void {
  const { paper, model, words } = sheet;
  const { issue, amounts, currency } = model;
  const notes = payableNotes(sheet);
  const step = 12;
  const height = Math.max(44, 8 + notes.length * step);
  paper.box(page.left, paper.y, contentWidth, height, colours.shade);
  paper.box(page.left, paper.y, 3, height, colours.accent);
  const shown = issue && issue.vatPercent !== null ? issue.gross : amounts.payable;
  const label = issue && issue.vatPercent !== null ? `${words.parts.payable} / ${words.gross}` : words.parts.payable;
  paper.text(label, page.left + 14, paper.y + 6, { size: 8.5, colour: colours.quiet });
  const amount = `${currency} ${amountText(model, shown)}`;
  paper.text(amount, page.left + 14, paper.y + 16, { size: 17, bold: true, width: 250 });
  const top = paper.y + (height - 5.5 - notes.length * step) / 2;
  for (const [index, text] of notes.entries()) {
    const style = { size: 8, align: 'right', width: 230, colour: colours.quiet } as const;
    paper.text(text, page.right - 12, top + index * step, style);
  }
  paper.y += height + 16;
}

/** What explains the amount that is paid: its value-added tax, what of it is invoiced, that there is none. */
function payableNotes({ model, words }: Sheet): string[] {
  const { issue, amounts } = model;
  const notes: string[] = [];
  if (issue?.vatPercent) {
    const percent = issue.vatPercent.toFixed();
    notes.push(
      `${words.net} ${amountText(model, issue.net)}`,
      `${words.vat(percent, issue.vatIncluded)} ${amountText(model, issue.vat)}`,
      `${words.gross} ${amountText(model, issue.gross)}`,
    );
  }
  if (issue && !issue.returned.isZero()) {
    notes.push(
      `${words.returned} ${amountText(model, issue.returned)}`,
      `${words.invoiced} ${amountText(model, issue.gross.minus(issue.returned))}`,
    );
  }
  if (notes.length > 0) return notes;
  return amounts.payable.isZero() && !amounts.closing.isZero() ? [words.carried] : [];
}

/** How each part enters the closing balance. */
const signs: readonly [StatementPart, '' | '+' | '-'][] = [
  ['opening', ''],
  ['earned', '+'],
  ['released', '+'],
  ['withheld', '-'],
  ['clawedBack', '-'],
  ['adjustments', '+'],
  ['tax', '-'],
];

const panelHeight = 172;

function drawSummaryAndChart(sheet: Sheet): void {
  const { paper } = sheet;
  const top = paper.y;
  drawSummary(sheet, page.left, contentWidth * 0.42);
  paper.y = top;
  drawChart(sheet, page.left + contentWidth * 0.47, contentWidth * 0.53);
  paper.y = top + panelHeight + 20;
}

function drawSummary({ paper, model, words }: Sheet, left: number, width: number): void {
  const { amounts, returned } = model;
  const right = left + width;
  paper.text(words.summary, left, paper.y, { size: 10.5, bold: true, colour: colours.accent });
  let y = paper.y + 20;
  const step = 14.6;
  for (const [part, sign] of signs) {
    paper.text(sign === '-' ? '−' : sign, left + 3, y, { size: 8.5, colour: colours.quiet });
    paper.text(words.parts[part], left + 14, y, { size: 8.5, width: 120 });
    paper.text(amountText(model, amounts[part]), right, y, { size: 8.5, align: 'right', width: width - 138 });
    y += step;
    if (part !== 'opening' || returned.isZero()) continue;
    paper.text(words.returned, left + 14, y - 2.5, { size: 7, colour: colours.quiet, width: 120 });
    const text = `(${amountText(model, returned)})`;
    paper.text(text, right, y - 2.5, { size: 7, colour: colours.quiet, align: 'right', width: width - 138 });
    y += 10;
  }
  paper.rule(y + 1.5, { from: left, to: right, colour: colours.ink });
  y += 4.5;
  for (const part of ['closing', 'payable'] as const) {
    paper.text(words.parts[part], left + 14, y, { size: 9, bold: true, width: 110 });
    paper.text(amountText(model, amounts[part]), right, y, { size: 9, bold: true, align: 'right', width: width - 128 });
    y += step;
  }
}

function drawChart({ paper, model, words }: Sheet, left: number, width: number): void {
  const { months, currency } = model;
  paper.text(`${words.chart} (${currency})`, left, paper.y, { size: 10.5, bold: true, colour: colours.accent, width });
  const axis = 34;
  const top = paper.y + 34;
  const bottom = paper.y + panelHeight - 18;
  const { ticks, heightOf } = chartScale(months.map(({ payable }) => payable ?? new Decimal(0)));
  for (const tick of ticks) {
    const y = bottom - (bottom - top) * heightOf(tick);
    paper.rule(y, { from: left + axis, to: left + width, width: 0.4 });
    const style = { size: 6.5, align: 'right', colour: colours.quiet, width: axis - 6 } as const;
    paper.text(shortAmount(tick), left + axis - 5, y - 5, style);
  }
  const slot = (width - axis) / months.length;
  for (const [index, { period, payable }] of months.entries()) {
    const centre = left + axis + slot * (index + 0.5);
    const isThis = index === months.length - 1;
    const label = { size: 6, align: 'centre', width: slot } as const;
    paper.text(period.slice(5), centre, bottom + 3, { ...label, colour: isThis ? colours.ink : colours.quiet });
    if (index === 0 || period.endsWith('-01')) {
      paper.text(period.slice(0, 4), centre, bottom + 10.5, { ...label, colour: colours.quiet });
    }
    const height = payable === null ? 0 : (bottom - top) * heightOf(payable);
    if (height > 0)
      paper.box(centre - slot * 0.32, bottom - height, slot * 0.64, height, isThis ? colours.accent : colours.bar);
    const text = payable === null ? '–' : shortAmount(payable);
    // the lines of the axis do not run through the figures
    const textWidth = Math.min(slot * 0.98, paper.widthOf(text, { size: 6, bold: isThis })) + 2;
    paper.box(centre - textWidth / 2, bottom - height - 8, textWidth, 7, colours.paper);
    paper.text(text, centre, bottom - height - 9.5, { ...label, bold: isThis, width: slot * 0.98 });
  }
}

function drawComponents(sheet: Sheet): void {
  const { model, words } = sheet;
  const { components } = model;
  if (components.length === 0) {
    drawNote(sheet, words.noComponents);
    return;
  }
  const figures = ['earned', 'released', 'withheld', 'clawedBack', 'adjustments'] as const;
  const figureWidth = 61;
  const columns = [
    { title: words.component, width: contentWidth - 32 - figureWidth * 6, align: 'left' as const },
    { title: words.lines, width: 32, align: 'right' as const },
    ...figures.map((part) => ({ title: shortTitle(words.parts[part]), width: figureWidth, align: 'right' as const })),
    { title: words.total, width: figureWidth, align: 'right' as const },
  ];
  const cells = (row: Omit<ComponentRow, 'plan' | 'component' | 'name'>): Cell[] => [
    { text: String(row.lineCount) },
    ...figures.map((part) => ({ text: row[part].isZero() ? '–' : amountText(model, row[part]) })),
    { text: amountText(model, row.net) },
  ];
  const rows = components.map((row): TableRow => ({ cells: [componentCell(row, words), ...cells(row)] }));
  const sum = (part: (typeof figures)[number] | 'net') =>
    components.reduce((total, row) => total.plus(row[part]), new Decimal(0));
  const total = {
    lineCount: components.reduce((count, row) => count + row.lineCount, 0),
    earned: sum('earned'),
    released: sum('released'),
    withheld: sum('withheld'),
    clawedBack: sum('clawedBack'),
    adjustments: sum('adjustments'),
    net: sum('net'),
  };
  rows.push({ cells: [{ text: words.total }, ...cells(total)], isTotal: true });
  draw(sheet, words.components, columns, rows);
}

/** A label without what it says in brackets. */
const shortTitle = (label: string) => label.replace(/（.*）$/u, '');

function componentCell({ plan, component, name }: ComponentRow, words: StatementText): Cell {
  if (name === null) return { text: words.byHand };
  return { text: name, note: plan === null ? component : `${plan} / ${component}` };
}

function drawAdjustments(sheet: Sheet): void {
  const { model, words } = sheet;
  if (model.adjustments.length === 0) return;
  const columns = [
    { title: words.kind, width: 130, align: 'left' as const },
    { title: words.reason, width: contentWidth - 130 - 90, align: 'left' as const },
    { title: words.amount, width: 90, align: 'right' as const },
  ];
  const rows = model.adjustments.map(({ kind, reason, amount }) => ({
    cells: [
      { text: words.kinds[kind] },
      { text: kind === 'RETRO' ? words.correctionOf(reason) : reason },
      { text: amountText(model, amount) },
    ],
  }));
  draw(sheet, words.adjustmentsTitle, columns, rows);
}

function drawHeld(sheet: Sheet): void {
  const { model, words } = sheet;
  if (model.held.length === 0) return;
  const columns = [
    { title: words.caseCode, width: 150, align: 'left' as const },
    { title: words.component, width: contentWidth - 150 - 60 - 90, align: 'left' as const },
    { title: words.credits, width: 60, align: 'right' as const },
    { title: words.amount, width: 90, align: 'right' as const },
  ];
  const rows: TableRow[] = model.held.map(({ caseCode, component, creditCount, amount }) => ({
    cells: [
      { text: caseCode },
      { text: component },
      { text: String(creditCount) },
      { text: amountText(model, amount) },
    ],
  }));
  const total = model.held.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  const cells = [{ text: words.total }, { text: '' }, { text: '' }, { text: amountText(model, total) }];
  draw(sheet, words.heldTitle, columns, [...rows, { cells, isTotal: true }]);
  sheet.paper.y -= 10;
  drawNote(sheet, words.heldNote);
}

function draw(sheet: Sheet, title: string, columns: Parameters<typeof drawTable>[2], rows: readonly TableRow[]): void {
  drawTable(sheet.paper, title, columns, rows, () => drawContinuation(sheet));
}

function drawNote({ paper }: Sheet, text: string): void {
  paper.y += paper.paragraph(text, page.left, paper.y, contentWidth, { size: 8, colour: colours.quiet }) + 10;
}

function drawContinuation({ paper, model, words }: Sheet): void {
  const { issue, agentCode, agentName, period } = model;
  paper.text(`${agentCode}  ${agentName}`, page.left, paper.y, { size: 8, colour: colours.quiet, width: 300 });
  const text = `${words.title} ${issue?.number ?? period}`;
  paper.text(text, page.right, paper.y, { size: 8, colour: colours.quiet, align: 'right', width: 200 });
  paper.y += 15;
  paper.rule(paper.y, { colour: colours.accent, width: 0.8 });
  paper.y += 14;
}

function drawFooter({ paper, model, words }: Sheet, number: number, pages: number): void {
  const y = page.bottom + 14;
  paper.rule(y - 4);
  const hash = `${words.linesHash} ${model.linesHash}`;
  paper.text(hash, page.left, y, { size: 6, colour: colours.quiet, width: 380 });
  paper.text(words.page(number, pages), page.right, y, { size: 7.5, colour: colours.quiet, align: 'right' });
}
