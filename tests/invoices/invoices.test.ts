import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { acceptedInvoice } from '../../src/invoices/coverage.ts';
import { decideInvoice, type InvoiceDecision, type InvoiceInput, submitInvoice } from '../../src/invoices/invoices.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { asOwner, close, now, october } from '../support/books.ts';
import { as, asRole, issueRows, openSettledBooks, refusalOf } from '../support/settledBooks.ts';

// Invoices 发票: September and October of A1 come to 90.00 and 45.00, of A2 nothing is payable in September (minimum 200.00).

const september = '2026-09' as Period;
const first = 'S-2026-09-A1-CNY';
const second = 'S-2026-10-A1-CNY';
let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
  await openSettledBooks(databases, { [september]: ['A1', 'A1', 'A2'], [october]: ['A1'] });
  for (const period of [september, october]) {
    await close(databases, period);
    await issueRows(databases, period);
  }
});

const invoice = (rest: Partial<InvoiceInput> = {}): InvoiceInput => ({
  number: '12345',
  issuedOn: '2026-10-01',
  net: '90',
  vat: '0',
  gross: '90',
  statements: [first],
  ...rest,
});
const submit = (rest: Partial<InvoiceInput> = {}, agent = 'A1') =>
  asRole(databases, 'AGENT', agent, (transaction, actor) => submitInvoice(transaction, actor, now, invoice(rest)));
const decide = (role: 'ADMIN' | 'FINANCE' | 'AGENT', id: number, decision: InvoiceDecision, reason?: string) =>
  asRole(databases, role, role === 'AGENT' ? 'A1' : null, (transaction, actor) =>
    decideInvoice(transaction, actor, now, { id, decision, reason }),
  );
const isCovered = (number: string) =>
  asOwner(databases, async (transaction) => {
    const [row] = await rawSql(transaction).unsafe<{ covered: boolean }[]>(
      `select ${acceptedInvoice('issued')} as covered from issued_statement issued where number = '${number}'`,
    );
    return row?.covered;
  });

describe('an invoice', () => {
  it('must come to what its statements come to, in date and to the last digit', async () => {
    expect(await refusalOf(submit({ gross: '90.01' }))).toBe(
      'INVOICE_AMOUNTS: gross: The gross 90.01 differs by 0.01 from 90.00 CNY, what the statements come to.',
    );
    expect(await refusalOf(submit({ statements: [first, second] }))).toMatch(/differs by -45 from 135.00 CNY/);
    expect(await refusalOf(submit({ issuedOn: '2026-09-30' }))).toBe(
      'INVOICE_DATE: Its periods are not over before 2026-10-01: it is dated then or later.',
    );
    expect(await refusalOf(submit({ issuedOn: '2026-12-06' }))).toBe('INVOICE_DATE: 2026-12-06 has not come yet.');
    expect(await refusalOf(submit({ number: '#' }))).toMatch(/^INPUT_INVALID: invoice.number/);
    expect(await refusalOf(submit({ statements: ['S-2026-09-A2-CNY'] }, 'A2'))).toBe(
      'INVOICE_STATEMENTS: Nothing is to be paid of S-2026-09-A2-CNY.',
    );
  });

  it("is not for another agent's statements", async () => {
    expect(await refusalOf(submit({}, 'A2'))).toBe(`NOT_FOUND: statements: There is no issued statement ${first}.`);
  });

  it('lets its statements be paid once finance has accepted it', async () => {
    const id = await submit();
    expect(await refusalOf(submit({ number: '2' }))).toBe(
      `INVOICE_STATEMENTS: ${first} has the invoice 12345, which is SUBMITTED.`,
    );
    // The other agent sees neither the invoice nor whose it is.
    const number = { number: ' 123 45', statements: [second], net: '45', gross: '45', issuedOn: '2026-11-01' };
    expect(await refusalOf(submit(number))).toBe(
      'INVOICE_DUPLICATE: An invoice 12345 is submitted or accepted already.',
    );
    expect(await isCovered(first)).toBe(false);
    expect(await refusalOf(decide('AGENT', id, 'ACCEPTED'))).toMatch(/^SAME_PERSON/);
    expect(await refusalOf(decide('FINANCE', id, 'REJECTED', ' '))).toMatch(/^INPUT_INVALID: Say why/);
    await decide('FINANCE', id, 'REJECTED', 'not to be read');
    expect(await refusalOf(decide('FINANCE', id, 'ACCEPTED'))).toBe('RECORD_STATE: Invoice 12345 is REJECTED already.');
    const again = await submit();
    await decide('FINANCE', again, 'ACCEPTED');
    expect([await isCovered(first), await isCovered(second)]).toEqual([true, false]);
    const records = await databases.owner.query.auditRecord.findMany({
      where: { entity: 'invoice' },
      orderBy: { id: 'asc' },
    });
    expect(records.map(({ action }) => action)).toEqual([
      'invoice.submitted',
      'invoice.rejected',
      'invoice.submitted',
      'invoice.accepted',
    ]);
  });

  it('that finance entered is accepted by somebody else, and withdrawn by its agent', async () => {
    const wanted = invoice({ number: '777', statements: [second], net: '45', gross: '45', issuedOn: '2026-11-01' });
    const id = await asRole(databases, 'FINANCE', null, (transaction, actor) =>
      submitInvoice(transaction, actor, now, wanted),
    );
    expect(await refusalOf(decide('FINANCE', id, 'ACCEPTED'))).toBe('SAME_PERSON: finance submitted invoice 777.');
    expect(await refusalOf(decide('ADMIN', id, 'WITHDRAWN'))).toMatch(/^FORBIDDEN/);
    await decide('AGENT', id, 'WITHDRAWN');
    expect(await isCovered(second)).toBe(false);
  });

  it('of two at once for one statement, one is taken', async () => {
    const both = await Promise.allSettled(
      ['801', '802'].map((number) =>
        as(databases, 'anna', (transaction, actor) =>
          submitInvoice(
            transaction,
            actor,
            now,
            invoice({ number, statements: [second], net: '45', gross: '45', issuedOn: '2026-11-01' }),
          ),
        ),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'INVOICE_STATEMENTS' } });
  });
});
