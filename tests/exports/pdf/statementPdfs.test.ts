import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRunSummary } from '../../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../../src/db/client.ts';
import { asRequest, type Role } from '../../../src/db/transaction.ts';
import { groupThousands } from '../../../src/exports/pdf/chart.ts';
import { statementPdfsContent } from '../../../src/exports/pdf/statementPdfs.ts';
import { Decimal, formatMoney } from '../../../src/money.ts';
import type { Period } from '../../../src/period.ts';
import { publishSettlementPolicy } from '../../../src/settlement/policies.ts';
import { issueStatements } from '../../../src/statements/issue.ts';
import { statementForReader, statementsOfAgent } from '../../../src/statements/statementDocument.ts';
import { type StatementModel, statementParts } from '../../../src/statements/statementModel.ts';
import { renderStatementPdf } from '../../../src/statements/statementPdf.ts';
import { testDatabase } from '../../database.ts';
import { asOwner, clerk, codeOf, november, now, october } from '../../support/books.ts';
import { runEveryKind } from '../../support/everyKind.ts';
import { pdfTexts } from './pdfText.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await runEveryKind(databases);
  await databases.owner.execute(sql`update agent set name = '𪜀记通讯' where code = 'SUB'`);
  await asOwner(databases, async (transaction) => {
    const letterhead = { name: '示范电信', lines: ['解放路 100 号'] };
    await publishSettlementPolicy(transaction, clerk, now, { validFrom: '2026-12-01', definition: { letterhead } });
    await issueStatements(transaction, clerk, now, (await loadRunSummary(transaction, october)).id);
  });
});

const collect = async (pieces: AsyncIterable<Buffer>) => {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};
const textsOf = async (model: StatementModel, language: 'zh' | 'en') =>
  pdfTexts(await collect(renderStatementPdf(model, language)));
const modelOf = async (period: Period, agent: string) => {
  const [model] = await asOwner(databases, (transaction) => statementsOfAgent(transaction, period, agent));
  if (!model) throw new Error('there is none');
  return model;
};

async function exported(period: Period) {
  const warnings: string[] = [];
  const fractions: number[] = [];
  const write = async (transaction: Transaction) => {
    const { id } = await loadRunSummary(transaction, period);
    return collect(
      statementPdfsContent.write({
        transaction,
        run: { id, period },
        timeZone: 'Asia/Shanghai',
        settings: { encoding: 'UTF-8', byteOrderMark: false },
        money: (amount) => amount,
        onProgress: (fraction) => fractions.push(fraction),
        warn: (text) => warnings.push(text),
      }),
    );
  };
  return { bytes: await asOwner(databases, write), warnings, fractions };
}

