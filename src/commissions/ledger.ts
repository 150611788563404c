import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';
import type { Ledger } from './scope.ts';

// What approved runs booked, and what a calculation in progress has recalculated of it, as one: everything that has a memory
// (unpaid instalments, clawbacks, owed draws, budgets) is read from lines, never from a state of its own.

export type ApprovedRun = { readonly id: number; readonly period: Period };

/** A closed period calculated again for some agents: its tables stand in for what was booked for them. */
export type Shadow = {
  readonly period: Period;
  readonly lines: string;
  readonly volumes: string;
  readonly unpaid: string;
  readonly held: string;
  /** Credits that no approved run decided about, and what SPIFF budgets pay of them. */
  readonly undecided: string;
};

export type Shadows = {
  /** Table of the agents (agent_id) that are calculated again. */
  readonly agents: string;
  /** Ascending; every period from the first on is calculated again. */
  readonly shadows: readonly Shadow[];
};

/** Approved runs before a period, ascending; the cut-over's among them. */
export async function loadApprovedRuns(transaction: Transaction, before: Period): Promise<ApprovedRun[]> {
  const rows = await rawSql(transaction)<ApprovedRun[]>`
    select id, period from commission_run where status in ('APPROVED', 'PAID') and period < ${before} order by period, id`;
  return [...rows];
}

const columns = `run_id, component_id, kind, cause_id, agent_id, role, rule_id, base, amount, currency, original_id, instalment,
  source_agent_id, source_component_id`;

/**
 * The ledger of approved runs, with the shadows calculated so far in the place of what they recalculate.
 * @param before the period that is calculated: `periods` are those before it
 */
export function ledgerOf(runs: readonly ApprovedRun[], before: Period, shadowed?: Shadows): Ledger {
  const ids = runs.map(({ id }) => id).join(',') || 'null';
  const shadows = shadowed?.shadows ?? [];
  const isShadowed = (period: Period) => shadows.some((shadow) => shadow.period === period);
  const others = (period: Period) =>
    shadowed && isShadowed(period) ? `and agent_id not in (select agent_id from ${shadowed.agents})` : '';
  const bookedOf = (period: Period, condition: string) => [
    ...runs
      .filter((run) => run.period === period)
      .map(
        ({ id }) =>
          `select '${period}'::text as period, ${columns} from commission_line where run_id = ${id} and origin_period is null ${condition}`,
      ),
    `select '${period}'::text, ${columns} from commission_line where origin_period = '${period}' and run_id in (${ids}) ${condition}`,
  ];
  const union = (parts: readonly string[], none: string) => `(${parts.length > 0 ? parts.join(' union all ') : none})`;
  const noLines = `select null::text as period, ${columns} from commission_line where false`;
  const noTotals = `select agent_id, component_id, kind, null::text as period, amount from run_agent_total where false`;
  const noVolumes = `select agent_id, component_id, period, part, volume from run_volume where false`;
  const known = (periods: readonly Period[]) => periods.filter((period) => runs.some((run) => run.period <= period));

  const volumesOf = (periods: readonly Period[], condition: (period: Period) => string) =>
    periods.map(
      (period) => `(select distinct on (agent_id, component_id, part) agent_id, component_id, period, part, volume
        from run_volume where period = '${period}' and run_id in (${ids}) ${condition(period)}
        order by agent_id, component_id, part, run_id desc)`,
    );
  const shadowsOf = (periods: readonly Period[]) => shadows.filter((shadow) => periods.includes(shadow.period));

  return {
    periods: [...new Set([...runs.map(({ period }) => period), ...shadows.map(({ period }) => period)])]
      .filter((period) => period < before)
      .sort(),
    recalculated: shadows.map(({ period }) => period).filter((period) => period < before),
    lines: (periods) =>
      union(
        [
          ...known(periods).flatMap((period) => bookedOf(period, others(period))),
          ...shadowsOf(periods).map(({ period, lines }) => `select '${period}'::text, ${columns} from ${lines}`),
        ],
        noLines,
      ),
    booked: (periods) =>
      union(
        known(periods).flatMap((period) => bookedOf(period, '')),
        noLines,
      ),
    totals: (periods) =>
      union(
        [
          ...known(periods).map(
            (
              period,
            ) => `select agent_id, component_id, total.kind, coalesce(origin_period, run.period) as period, amount
              from run_agent_total total join commission_run run on run.id = total.run_id
              where run.id in (${ids}) and coalesce(origin_period, run.period) = '${period}' ${others(period)}`,
          ),
          ...shadowsOf(periods).map(
            ({ period, lines }) => `select agent_id, component_id, kind, '${period}'::text, sum(amount) from ${lines}
              group by agent_id, component_id, kind`,
          ),
        ],
        noTotals,
      ),
    bookedTotals: `(select agent_id, component_id, kind, amount from run_agent_total where run_id in (${ids}))`,
    bookedRetro: `(select * from commission_line where origin_period is not null and run_id in (${ids}))`,
    volumes: (periods) =>
      union(
        [
          ...volumesOf(periods, others),
          ...shadowsOf(periods).map(
            ({ volumes }) => `select agent_id, component_id, period, part, volume from ${volumes}`,
          ),
        ],
        noVolumes,
      ),
    bookedVolumes: (periods) =>
      union(
        volumesOf(periods, () => ''),
        noVolumes,
      ),
  };
}
