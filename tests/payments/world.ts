import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { localActor } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { saveSecret } from '../../src/partners/secrets.ts';
import { type BatchInput, createBatch } from '../../src/payments/batches.ts';
import { approveBatch, cancelBatch } from '../../src/payments/batchLife.ts';
import { fetchBankFile } from '../../src/payments/fetchFile.ts';
import { decidePayee, proposePayee } from '../../src/payments/payees.ts';
import { importBankStatus } from '../../src/payments/statusImport.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { testDatabase } from '../database.ts';
import { keysNamed, makePeople, now, type People } from '../partners/people.ts';

// Agents N1 to S1 with statements of approved months, written straight into the tables; what they are due is paid.

export { now } from '../partners/people.ts';
export const keys = keysNamed('first');
export const payer = localActor('anna');
export const checker = localActor('ben');
/** The operator's day of `now`. */
export const today = '2026-11-05';

export const layout = {
  code: 'ICBC',
  columns: [
    { header: '序号', field: 'sequence' },
    { header: '收款人', field: 'holderName' },
    { header: '账号', field: 'account' },
    { header: '金额', field: 'amount' },
    { header: '币种', text: '人民币' },
    { header: '用途', field: 'purpose' },
  ],
  encoding: 'GB18030',
};

const policy = {
  debtorAccounts: [
    {
      code: 'MAIN',
      currency: 'CNY',
      holderName: 'Demo & Telecom',
      account: '6217000010001',
      clearingCode: '102100099996',
    },
    {
      code: 'EURO',
      currency: 'EUR',
      holderName: 'Demo',
      account: 'GB82WEST12345698765432',
      iban: true,
      bic: 'COBADEFFXXX',
    },
    { code: 'KUWAIT', currency: 'KWD', holderName: 'Demo', account: '17' },
  ],
  bankLayouts: [layout],
};

export type StatementRow = {
  readonly period?: string;
  readonly currency?: string;
  readonly state?: 'ISSUED' | 'CONFIRMED' | 'DISPUTED';
  readonly confirmedAt?: string;
  readonly invoiceRequired?: boolean;
  readonly delayDays?: number;
  /** Of it, what the bank returned of earlier payments. */
  readonly returned?: string;
};

export class PaymentWorld {
  readonly databases: Databases;
  readonly people: People;

  constructor(databases: Databases, people: People) {
    this.databases = databases;
    this.people = people;
  }

  get sql() {
    return this.databases.owner.$client;
  }

  agent(code: string): number {
    return this.people.agents.get(code) ?? 0;
  }

