import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadChecklist } from '../../src/closing/checklist.ts';
import { requireUnlocked } from '../../src/closing/lock.ts';
import { answerReopening, askReopening, lockPeriod } from '../../src/closing/periodLock.ts';
import { tickStep, untickStep } from '../../src/closing/ticks.ts';
import { voidRun } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { confirmDue } from '../../src/statements/confirm.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { approved, makeAgents, type StatementBooks } from '../statements/issueFixture.ts';
import { asOwner, codeOf, controller, november, now, october } from '../support/books.ts';

// October 2026 of three agents with 1000.00 each, from nothing to a locked period and back.

const today = '2026-12-05';
const anna = localActor('anna');
const ben = localActor('ben');
let books: StatementBooks;
let databases: Databases;
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => asOwner(databases, work);
const items = (period = october) => owner((t) => loadChecklist(t, period, today));
const states = async () => (await items()).map(({ code, state }) => `${code} ${state}`).join(', ');
const detailOf = async (step: string) => (await items()).find(({ code }) => code === step)?.detail;
const pay = (agent: string, name = '') =>
  databases.owner.execute(sql`
    with batch as (
      insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count, control_sum,
        file_size_bytes, file_sha256, created_by, created_at)
      values (${`M${agent}${name}`}, 'CNY', 'MAIN', 0, 'pain.001.001.09', '2026-12-20', 'CREATED', 1, 1000, 1, 'x', 'anna', ${now.toISOString()})
      returning id)
    insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id,
      account_masked, state)
    select batch.id, ${`E${agent}${name}`}, issued.agent_id, 'STATEMENT', issued.run_id, 'CNY', gross, gross, 'h', 'c', 'w', 'k', '*', 'INSTRUCTED'
    from batch, issued_statement issued where issued.agent_id = ${books.ids[agent] ?? 0}`);
const tick = (step: string, note = 'seen') => owner((t) => tickStep(t, anna, now, { period: october, step, note }));

beforeAll(async () => {
  databases = await testDatabase();
  books = await makeAgents(databases);
});

describe('the checklist', () => {
  it('has nothing done before the run, but what needs nothing', async () => {
    expect(await states()).toBe(
      'EVENTS OPEN, CONFLICTS DONE, SCORES NOT_NEEDED, RUN OPEN, CHECKS OPEN, APPROVAL OPEN, STATEMENTS OPEN, EXPORTS OPEN, JOURNAL OPEN, BANK_FILE OPEN',
    );
  });

  it('follows the run to its statements', async () => {
    const calculated = await books.calculate(october);
    expect(await states()).toMatch(/RUN DONE, CHECKS DONE, APPROVAL OPEN/);
    books.runId = await approved(databases, october);
    expect(books.runId).not.toBe(calculated);
    expect(await states()).toMatch(/APPROVAL DONE, STATEMENTS OPEN/);
    expect(await detailOf('STATEMENTS')).toBe('4 statements are not issued');
    await owner((t) => issueStatements(t, anna, now, books.runId));
    const statements = (await items()).find(({ code }) => code === 'STATEMENTS');
    expect(statements).toEqual({
      code: 'STATEMENTS',
      name: 'Statements are issued',
      required: true,
      toldBy: 'STATEMENTS_ISSUED',
      state: 'DONE',
      who: 'anna',
      when: '2026-12-05T02:00:00.000Z',
      detail: '4 statements',
    });
  });

  it('waits for the bank file of what can be paid: A3 lacks its invoice, A4 gets nothing', async () => {
    const waiting = (await detailOf('BANK_FILE')) ?? '';
    expect(waiting).toBe('no statement can be paid yet; 3 statements still wait: 3 NOT_CONFIRMED');
    await owner((t) => confirmDue(t, localActor('clock'), now, '2026-12-12'));
    expect(await detailOf('BANK_FILE')).toBe(
      'no statement can be paid yet; 3 statements still wait: 2 NO_ACCOUNT, 1 NO_INVOICE',
    );
    await databases.owner.execute(sql`
      insert into payee (agent_id, holder_name, third_party, bank_name, ciphertext, wrapped_key, envelope_key_id, account_masked, valid_from, state,
        reason, proposed_by, proposed_at, decided_by, decided_at)
      select id, name, false, 'Bank', 'c', 'w', 'k', '***', '2026-01-01', 'APPROVED', 'r', 'anna', now(), 'ben', now() from agent
      where code in ('A1', 'A2')`);
    expect(await detailOf('BANK_FILE')).toBe(
      '2 statements can be paid, in no batch; 1 statement still waits: 1 NO_INVOICE',
    );
    await pay('A1');
    expect(await detailOf('BANK_FILE')).toBe(
      '1 statement can be paid, in no batch; 1 statement still waits: 1 NO_INVOICE',
    );
    await pay('A2');
    expect((await items()).at(-1)).toMatchObject({
      state: 'DONE',
      who: 'anna',
      detail: '2 payments; 1 statement still waits: 1 NO_INVOICE',
    });
    // What failed and is not carried can be paid again.
    await databases.owner.execute(
      sql`update payment set state = 'FAILED', settled_at = now() where end_to_end_id = 'EA2'`,
    );
    expect(await states()).toMatch(/BANK_FILE OPEN$/);
    await pay('A2', 'again');
    expect(await states()).toMatch(/BANK_FILE DONE$/);
  });

  it('tells whether exports were made', async () => {
    await databases.owner.execute(sql`
      insert into export_request (run_id, kinds, settings, state, requested_by, requested_at, finished_at, failure)
      values (${books.runId}, '{}', '{}', 'FAILED', 'anna', ${now.toISOString()}, ${now.toISOString()}, 'disk full')`);
    expect(await states()).toMatch(/EXPORTS FAILED/);
    expect(await detailOf('EXPORTS')).toBe('disk full');
    await databases.owner.execute(sql`
      insert into export_request (run_id, kinds, settings, state, requested_by, requested_at, finished_at)
      values (${books.runId}, '{}', '{}', 'DONE', 'anna', ${now.toISOString()}, ${now.toISOString()})`);
    expect(await states()).toMatch(/EXPORTS DONE/);
  });

  it('is ticked off by hand where the data do not tell, with a note', async () => {
    expect(await codeOf(tick('NONE'))).toBe('NOT_FOUND');
    expect(await codeOf(tick('RUN'))).toBe('INPUT_INVALID');
    expect(await codeOf(tick('EVENTS', ' '))).toBe('INPUT_INVALID');
    const untick = () => owner((t) => untickStep(t, ben, now, { period: october, step: 'EVENTS', note: 'late file' }));
    expect(await codeOf(untick())).toBe('NOT_FOUND');
    await tick('EVENTS');
    await untick();
    expect(await states()).toMatch(/^EVENTS OPEN/);
    await tick('EVENTS', 'all files are in');
    expect((await items())[0]).toMatchObject({ state: 'DONE', who: 'anna', detail: 'all files are in' });
    const events = await databases.owner.execute<{ text: string }>(
      sql`select action || ' ' || step || ' ' || by as text from close_event order by id`,
    );
    expect(events.map(({ text }) => text)).toEqual(['TICKED EVENTS anna', 'UNTICKED EVENTS ben', 'TICKED EVENTS anna']);
  });
});

