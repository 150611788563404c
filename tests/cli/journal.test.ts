import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paymentJournal } from '../../src/cli/exportCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { codesOf, now, openWorld, type PaymentWorld, payer } from '../payments/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

let world: PaymentWorld;
const answers: unknown[] = [];
const output: Output = {
  answer: (value) => answers.push(value),
  note: () => {},
  progress: () => ({ update: () => {}, end: () => {} }),
};
const out = join(folder, 'november.csv');
const write = (payments: boolean) => paymentJournal(world.databases, output, '2026-11', { payments, out });

beforeAll(async () => {
  world = await openWorld();
  await world.statement('N1', '100.10');
  const id = await world.create();
  await world.approve(id);
  await world.report(`end_to_end_id,status,date\nPB-${id}-1,PAID,2026-11-05\n`);
});

it('writes nothing where an account is missing, or the journal of the run is meant', async () => {
  expect(await codesOf(write(true))).toBe('JOURNAL_ACCOUNT_MISSING');
  expect(await codesOf(write(false))).toBe('INPUT_INVALID');
  expect(existsSync(out)).toBe(false);
});

it('writes what was paid in a month, in double entry', async () => {
  const definition = { journal: journalEntryKinds.map((entry) => ({ entry, account: entry })) };
  await world.run((transaction) =>
    publishSettlementPolicy(transaction, payer, now, { validFrom: '2026-11-30', definition }),
  );
  await write(true);
  const text = readFileSync(out, 'utf8');
  expect(answers).toEqual([{ file: out, bytes: Buffer.byteLength(text) }]);
  expect(parse(text, { columns: true })).toMatchObject([
    { period: '2026-11', date: '2026-11-05', account: 'BANK', debit: '0.00', credit: '100.10' },
    { period: '2026-11', date: '2026-11-05', account: 'PAYABLE', agent_code: 'N1', debit: '100.10', credit: '0.00' },
  ]);
});
