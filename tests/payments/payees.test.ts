import { beforeAll, describe, expect, it } from 'vitest';
import { asRequest } from '../../src/db/transaction.ts';
import { rotateKeys } from '../../src/partners/secrets.ts';
import { createBatch } from '../../src/payments/batches.ts';
import { decidePayee, type PayeeInput, proposePayee } from '../../src/payments/payees.ts';
import { keysNamed, type Who } from '../partners/people.ts';
import { codesOf, keys, now, openWorld, type PaymentWorld, payer, today } from './world.ts';

let world: PaymentWorld;
const iban = 'DE89 3704 0044 0532 0130 00';

beforeAll(async () => {
  world = await openWorld();
});

const input = (agentCode: string, rest: Partial<PayeeInput> = {}): PayeeInput => ({
  agentCode,
  holderName: 'North one',
  thirdParty: false,
  bankName: 'ICBC',
  account: '6222021103004444',
  from: '2026-11-01',
  reason: 'moved to another bank',
  ...rest,
});
const propose = (given: PayeeInput) => world.run((transaction) => proposePayee(transaction, keys, payer, now, given));
const decide = (id: number, approve = true, who: Who = 'finance') =>
  world.run((transaction) => decidePayee(transaction, world.people.actors[who], now, { id, approve, reason: 'seen' }));
const rows = (code: string) =>
  world.sql`select state, valid_to::text as "to", account_masked as masked from payee where agent_id = ${world.agent(code)} order by id`;

describe('a payee', () => {
  it('is proposed by one and approved by another person, ends the former one, and is paid', async () => {
    const first = await propose(input('N1'));
    expect(
      await codesOf(
        world.run((transaction) => decidePayee(transaction, payer, now, { id: first, approve: true, reason: 'x' })),
      ),
    ).toBe('SAME_PERSON');
    await decide(first);
    expect(await codesOf(decide(first))).toBe('RECORD_STATE');
    await decide(await propose(input('N1', { account: iban, from: '2026-11-05', bic: 'COBADEFFXXX' })));
    await decide(await propose(input('N1', { from: '2026-11-20' })), false);
    expect(await rows('N1')).toEqual([
      // what the world gave it ends where the first one begins
      { state: 'APPROVED', to: '2026-11-01', masked: '****1111' },
      { state: 'APPROVED', to: '2026-11-05', masked: '****4444' },
      { state: 'APPROVED', to: null, masked: '****3000' },
      { state: 'REJECTED', to: null, masked: '****4444' },
    ]);
    await world.statement('N1', '100');
    const id = await world.create();
    await world.approve(id);
    expect((await world.fetch(id)).bytes.toString()).toMatch(
      /<BICFI>COBADEFFXXX<\/BICFI>[\s\S]*<IBAN>DE89370400440532013000<\/IBAN>/,
    );
  });

  it('does not begin before one that is approved already', async () => {
    await decide(await propose(input('N2', { from: '2026-12-01' })));
    expect(await codesOf(decide(await propose(input('N2', { from: '2026-11-01' }))))).toBe('DATES_OVERLAP');
  });

  it('is another than the agent only with a document of the agent', async () => {
    expect(await codesOf(propose(input('S1', { thirdParty: true })))).toBe('INPUT_INVALID');
    const store = async (code: string, subject = 'SETTLEMENT') => {
      const [row] = await world.sql`
        insert into document (subject, agent_id, kind, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by, uploaded_at)
        values (${subject}::text::document_subject, ${world.agent(code)}, 'CONSENT', 'f', 'application/pdf', 1, 'x', ${`k-${code}-${subject}`}, 'x', ${now})
        returning id`;
      return row?.id as number;
    };
    expect(await codesOf(propose(input('S1', { thirdParty: true, documentId: await store('N1') })))).toBe('NOT_FOUND');
    // finance could not open it
    const personal = propose(input('S1', { thirdParty: true, documentId: await store('S1', 'AGENT') }));
    await expect(personal).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('POST /documents?agent=S1&subject=SETTLEMENT'),
    });
    await propose(input('S1', { thirdParty: true, documentId: await store('S1') }));
  });

  it.each([
    [{ account: 'DE89370400440532013001' }, 'ACCOUNT_UNFIT'],
    [{ bic: 'COBA' }, ['INPUT_INVALID']],
    [{ clearingCode: '1021' }, ['INPUT_INVALID']],
    [{ reason: ' ' }, ['INPUT_INVALID']],
    [{ agentCode: 'NONE' }, 'NOT_FOUND'],
  ])('is refused with %j', async (wrong, code) => {
    expect(await codesOf(propose({ ...input('S1'), ...wrong }))).toEqual(code);
  });

  it('leaves no plain number in the audit record', async () => {
    const [row] = await world.sql`select json_agg(a)::text as text from audit_record a`;
    expect(row?.text).toContain('payee.proposed');
    expect(row?.text).not.toMatch(/6222021103004444|37040044/);
  });
});

