import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { loadAccruals } from '../../src/accruals/accruals.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import type { ExportKind } from '../../src/exports/kinds.ts';
import { payeeBound, sealAccount } from '../../src/payments/accounts.ts';
import { createBatch } from '../../src/payments/batches.ts';
import { approveBatch } from '../../src/payments/batchLife.ts';
import { fetchBankFile } from '../../src/payments/fetchFile.ts';
import type { Period } from '../../src/period.ts';
import { reconcileList } from '../../src/reconciliation/reconcile.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { confirmDue } from '../../src/statements/confirm.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { keysNamed } from '../partners/people.ts';
import { prepareEveryKind } from './later.ts';
import { type Comparison, compare, seconds } from './measure.ts';
import { memoryOfCommand } from './memory.ts';
import { actor, importFile, type Measured, type Month, now, prepare } from './month.ts';
import { agentCode, amountOf, period, products, writeCsv } from './province.ts';

// What follows a run: its files, the statements handed out and paid, an agent's own list compared, what is accrued. 10,000 agents, 100,000
// events; one of the agents has 50,000 more and sends all of them as its list.

const events = 100_000;
const listedSales = 50_000;
const lister = agentCode(5010);
const month = period as Period;
const other = localActor('other');
const keys = keysNamed('first');
/** When the statements count as confirmed. */
const later = '2027-01-15';

/** Rolls back what was only measured. */
class Discard extends Error {}

async function discarded(databases: Databases, work: (transaction: Transaction) => Promise<unknown>): Promise<number> {
  let time = 0;
  await databases.owner
    .transaction(async (transaction) => {
      time = await seconds(() => work(transaction));
      throw new Discard();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Discard)) throw error;
    });
  return time;
}

/** All rows of a query as the server writes them. */
const copyOf = (databases: Databases, query: string): Promise<number> =>
  seconds(() =>
    databases.owner.transaction(async (transaction) => {
      const stream = await rawSql(transaction).unsafe(`copy (${query}) to stdout (format csv)`).readable();
      const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
      await pipeline(stream, nowhere);
      stream._read(0);
    }),
  );

/** Writes the rows of a table that meet a condition into another with the same keys and indexes. */
const insertOf = (databases: Databases, table: string, condition: string): Promise<number> =>
  discarded(databases, async (transaction) => {
    const sql = rawSql(transaction);
    await sql.unsafe(
      `create temp table floor_rows (like ${table} including all excluding identity excluding generated)`,
    );
    await sql.unsafe(`insert into floor_rows select * from ${table} where ${condition}`);
  });

/** Measures each in turn, each on what the ones before it left. */
export async function measureExports(
  databases: Databases,
  folder: string,
  rounds: number,
): Promise<Awaited<Measured>[]> {
  const books = await prepare(databases, folder, events);
  await importFile(books, books.csv);
  await importFile(books, await writeListed(folder));
  const { id } = await calculatePeriod(databases, actor, month, now);
  await databases.owner.transaction((transaction) => approveRun(transaction, other, now, id));
  return [
    await measureFile(books, 'workbook', 'WORKBOOK', rounds, id),
    await measureFile(books, 'statements as PDF (20,000)', 'STATEMENT_PDFS', 1, id),
    await measureIssue(databases, rounds, id),
    ...(await measurePayment(databases, rounds)),
    await measureReconciliation(books, rounds),
  ];
}

async function writeListed(folder: string): Promise<string> {
  const csv = join(folder, 'listed.csv');
  const lines = function* () {
    for (let index = 0; index < listedSales; index += 1) {
      const day = String(1 + (index % 28)).padStart(2, '0');
      yield `OWN,L${index},ACTIVATION,${period}-${day}T10:00:00+08:00,${lister},${products[index % 3]},1,${amountOf(index)},CNY,PUBLIC,CL${index},SL${index},12,\n`;
    }
  };
  await writeCsv(csv, lines());
  return csv;
}

/** A file of the run against the bare lines, with the memory of the command that makes it. */
async function measureFile(
  { databases, folder }: Month,
  name: string,
  kind: ExportKind,
  rounds: number,
  runId: number,
): Measured {
  const out = join(folder, 'out');
  const mebibytes = await memoryOfCommand(databases, ['export', period, '--kinds', kind, '--out', out]);
  const about = { name, events: events + listedSales, floor: 'bare COPY TO of the lines' };
  const comparison = await compare(
    about,
    rounds,
    () => copyOf(databases, `select * from runs.line_${runId}`),
    () => seconds(() => exportPeriod(databases, month, out, { kinds: [kind] })),
  );
  return { comparison, mebibytes };
}

const unmeasured = (comparison: Comparison) => ({ comparison, mebibytes: 0 });