/** The files of a ZIP file whose entries are not packed. */
function filesOf(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1') + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    files.set(name, zip.subarray(start, start + zip.readUInt32LE(at + 24)));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

describe('the statements of a run as PDF', () => {
  it('are one for each agent, currency and language, by agent code, the same bytes each time', async () => {
    const { bytes, fractions } = await exported(october);
    expect([...filesOf(bytes).keys()]).toEqual(
      ['SUB-CNY', 'TOP-CNY', 'YEN-JPY'].flatMap((name) => [`zh/${name}.pdf`, `en/${name}.pdf`]),
    );
    expect(fractions).toEqual([1 / 3, 2 / 3, 1]);
    expect((await exported(october)).bytes.equals(bytes)).toBe(true);
  });

  it('tell of characters that no typeface has, once for each agent, and print 〓', async () => {
    const { bytes, warnings } = await exported(october);
    expect(warnings).toEqual(['SUB CNY: no glyph for U+2A700 in "𪜀记通讯", printed as 〓']);
    const texts = pdfTexts(filesOf(bytes).get('zh/SUB-CNY.pdf') ?? Buffer.alloc(0));
    expect(texts).toContain('〓记通讯');
    expect(texts.join('')).not.toContain('\u0000');
  });

  it('show the amounts of the database', async () => {
    const rows = await databases.owner.execute<Record<string, string>>(sql`
      select statement.*, clawed_back as "clawedBack", agent.code from statement join agent on agent.id = agent_id
      where run_id in (select id from commission_run where status in ('CALCULATED', 'APPROVED'))`);
    expect(rows.length).toBeGreaterThanOrEqual(6);
    for (const row of rows) {
      const period = (await loadPeriod(row.run_id ?? '')) as Period;
      const model = await modelOf(period, row.code ?? '');
      const texts = await textsOf(model, 'en');
      for (const part of statementParts) {
        const shown = groupThousands(formatMoney(row[part] ?? '', model.digits));
        expect(texts, `${row.code} ${period} ${part}`).toContain(shown);
        expect(model.amounts[part].eq(row[part] ?? 'NaN')).toBe(true);
      }
      // the table adds up to what the statement adds to its opening, but for tax
      const net = model.components.reduce((sum, component) => sum.plus(component.net), new Decimal(0));
      expect(net.toFixed()).toBe(model.amounts.closing.plus(model.amounts.tax).minus(model.amounts.opening).toFixed());
    }
  });

  it('say who issues them, to whom, and what each component came to', async () => {
    // SUB in October: two sales of 100.00 make 200.00, 80.00 over the cap of 120.00, the other half of which waits for November; 1 × 1.50
    // and 1 × 2.25 for the volume, and what is missing to 300.00
    const texts = await textsOf(await modelOf(october, 'SUB'), 'zh');
    for (const text of ['酬金结算单', '示范电信', '解放路 100 号', 'S-2026-10-SUB-CNY', '2026-10-01 – 2026-10-31']) {
      expect(texts).toContain(text);
    }
    // 2 lines earned, 1 cut by the cap, 2 withheld
    const row = texts.slice(texts.indexOf('Sales'));
    expect(row.slice(0, 9)).toEqual(['Sales', 'P / SALE', '5', '120.00', '–', '60.00', '–', '–', '60.00']);
    const volume = texts.slice(texts.indexOf('Volume'));
    expect(volume[3]).toBe('3.75');
    expect(texts.at(-1)).toBe('第 1 页，共 1 页');
  });

  it('of a calculated run are drafts; corrections name the period they correct', async () => {
    const texts = await textsOf(await modelOf(november, 'TOP'), 'en');
    expect(texts).toContain('Draft, not approved');
    expect(texts).toContain('Difference after 2026-10 was calculated again');
    expect(texts.some((text) => text.startsWith('S-2026'))).toBe(false);
  });

  it('chart the payable amounts of earlier months', async () => {
    const { months } = await modelOf(november, 'SUB');
    const before = (await modelOf(october, 'SUB')).amounts.payable;
    expect(months.slice(-2).map(({ payable }) => payable?.toFixed())).toEqual([
      before.toFixed(),
      (await modelOf(november, 'SUB')).amounts.payable.toFixed(),
    ]);
    expect(months.slice(0, -2).every(({ payable }) => payable === null)).toBe(true);
  });

  it('run over pages with their heading on each', async () => {
    const model = await modelOf(october, 'SUB');
    const [component] = model.components;
    if (!component) throw new Error('no component');
    const texts = await textsOf({ ...model, components: Array.from({ length: 60 }, () => component) }, 'en');
    expect(texts.filter((text) => text === 'Clawed back').length).toBe(4);
    expect(texts).toContain('Page 1 of 3');
    expect(texts).toContain('Page 3 of 3');
  });

  it('show value-added tax where there is some, and the account to those who may know it', async () => {
    const model = await modelOf(october, 'SUB');
    if (!model.issue) throw new Error('not issued');
    const issue = {
      ...model.issue,
      vatPercent: new Decimal(6),
      net: new Decimal('1000'),
      vat: new Decimal('60'),
      gross: new Decimal('1060'),
      returned: new Decimal(0),
    };
    // 200.00 came back, of which nothing is invoiced again: 860.00 of the 1,060.00 are
    const repaid = await textsOf({ ...model, issue: { ...issue, returned: new Decimal('200') } }, 'en');
    expect(repaid).toContain('of which returned by the bank 200.00');
    expect(repaid).toContain('To be invoiced, gross 860.00');
    const payee = { holderName: 'ben', bankName: 'Bank', accountMasked: '****6789' };
    const texts = await textsOf({ ...model, issue, payee }, 'en');
    expect(texts).toContain('CNY 1,060.00');
    expect(texts).toContain('VAT 6% 60.00');
    expect(texts).toContain('Paid to  ben, Bank ****6789');
    expect(texts.some((text) => text.startsWith('To be invoiced'))).toBe(false);
  });

  it('print what held when they were handed out, whatever is decided or published afterwards with an earlier day', async () => {
    const add = (holder: string, from: string, decided: string) =>
      databases.owner.execute(sql`
        insert into payee (agent_id, holder_name, third_party, bank_name, ciphertext, wrapped_key, envelope_key_id, account_masked, valid_from, state, reason,
          proposed_by, proposed_at, decided_by, decided_at)
        select id, ${holder}, true, 'Bank', 'c', 'w', 'k', '****6789', ${from}, 'APPROVED', 'r', 'x', ${decided}, 'y', ${decided} from agent where code = 'TOP'`);
    await add('first holder', '2026-10-01', '2026-10-01T00:00:00Z');
    const before = (await exported(october)).bytes;
    expect((await modelOf(october, 'TOP')).payee?.holderName).toBe('first holder');
    // as the approval of a later payee from an earlier day ends the one before
    await databases.owner.execute(sql`
      update payee set valid_to = '2026-11-15' where agent_id = (select id from agent where code = 'TOP')`);
    await add('later holder', '2026-11-15', '2027-01-10T00:00:00Z');
    const letterhead = { name: '后来的抬头', lines: [] };
    await asOwner(databases, (transaction) =>
      publishSettlementPolicy(transaction, clerk, new Date('2027-01-10T00:00:00Z'), {
        validFrom: '2026-12-01',
        definition: { letterhead },
      }),
    );
    expect((await modelOf(october, 'TOP')).payee?.holderName).toBe('first holder');
    expect((await modelOf(october, 'TOP')).letterhead.name).toBe('示范电信');
    expect((await exported(october)).bytes.equals(before)).toBe(true);
  });
});

const loadPeriod = async (runId: string) => {
  const [row] = await databases.owner.execute<{ period: string }>(
    sql`select period from commission_run where id = ${runId}`,
  );
  return row?.period;
};

describe('a reader', () => {
  const reader = (role: Role, agentId: number | null = null) => ({
    name: 'anna@demo.example',
    user: { id: 1, role, agentId, regionId: null },
    requestId: null,
  });
  const read = async (actor: ReturnType<typeof reader>, period: Period, agent: string) => {
    const [row] = await databases.owner.execute<{ run_id: number; agent_id: number; currency: string }>(sql`
      select run_id, agent_id, currency from statement join agent on agent.id = agent_id
      where agent.code = ${agent} and run_id = (select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED'))`);
    if (!row) throw new Error('no such statement');
    const id = { runId: row.run_id, agentId: row.agent_id, currency: row.currency };
    return statementForReader(databases, actor, '2026-12-05', id);
  };
  const idOf = async (agent: string) => {
    const [row] = await databases.owner.execute<{ id: number }>(sql`select id from agent where code = ${agent}`);
    return row?.id ?? 0;
  };

  it('that is an agent sees its own and its descendants’, of approved runs', async () => {
    const top = reader('AGENT', await idOf('TOP'));
    const sub = reader('AGENT', await idOf('SUB'));
    expect((await read(top, october, 'SUB')).agentCode).toBe('SUB');
    expect((await read(sub, october, 'SUB')).agentCode).toBe('SUB');
    expect(await codeOf(read(sub, october, 'TOP'))).toBe('NOT_FOUND');
    expect(await codeOf(read(sub, october, 'YEN'))).toBe('NOT_FOUND');
    expect(await codeOf(read(sub, november, 'SUB'))).toBe('NOT_FOUND');
  });

  it('sees the account only where it is its own, or money is its work', async () => {
    await databases.owner.execute(sql`
      insert into payee (agent_id, holder_name, third_party, bank_name, ciphertext, wrapped_key, envelope_key_id, account_masked, valid_from, state, reason,
        proposed_by, proposed_at, decided_by, decided_at)
      select id, 'ben', true, 'Bank', 'c', 'w', 'k', '****6789', '2026-11-01', 'APPROVED', 'r', 'x', '2026-11-01', 'y', '2026-11-01' from agent where code = 'SUB'`);
    const account = async (actor: ReturnType<typeof reader>) =>
      (await read(actor, october, 'SUB')).payee?.accountMasked ?? null;
    expect(await account(reader('FINANCE'))).toBe('****6789');
    expect(await account(reader('AGENT', await idOf('SUB')))).toBe('****6789');
    expect(await account(reader('AGENT', await idOf('TOP')))).toBeNull();
  });

  it('without any right sees none', async () => {
    expect(await codeOf(read(reader('COMPLIANCE'), october, 'SUB'))).toBe('NOT_FOUND');
    const seen = await asRequest(databases.request, reader('COMPLIANCE'), '2026-12-05', (transaction) =>
      transaction.execute(sql`select from statement`),
    );
    expect(seen).toHaveLength(0);
  });
});
