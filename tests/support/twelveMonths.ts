import { expect } from 'vitest';
import { decideProposals } from '../../src/adjustments/decideProposals.ts';
import { proposeAdjustments } from '../../src/adjustments/proposals.ts';
import { decideProposal } from '../../src/balances/decide.ts';
import { proposeFinalSettlement, proposeOffCycle } from '../../src/balances/offCycle.ts';
import { proposeRepayment } from '../../src/balances/repayments.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun, voidRun } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import type { Actor } from '../../src/db/transaction.ts';
import { proposeDeposit } from '../../src/deposits/deposits.ts';
import { decideDisputes } from '../../src/disputes/decide.ts';
import { fileDispute } from '../../src/disputes/disputes.ts';
import { decideInvoice, submitInvoice } from '../../src/invoices/invoices.ts';
import { decidePayee, proposePayee } from '../../src/payments/payees.ts';
import type { Period } from '../../src/period.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { confirmDue, confirmStatement } from '../../src/statements/confirm.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { type Draw, drawing } from '../oracle/draw.ts';
import { compare, divide, type Fraction, fraction, multiply, subtract, ZERO } from '../oracle/fraction.ts';
import { apply, codeOf } from './books.ts';
import { paperId, paperKey } from './papers.ts';
import { checkStatements, type Run } from './yearChecks.ts';
import { Ledger, least, moneyText, most, negative, rounded, vatOf } from './yearLedger.ts';
import { payMonth, type Transfer } from './yearPayments.ts';
import {
  anna,
  at,
  ben,
  currencies,
  dayOf,
  drawWorld,
  dueOf,
  isBound,
  keys,
  periods,
  policyOf,
  programmeOf,
  type YearAgent,
  type YearWorld,
} from './yearWorld.ts';

// A year of an operator: each month is calculated, approved, issued, confirmed or disputed, and paid through the services; between the months
// chance decides what happens. A ledger follows with what the rules say.

export class Year {
  readonly databases: Databases;
  readonly draw: Draw;
  readonly world: YearWorld;
  readonly ledger = new Ledger();
  readonly runs: Run[] = [];
  /** What stood in bank files, and what the bank said of it. */
  readonly transfers: Transfer[] = [];
  /** What happened, for who looks for the cause of a difference. */
  readonly story: string[] = [];

  constructor(databases: Databases, seed: number) {
    this.databases = databases;
    this.draw = drawing(seed);
    this.world = drawWorld(this.draw);
  }

