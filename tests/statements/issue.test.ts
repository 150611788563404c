import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { voidRun } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { confirmDue, confirmStatement, disputeStatement, settleStatement } from '../../src/statements/confirm.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { asOwner, codeOf, controller, now } from '../support/books.ts';
import { approved, issuedRows, makeAgents, type StatementBooks } from './issueFixture.ts';

// 1000.00 payable each: A1 charges no VAT, A2 6 % included, A3 6 % on top and wants an invoice, A4 earned nothing.

let books: StatementBooks;
let databases: Databases;
const finance = localActor('finance');
const refused = (work: Promise<unknown>) =>
  codeOf(
    work.catch((error: unknown) => {
      throw asUserError(error);
    }),
  );
const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => asOwner(databases, work);
const key = (agent: string) => ({ runId: books.runId, agentId: books.ids[agent] ?? 0, currency: 'CNY' });
const agentActor = (agent: string): Actor => ({
  name: `${agent}@demo.example`,
  user: { id: 1, role: 'AGENT', agentId: books.ids[agent] ?? 0, regionId: null },
  requestId: null,
});
const asAgent = <Result>(agent: string, work: (transaction: Transaction, actor: Actor) => Promise<Result>) =>
  asRequest(databases.owner, agentActor(agent), '2026-12-05', (transaction) => work(transaction, agentActor(agent)));

beforeAll(async () => {
  databases = await testDatabase();
  books = await makeAgents(databases);
  books.runId = await approved(databases, '2026-10' as Period);
});

describe('issuing', () => {
  it('is for approved runs only, and twice at once issues once', async () => {
    const calculated = await books.calculate('2026-11' as Period);
    expect(await refused(owner((t) => issueStatements(t, finance, now, calculated)))).toBe('RUN_STATE');
    expect(await refused(owner((t) => issueStatements(t, finance, now, 999)))).toBe('NOT_FOUND');
    const answers = await Promise.all([
      owner((t) => issueStatements(t, finance, now, books.runId)),
      owner((t) => issueStatements(t, finance, now, books.runId)),
    ]);
    expect(answers.map(({ issued }) => issued).sort()).toEqual([0, 4]);
    const records = await databases.owner.execute(
      sql`select after from audit_record where action = 'statements.issued'`,
    );
    // 1000 + 1000 + 1060 + 0
    expect(records).toEqual([{ after: { count: 4, gross: { CNY: '3060' } } }]);
  });

  it('gives each its number, dates and amounts with value-added tax', async () => {
    // 6 % in 1000.00 is 56.60; 6 % on top of it is 60.00. Issued on 5 December: 7 days to confirm, 30 to dispute.
    const rest = { confirms_on: '2026-12-12', disputable_until: '2027-01-04', state: 'ISSUED' };
    expect(await issuedRows(databases, books.runId)).toEqual([
      { ...rest, number: 'S-2026-10-A1-CNY', net: '1000', vat: '0', gross: '1000', invoice_required: false, delay: 0 },
      {
        ...rest,
        number: 'S-2026-10-A2-CNY',
        net: '943.4',
        vat: '56.6',
        gross: '1000',
        invoice_required: false,
        delay: 0,
      },
      { ...rest, number: 'S-2026-10-A3-CNY', net: '1000', vat: '60', gross: '1060', invoice_required: true, delay: 15 },
      { ...rest, number: 'S-2026-10-A4-CNY', net: '0', vat: '0', gross: '0', invoice_required: false, delay: 0 },
    ]);
  });

  it('tells each agent once', async () => {
    const notices = await databases.owner.execute(sql`
      select subject, details ->> 'gross' as gross from notice where kind = 'STATEMENT_ISSUED' order by subject`);
    expect(notices).toHaveLength(4);
    expect(notices[2]).toEqual({ subject: 'S-2026-10-A3-CNY', gross: '1060.00' });
  });

  it('leaves nothing to change, to delete or to void', async () => {
    const statements = [
      'update issued_statement set gross = gross + 1, net = net + 1',
      "update issued_statement set number = 'S-1' where number = 'S-2026-10-A1-CNY'",
      'delete from issued_statement',
      'update statement set payable = payable + 1',
      "update statement_step set action = 'X'",
      "update issued_statement set state = 'CONFIRMED', confirmed_at = now() where number = 'S-2026-10-A1-CNY'; update issued_statement set state = 'ISSUED', confirmed_at = null where number = 'S-2026-10-A1-CNY'",
    ];
    for (const statement of statements) {
      await expect(
        owner((t) => t.execute(sql.raw(statement))),
        statement,
      ).rejects.toThrow();
      await expect(
        asAgent('A1', (t) => t.execute(sql.raw(statement))),
        statement,
      ).rejects.toThrow();
    }
    expect(await refused(owner((t) => voidRun(t, controller, now, books.runId, 'wrong')))).toMatch(
      /RUN_STATE|STATEMENT_ISSUED/,
    );
  });
});

