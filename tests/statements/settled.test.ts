import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { markRunPaid, payRunIfSettled } from '../../src/commissions/paidRuns.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { confirmDue } from '../../src/statements/confirm.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { asOwner, codeOf, now, october } from '../support/books.ts';
import { approved, makeAgents, type StatementBooks } from './issueFixture.ts';

let books: StatementBooks;
let databases: Databases;
const anna = localActor('anna');
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => asOwner(databases, work);
const settle = () => owner((t) => payRunIfSettled(t, anna, now, books.runId));
const setPayment = (agent: string, state: string) =>
  databases.owner.execute(
    sql`update payment set state = ${state}::payment_state where agent_id = ${books.ids[agent] ?? 0}`,
  );

beforeAll(async () => {
  databases = await testDatabase();
  books = await makeAgents(databases);
  books.runId = await approved(databases, october);
});

it('a run is paid once the bank has answered to all that its statements pay', async () => {
  expect(await settle()).toBe(false);
  await owner((t) => issueStatements(t, anna, now, books.runId));
  await owner((t) => confirmDue(t, localActor('clock'), now, '2026-12-12'));
  expect(await settle()).toBe(false);
  // three are issued and none is paid: not by hand either
  expect(await codeOf(owner((t) => markRunPaid(t, anna, now, books.runId)))).toBe('RUN_STATE');
  await databases.owner.execute(sql`
    with batch as (
      insert into payment_batch (message_id, currency, debtor_account, policy_version_id, format, executes_on, state, payment_count, control_sum,
        file_size_bytes, file_sha256, created_by, created_at)
      values ('M1', 'CNY', 'MAIN', 0, 'pain.001.001.09', '2026-12-20', 'CREATED', 3, 3060, 1, 'x', 'anna', ${now.toISOString()}) returning id)
    insert into payment (batch_id, end_to_end_id, agent_id, kind, run_id, currency, gross, amount, holder_name, ciphertext, wrapped_key, envelope_key_id,
      account_masked, state)
    select batch.id, 'E' || issued.agent_id, issued.agent_id, 'STATEMENT', issued.run_id, 'CNY', gross, gross, 'h', 'c', 'w', 'k', '*', 'INSTRUCTED'
    from batch, issued_statement issued where gross > 0`);
  expect(await settle()).toBe(false);
  await setPayment('A1', 'PAID');
  await setPayment('A2', 'FAILED');
  expect(await settle()).toBe(false);
  // one of the three is unanswered: not by hand either
  expect(await codeOf(owner((t) => markRunPaid(t, anna, now, books.runId)))).toBe('RUN_STATE');
  await setPayment('A3', 'PAID');
  expect(await settle()).toBe(false);
  // what the bank did not pay is carried by a later run
  await databases.owner.execute(sql`
    insert into balance_entry (agent_id, kind, amount, currency, payment_id, reason, created_by, created_at, carried_run_id)
    select agent_id, 'BANK_RETURN', amount, currency, id, 'r', 'anna', ${now.toISOString()}, run_id from payment where state = 'FAILED'`);
  expect(await settle()).toBe(true);
  expect(await settle()).toBe(false);
  const [run] = await databases.owner.execute(
    sql`select status, paid_by from commission_run where id = ${books.runId}`,
  );
  expect(run).toEqual({ status: 'PAID', paid_by: 'anna' });
});
