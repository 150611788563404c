import { beforeAll, describe, expect, it } from 'vitest';
import { type Verification, verifyPeriod } from '../../src/commissions/close.ts';
import type { RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { close, codeOf, november, october, openBooks } from '../support/books.ts';

let databases: Databases;
let run: RunSummary;

beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases);
  run = await close(databases);
});

/** Verifies with something altered by who owns the database, and puts it back. */
async function whileAltered(alter: string, restore: string): Promise<Verification> {
  await databases.owner.$client.unsafe(alter);
  try {
    return await verifyPeriod(databases, october);
  } finally {
    await databases.owner.$client.unsafe(restore);
  }
}

const differs = ({ stored, recomputed }: { stored: string; recomputed: string }) => stored !== recomputed;
const hashesThatDiffer = ({ inputsHash, linesHash, standingLinesHash, statementsHash }: Verification) =>
  Object.entries({ inputsHash, linesHash, standingLinesHash, statementsHash })
    .filter(([, comparison]) => differs(comparison))
    .map(([name]) => name);

describe('verifyPeriod', () => {
  it('finds a run as it was calculated, and writes nothing', async () => {
    const state = () => databases.owner.$client`
      select (select count(*)::integer from commission_run) as runs, (select count(*)::integer from audit_record) as records,
             (select count(*)::integer from commission_line) as lines,
             (select array_agg(tablename::text order by 1) from pg_tables where schemaname = 'runs') as tables`;
    const before = await state();
    const steps: string[] = [];
    const verification = await verifyPeriod(databases, october, (step) => steps.push(step));
    expect(verification).toMatchObject({ period: '2026-10', ok: true, auditFaults: [] });
    expect(verification.inputsHash).toEqual({ stored: run.inputsHash, recomputed: run.inputsHash });
    expect(verification.linesHash).toEqual({ stored: run.linesHash, recomputed: run.linesHash });
    expect(hashesThatDiffer(verification)).toEqual([]);
    expect(steps.length).toBeGreaterThan(3);
    expect(await state()).toEqual(before);
  });

  it('needs a run', async () => {
    expect(await codeOf(verifyPeriod(databases, november))).toBe('NO_RUN');
  });

  it.each([
    ['amount', 'amount + 0.01', 'amount - 0.01'],
    ['base', 'base * 2', 'base / 2'],
    ['role', "'OTHER'", "'SELLER'"],
  ])('finds a line whose %s was altered', async (column, altered, restored) => {
    const one = `where cause_id = (select id from sales_event where external_id = 'O5')`;
    const verification = await whileAltered(
      `update runs.line_${run.id} set ${column} = ${altered} ${one}`,
      `update runs.line_${run.id} set ${column} = ${restored} ${one}`,
    );
    expect(verification.ok).toBe(false);
    expect(hashesThatDiffer(verification)).toEqual(['standingLinesHash']);
  });

  it('finds a line that is gone', async () => {
    const verification = await whileAltered(
      `create table kept as select * from runs.line_${run.id} where kind = 'POOL'; delete from runs.line_${run.id} where kind = 'POOL'`,
      `insert into runs.line_${run.id} select * from kept; drop table kept`,
    );
    expect(hashesThatDiffer(verification)).toEqual(['standingLinesHash']);
  });

  it('finds a statement that was altered', async () => {
    const verification = await whileAltered(
      `update statement set payable = payable + 1 where earned > 0`,
      `update statement set payable = payable - 1 where earned > 0`,
    );
    expect(verification.ok).toBe(false);
    expect(hashesThatDiffer(verification)).toEqual(['statementsHash']);
  });

  it('finds a noted hash that was altered', async () => {
    const verification = await whileAltered(
      `update commission_run set lines_hash = 'x' || lines_hash`,
      `update commission_run set lines_hash = substr(lines_hash, 2)`,
    );
    expect(hashesThatDiffer(verification)).toEqual(['linesHash']);
  });

  it('finds an event that was altered, by its content hash', async () => {
    const trigger = 'alter table sales_event enable trigger sales_event_immutable';
    const swap = `update sales_event set content_hash = md5(content_hash::text)::uuid where external_id = 'O15'`;
    const [event] = await databases.owner.$client<{ hash: string }[]>`
      select content_hash as hash from sales_event where external_id = 'O15'`;
    const verification = await whileAltered(
      `alter table sales_event disable trigger sales_event_immutable; ${swap}`,
      `update sales_event set content_hash = '${event?.hash}' where external_id = 'O15'; ${trigger}`,
    );
    expect(hashesThatDiffer(verification)).toEqual(['inputsHash']);
  });

  it('finds an event whose amount was altered, by what it pays', async () => {
    const set = (amount: string) => `update sales_event set amount = ${amount} where external_id = 'O5'`;
    const verification = await whileAltered(
      `alter table sales_event disable trigger sales_event_immutable; ${set('164.30')}`,
      `${set('64.30')}; alter table sales_event enable trigger sales_event_immutable`,
    );
    expect(verification.ok).toBe(false);
    expect(hashesThatDiffer(verification)).toEqual(['linesHash', 'standingLinesHash', 'statementsHash']);
  });

  it('finds an audit record that was altered', async () => {
    const set = (from: string, to: string) =>
      `update audit_record set actor = '${to}' where action = 'run.approved' and actor = '${from}'`;
    const verification = await whileAltered(
      `alter table audit_record disable trigger audit_record_immutable; ${set('controller', 'clerk')}`,
      `${set('clerk', 'controller')}; alter table audit_record enable trigger audit_record_immutable`,
    );
    expect(verification.ok).toBe(false);
    expect(hashesThatDiffer(verification)).toEqual([]);
    expect(verification.auditFaults).toMatchObject([{ fault: 'its record was altered' }]);
  });

  it('finds everything in order again after all this', async () => {
    expect(await verifyPeriod(databases, october)).toMatchObject({ ok: true });
  });
});
