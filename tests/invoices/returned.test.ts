import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { makeFiles } from '../../src/exports/run.ts';
import { writeStatementFile } from '../../src/exports/statementFiles.ts';
import { decideInvoice, submitInvoice } from '../../src/invoices/invoices.ts';
import { findClaims } from '../../src/payments/claims.ts';
import type { Period } from '../../src/period.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { statementsOfAgent } from '../../src/statements/statementDocument.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, close, now, october } from '../support/books.ts';
import { as, openSettledBooks, payRows, refusalOf } from '../support/settledBooks.ts';
import { sheetsOf } from '../support/sheets.ts';

// What was invoiced and came back from the bank is not invoiced again (docs/settlement.md §4). A1 earns 50.00 for each activation, the tax is 10
// percent, value-added tax 6 percent on top, and it sends invoices.

const august = '2026-08' as Period;
const september = '2026-09' as Period;
const november = '2026-11' as Period;
const settings = { encoding: 'UTF-8', byteOrderMark: false } as const;
let databases: Databases;

/** Approves, issues and confirms a month. */
async function settle(period: Period): Promise<void> {
  const { id } = await close(databases, period);
  await asOwner(databases, (transaction) => issueStatements(transaction, clerk, now, id));
  await databases.owner.$client`
    update issued_statement set state = 'CONFIRMED', confirmation = 'TIME', confirmed_by = 'clock', confirmed_at = now() where state = 'ISSUED'`;
}
const issued = async (period: Period) => {
  const [row] = await databases.owner.$client`
    select trim_scale(net)::text as net, trim_scale(vat)::text as vat, trim_scale(gross)::text as gross, trim_scale(returned)::text as returned,
      invoice_required as invoiced
    from issued_statement where number = ${`S-${period}-A1-CNY`}`;
  return row;
};
const invoice = (period: Period, [net, vat, gross]: readonly [string, string, string], issuedOn = '2026-12-01') =>
  as(databases, 'anna', (transaction, actor) =>
    submitInvoice(transaction, actor, now, {
      number: period,
      issuedOn,
      net,
      vat,
      gross,
      statements: [`S-${period}-A1-CNY`],
    }),
  );
const accept = (id: number) =>
  as(databases, 'ben', (transaction, actor) => decideInvoice(transaction, actor, now, { id, decision: 'ACCEPTED' }));
const obstacleOf = (period: Period) =>
  asOwner(databases, async (transaction) => {
    const claims = await findClaims(transaction, { currency: 'CNY', until: '2027-12-31', timeZone: 'Asia/Shanghai' });
    return claims.find(({ reference }) => reference === `S-${period}-A1-CNY`)?.obstacle;
  });

/** The row of A1 in a month's statements.csv. */
async function statementsCsv(period: Period): Promise<Record<string, string> | undefined> {
  let text = '';
  const target = {
    write: async (_: string, bytes: AsyncIterable<Buffer>) => {
      for await (const piece of bytes) text += piece.toString();
    },
    read: () => {
      throw new Error('nothing is read');
    },
  };
  await makeFiles(databases, target, { period, kinds: ['STATEMENTS_CSV'], settings, onProgress: () => {} });
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  return rows.find((row) => row.agent_code === 'A1');
}

/** The first sheet of the workbook of A1's statement of a month: its amounts by their English names. */
async function summaryOf(period: Period): Promise<Map<string | undefined, string | undefined>> {
  const [of] = await databases.owner.$client<{ runId: number; agentId: number }[]>`
    select run_id as "runId", agent_id as "agentId" from statement join agent on agent.id = agent_id join commission_run run on run.id = run_id
    where agent.code = 'A1' and run.period = ${period}`;
  if (!of) throw new Error(`A1 has no statement of ${period}`);
  const [model] = await asOwner(databases, (transaction) => statementsOfAgent(transaction, period, 'A1'));
  if (!model) throw new Error(`A1 has no statement of ${period}`);
  const pieces: Buffer[] = [];
  await writeStatementFile(databases, { id: { ...of, currency: 'CNY' }, model }, 'xlsx', settings, async (bytes) => {
    for await (const piece of bytes) pieces.push(piece);
  });
  const [sheet = []] = sheetsOf(Buffer.concat(pieces));
  return new Map(sheet.map((cells) => [cells.get('A'), cells.get('C')]));
}

