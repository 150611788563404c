import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainLine } from '../../src/commissions/explain.ts';
import type { RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { Decimal } from '../../src/money.ts';
import { type ImportResult, importEventFile } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { apply, asOwner, calculate, clerk, now } from '../support/books.ts';

const script = fileURLToPath(new URL('../../../shared/data/telco/make-events.mjs', import.meta.url));
const programme = new URL('../../examples/telco.yaml', import.meta.url);
const skipped = existsSync(script) ? '' : ' (skipped: ../shared/data/telco is not beside the project)';

describe.skipIf(skipped !== '')(`a real month, from the file to the statement${skipped}`, () => {
  let databases: Databases;
  let csv: Buffer;
  let imported: ImportResult;
  let run: RunSummary;

  const importFile = () =>
    asOwner(databases, (transaction) =>
      importEventFile(transaction, clerk, now, { name: '2026-10.csv', stream: Readable.from([csv]) }, { atomic: true }),
    );

  beforeAll(async () => {
    csv = execFileSync(process.execPath, [script, '2026-10', '2026-10'], { maxBuffer: 64 * 1024 * 1024 });
    databases = await testDatabase();
    await apply(databases, readFileSync(programme, 'utf8'));
    imported = await importFile();
    run = await calculate(databases);
  }, 120_000);

  it('imports every row', () => {
    expect(imported).toMatchObject({
      rowCount: 9536,
      acceptedCount: 9536,
      duplicateCount: 0,
      rejectedCount: 0,
      lateCount: 0,
    });
  });

  it('closes with the known totals', () => {
    const totals = run.totals.map(({ plan, component, currency, amount }) => [
      plan,
      component,
      currency,
      new Decimal(amount).toFixed(2),
    ]);
    expect(totals).toEqual([
      ['TELCO-2026', 'ACT', 'CNY', '39640.00'],
      ['TELCO-2026', 'RES', 'CNY', '16106.75'],
      [null, 'P1', 'CNY', '3648.93'],
    ]);
    const whole = run.totals.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
    expect(whole.toFixed(2)).toBe('59395.68');
    // CHURN is read by nothing; everything else is paid.
    expect(run).toMatchObject({ eventCount: 9536, unpaidCount: 0, unreadCount: 1869, statementCount: 60 });
  });

  it('pays A000 610.00 of ACT, 222.52 of RES and 59.04 of the pool', async () => {
    const parts = await databases.owner.$client`
      select component.code, sum(line.amount)::numeric(20, 2)::text as amount
      from commission_line line join component on component.id = line.component_id join agent on agent.id = line.agent_id
      where line.run_id = ${run.id} and agent.code = 'A000' group by component.code order by component.code`;
    expect(parts).toEqual([
      { code: 'ACT', amount: '610.00' },
      { code: 'P1', amount: '59.04' },
      { code: 'RES', amount: '222.52' },
    ]);
    const [statement] = await databases.owner.$client<{ payable: string }[]>`
      select payable from statement join agent on agent.id = statement.agent_id where agent.code = 'A000'`;
    expect(new Decimal(statement?.payable ?? 0).toFixed(2)).toBe('891.56');
    const pool = await asOwner(databases, (transaction) => explainLine(transaction, '2026-10.POOL.P1.P1.A000.MEMBER'));
    expect(pool.amount).toBe('59.04');
  });

  it('the same file again changes nothing', async () => {
    const state = () => databases.owner.$client`
      select (select count(*)::integer from sales_event) as events, (select count(*)::integer from event_import) as imports,
             (select count(*)::integer from audit_record where action = 'events.imported') as records`;
    const before = await state();
    expect(await importFile()).toMatchObject({
      importId: null,
      acceptedCount: 0,
      duplicateCount: 9536,
      rejectedCount: 0,
    });
    expect(await state()).toEqual(before);
    const again = await calculate(databases);
    expect([again.inputsHash, again.linesHash]).toEqual([run.inputsHash, run.linesHash]);
  });
});
