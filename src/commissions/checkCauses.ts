import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import type { Calculation } from './calculation.ts';
import { type CheckFault, fault } from './checkFault.ts';
import type { LineKind } from './lineId.ts';

// "No line without a cause" (DOMAIN.md §10): what each kind of line must stand on (docs/commission.md §2).

type Rule = {
  /** Each of them must have what the others of the rule have. */
  readonly kinds: readonly LineKind[];
  readonly says: string;
  /** SQL of a condition that lines without a cause meet; `line` is the line. */
  readonly lacks: (period: Period, calculation: Calculation) => string;
};

const rules: readonly Rule[] = [
  {
    kinds: ['EARNING'],
    says: 'no credited event',
    lacks: (_period, { tables }) =>
      `not exists (select from ${tables.credits} credit where credit.event_id = line.cause_id)`,
  },
  {
    kinds: ['VOLUME', 'FLOOR', 'DRAW', 'TAX'],
    says: 'another cause than the agent’s period',
    lacks: () => 'line.cause_id <> 0',
  },
  {
    kinds: ['POOL'],
    says: 'no pool of the run',
    lacks: (_period, { pools }) => {
      const shared = pools.map(({ pool }) => `(${pool.poolId}, ${pool.componentId})`);
      return shared.length === 0 ? 'true' : `(line.cause_id, line.component_id) not in (${shared.join(', ')})`;
    },
  },
  // Two rules, since PostgreSQL makes a join of one NOT EXISTS, but not of two that are alternatives.
  {
    kinds: ['OVERRIDE'],
    says: 'no credit that they go by',
    lacks: (_period, { tables }) =>
      `not exists (select from ${tables.credits} credit where credit.event_id = line.cause_id
         and credit.agent_id = line.source_agent_id and credit.role = line.role)`,
  },
  {
    kinds: ['OVERRIDE'],
    says: 'no line that they go by',
    lacks: (_period, { tables }) =>
      `line.source_component_id is not null and not exists (select from ${tables.lines} child where child.kind = 'EARNING'
         and child.cause_id = line.cause_id and child.component_id = line.source_component_id
         and child.agent_id = line.source_agent_id and child.role = line.role)`,
  },
  {
    kinds: ['CAP'],
    says: 'no line of at least that amount that they cut',
    lacks: (_period, { tables }) =>
      `not exists (select from ${tables.lines} whole where whole.kind in ('EARNING', 'VOLUME', 'OVERRIDE', 'FLOOR', 'POOL')
         and whole.cause_id = line.cause_id and whole.component_id = line.component_id and whole.agent_id = line.agent_id
         and whole.role = line.role and whole.source_agent_id is not distinct from line.source_agent_id
         and whole.source_component_id is not distinct from line.source_component_id and whole.amount + line.amount >= 0)`,
  },
  {
    kinds: ['WITHHOLDING', 'RELEASE'],
    says: 'no event, no number of an instalment or the wrong sign',
    lacks: () => `line.cause_id = 0 or line.instalment is null or (line.kind = 'RELEASE') <> (line.amount > 0)`,
  },
  {
    kinds: ['CLAWBACK'],
    says: 'no line that they take back, or nothing in the period that takes it',
    lacks: (period) =>
      `line.original_id is null or line.cause_id <> line.original_id and not exists (select from sales_event cause
         where cause.id = line.cause_id and cause.type in ('CHURN', 'REFUND', 'REACTIVATION') and cause.period = '${period}')`,
  },
  {
    kinds: ['ADJUSTMENT'],
    says: 'no adjustment of that agent and amount',
    lacks: () =>
      `not exists (select from adjustment made where made.id = line.cause_id and made.agent_id = line.agent_id
         and made.amount = line.amount and made.currency = line.currency and made.withdrawn_at is null)`,
  },
  {
    kinds: ['RETRO'],
    says: 'no recalculated period, or no event',
    lacks: (_period, { shadows }) =>
      `line.origin_period is null
       or line.origin_period <> all('{${(shadows?.shadows ?? []).map(({ period }) => period).join(',')}}'::text[])
       or line.cause_id <> 0 and not exists (select from sales_event event where event.id = line.cause_id)
         and not exists (select from component where component.id = line.component_id and component.pool_id is not null)`,
  },
];

/**
 * Lines whose cause is missing, one fault for each kind of cause; kinds that the run has no lines of cost nothing.
 * @param kinds the kinds of the run's lines
 */
export async function linesWithoutCause(
  transaction: Transaction,
  period: Period,
  calculation: Calculation,
  kinds: ReadonlySet<LineKind>,
): Promise<UserError[]> {
  const faults: CheckFault[] = [];
  for (const { kinds: own, says, lacks } of rules) {
    const present = own.filter((kind) => kinds.has(kind));
    if (present.length === 0) continue;
    const [row] = await rawSql(transaction).unsafe<{ count: number }[]>(
      `select count(*)::integer as count from ${calculation.tables.lines} line
       where line.kind in (${present.map((kind) => `'${kind}'`).join(', ')}) and (${lacks(period, calculation)})`,
    );
    if (row?.count)
      faults.push(fault('no line without a cause', `${row.count} lines (${present.join(', ')}) have ${says}.`));
  }
  return faults;
}