beforeAll(async () => {
  databases = await testDatabase();
  await openSettledBooks(databases, { [august]: ['A1', 'A1'], [october]: ['A1'] });
  await databases.owner.$client`
    update agreement set terms = terms || '{"vatPercent": "6", "invoiceRequired": true}' from agent where agent.id = agent_id and agent.code = 'A1'`;
});

describe('money that came back', () => {
  it('was invoiced when it was first due: 100 less 10 tax, and 6 percent of 90', async () => {
    await settle(august);
    expect(await issued(august)).toEqual({ net: '90', vat: '5.4', gross: '95.4', returned: '0', invoiced: true });
    await accept(await invoice(august, ['90', '5.4', '95.4']));
    await payRows(databases, 'A1', { period: august });
  });

  it('needs no invoice where nothing else is paid', async () => {
    await settle(september);
    expect(await issued(september)).toEqual({
      net: '95.4',
      vat: '0',
      gross: '95.4',
      returned: '95.4',
      invoiced: false,
    });
    expect(await refusalOf(invoice(september, ['95.4', '0', '95.4']))).toBe(
      'INVOICE_STATEMENTS: All that S-2026-09-A1-CNY pays came back from the bank: it was due before.',
    );
    expect(await obstacleOf(september)).toBe('NO_ACCOUNT');
    await payRows(databases, 'A1', { period: september });
  });

  it('is no part of the next invoice, which is of what was earned', async () => {
    // 95.40 returned, 50 earned, tax 5: 140.40 payable, 6 percent of 45 on top.
    await settle(october);
    expect(await issued(october)).toEqual({
      net: '140.4',
      vat: '2.7',
      gross: '143.1',
      returned: '95.4',
      invoiced: true,
    });
    expect(await obstacleOf(october)).toBe('NO_INVOICE');
    expect(await refusalOf(invoice(october, ['140.4', '2.7', '143.1']))).toMatch(
      /The net 140.4 differs by 95.4 from 45.00 CNY.*The gross 143.1 differs by 95.4 from 47.70 CNY/s,
    );
    await accept(await invoice(october, ['45', '2.7', '47.7']));
    expect(await obstacleOf(october)).toBe('NO_ACCOUNT');
  });

  it('is told by statements.csv and the workbook of the statement as by the statement itself, once that is issued', async () => {
    const files = async () => ({ csv: await statementsCsv(october), sheet: await summaryOf(october) });
    const { csv, sheet } = await files();
    // what the run fixed, then what is paid, then what is invoiced: 140.40 and 143.10 less 95.40
    expect(csv).toMatchObject({ payable: '140.40', returned: '95.40', net: '140.40', vat: '2.70', gross: '143.10' });
    expect(csv).toMatchObject({ invoice_net: '45.00', invoice_gross: '47.70' });
    expect([...sheet].slice(-7)).toEqual([
      ['Closing balance', '140.40'],
      ['Payable', '140.40'],
      ['Paid, net', '140.40'],
      ['VAT', '2.70'],
      ['Paid, gross', '143.10'],
      ['To be invoiced, net', '45.00'],
      ['To be invoiced, gross', '47.70'],
    ]);
    expect(sheet.get('of which returned by the bank')).toBe('95.40');
    await close(databases, november);
    expect([...(await summaryOf(november)).keys()].at(-1)).toBe('Payable');
    expect(await statementsCsv(november)).toMatchObject({
      net: '',
      vat: '',
      gross: '',
      invoice_net: '',
      invoice_gross: '',
    });
    expect(await files()).toEqual({ csv, sheet });
  });
});
