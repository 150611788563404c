import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { create } from 'xmlbuilder2';
import { createBatch } from '../../src/payments/batches.ts';
import { approveBatch, cancelBatch } from '../../src/payments/batchLife.ts';
import { fetchBankFile } from '../../src/payments/fetchFile.ts';
import { importBankStatus } from '../../src/payments/statusImport.ts';
import { compare, fraction, subtract, sum, ZERO } from '../oracle/fraction.ts';
import { codeOf } from './books.ts';
import type { Year } from './twelveMonths.ts';
import { type Claim, moneyText } from './yearLedger.ts';
import { anna, at, ben, currencies, dayOf, dueOf, keys } from './yearWorld.ts';

// The payments of a month: batches, bank files as a bank reads them, and what it answers.

export type Transfer = {
  readonly id: string;
  readonly amount: string;
  readonly claim: Claim;
  state: 'SENT' | 'PAID' | 'FAILED';
};

/** Pays what is due, and lets the bank answer: for most, now or a month later; what was paid may come back. */
export async function payMonth(year: Year, month: number, day: number): Promise<void> {
  for (const currency of currencies) await payCurrency(year, month, day, currency);
  await answer(year, month, day + 1);
}

async function payCurrency(year: Year, month: number, day: number, currency: string): Promise<void> {
  const { draw, ledger } = year;
  const codes = year.world.agents.map(({ code }) => code);
  const chosen = draw.chance(30) ? draw.some(codes, 1) : codes;
  const claims = ledger.payable(currency, (code) => chosen.includes(code) && year.agent(code).hasAccount);
  const input = {
    currency,
    debtorAccount: `MAIN-${currency}`,
    format: currency === 'CNY' ? 'pain.001.001.09' : 'COLUMNS',
    executesOn: dayOf(month, day),
    agentCodes: chosen.length === codes.length ? null : chosen,
  };
  const now = at(month, day);
  const making = year.run((transaction) => createBatch(transaction, keys, anna, now, input));
  if (claims.length === 0) {
    expect(await codeOf(making)).toBe('NOTHING_PAYABLE');
    return;
  }
  const id = await making;
  const undo = ledger.instruct(claims, (code, of) => {
    const due = dueOf(year.agent(code), month);
    return due.planCurrency === of ? due : undefined;
  });
  const cancels = draw.chance(12);
  if (cancels && draw.chance(50)) return cancel(year, month, id, undo);
  await year.run((transaction) => approveBatch(transaction, ben, now, id));
  const sent = claims.filter(({ state }) => state === 'LIVE');
  if (sent.length === 0) return;
  const { bytes } = await year.run((transaction) => fetchBankFile(transaction, keys, anna, now, `PB-${id}`));
  const read = currency === 'CNY' ? readXml(bytes.toString(), currency) : readColumns(bytes.toString());
  const expected = sent.map((claim) => ({
    reference: claim.reference,
    amount: moneyText(subtract(claim.gross, claim.collected), currency),
  }));
  expect(
    read.map(({ reference, amount }) => ({ reference, amount })),
    `bank file of PB-${id}`,
  ).toEqual(expected);
  // who asked does not agree
  if (cancels) {
    await cancelAs(year, month, id, anna);
    return cancel(year, month, id, undo);
  }
  for (const [index, row] of read.entries()) {
    const claim = sent[index];
    if (claim) year.transfers.push({ id: row.id, amount: row.amount, claim, state: 'SENT' });
  }
  year.tell(`PB-${id}: ${read.map(({ reference, amount }) => `${reference} ${amount}`).join(', ')} ${currency}`);
}

async function cancel(year: Year, month: number, id: number, undo: () => void): Promise<void> {
  await cancelAs(year, month, id, ben);
  undo();
  year.tell(`PB-${id} cancelled`);
}

const cancelAs = (year: Year, month: number, id: number, actor: typeof anna) =>
  year.run((transaction) => cancelBatch(transaction, actor, at(month, 16), { id, reason: 'r', bankWillNotPay: true }));

type FileRow = { readonly id: string; readonly reference: string; readonly amount: string };

function readXml(text: string, currency: string): FileRow[] {
  const rows: FileRow[] = [];
  const root = create(text).root().node as unknown as Element;
  const inside = (element: Element | Document, name: string) => element.getElementsByTagName(name)[0];
  for (const transfer of root.getElementsByTagName('CdtTrfTxInf')) {
    const textOf = (name: string) => inside(transfer, name)?.textContent ?? '';
    expect(inside(transfer, 'InstdAmt')?.getAttribute('Ccy')).toBe(currency);
    rows.push({ id: textOf('EndToEndId'), reference: textOf('Ustrd'), amount: textOf('InstdAmt') });
  }
  const total = moneyText(sum(rows.map(({ amount }) => fraction(amount))), currency);
  expect([...root.getElementsByTagName('CtrlSum')].map((each) => each.textContent)).toEqual([total, total]);
  expect([...root.getElementsByTagName('NbOfTxs')].map((each) => each.textContent)).toEqual([
    String(rows.length),
    String(rows.length),
  ]);
  return rows;
}

function readColumns(text: string): FileRow[] {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  return rows.map(({ id = '', amount = '', purpose = '' }) => ({ id, amount, reference: purpose }));
}

async function answer(year: Year, month: number, day: number): Promise<void> {
  const { draw, transfers } = year;
  const told: Transfer[] = [];
  for (const transfer of transfers) {
    if (transfer.state === 'SENT' && !draw.chance(12)) {
      transfer.state = draw.chance(70) ? 'PAID' : 'FAILED';
    } else if (transfer.state === 'PAID' && transfer.claim.state === 'PAID' && draw.chance(4)) {
      transfer.state = 'FAILED';
    } else continue;
    transfer.claim.state = transfer.state;
    told.push(transfer);
  }
  if (told.length === 0) return;
  const rows = told.map(({ id, state, amount, claim }) =>
    [id, state, 'AC04', dayOf(month, day), amount, claim.currency].join(','),
  );
  const content = Buffer.from(`end_to_end_id,status,code,date,amount,currency\n${rows.join('\n')}\n`);
  const file = { name: `${month}-${day}.csv`, content };
  const { paidCount, failedCount } = await year.run((transaction) =>
    importBankStatus(transaction, anna, at(month, day), file),
  );
  expect(paidCount + failedCount).toBe(told.length);
  year.tell(`bank: ${told.map(({ claim, state }) => `${claim.reference} ${state}`).join(', ')}`);
}

/** What left the operator's accounts and did not come back. */
export const paidTo = (year: Year, agent: string, currency: string) =>
  sum(
    year.transfers
      .filter(({ state, claim }) => state === 'PAID' && claim.agent === agent && claim.currency === currency)
      .map(({ amount }) => fraction(amount)),
  );

/** No claim is paid, or on its way, twice. */
export function checkPaidOnce(year: Year): void {
  const live = year.transfers.filter(({ state }) => state !== 'FAILED').map(({ claim }) => claim.reference);
  expect(live.length, 'paid twice').toBe(new Set(live).size);
  for (const { amount } of year.transfers) expect(compare(fraction(amount), ZERO)).toBe(1);
}
