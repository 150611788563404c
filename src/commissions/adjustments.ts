import { isBookedIn } from '../adjustments/booked.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { shortColumns } from './limits.ts';
import type { Scope } from './scope.ts';

// ADJUSTMENT lines (DOMAIN.md §9.11; docs/commission.md §10): amounts that were decided, booked once by the first run that can.

/** Adds the lines of the adjustments that an official run of the scope's period books. */
export async function bookAdjustments(transaction: Transaction, { tables, runId, period }: Scope): Promise<void> {
  const sql = rawSql(transaction);
  const [due] = await sql.unsafe<{ exist: boolean }[]>(
    `select exists (select from adjustment made where ${isBookedIn(period)}) as exist`,
  );
  if (!due?.exist) return;
  await sql.unsafe(
    `insert into ${tables.lines} (${shortColumns})
     select ${runId}, ${await adjustmentComponent(transaction)}, 'ADJUSTMENT', made.id, made.agent_id, 'ADJUSTMENT', null, made.amount, 1, 1,
            made.amount, made.currency
     from adjustment made where ${isBookedIn(period)}`,
  );
}

/** The component of ADJUSTMENT lines, made when it is first needed. */
async function adjustmentComponent(transaction: Transaction): Promise<number> {
  const sql = rawSql(transaction);
  await sql`insert into component (kind, code) values ('ADJUSTMENT', 'ADJUSTMENT') on conflict do nothing`;
  const [component] = await sql<{ id: number }[]>`select id from component where kind = 'ADJUSTMENT'`;
  if (!component) throw new Error('the component ADJUSTMENT is missing');
  return component.id;
}