describe('a statement', () => {
  it('is confirmed by its agent alone', async () => {
    const wrong = (agent: string) => asAgent(agent, (t, actor) => confirmStatement(t, actor, now, key('A2')));
    // A1 does not even see it
    expect(await refused(wrong('A1'))).toBe('NOT_FOUND');
    expect(await refused(owner((t) => confirmStatement(t, finance, now, key('A2'))))).toBe('FORBIDDEN');
    await wrong('A2');
    expect(await refused(wrong('A2'))).toBe('RECORD_STATE');
    expect(await books.states()).toEqual(['A1 ISSUED', 'A2 CONFIRMED AGENT A2@demo.example', 'A3 ISSUED', 'A4 ISSUED']);
  });

  it('is disputed while it is issued; settled, it is confirmed once no dispute is open', async () => {
    expect(await asAgent('A3', (t, actor) => disputeStatement(t, actor, now, key('A3')))).toBe('DISPUTED');
    expect(await asAgent('A2', (t, actor) => disputeStatement(t, actor, now, key('A2')))).toBe('CONFIRMED');
    expect(await refused(asAgent('A3', (t, actor) => confirmStatement(t, actor, now, key('A3'))))).toBe('RECORD_STATE');
    await books.dispute('A3');
    expect(await owner((t) => settleStatement(t, finance, now, key('A3')))).toBe('DISPUTED');
    await databases.owner.execute(sql`update dispute set state = 'WITHDRAWN'`);
    expect(await owner((t) => settleStatement(t, finance, now, key('A3')))).toBe('CONFIRMED');
    expect(await books.states()).toContain('A3 CONFIRMED SETTLEMENT finance');
    expect(await refused(owner((t) => disputeStatement(t, finance, now, { ...key('A1'), currency: 'USD' })))).toBe(
      'NOT_FOUND',
    );
  });

  it('is confirmed by time from local midnight of its day on, each once', async () => {
    expect(await owner((t) => confirmDue(t, localActor('clock'), now, '2026-12-11'))).toBe(0);
    expect(await owner((t) => confirmDue(t, localActor('clock'), now, '2026-12-12'))).toBe(2);
    expect(await owner((t) => confirmDue(t, localActor('clock'), now, '2026-12-12'))).toBe(0);
    expect(await books.states()).toEqual([
      'A1 CONFIRMED TIME clock',
      'A2 CONFIRMED AGENT A2@demo.example',
      'A3 CONFIRMED SETTLEMENT finance',
      'A4 CONFIRMED TIME clock',
    ]);
    const steps = await databases.owner.execute<{ steps: string }>(sql`
      select string_agg(action, ' ' order by step.id) as steps from statement_step step join agent on agent.id = step.agent_id
      group by agent.code order by agent.code`);
    expect(steps.map(({ steps: taken }) => taken)).toEqual([
      'ISSUED CONFIRMED',
      'ISSUED CONFIRMED',
      'ISSUED DISPUTED SETTLED',
      'ISSUED CONFIRMED',
    ]);
  });
});
