import iconv from 'iconv-lite';
import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { importBankStatus } from '../../src/payments/statusImport.ts';
import { codesOf, now, openWorld, type PaymentWorld, payer } from './world.ts';

// What a bank's answer must name, and how it may be written.

let world: PaymentWorld;
beforeEach(async () => {
  world = await openWorld();
  await world.statement('N1', '100');
  await world.approve(await world.create());
});

const first = async () => (await world.payments(1))[0];
const send = (content: Buffer) =>
  world.run((transaction) => importBankStatus(transaction, payer, now, { name: 'answer', content }));
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => (error instanceof UserError && 'errors' in error ? (error.errors as UserError[])[0] : error),
  );

const report = (
  messageId: string,
  id: string,
  text = '',
) => `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>${messageId}</OrgnlGrpInfAndSts>
  <OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
  <StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>${text}</AddtlInf></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`;
const about = (id: string) => `<OrgnlMsgId>${id}</OrgnlMsgId>`;

describe('a report', () => {
  it('is about the message in which its payments were sent', async () => {
    const { message } = (await world.batch(1)) ?? {};
    expect(await errorOf(world.report(report(about('PB-7-20261105'), 'PB-1-1')))).toMatchObject({
      code: 'STATUS_REPORT_UNFIT',
      at: 'PB-1-1',
      message: `The report is about the message "PB-7-20261105", but PB-1-1 was sent in ${message}.`,
    });
    expect(await first()).toMatchObject({ state: 'INSTRUCTED' });
    await world.report(report(about(message), 'PB-1-1'));
    expect(await first()).toMatchObject({ state: 'FAILED' });
  });

  it('names that message', async () => {
    expect(await codesOf(world.report(report('', 'PB-1-1')))).toBe('STATUS_REPORT_UNFIT');
    expect(await first()).toMatchObject({ state: 'INSTRUCTED' });
  });

  it('is read in GB18030 too', async () => {
    const { message } = (await world.batch(1)) ?? {};
    const text = `<?xml version="1.0" encoding="GB18030"?>${report(about(message), 'PB-1-1', '账号错误')}`;
    await send(iconv.encode(text, 'gb18030'));
    expect(await first()).toMatchObject({ state: 'FAILED', code: 'AC01' });
    const [kept] = await world.sql`select failure_text as text from payment`;
    expect(kept).toEqual({ text: '账号错误' });
  });
});

describe('a CSV file', () => {
  const text = 'end_to_end_id,status,code,text\nPB-1-1,FAILED,AC01,账号错误\n';

  it.each([
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['GB18030 with a byte order mark', iconv.encode(`\uFEFF${text}`, 'gb18030')],
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', iconv.encode(text, 'utf-16le', { addBOM: true })],
    ['UTF-16, the other way round', iconv.encode(text, 'utf-16be', { addBOM: true })],
  ])('is read in %s', async (_encoding, content) => {
    expect(await send(content)).toMatchObject({ failedCount: 1 });
    const [kept] = await world.sql`select failure_code as code, failure_text as text from payment`;
    expect(kept).toEqual({ code: 'AC01', text: '账号错误' });
  });
});

describe('what comes back after it was paid', () => {
  beforeEach(() => world.report('end_to_end_id,status\nPB-1-1,PAID\n'));

  it('carries the reason', async () => {
    const lone = 'end_to_end_id,status,text\nPB-1-1,FAILED,came back\n';
    expect(await errorOf(world.report(lone))).toMatchObject({
      code: 'STATUS_REPORT_UNFIT',
      at: 'row 1',
      message: 'PB-1-1 was paid: the bank gives the code of the reason why it came back (code).',
    });
    expect(await first()).toMatchObject({ state: 'PAID' });
  });

  it('is on record by its payment, with who read it and why it came back', async () => {
    await world.report('end_to_end_id,status,code,text\nPB-1-1,FAILED,AC04,closed\n');
    expect(await first()).toMatchObject({ state: 'FAILED', code: 'AC04' });
    const told =
      await world.sql`select actor, entity_key as id, before, after from audit_record where action = 'payment.returned'`;
    expect([...told]).toEqual([
      {
        actor: payer.name,
        id: 'PB-1-1',
        before: { state: 'PAID' },
        after: { state: 'FAILED', batch: 'PB-1', amount: '100', currency: 'CNY', code: 'AC04' },
      },
    ]);
  });

  it('is not what never was paid: that says only that it failed', async () => {
    await world.statement('N2', '50', { period: '2026-09' });
    const other = await world.create();
    await world.approve(other);
    await world.report(`end_to_end_id,status\nPB-${other}-1,FAILED\n`);
    expect(await world.sql`select from audit_record where action = 'payment.returned'`).toHaveLength(0);
  });
});
