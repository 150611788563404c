import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type UserError, UserErrors } from '../errors.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import type { Calculation } from './calculation.ts';
import { linesWithoutCause } from './checkCauses.ts';
import { fault } from './checkFault.ts';
import { partsOfWholes } from './checkParts.ts';
import { awardsTotalOne } from './crediting.ts';
import type { LineKind } from './lineId.ts';

// What is always true (DOMAIN.md §10). Each check adds up independently of how the run made its figures; the primary key
// of the lines says for itself that nothing is paid twice.

/** @throws UserErrors CHECK_FAILED with every check that failed and the figures that disagree. */
export async function checkRun(transaction: Transaction, period: Period, calculation: Calculation): Promise<void> {
  const kinds = await kindsOf(transaction, calculation);
  const faults = [
    ...linesEqualStatements(calculation),
    ...poolsAreWhole(calculation),
    ...(await poolLinesEqualShares(transaction, calculation)),
    ...(await sharesTotalOne(transaction, period)),
    ...(await awardsTotalOne(transaction, period)),
    ...(await linesWithoutCause(transaction, period, calculation, kinds)),
    ...(await partsOfWholes(transaction, period, calculation, kinds)),
  ];
  if (faults.length > 0) throw new UserErrors(faults);
}

async function kindsOf(transaction: Transaction, { tables }: Calculation): Promise<Set<LineKind>> {
  const rows = await rawSql(transaction).unsafe<{ kind: LineKind }[]>(
    `select distinct kind from ${tables.agentTotals}`,
  );
  return new Set(rows.map((row) => row.kind));
}

function linesEqualStatements({ totals, statements }: Calculation): UserError[] {
  const currencies = new Set([...totals, ...statements].map(({ currency }) => currency));
  return [...currencies].flatMap((currency) => {
    const lines = sum(totals.filter((total) => total.currency === currency).map((total) => new Decimal(total.amount)));
    const stated = statements.filter((statement) => statement.currency === currency);
    const moved = sum(stated.map(({ opening, closing }) => closing.minus(opening)));
    if (lines.equals(moved)) return [];
    return [fault('lines = statements', `Lines total ${lines.toFixed()} ${currency}, statements ${moved.toFixed()}.`)];
  });
}

function poolsAreWhole({ pools }: Calculation): UserError[] {
  return pools.flatMap(({ pool, result }) => {
    const given = sum(result.shares.map(({ amount }) => amount)).plus(result.remainder);
    const whole = result.fund.plus(result.carriedIn);
    if (given.equals(whole)) return [];
    return [
      fault(
        'pool shares + remainder = fund + carried in',
        `Pool ${pool.code}: ${given.toFixed()} of ${whole.toFixed()}.`,
      ),
    ];
  });
}

async function poolLinesEqualShares(transaction: Transaction, { tables, pools }: Calculation): Promise<UserError[]> {
  const rows = await rawSql(transaction).unsafe<{ cause_id: string; amount: string }[]>(
    `select cause_id, sum(amount) as amount from ${tables.lines} where kind = 'POOL' group by cause_id`,
  );
  const written = new Map(rows.map((row) => [Number(row.cause_id), new Decimal(row.amount)]));
  return pools.flatMap(({ pool, result }) => {
    const lines = written.get(pool.poolId) ?? new Decimal(0);
    if (lines.equals(result.shared)) return [];
    return [
      fault(
        'pool lines = pool shares',
        `Pool ${pool.code}: lines ${lines.toFixed()}, shares ${result.shared.toFixed()}.`,
      ),
    ];
  });
}

async function sharesTotalOne(transaction: Transaction, period: Period): Promise<UserError[]> {
  const rows = await rawSql(transaction)<{ source: string; external_id: string; total: string | null }[]>`
    select event.source, event.external_id, sum(credit.share) as total
    from sales_event event left join event_credit credit on credit.event_id = event.id
    where event.period = ${period} and event.has_credits
    group by event.id, event.source, event.external_id having sum(credit.share) is distinct from 1 limit 10`;
  return rows.map((row) =>
    fault('credit shares = 1', `Event ${row.source}/${row.external_id}: shares total ${row.total ?? 'nothing'}.`),
  );
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Decimal(0));
}