async function measureIssue(databases: Databases, rounds: number, runId: number) {
  const issue = (transaction: Transaction) => issueStatements(transaction, actor, now, runId);
  const about = { name: 'issue of 10,000 statements', events: events + listedSales };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await discarded(databases, issue));
  await databases.owner.transaction(issue);
  await databases.owner.transaction((transaction) => confirmDue(transaction, actor, now, later));
  const next = times.values();
  return unmeasured(
    await compare(
      { ...about, floor: 'INSERT … SELECT of them into the same keyed table' },
      rounds,
      () => insertOf(databases, 'issued_statement', 'true'),
      async () => next.next().value ?? 0,
    ),
  );
}

/** Declares whose account pays and who is paid: an account for each agent. */
async function preparePayment(databases: Databases): Promise<void> {
  const debtorAccounts = [
    { code: 'MAIN', currency: 'CNY', holderName: 'Bench', account: '6217000010001', clearingCode: '102100099996' },
  ];
  await databases.owner.transaction(async (transaction) => {
    await publishSettlementPolicy(transaction, actor, now, { validFrom: '2026-01-01', definition: { debtorAccounts } });
    const sql = rawSql(transaction);
    const agents = await sql<{ id: number; name: string }[]>`select id, name from agent order by id`;
    const rows = agents.map(({ id, name: holderName }) => {
      const validFrom = '2026-01-01';
      const bound = payeeBound({ agentId: id, holderName, validFrom });
      const { accountMasked, ...sealed } = sealAccount(keys, bound, `621700${String(id).padStart(10, '0')}`);
      return { id, holderName, validFrom, accountMasked, ...sealed };
    });
    await sql`
      insert into payee (agent_id, holder_name, third_party, bank_name, ciphertext, wrapped_key, envelope_key_id, account_masked, valid_from, state,
        reason, proposed_by, proposed_at, decided_by, decided_at)
      select id, "holderName", false, 'ICBC', ciphertext, "wrappedKey", "envelopeKeyId", "accountMasked", "validFrom", 'APPROVED', 'r', 'x', ${now},
        'y', ${now}
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(id integer, "holderName" text, ciphertext text, "wrappedKey" text,
        "envelopeKeyId" text, "accountMasked" text, "validFrom" date)`;
    // As the server's own daemon does within a minute.
    await sql`analyze payee`;
  });
}

async function measurePayment(databases: Databases, rounds: number) {
  await preparePayment(databases);
  const input = { currency: 'CNY', debtorAccount: 'MAIN', format: 'pain.001.001.09', executesOn: '2026-11-20' };
  const create = (transaction: Transaction) => createBatch(transaction, keys, actor, now, input);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await discarded(databases, create));
  const id = await databases.owner.transaction(create);
  await databases.owner.transaction((transaction) => approveBatch(transaction, other, now, id));
  const next = times.values();
  const about = { events: events + listedSales };
  const batch = await compare(
    { ...about, name: 'payment batch of 10,000', floor: 'INSERT … SELECT of the payments into the same keyed table' },
    rounds,
    () => insertOf(databases, 'payment', `batch_id = ${id}`),
    async () => next.next().value ?? 0,
  );
  const file = await compare(
    { ...about, name: 'bank file of 10,000', floor: 'COPY TO of the payments' },
    rounds,
    () => copyOf(databases, `select * from payment where batch_id = ${id}`),
    () => discarded(databases, (transaction) => fetchBankFile(transaction, keys, actor, now, `PB-${id}`)),
  );
  return [batch, file].map(unmeasured);
}

async function measureReconciliation({ databases, folder }: Month, rounds: number) {
  const header = 'external_id,source,subscription,product,sold_on,amount\n';
  const rows = Array.from({ length: listedSales }, (_, index) => `L${index},OWN,,,,20\n`);
  const content = Buffer.from(header + rows.join(''));
  await writeFile(join(folder, 'list.csv'), content);
  const list = { agentCode: lister, period, fileName: 'list.csv', content };
  const floor = () =>
    discarded(databases, async (transaction) => {
      const sql = rawSql(transaction);
      await sql`create temp table floor_list (external_id text primary key, source text, subscription text, product text, sold_on date, amount numeric)`;
      const target = await sql.unsafe('copy floor_list from stdin (format csv, header)').writable();
      await pipeline([content], target);
    });
  const about = {
    name: 'reconciliation of 50,000 rows',
    events: listedSales,
    floor: 'COPY of the list into a keyed table',
  };
  const work = () => discarded(databases, (transaction) => reconcileList(transaction, actor, now, list));
  return unmeasured(await compare(about, rounds, floor, work));
}

/** The accruals of a month of every kind, against the bare lines of the runs they are taken from. */
export async function measureAccruals(databases: Databases, folder: string, rounds: number): Promise<Comparison> {
  await prepareEveryKind(databases, folder, events);
  const { id } = await calculatePeriod(databases, actor, month, now);
  await databases.owner.transaction((transaction) => approveRun(transaction, other, now, id));
  const about = { name: 'accruals, every kind', events, floor: 'bare COPY TO of the lines of both months' };
  const floor = () => copyOf(databases, 'select * from commission_line');
  const work = () => discarded(databases, (transaction) => loadAccruals(transaction, month));
  return compare(about, rounds, floor, work);
}
