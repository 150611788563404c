import type { RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { canonicalDecimal, compareBytes, Decimal, formatMoney, minorUnitDigits } from '../../src/money.ts';
import { divide, fraction, toText } from '../oracle/fraction.ts';
import type { Line as OracleLine, Statement as OracleStatement, PoolResult, Unpaid } from '../oracle/historyOutput.ts';

// A run of RATE components and pools, read back by natural keys and in their order.

type Texts = 'component' | 'plan' | 'cause' | 'agent' | 'role' | 'rule' | 'base' | 'factor' | 'amount' | 'currency';
type Line = Pick<OracleLine, Texts> & { kind: 'EARNING' | 'POOL' };
type Statement = Omit<OracleStatement, 'withheld' | 'released' | 'clawedBack' | 'adjustments' | 'tax'>;
type Total = { currency: string; amount: string };

type RunOutput = {
  readonly lines: Line[];
  readonly pools: PoolResult[];
  readonly statements: Statement[];
  readonly unpaid: Unpaid[];
  readonly totals: { components: (Total & { component: string })[]; currencies: Total[]; unreadCount: number };
};

/** Reads a run back by natural keys. Statements of nothing but zeros are left out, as the oracle has none. */
export async function readOutput(databases: Databases, run: RunSummary): Promise<RunOutput> {
  const pools = await readPools(databases, run);
  return {
    lines: await readLines(databases, run, pools),
    pools,
    statements: (await readStatements(databases, run)).filter((row) => Number(row.opening) || Number(row.earned)),
    unpaid: await readUnpaid(databases, run),
    totals: {
      components: sums(run, ({ component, currency }) => `${component}\t${currency}`).map(
        ([key, currency, amount]) => ({
          component: key.split('\t', 1)[0] ?? '',
          currency,
          amount,
        }),
      ),
      currencies: sums(run, ({ currency }) => currency).map(([, currency, amount]) => ({ currency, amount })),
      unreadCount: run.unreadCount,
    },
  };
}

const money = (amount: string, currency: string) => formatMoney(amount, minorUnitDigits[currency] ?? 2);

/** Amounts of the run's totals by some key, in the order of its bytes: [key, currency, amount]. */
function sums(run: RunSummary, keyOf: (total: RunSummary['totals'][number]) => string): [string, string, string][] {
  const amounts = new Map<string, { currency: string; amount: Decimal }>();
  for (const total of run.totals) {
    const amount = (amounts.get(keyOf(total))?.amount ?? new Decimal(0)).plus(total.amount);
    amounts.set(keyOf(total), { currency: total.currency, amount });
  }
  return [...amounts]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, { currency, amount }]) => [key, currency, money(amount.toFixed(), currency)]);
}

async function readLines(databases: Databases, run: RunSummary, pools: readonly PoolResult[]): Promise<Line[]> {
  const rows = await databases.owner.$client<(Line & { share: string })[]>`
    select component.code as component, coalesce(plan.code, '') as plan, line.kind,
           case line.kind when 'EARNING' then event.source || ':' || event.external_id else component.code end as cause,
           agent.code as agent, line.role, coalesce(rule.code, '') as rule, line.base, line.share, line.factor, line.amount,
           line.currency
    from commission_line line
    join component on component.id = line.component_id
    join agent on agent.id = line.agent_id
    left join plan on plan.id = component.plan_id
    left join rate_rule rule on rule.id = line.rule_id
    left join sales_event event on line.kind = 'EARNING' and event.id = line.cause_id
    where line.run_id = ${run.id}
    order by line.kind desc, component.code collate "C",
             case line.kind when 'EARNING' then event.source || ':' || event.external_id else component.code end collate "C", agent.code collate "C", line.role collate "C",
             plan.code collate "C"`;
  return rows.map(({ share, kind, ...row }): Line => {
    const amount = money(row.amount, row.currency);
    if (kind === 'EARNING') {
      const factor = canonicalDecimal(new Decimal(share).times(row.factor));
      return { ...row, kind, base: canonicalDecimal(row.base), factor, amount };
    }
    const pool = pools.find(({ code }) => code === row.component);
    if (!pool) throw new Error(`no result of pool ${row.component}`);
    const base = money(new Decimal(pool.fund).plus(pool.carriedIn).toFixed(), row.currency);
    const factor = toText(divide(fraction(canonicalDecimal(row.base)), fraction(pool.weightTotal)));
    return { ...row, kind, role: '', base, factor, amount };
  });
}

async function readPools(databases: Databases, run: RunSummary): Promise<PoolResult[]> {
  const rows = await databases.owner.$client<PoolResult[]>`
    select pool.code, version.currency, result.base, result.fund, result.carried_in as "carriedIn",
           result.weight_total as "weightTotal", result.shared as paid, result.remainder, result.carried_out as "carriedOver"
    from run_pool result join pool on pool.id = result.pool_id join pool_version version on version.id = result.pool_version_id
    where result.run_id = ${run.id} order by pool.code collate "C"`;
  return rows.map((row) => ({
    code: row.code,
    currency: row.currency,
    base: canonicalDecimal(row.base),
    fund: money(row.fund, row.currency),
    carriedIn: money(row.carriedIn, row.currency),
    weightTotal: canonicalDecimal(row.weightTotal),
    paid: money(row.paid, row.currency),
    remainder: money(row.remainder, row.currency),
    carriedOver: money(row.carriedOver, row.currency),
  }));
}

async function readStatements(databases: Databases, run: RunSummary): Promise<Statement[]> {
  const rows = await databases.owner.$client<Statement[]>`
    select agent.code as agent, statement.currency, statement.opening, statement.earned, statement.closing,
           statement.payable, statement.closing - statement.payable as "nextOpening"
    from statement join agent on agent.id = statement.agent_id
    where statement.run_id = ${run.id} order by agent.code collate "C", statement.currency`;
  return rows.map((row) => ({
    agent: row.agent,
    currency: row.currency,
    opening: money(row.opening, row.currency),
    earned: money(row.earned, row.currency),
    closing: money(row.closing, row.currency),
    payable: money(row.payable, row.currency),
    nextOpening: money(row.nextOpening, row.currency),
  }));
}

async function readUnpaid(databases: Databases, run: RunSummary): Promise<Unpaid[]> {
  const rows = await databases.owner.$client<Unpaid[]>`
    select event.source, event.external_id as "externalId", agent.code as agent, unpaid.role, unpaid.reason
    from unpaid_event unpaid join sales_event event on event.id = unpaid.event_id join agent on agent.id = unpaid.agent_id
    where unpaid.run_id = ${run.id}
    order by event.source collate "C", event.external_id collate "C", agent.code collate "C", unpaid.role collate "C"`;
  return [...rows];
}
