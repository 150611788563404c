import { existsSync, readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { memoryPages, validateXML } from 'xmllint-wasm';
import { checkAccount, isIban } from '../../src/payments/accounts.ts';
import { makeBankFile } from '../../src/payments/bankFile.ts';
import type { BankFileModel, Transfer } from '../../src/payments/bankFileModel.ts';
import { settlementPolicyDefinitionSchema } from '../../src/settlement/policySchema.ts';
import { layout } from './world.ts';

const xsdFile = new URL('../../../shared/data/iso20022/pain.001.001.09.xsd', import.meta.url);
const xsd = existsSync(xsdFile) ? readFileSync(xsdFile, 'utf8') : undefined;

const transfer = (number: number, rest: Partial<Transfer> = {}): Transfer => ({
  endToEndId: `PB-1-${number}`,
  agentCode: 'A1',
  holderName: '杭州渠道有限公司',
  account: '6222021103001111',
  bankName: null,
  bic: null,
  clearingCode: null,
  amount: '100.10',
  reference: 'S-2026-10-A1-CNY',
  ...rest,
});

const model = (transfers: readonly Transfer[], rest: Partial<BankFileModel> = {}): BankFileModel => ({
  messageId: 'PB-1-20261105',
  createdAt: new Date('2026-11-05T02:00:00.123Z'),
  executesOn: '2026-11-06',
  currency: 'CNY',
  controlSum: '100.10',
  debtor: {
    code: 'MAIN',
    currency: 'CNY',
    holderName: 'Demo & Telecom',
    account: '6217000010001',
    iban: false,
    clearingCode: '102100099996',
  },
  layout: null,
  transfers,
  ...rest,
});

async function faultsOf(bytes: Buffer): Promise<readonly string[]> {
  const { valid, errors } = await validateXML({
    xml: [{ fileName: 'file.xml', contents: bytes.toString('utf8') }],
    schema: [xsd ?? ''],
    maxMemoryPages: memoryPages.GiB,
  });
  return valid ? [] : errors.map(({ message }) => message);
}

describe('accounts', () => {
  it.each([
    ['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['gb82 west 1234 5698 7654 32', 'GB82WEST12345698765432'],
    ['6222-0211-0300-1111', '6222021103001111'],
    ['６２２２ 0211', '62220211'],
  ])('%s is %s', (given, account) => expect(checkAccount(given)).toBe(account));

  it.each(['DE89370400440532013001', 'GB82WEST1234569876543', '12', '1'.repeat(35), '622<2021', ''])(
    '%s is none',
    (given) => expect(() => checkAccount(given)).toThrow(expect.objectContaining({ code: 'ACCOUNT_UNFIT' })),
  );

  it('are IBANs where the check digits hold', () => {
    expect(isIban('KW81CBKU0000000000001234560101')).toBe(true);
    expect(isIban('KW82CBKU0000000000001234560101')).toBe(false);
    expect(isIban('6222021103001111')).toBe(false);
  });
});

describe('pain.001.001.09', () => {
  it('is, for a small batch, exactly this', () => {
    expect(makeBankFile(model([transfer(1)])).toString()).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>PB-1-20261105</MsgId>
      <CreDtTm>2026-11-05T02:00:00Z</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>100.10</CtrlSum>
      <InitgPty>
        <Nm>Demo &amp; Telecom</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>PB-1-20261105</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>100.10</CtrlSum>
      <ReqdExctnDt>
        <Dt>2026-11-06</Dt>
      </ReqdExctnDt>
      <Dbtr>
        <Nm>Demo &amp; Telecom</Nm>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <Othr>
            <Id>6217000010001</Id>
          </Othr>
        </Id>
        <Ccy>CNY</Ccy>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <ClrSysMmbId>
            <ClrSysId>
              <Cd>CNAPS</Cd>
            </ClrSysId>
            <MmbId>102100099996</MmbId>
          </ClrSysMmbId>
        </FinInstnId>
      </DbtrAgt>
      <CdtTrfTxInf>
        <PmtId>
          <InstrId>PB-1-1</InstrId>
          <EndToEndId>PB-1-1</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="CNY">100.10</InstdAmt>
        </Amt>
        <Cdtr>
          <Nm>杭州渠道有限公司</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <Othr>
              <Id>6222021103001111</Id>
            </Othr>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Ustrd>S-2026-10-A1-CNY</Ustrd>
        </RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`);
  });

  const odd = [
    transfer(1, { bic: 'COBADEFFXXX', bankName: 'Bank "A" <B>', account: 'DE89370400440532013000' }),
    transfer(2, {
      clearingCode: '102100099996',
      bankName: '中国工商银行',
      holderName: '长'.repeat(200),
      reference: 'x'.repeat(200),
    }),
    transfer(3, { holderName: 'a\u0000b\nc\u{1F600}  ]]> & \uD800', amount: '0.01' }),
    transfer(4, { holderName: '\t', clearingCode: 'SC12' }),
  ];

  it('makes of odd names something that XML can hold', () => {
    const text = makeBankFile(model(odd)).toString();
    expect(text).toContain('<Nm>a b c\u{1F600} ]]&gt; &amp;</Nm>');
    expect(text).toContain(`<Nm>${'长'.repeat(140)}</Nm>`);
    expect(text).toContain('<Nm>-</Nm>');
    expect(text).toContain('<Nm>Bank &quot;A&quot; &lt;B&gt;</Nm>');
    expect(text).toContain('<IBAN>DE89370400440532013000</IBAN>');
  });

  it.skipIf(xsd === undefined)(
    'is valid against the schema (skipped where the XSD is not at hand)',
    async () => {
      const debtor = {
        code: 'K',
        currency: 'KWD',
        holderName: 'Demo',
        account: 'KW81CBKU0000000000001234560101',
        iban: true,
        bic: 'CBKUKWKW',
      };
      const files = [
        model(odd),
        model([transfer(1, { amount: '1.005' })], { currency: 'KWD', controlSum: '1.005', debtor }),
        model([transfer(1, { amount: '892' })], {
          currency: 'JPY',
          controlSum: '892',
          debtor: { ...debtor, bic: undefined },
        }),
        model(Array.from({ length: 3000 }, (_, index) => transfer(index + 1))),
      ];
      for (const file of files) expect(await faultsOf(makeBankFile(file))).toEqual([]);
      // the check can fail
      expect(await faultsOf(makeBankFile(model([transfer(1, { endToEndId: 'x'.repeat(36) })])))).not.toEqual([]);
    },
    60_000,
  );
});

describe('a domestic bank file', () => {
  const icbc = settlementPolicyDefinitionSchema.parse({ bankLayouts: [layout] }).bankLayouts[0] ?? null;

  it('has the columns of its layout, in its encoding', () => {
    const bytes = makeBankFile(
      model([transfer(1), transfer(2, { holderName: '=甲,"乙"\n', amount: '5.00' })], { layout: icbc }),
    );
    expect(iconv.decode(bytes, 'GB18030')).toBe(
      '序号,收款人,账号,金额,币种,用途\r\n' +
        '1,杭州渠道有限公司,6222021103001111,100.10,人民币,S-2026-10-A1-CNY\r\n' +
        '2,"=甲,""乙"" ",6222021103001111,5.00,人民币,S-2026-10-A1-CNY\r\n',
    );
    expect(bytes.subarray(0, 4).toString('hex')).toBe('d0f2bac5');
  });

  it('has another delimiter, no header and LF where the layout says so', () => {
    const columns = [
      { header: 'x', field: 'executesOn' as const },
      { header: 'y', field: 'debtorAccount' as const },
      { header: 'z', field: 'bic' as const },
    ];
    const plain = { code: 'X', columns, delimiter: '|', withHeader: false, encoding: 'UTF-8', lineEnd: 'LF' } as const;
    expect(makeBankFile(model([transfer(1)], { layout: plain })).toString()).toBe('2026-11-06|6217000010001|\n');
  });
});
