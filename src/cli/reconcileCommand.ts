import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Databases } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { largestListBytes, reconcileList } from '../reconciliation/reconcile.ts';
import { loadTotals, resultCsv, type VerdictTotal } from '../reconciliation/results.ts';
import { requirePeriod } from './commands.ts';
import { requireFile } from './importFile.ts';
import { type Output, table } from './output.ts';

export type ReconcileFlags = {
  readonly agent: string;
  readonly period: string;
  readonly as: string;
  readonly out?: string;
};

/**
 * `tributary reconcile FILE --agent A --period P`: compares an agent's own list with what was paid, prints the totals and writes the rows with
 * their verdicts beside it. @throws UserError as reconcileList.
 */
export async function reconcile(
  databases: Databases,
  output: Output,
  file: string,
  { agent, period: periodText, as, out = `${file}.result.csv` }: ReconcileFlags,
): Promise<void> {
  const period = requirePeriod(periodText);
  const { size } = await requireFile(file);
  if (size > largestListBytes) {
    throw new UserError('REQUEST_TOO_LARGE', `The list has more than ${largestListBytes} bytes.`, file);
  }
  const content = await readFile(file);
  const list = { agentCode: agent, period, fileName: basename(file), content };
  const bar = output.progress('reconcile');
  try {
    const result = await databases.owner
      .transaction(async (transaction) => {
        const id = await reconcileList(transaction, localActor(as), new Date(), list, (percent, rows) =>
          bar.update(percent * 0.9, `${rows} rows`),
        );
        await pipeline(Readable.from(resultCsv(transaction, id)), createWriteStream(out));
        return { code: `RC-${id}`, totals: await loadTotals(transaction, id) };
      })
      .catch((error: unknown) => {
        throw asUserError(error);
      });
    bar.update(100, 'done');
    output.answer({ ...result, file: out }, ({ code, totals }) =>
      [table(totals.map(shown), ['rows', 'expected', 'paid', 'difference']), `${code}: the rows are in ${out}.`].join(
        '\n',
      ),
    );
  } finally {
    bar.end();
  }
}

function shown({ verdict, currency, rowCount, expected, paid, difference }: VerdictTotal) {
  return {
    verdict,
    currency,
    rows: rowCount,
    expected,
    paid,
    difference,
  };
}
