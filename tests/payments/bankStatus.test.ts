import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readStatusReport } from '../../src/payments/statusReport.ts';
import { codesOf, openWorld, type PaymentWorld } from './world.ts';

const report = (group: string, payments = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><d:Document xmlns:d="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><d:CstmrPmtStsRpt>
  <d:GrpHdr><d:MsgId>B1</d:MsgId></d:GrpHdr><d:OrgnlGrpInfAndSts><d:OrgnlMsgId>PB-1-20261105</d:OrgnlMsgId><d:OrgnlMsgNmId>pain.001.001.09</d:OrgnlMsgNmId>${group}</d:OrgnlGrpInfAndSts>
  ${payments}</d:CstmrPmtStsRpt></d:Document>`;
const one = (id: string, status: string, more = '') =>
  `<d:TxInfAndSts><d:OrgnlEndToEndId>${id}</d:OrgnlEndToEndId><d:TxSts>${status}</d:TxSts>${more}</d:TxInfAndSts>`;
const payments = (...rows: string[]) =>
  `<d:OrgnlPmtInfAndSts><d:OrgnlPmtInfId>PB-1-20261105</d:OrgnlPmtInfId>${rows.join('')}</d:OrgnlPmtInfAndSts>`;
const amount = (value: string) =>
  `<d:OrgnlTxRef><d:Amt><d:InstdAmt Ccy="CNY">${value}</d:InstdAmt></d:Amt></d:OrgnlTxRef>`;
const rejected =
  '<d:StsRsnInf><d:Rsn><d:Cd>AC01</d:Cd></d:Rsn><d:AddtlInf>账号错误</d:AddtlInf><d:AddtlInf>and more</d:AddtlInf></d:StsRsnInf>';

describe('a pain.002 report', () => {
  it('is read whatever its version and prefix', () => {
    const { news, groups } = readStatusReport(
      report(
        '<d:GrpSts>PART</d:GrpSts>',
        payments(one('X-1', 'ACSC', amount('5.00')), one('X-2', 'RJCT', rejected), one('X-3', 'PDNG')),
      ),
      'Asia/Shanghai',
    );
    expect(groups).toEqual([]);
    expect(news).toMatchObject([
      { endToEndId: 'X-1', outcome: 'PAID', given: { amount: '5.00', currency: 'CNY' } },
      { endToEndId: 'X-2', outcome: 'FAILED', code: 'AC01', text: '账号错误 and more' },
      { endToEndId: 'X-3', outcome: 'PENDING' },
    ]);
  });

  it.each([
    ['<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', 'document type'],
    ['<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>', 'no payment status report'],
    ['<a><b></a>', 'no '],
    [report('<d:GrpSts>WHAT</d:GrpSts>'), 'not known'],
  ])('is refused where it is %s', (text, message) =>
    expect(() => readStatusReport(text, 'Asia/Shanghai')).toThrow(
      expect.objectContaining({ code: 'STATUS_REPORT_UNFIT', message: expect.stringContaining(message) }),
    ),
  );
});

describe("the bank's answer", () => {
  let world: PaymentWorld;
  let id: number;
  const states = async () => (await world.payments(id)).map(({ state }) => state);
  const runStatus = async () =>
    (await world.sql`select status from commission_run where period = '2026-10'`)[0]?.status;

  beforeEach(async () => {
    world = await openWorld();
    await world.statement('N1', '100.10');
    await world.statement('N2', '50');
    id = await world.create();
    await world.approve(id);
  });

  it('makes payments paid or failed, and what failed due again with another account', async () => {
    await world.report(report('', payments(one('PB-1-1', 'ACSC', amount('100.10')), one('PB-1-2', 'RJCT', rejected))));
    expect(await world.payments(id)).toMatchObject([{ state: 'PAID' }, { state: 'FAILED', code: 'AC01' }]);
    expect(await world.batch(id)).toMatchObject({ state: 'SETTLED' });
    expect(await runStatus()).toBe('APPROVED');
    await world.account('N2', '6222021103003333');
    const again = await world.create();
    await world.approve(again);
    expect((await world.fetch(again)).bytes.toString()).toContain('6222021103003333');
    await world.report(`end_to_end_id,status,code,text,date\nPB-${again}-1,PAID,,,2026-11-05\n`);
    expect(await world.payments(again)).toMatchObject([{ agent: 'N2', amount: '50', state: 'PAID' }]);
    expect(await runStatus()).toBe('PAID');
  });

  it('holds for all, where it is about the whole message', async () => {
    await world.report(report('<d:GrpSts>ACSC</d:GrpSts>', payments(one('PB-1-2', 'RJCT', rejected))));
    expect(await states()).toEqual(['PAID', 'FAILED']);
  });

  it('changes nothing where nothing is decided', async () => {
    expect(await world.report(report('<d:GrpSts>ACSP</d:GrpSts>'))).toMatchObject({ paidCount: 0, failedCount: 0 });
    expect(await states()).toEqual(['INSTRUCTED', 'INSTRUCTED']);
    expect(await world.batch(id)).toMatchObject({ state: 'APPROVED' });
  });

  it('can come back later: what was paid fails', async () => {
    await world.report('end_to_end_id,status\nPB-1-1,PAID\nPB-1-2,PAID\n');
    expect(await runStatus()).toBe('PAID');
    expect(
      await world.report('end_to_end_id,status,code,text\nPB-1-1,FAILED,AC04,returned\nPB-1-2,PAID,,\n'),
    ).toMatchObject({
      failedCount: 1,
      knownCount: 1,
    });
    expect(await states()).toEqual(['FAILED', 'PAID']);
    expect(await runStatus()).toBe('APPROVED');
    expect(await codesOf(world.report('end_to_end_id,status\nPB-1-1,PAID\n'))).toEqual(['PAYMENT_STATE']);
  });

  it('is read once: the same file again changes nothing', async () => {
    const text = 'end_to_end_id,status\nPB-1-1,PAID\n';
    const first = await world.report(text);
    expect(first).toMatchObject({ paidCount: 1, repeated: false });
    expect(await world.report(text)).toEqual({ ...first, repeated: true });
  });

  it('is about batches that were sent', async () => {
    await world.statement('N1', '1', { period: '2026-09' });
    const other = await world.create();
    expect(await codesOf(world.report(`end_to_end_id,status\nPB-${other}-1,PAID\n`))).toEqual(['PAYMENT_STATE']);
  });

  it('leaves what a run has carried to the next statement', async () => {
    await world.report('end_to_end_id,status\nPB-1-1,FAILED\nPB-1-2,PAID\n');
    const [failed] = await world.sql`select id from payment where end_to_end_id = 'PB-1-1'`;
    await world.sql`
      insert into balance_entry (agent_id, kind, amount, currency, payment_id, reason, created_by, created_at, carried_run_id)
      values (${world.agent('N1')}, 'BANK_RETURN', 100.10, 'CNY', ${failed?.id}, 'r', 'x', '2026-11-05T00:00:00Z', ${await world.month('2026-11')})`;
    expect(await codesOf(world.create())).toBe('NOTHING_PAYABLE');
    const late = world.sql`
      insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key,
        envelope_key_id, account_masked, state, retries_id)
      select batch_id, 'X', agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id,
        account_masked, 'INSTRUCTED', id from payment where id = ${failed?.id}`;
    await expect(late).rejects.toMatchObject({ constraint_name: 'payment_carried' });
  });
});

describe("a bank's answer that is wrong", () => {
  let world: PaymentWorld;

  beforeAll(async () => {
    world = await openWorld();
    await world.statement('N1', '100.10');
    await world.statement('N2', '50');
    await world.approve(await world.create());
  });

  it('about another amount names both, with the decimals of the currency', async () => {
    const answer = world.report('end_to_end_id,status,amount,currency\nPB-1-1,PAID,100.1,EUR\nPB-1-2,PAID,49,\n');
    await expect(answer).rejects.toMatchObject({
      errors: [
        { message: 'PB-1-1 is about 100.10 CNY, not 100.1 EUR.' },
        { message: 'PB-1-2 is about 50.00 CNY, not 49.' },
      ],
    });
  });

  it.each([
    ['an id that is not ours', 'end_to_end_id,status\nPB-1-1,PAID\nPB-9-9,PAID\n', ['PAYMENT_UNKNOWN']],
    ['another amount', 'end_to_end_id,status,amount\nPB-1-1,PAID,100.10\nPB-1-2,PAID,49\n', ['PAYMENT_DIFFERS']],
    ['another currency', 'end_to_end_id,status,amount,currency\nPB-1-1,PAID,100.10,EUR\n', ['PAYMENT_DIFFERS']],
    ['both for one', 'end_to_end_id,status\nPB-1-1,PAID\nPB-1-1,FAILED\n', ['PAYMENT_STATE']],
    ['a day to come', 'end_to_end_id,status,date\nPB-1-1,PAID,2026-11-06\n', ['STATUS_REPORT_UNFIT']],
    [
      'words we do not know',
      'end_to_end_id,status\nPB-1-1,PAID\n,WHAT\n',
      ['STATUS_REPORT_UNFIT', 'STATUS_REPORT_UNFIT'],
    ],
    ['no rows', 'end_to_end_id,status\n', 'STATUS_REPORT_UNFIT'],
    ['another message', report('<d:GrpSts>ACSC</d:GrpSts>').replace('PB-1-', 'PB-7-'), ['PAYMENT_UNKNOWN']],
    ['another amount in XML', report('', payments(one('PB-1-1', 'ACSC', amount('1')))), ['PAYMENT_DIFFERS']],
  ])('changes nothing with %s', async (_what, text, codes) => {
    expect(await codesOf(world.report(text))).toEqual(codes);
    expect((await world.payments(1)).map(({ state }) => state)).toEqual(['INSTRUCTED', 'INSTRUCTED']);
  });
});