  get sql() {
    return this.databases.owner.$client;
  }

  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.databases.owner.transaction(work).catch((error: unknown) => {
      throw asUserError(error);
    });
  }

  agent(code: string): YearAgent {
    const found = this.world.agents.find((agent) => agent.code === code);
    if (!found) throw new Error(`there is no agent ${code}`);
    return found;
  }

  async agentId(code: string): Promise<number> {
    const [row] = await this.sql<{ id: number }[]>`select id from agent where code = ${code}`;
    return row?.id ?? 0;
  }

  async open(): Promise<void> {
    const start = new Date('2026-01-02T04:00:00Z');
    await apply(this.databases, programmeOf(this.world.agents));
    await this.run((transaction) =>
      publishSettlementPolicy(transaction, anna, start, {
        validFrom: '2026-01-01',
        definition: policyOf(journalEntryKinds),
      }),
    );
    for (const [index, { code, hasAccount }] of this.world.agents.entries()) {
      if (!hasAccount) continue;
      const itself = { agentCode: code, holderName: code, thirdParty: false, bankName: 'ICBC', reason: 'r' };
      const account = `62220211030011${index + 10}`;
      await this.run(async (transaction) => {
        const id = await proposePayee(transaction, keys, anna, start, { ...itself, account, from: '2026-01-01' });
        await decidePayee(transaction, ben, start, { id, approve: true, reason: 'r' });
      });
    }
  }

  /** Everything of one month, up to the end of the month after it. */
  async month(month: number): Promise<void> {
    const period = periods[month] as Period;
    this.tell(`== ${period}`);
    const events = this.world.events.filter(({ importedIn }) => importedIn === month);
    await this.importEvents(
      events.map(({ importedIn: _, ...event }) => event),
      at(month, 2),
    );
    const run = await this.closeMonth(month, period);
    this.runs.push(run);
    await this.issue(run);
    await this.answerStatements(run);
    await payMonth(this, month, 15);
    await this.moveBalances(month);
    await payMonth(this, month, 23);
  }

  private async importEvents(events: readonly EventInput[], now: Date): Promise<void> {
    if (events.length === 0) return;
    const { rejections } = await this.run((transaction) =>
      importEventBatch(transaction, anna, now, events, { atomic: true }),
    );
    expect(rejections).toEqual([]);
  }

  tell(text: string): void {
    this.story.push(text);
  }

  private async closeMonth(month: number, period: Period): Promise<Run> {
    let { id } = await calculatePeriod(this.databases, anna, period, at(month, 3));
    const expected = await checkStatements(this, { id, period, month, statements: [] });
    await this.run((transaction) => approveRun(transaction, ben, at(month, 3), id));
    this.ledger.approve(expected);
    if (this.draw.chance(15)) {
      this.tell('voided and calculated again');
      await this.run((transaction) => voidRun(transaction, ben, at(month, 4), id, 'a mistake'));
      ({ id } = await calculatePeriod(this.databases, anna, period, at(month, 4)));
      await this.run((transaction) => approveRun(transaction, ben, at(month, 4), id));
    }
    return { id, period, month, statements: expected };
  }

  private async issue({ id, period, month, statements }: Run): Promise<void> {
    await this.run((transaction) => issueStatements(transaction, anna, at(month, 5), id));
    const rows = await this.sql<Readonly<Record<'number' | 'net' | 'vat' | 'gross' | 'returned', string>>[]>`
      select number, net, vat, gross, returned from issued_statement where run_id = ${id}
      and (net <> 0 or gross <> 0) order by number collate "C"`;
    const expected = statements.flatMap(({ agent, currency, payable, returned }) => {
      if (compare(payable, ZERO) === 0) return [];
      const due = dueOf(this.agent(agent), month);
      const { net, vat, gross } = vatOf(payable, returned, currency, due);
      const reference = `S-${period}-${agent}-${currency}`;
      const claim = { kind: 'STATEMENT', agent, currency, reference, gross } as const;
      const back = least(payable, most(ZERO, returned));
      const lacksInvoice = due.terms.invoiceRequired && compare(gross, back) !== 0;
      this.ledger.owe(claim, { isConfirmed: false, lacksInvoice, returned: back });
      const text = (value: Fraction) => moneyText(value, currency);
      return [{ number: reference, net: text(net), vat: text(vat), gross: text(gross), returned: text(back) }];
    });
    expect([...rows], 'issued').toEqual(expected.sort((a, b) => (a.number < b.number ? -1 : 1)));
  }

  private claimOf(reference: string) {
    return this.ledger.claims.find((claim) => claim.reference === reference);
  }

  /** Agents confirm, dispute or say nothing; invoices come in. */
  private async answerStatements(run: Run): Promise<void> {
    const { month, id: runId } = run;
    for (const { agent, currency } of run.statements) {
      const claim = this.claimOf(`S-${run.period}-${agent}-${currency}`);
      const agentId = await this.agentId(agent);
      if (this.draw.chance(25)) await this.dispute(run, agent, currency);
      else if (this.draw.chance(30)) {
        const user = { id: 0, role: 'AGENT', agentId, regionId: null } as const;
        const actor: Actor = { name: `agent ${agent}`, user, requestId: null };
        await this.run((transaction) =>
          confirmStatement(transaction, actor, at(month, 6), { runId, agentId, currency }),
        );
        if (claim) claim.isConfirmed = true;
      }
    }
    if (this.draw.chance(80)) {
      await this.run((transaction) => confirmDue(transaction, anna, at(month, 13), dayOf(month, 13)));
      for (const claim of this.ledger.claims) claim.isConfirmed = true;
    }
    for (const claim of this.ledger.claims.filter((each) => each.lacksInvoice)) {
      if (this.draw.chance(60)) await this.invoice(claim.reference, month);
    }
  }

  private async dispute(run: Run, agentCode: string, currency: string): Promise<void> {
    const { month, period } = run;
    const id = await this.run((transaction) =>
      fileDispute(transaction, anna, at(month, 6), { agentCode, period, currency, subject: 'STATEMENT', reason: 'r' }),
    );
    const accepted = this.draw.chance(70);
    const amount = this.amount(currency, 20_000, true);
    const decision = accepted
      ? ({ outcome: 'ACCEPTED', effect: 'ADJUSTMENT', amount, decision: 'd' } as const)
      : ({ outcome: 'REJECTED', effect: 'NONE', decision: 'd' } as const);
    await this.run((transaction) => decideDisputes(transaction, ben, at(month, 8), [id], decision));
    if (accepted) this.adjust(agentCode, currency, amount);
    this.tell(`dispute ${agentCode} ${currency} ${accepted ? amount : 'rejected'}`);
    const claim = this.claimOf(`S-${period}-${agentCode}-${currency}`);
    if (claim) claim.isConfirmed = true;
  }

  private async invoice(reference: string, month: number): Promise<void> {
    const [row] = await this.sql<{ net: string; vat: string; gross: string }[]>`
      select net - returned as net, vat, gross - returned as gross from issued_statement where number = ${reference}`;
    if (!row) throw new Error(`${reference} is not issued`);
    const accepts = this.draw.chance(80);
    const number = `I-${reference}-${month}`;
    const input = { number, issuedOn: dayOf(month, 13), ...row, statements: [reference] };
    const id = await this.run((transaction) => submitInvoice(transaction, anna, at(month, 13), input));
    const decision = accepts ? 'ACCEPTED' : 'REJECTED';
    await this.run((transaction) => decideInvoice(transaction, ben, at(month, 14), { id, decision, reason: 'r' }));
    const claim = this.claimOf(reference);
    if (claim && accepts) claim.lacksInvoice = false;
  }

  /** An amount up to so many minor units, as text; perhaps below zero. */
  private amount(currency: string, largest: number, signed = false): string {
    const units = fraction(String(this.draw.integer(1, largest)));
    const value = divide(units, fraction(currency === 'KWD' ? '1000' : '100'));
    return moneyText(signed && this.draw.chance(40) ? negative(value) : value, currency);
  }

  /** Some part of a whole, all of it at times; undefined where nothing is left of it. */
  private partOf(whole: Fraction, currency: string): Fraction | undefined {
    const part = multiply(whole, this.draw.one(['1', '0.5', '0.333'].map(fraction)));
    const value = rounded(part, currency, 'DOWN');
    return compare(value, ZERO) > 0 ? value : undefined;
  }

  private adjust(agent: string, currency: string, amount: string): void {
    const account = this.ledger.account(agent, currency);
    account.adjustments = subtract(account.adjustments, negative(fraction(amount)));
  }

  /** What people decide between two runs. */
  private async moveBalances(month: number): Promise<void> {
    for (const agent of this.world.agents) {
      for (const currency of currencies) {
        const isOwn = dueOf(agent, month).planCurrency === currency;
        if (!isOwn && !this.ledger.accounts.has(`${agent.code}|${currency}`)) continue;
        if (this.draw.chance(30)) await this.adjustByHand(month, agent.code, currency);
        if (this.draw.chance(15)) await this.deposit(month, agent.code, currency, 'PAID_IN');
        if (this.draw.chance(20)) await this.deposit(month, agent.code, currency, 'REFUNDED');
        if (this.draw.chance(50)) await this.deposit(month, agent.code, currency, 'SET_OFF');
        if (this.draw.chance(40)) await this.repay(month, agent.code, currency);
        if (this.draw.chance(30)) await this.payOutOfTurn(month, agent, currency);
      }
    }
  }

  private async adjustByHand(month: number, agent: string, currency: string): Promise<void> {
    const kind = this.draw.one(['CORRECTION', 'PENALTY']);
    const given = this.amount(currency, 30_000, kind === 'CORRECTION');
    const amount = kind === 'PENALTY' ? `-${given}` : given;
    const document = paperId(await paperKey(this.databases, agent));
    const input = { agent, kind, amount, currency, reason: `in month ${month}`, document };
    const { batchHash } = await this.run((transaction) =>
      proposeAdjustments(transaction, anna, at(month, 20), [input]),
    );
    const verdict = this.draw.chance(85) ? 'APPROVED' : 'REJECTED';
    await this.run((transaction) => decideProposals(transaction, ben, at(month, 20), { batchHash }, verdict, 'said'));
    if (verdict === 'APPROVED') this.adjust(agent, currency, amount);
    this.tell(`${kind} ${agent} ${amount} ${currency} ${verdict}`);
  }

  private approve(month: number, table: Parameters<typeof decideProposal>[3], id: number): Promise<void> {
    const decision = { id, decision: 'APPROVED', reason: 'r' } as const;
    return this.run((transaction) => decideProposal(transaction, ben, at(month, 21), table, decision));
  }

  private async deposit(month: number, agentCode: string, currency: string, kind: 'PAID_IN' | 'REFUNDED' | 'SET_OFF') {
    const account = this.ledger.account(agentCode, currency);
    const debt = most(ZERO, negative(this.ledger.balance(agentCode, currency).amount));
    const limits = { PAID_IN: fraction('300'), REFUNDED: account.deposit, SET_OFF: least(account.deposit, debt) };
    const value = this.partOf(limits[kind], currency);
    if (value === undefined) return;
    const input = { agentCode, kind, currency, amount: moneyText(value, currency), reason: 'r' };
    const id = await this.run((transaction) => proposeDeposit(transaction, anna, at(month, 20), input));
    await this.approve(month, 'deposit_entry', id);
    this.tell(`deposit ${kind} ${agentCode} ${input.amount} ${currency}`);
    this.bookDeposit(agentCode, currency, kind, value, id);
  }

  private bookDeposit(agent: string, currency: string, kind: string, value: Fraction, id: number): void {
    const account = this.ledger.account(agent, currency);
    account.deposit = subtract(account.deposit, kind === 'PAID_IN' ? negative(value) : value);
    if (kind === 'SET_OFF') this.ledger.enter(agent, currency, value, { paidOff: true });
    const claim = { kind: 'DEPOSIT_REFUND', agent, currency, reference: `Deposit ${id}`, gross: value } as const;
    if (kind === 'REFUNDED') this.ledger.owe(claim);
  }

  private async repay(month: number, agentCode: string, currency: string): Promise<void> {
    const value = this.partOf(negative(this.ledger.balance(agentCode, currency).amount), currency);
    if (value === undefined) return;
    const amount = moneyText(value, currency);
    const input = { agentCode, currency, amount, receivedOn: dayOf(month, 19), reason: 'r' };
    const id = await this.run((transaction) => proposeRepayment(transaction, anna, at(month, 20), input));
    await this.approve(month, 'repayment', id);
    this.ledger.enter(agentCode, currency, value, { paidOff: true });
    this.tell(`repayment ${agentCode} ${amount} ${currency}`);
  }

  private async payOutOfTurn(month: number, agent: YearAgent, currency: string): Promise<void> {
    const { code: agentCode } = agent;
    const common = { agentCode, currency, reason: 'r' };
    const { amount, returned } = this.ledger.balance(agentCode, currency);
    if (agent.terminatedIn !== null && month + 1 > agent.terminatedIn && this.draw.chance(60)) {
      await this.settleFinally(month, agent, currency);
      return;
    }
    if (this.draw.chance(50) && isBound(agent, month + 1)) {
      const gross = fraction(this.amount(currency, 20_000));
      const input = { ...common, kind: 'ADVANCE', gross: moneyText(gross, currency) } as const;
      if (isPaidByStatement(agent)) {
        const proposing = this.run((transaction) => proposeOffCycle(transaction, anna, at(month, 20), input));
        expect(await codeOf(proposing)).toBe('PAID_WITH_STATEMENT');
        return;
      }
      const id = await this.run((transaction) => proposeOffCycle(transaction, anna, at(month, 20), input));
      await this.payAhead(month, agent, currency, id, gross, ZERO);
      return;
    }
    const gross = this.partOf(amount, currency);
    if (gross === undefined || isPaidByStatement(agent)) return;
    const input = { ...common, kind: 'BALANCE', gross: moneyText(gross, currency) } as const;
    const id = await this.run((transaction) => proposeOffCycle(transaction, anna, at(month, 20), input));
    await this.payAhead(month, agent, currency, id, gross, least(gross, returned));
    this.ledger.takeFailed(agentCode, currency);
  }

  private async payAhead(
    month: number,
    agent: YearAgent,
    currency: string,
    id: number,
    gross: Fraction,
    returned: Fraction,
  ): Promise<void> {
    await this.approve(month, 'off_cycle_settlement', id);
    const { terms, rounding } = dueOf(agent, month + 1);
    const untaxed = most(ZERO, subtract(gross, returned));
    const share = divide(fraction(terms.taxPercent), fraction('100'));
    const tax = rounded(multiply(untaxed, share), currency, rounding);
    this.ledger.enter(agent.code, currency, negative(gross), { returned: negative(returned) });
    const net = subtract(gross, tax);
    this.ledger.owe({ kind: 'OFF_CYCLE', agent: agent.code, currency, reference: `OC-${id}`, gross: net });
    this.tell(
      `off-cycle OC-${id} ${agent.code} ${moneyText(gross, currency)} net ${moneyText(net, currency)} ${currency}`,
    );
  }

  private async settleFinally(month: number, agent: YearAgent, currency: string): Promise<void> {
    const { amount, returned } = this.ledger.balance(agent.code, currency);
    const { deposit } = this.ledger.account(agent.code, currency);
    const setOff = least(most(ZERO, negative(amount)), deposit);
    const refund = subtract(deposit, setOff);
    if (compare(amount, ZERO) > 0 ? isPaidByStatement(agent) : compare(deposit, ZERO) === 0) return;
    const input = { agentCode: agent.code, currency, reason: 'the end' };
    const { settlementId, setOffId, refundId } = await this.run((transaction) =>
      proposeFinalSettlement(transaction, anna, at(month, 20), input),
    );
    this.tell(`final settlement ${agent.code} ${currency}`);
    if (settlementId !== null) {
      await this.payAhead(month, agent, currency, settlementId, amount, least(amount, returned));
      this.ledger.takeFailed(agent.code, currency);
    }
    for (const [kind, id, value] of [['SET_OFF', setOffId, setOff] as const, ['REFUNDED', refundId, refund] as const]) {
      expect(id !== null, `${kind} is proposed`).toBe(compare(value, ZERO) > 0);
      if (id === null) continue;
      await this.approve(month, 'deposit_entry', id);
      this.bookDeposit(agent.code, currency, kind, value, id);
    }
  }
}

/** Only statements have an invoice and value-added tax on top. */
const isPaidByStatement = ({ terms }: YearAgent) =>
  terms.invoiceRequired || (terms.vatPercent !== null && !terms.vatIncluded);
