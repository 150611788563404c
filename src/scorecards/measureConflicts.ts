import { isDecided, isUpheld } from '../conflicts/upheld.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { shiftPeriod } from '../period.ts';
import type { MeasureScope } from './measureCredits.ts';
import type { MetricFormula } from './metricDefinition.ts';

// Conflicts of agents as figures (DOMAIN.md §5, §8): repeat offenders are seen by scorecards.

type Conflicts = Extract<MetricFormula, { kind: 'CONFLICTS' }>;

/** SQL of the value of a CONFLICTS formula (agent_id, value) for every agent that is accused of something in its months. */
export function conflictQuery(scope: MeasureScope, formula: Conflicts): string {
  if (formula.count === 'DEDUCTED_AMOUNT') {
    return `select agent_id, sum(amount) as value from (${deductionQuery(scope, formula)}) taken group by agent_id`;
  }
  // one sale that several rules find is one offence
  const [counted, figure] =
    formula.count === 'UPHELD'
      ? [`${isDecided} and ${isUpheld}`, 'count(distinct hit.event_id)']
      : [`found.closing is distinct from 'FACTS_CHANGED'`, 'count(*)'];
  return `select hit.agent_id, ${figure}::numeric as value from ${caseSource}
    where ${concerns(scope, formula)} and ${counted} group by hit.agent_id`;
}

/**
 * Looks for the exchange rates that amounts of a CONFLICTS formula need.
 * @throws UserError EXCHANGE_RATE_MISSING naming currency and day: the day of the event.
 */
export async function requireConflictRates(
  transaction: Transaction,
  scope: MeasureScope,
  formula: Conflicts,
): Promise<void> {
  if (formula.count !== 'DEDUCTED_AMOUNT') return;
  const [found] = await rawSql(transaction).unsafe<{ missing: string | null }[]>(
    `select min(currency || ' on ' || day) as missing from (${deductionQuery(scope, formula)}) taken where amount is null`,
  );
  if (!found?.missing) return;
  const message = `Deductions in ${found.missing} are added up, and there is no exchange rate to ${scope.currency} for that day.`;
  throw new UserError('EXCHANGE_RATE_MISSING', message);
}

const caseSource = `conflict_case found join conflict_hit hit on hit.case_id = found.id
  left join conflict_decision decision on decision.id = found.decision_id`;

function concerns({ period }: MeasureScope, { kinds, months }: Conflicts): string {
  const ofKind = kinds && kinds.length > 0 ? ` and found.kind = any('{${kinds.join(',')}}'::conflict_kind[])` : '';
  return `found.period between '${shiftPeriod(period, 1 - months)}' and '${period}'${ofKind}`;
}

/** What decisions in force take from whoever is accused; amount: in the operator's currency at the rate of the event's day, null without one. */
function deductionQuery(scope: MeasureScope, formula: Conflicts): string {
  return `select hit.agent_id, deduction.currency, found.occurred_on as day,
      case when deduction.currency = '${scope.currency}' then deduction.amount else deduction.amount * rate.rate end as amount
    from ${caseSource} join conflict_deduction deduction on deduction.decision_id = decision.id and deduction.agent_id = hit.agent_id
    left join exchange_rate rate on rate.currency = deduction.currency and rate.into_currency = '${scope.currency}'
      and rate.valid_from <= found.occurred_on and (rate.valid_to is null or rate.valid_to > found.occurred_on)
    where ${concerns(scope, formula)} and ${isDecided}`;
}