describe('rights', () => {
  const as = <Result>(who: Who, statement: string): Promise<Result[]> =>
    asRequest(
      world.databases.request,
      world.people.actors[who],
      today,
      async (transaction) => [...(await transaction.execute(statement))] as Result[],
    );
  const agentsSeen = async (who: Who, table: string) =>
    (
      await as<{ code: string }>(
        who,
        `select distinct agent.code from ${table} join agent on agent.id = agent_id order by 1`,
      )
    ).map(({ code }) => code);

  it('let finance and auditors see all, agents their own, managers and compliance nothing', async () => {
    await world.statement('S1', '7', { currency: 'KWD' });
    await world.account('S1', '6222021103009999');
    await world.create({ currency: 'KWD', debtorAccount: 'KUWAIT' });
    for (const table of ['payee', 'payment']) {
      const all = table === 'payee' ? ['N1', 'N2', 'S1'] : ['N1', 'S1'];
      for (const who of ['admin', 'finance', 'auditor'] as const) expect(await agentsSeen(who, table)).toEqual(all);
      expect(await agentsSeen('agentS1', table)).toEqual(['S1']);
      for (const who of ['north', 'compliance'] as const) expect(await agentsSeen(who, table)).toEqual([]);
    }
    expect(await as('agentS1', 'select id from payment_batch')).toEqual([]);
  });

  it.each(['ciphertext', 'wrapped_key'])('let nobody read %s', async (column) => {
    for (const table of ['payee', 'payment']) {
      await expect(as('admin', `select ${column} from ${table}`)).rejects.toThrow();
    }
  });

  it('let nobody write payments but the owner', async () => {
    await expect(as('finance', "update payment set state = 'PAID'")).rejects.toThrow();
    expect(await as('north', "update payment_batch set state = 'APPROVED' returning id")).toEqual([]);
  });
});

describe('rotation of envelope keys', () => {
  it('covers payees and payments, too', async () => {
    const both = keysNamed('second', 'first');
    const count = await rotateKeys(world.databases.owner, both, payer, now, { batchSize: 2 });
    const [row] = await world.sql`
      select (select count(*) from secret) + (select count(*) from payee) + (select count(*) from payment) as all,
        (select count(*) from payee where envelope_key_id <> 'second') + (select count(*) from payment where envelope_key_id <> 'second') as left`;
    expect([count, Number(row?.left)]).toEqual([Number(row?.all), 0]);
    expect(await rotateKeys(world.databases.owner, keysNamed('second'), payer, now)).toBe(0);
    await world.statement('N2', '8', { currency: 'KWD' });
    const asked = { currency: 'KWD', debtorAccount: 'KUWAIT', format: 'pain.001.001.09', executesOn: today };
    const made = await world.run((transaction) => createBatch(transaction, keysNamed('second'), payer, now, asked));
    expect(await world.payments(made)).toMatchObject([{ agent: 'N2', amount: '8' }]);
  });
});