describe('a lock', () => {
  const lock = () => owner((t) => lockPeriod(t, anna, now, { period: october, today }));
  const unlocked = () => owner((t) => requireUnlocked(t, october));

  it('needs an approved run, whatever the policy asks for', async () => {
    const locked = owner((t) => lockPeriod(t, anna, now, { period: november, today: '2027-01-05' }));
    expect(await codeOf(locked)).toBe('CLOSE_INCOMPLETE');
  });

  it('needs everything that is required', async () => {
    expect(await codeOf(lock())).toBe('CLOSE_INCOMPLETE');
    await tick('JOURNAL', 'posted as J-1');
    await unlocked();
    await lock();
    expect(await codeOf(lock())).toBe('PERIOD_LOCKED');
  });

  it('keeps ticks, statements and the run as they are', async () => {
    expect(await codeOf(unlocked())).toBe('PERIOD_LOCKED');
    expect(await codeOf(tick('JOURNAL'))).toBe('PERIOD_LOCKED');
    expect(await codeOf(owner((t) => issueStatements(t, anna, now, books.runId)))).toBe('PERIOD_LOCKED');
    expect(await codeOf(owner((t) => voidRun(t, controller, now, books.runId, 'wrong')))).toBe('PERIOD_LOCKED');
  });

  it('is opened by two people', async () => {
    const ask = (reason: string) => owner((t) => askReopening(t, anna, now, { period: october, reason }));
    const answer = (actor: typeof anna, agree: boolean) =>
      owner((t) => answerReopening(t, actor, now, { period: october, agree }));
    expect(await codeOf(answer(ben, true))).toBe('RECORD_STATE');
    expect(await codeOf(ask(''))).toBe('INPUT_INVALID');
    await ask('a wrong tick');
    expect(await codeOf(unlocked())).toBe('PERIOD_LOCKED');
    expect(await codeOf(answer(localActor('ANNA'), true))).toBe('SAME_PERSON');
    await expect(
      databases.owner.execute(sql`update period_lock set state = 'REOPENED', reopened_by = 'Anna'`),
    ).rejects.toThrow();
    await answer(ben, false);
    await ask('a wrong tick');
    await answer(ben, true);
    await unlocked();
    await lock();
    expect(await codeOf(unlocked())).toBe('PERIOD_LOCKED');
    const actions = await databases.owner.execute<{ action: string }>(
      sql`select action from close_event where step is null order by id`,
    );
    expect(actions.map(({ action }) => action).join(' ')).toBe(
      'LOCKED REOPEN_ASKED REOPEN_REFUSED REOPEN_ASKED REOPENED LOCKED',
    );
  });
});

describe('the steps', () => {
  const publish = (validFrom: string, code: string, at: Date) => {
    const definition = { checklist: [{ code, name: 'Only step', required: false }] };
    return owner((t) => publishSettlementPolicy(t, anna, at, { validFrom, definition }));
  };
  const codes = async (period = october) => (await items(period)).map(({ code }) => code).join(' ');
  const later = new Date(now.getTime() + 1000);

  it('are those of the newest policy that has begun; a locked period keeps what was known when it was locked', async () => {
    const whenLocked = await codes();
    await publish('2026-12-05', 'TODAY', later);
    await publish('2026-12-06', 'TOMORROW', later);
    expect(whenLocked).toMatch(/^EVENTS .* BANK_FILE$/);
    expect(await codes()).toBe(whenLocked);
    // November is over, but not locked; December's last day is after tomorrow.
    expect(await codes(november)).toBe('TODAY');
    expect(await codes('2026-12' as Period)).toBe('TOMORROW');
  });

  it('follow the newest again once the period is reopened', async () => {
    await owner((t) => askReopening(t, anna, later, { period: october, reason: 'a step can be left out' }));
    expect(await codes()).toMatch(/^EVENTS/);
    await owner((t) => answerReopening(t, ben, later, { period: october, agree: true }));
    expect(await codes()).toBe('TODAY');
    expect(await codeOf(tick('EVENTS'))).toBe('NOT_FOUND');
    await tick('TODAY');
  });
});