  /** Does something as the owner; the code of the error where it fails for a user. */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.databases.owner.transaction(work).catch((error: unknown) => {
      throw asUserError(error);
    });
  }

  /** An account in the partner file, which nobody has approved. */
  filedAccount(code: string, number: string): Promise<void> {
    return this.run((transaction) =>
      saveSecret(transaction, keys, payer, now, { agentId: this.agent(code) }, 'BANK_ACCOUNT', number),
    );
  }

  /** An approved payee: the agent itself, from today on where it had one before. */
  async account(code: string, account: string): Promise<void> {
    const former = await this.sql`select from payee where agent_id = ${this.agent(code)} and state = 'APPROVED'`;
    const from = former.length > 0 ? today : '2026-01-01';
    const itself = { agentCode: code, holderName: `Agent ${code}`, thirdParty: false, bankName: 'ICBC' };
    await this.run(async (transaction) => {
      const id = await proposePayee(transaction, keys, payer, now, { ...itself, account, from, reason: 'r' });
      await decidePayee(transaction, checker, now, { id, approve: true, reason: 'seen' });
    });
  }

  /** An approved run of a month. */
  async month(period: string): Promise<number> {
    const [found] = await this.sql`select id from commission_run where period = ${period}`;
    if (found) return found.id;
    const [row] = await this.sql`
      insert into commission_run (period, status, calculated_by, approved_by, started_at) values (${period}, 'APPROVED', 'x', 'y', ${now}) returning id`;
    return row?.id;
  }

  /** An issued statement; confirmed, unless another state is given. */
  async statement(code: string, gross: string, rest: StatementRow = {}): Promise<string> {
    const {
      period = '2026-10',
      currency = 'CNY',
      state = 'CONFIRMED',
      invoiceRequired = false,
      delayDays = 0,
      returned = '0',
    } = rest;
    const runId = await this.month(period);
    const agentId = this.agent(code);
    const number = `S-${period}-${code}-${currency}`;
    const confirmed = state === 'CONFIRMED';
    const confirmedAt = confirmed ? (rest.confirmedAt ?? '2026-11-04T04:00:00Z') : null;
    await this.sql`
      insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
      values (${runId}, ${agentId}, ${currency}, 0, ${gross}, ${gross}, ${gross}, 1, 'x')`;
    await this.sql`
      insert into issued_statement (run_id, agent_id, currency, number, state, issued_by, issued_at, confirms_on, disputable_until, confirmation,
        confirmed_by, confirmed_at, net, vat, gross, returned, invoice_required, payment_delay_days, lines_hash)
      values (${runId}, ${agentId}, ${currency}, ${number}, ${state}, 'x', ${now}, '2026-11-10', '2026-12-01', ${confirmed ? 'AGENT' : null},
        ${confirmed ? 'x' : null}, ${confirmedAt}, ${gross}, 0, ${gross}, ${returned}, ${invoiceRequired}, ${delayDays}, 'x')`;
    return number;
  }

  create(input: Partial<BatchInput> = {}): Promise<number> {
    const given = { currency: 'CNY', debtorAccount: 'MAIN', format: 'pain.001.001.09', executesOn: today, ...input };
    return this.run((transaction) => createBatch(transaction, keys, payer, now, given));
  }

  approve(id: number, actor = checker): Promise<void> {
    return this.run((transaction) => approveBatch(transaction, actor, now, id));
  }

  cancel(id: number, bankWillNotPay = false, actor = payer): Promise<void> {
    return this.run((transaction) => cancelBatch(transaction, actor, now, { id, reason: 'wrong day', bankWillNotPay }));
  }

  fetch(id: number) {
    return this.run((transaction) => fetchBankFile(transaction, keys, payer, now, `PB-${id}`));
  }

  report(content: string) {
    return this.reportAt(now, content);
  }

  reportAt(instant: Date, content: string) {
    const file = { name: 'answer', content: Buffer.from(content) };
    return this.run((transaction) => importBankStatus(transaction, payer, instant, file));
  }

  /** An approved settlement outside the cycle. */
  async settlement(code: string, gross: string, net: string): Promise<void> {
    const [row] = await this.sql`
      insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, reason, state, proposed_by, proposed_at)
      values (${this.agent(code)}, 'ADVANCE', 'CNY', ${gross}, 10, ${gross}::numeric - ${net}::numeric, ${net}, 'r', 'PROPOSED', 'x', ${now})
      returning id`;
    await this
      .sql`update off_cycle_settlement set state = 'APPROVED', decided_by = 'y', decided_at = ${now} where id = ${row?.id}`;
  }

  /** A deposit of which a part is to be given back. */
  async refund(code: string, held: string, refunded: string): Promise<void> {
    await this.sql`
      insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at)
      values (${this.agent(code)}, 'PAID_IN', ${held}, 'CNY', 'r', 'PROPOSED', 'x', ${now})`;
    await this.decideDeposits();
    await this.sql`
      insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at)
      values (${this.agent(code)}, 'REFUNDED', -${refunded}::numeric, 'CNY', 'r', 'PROPOSED', 'x', ${now})`;
    await this.decideDeposits();
  }

  private decideDeposits() {
    return this
      .sql`update deposit_entry set state = 'APPROVED', decided_by = 'y', decided_at = ${now} where state = 'PROPOSED'`;
  }

  /** An agreement of an agent with terms. */
  async agree(code: string, terms: object): Promise<void> {
    const [plan] = await this.sql`insert into plan (code, name) values (${`P-${code}`}, 'p') returning id`;
    await this.sql`
      insert into plan_version (plan_id, number, valid_from, currency, rounding, content_hash, published_by, published_at)
      values (${plan?.id}, 1, '2026-01-01', 'CNY', 'HALF_UP', 'x', 'x', ${now})`;
    await this.sql`
      insert into agreement (code, agent_id, plan_id, valid_from, terms)
      values (${`${code}-P`}, ${this.agent(code)}, ${plan?.id}, '2026-01-01', ${this.sql.json(terms as never)})`;
  }

  async deposit(code: string): Promise<string> {
    const [row] = await this.sql`select trim_scale(deposit_balance(${this.agent(code)}, 'CNY'))::text as held`;
    return row?.held;
  }

  payments(batchId: number) {
    return this.sql`
      select end_to_end_id as id, agent.code as agent, gross::text, collected::text, amount::text, state, failure_code as code, payment.kind
      from payment join agent on agent.id = agent_id where batch_id = ${batchId} order by payment.id`;
  }

  async batch(id: number) {
    const [row] = await this.sql`
      select state, payment_count as count, control_sum::text as sum, message_id as message from payment_batch where id = ${id}`;
    return row;
  }
}

export async function openWorld(): Promise<PaymentWorld> {
  const databases = await testDatabase();
  const people = await makePeople(databases);
  const world = new PaymentWorld(databases, people);
  await world.run((transaction) =>
    publishSettlementPolicy(transaction, payer, now, { validFrom: '2026-01-01', definition: policy }),
  );
  await world.account('N1', '6222 0211 0300 1111');
  await world.account('N2', '6222021103002222');
  return world;
}

/** The codes of the user's errors that something fails with, or what it gives. */
export const codesOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error) => {
    if (error instanceof UserError)
      return 'errors' in error ? (error.errors as UserError[]).map((each) => each.code) : error.code;
    throw error;
  });
