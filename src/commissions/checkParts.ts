import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import type { Period } from '../period.ts';
import type { Calculation } from './calculation.ts';
import { fault } from './checkFault.ts';
import type { LineKind } from './lineId.ts';

// "Σ instalments = the whole" (DOMAIN.md §10): what is paid at once and what is withheld make up the amount divided, and what
// is released, forfeited or taken back later never exceeds it.

const check = 'instalments = the whole';

/** Faults of amounts divided in the period, and of what the period moves of earlier ones. */
export async function partsOfWholes(
  transaction: Transaction,
  period: Period,
  calculation: Calculation,
  kinds: ReadonlySet<LineKind>,
): Promise<UserError[]> {
  const divided = kinds.has('WITHHOLDING') ? await misdivided(transaction, calculation) : [];
  const isMoved = kinds.has('RELEASE') || kinds.has('CLAWBACK');
  return [...divided, ...(isMoved ? await overdrawn(transaction, period, calculation) : [])];
}

/**
 * Of each amount of the period, net of its cap, no more than all of it is withheld. (Signs are looked at where causes are: with the
 * least to compute for each line this is one of the dearer checks.)
 */
async function misdivided(transaction: Transaction, { tables }: Calculation): Promise<UserError[]> {
  const rows = await rawSql(transaction).unsafe<
    { component: string; agent: string; role: string; event: string | null; over: string }[]
  >(
    `select component.code as component, agent.code as agent, part.role, event.source || '/' || event.external_id as event,
            -part.over as over
     from (
       select component_id, cause_id, agent_id, role, sum(amount) as over
       from ${tables.lines}
       where kind in ('EARNING', 'CAP', 'WITHHOLDING') and source_agent_id is null and cause_id <> 0
         and component_id = any(array(select distinct component_id from ${tables.agentTotals} where kind = 'WITHHOLDING'))
       group by component_id, cause_id, agent_id, role
       having sum(amount) < 0 limit 10) part
     join component on component.id = part.component_id join agent on agent.id = part.agent_id
     left join sales_event event on event.id = part.cause_id`,
  );
  return rows.map(({ component, agent, role, event, over }) =>
    fault(
      check,
      `${component} of ${agent} (${role}) for ${event ?? 'no event'}: ${plain(over)} more withheld than is earned.`,
    ),
  );
}

/**
 * By agent and component, over all periods: no more is released than was withheld, and no more taken back than was paid. (By line it
 * would cost a pass over all lines of the past; a FLOOR is counted since its cut stands among the cuts of lines.)
 */
async function overdrawn(transaction: Transaction, period: Period, { tables }: Calculation): Promise<UserError[]> {
  const kinds = `('EARNING', 'OVERRIDE', 'CAP', 'FLOOR', 'WITHHOLDING', 'RELEASE', 'CLAWBACK', 'RETRO')`;
  const closed = `select id from commission_run where status in ('APPROVED', 'PAID') and period < '${period}'`;
  const columns = 'agent_id, component_id, currency';
  const rows = await rawSql(transaction).unsafe<
    { component: string; agent: string; currency: string; open: string; kept: string }[]
  >(
    `with moved as (select distinct ${columns} from ${tables.agentTotals} where kind in ('RELEASE', 'CLAWBACK')),
     amounts as (
       select ${columns}, amount, case when kind in ('WITHHOLDING', 'RELEASE') then -amount end as open
       from ${tables.agentTotals} where kind in ${kinds}
       union all
       select ${columns}, amount, case when kind in ('WITHHOLDING', 'RELEASE') then -amount end
       from run_agent_total where kind in ${kinds} and run_id in (${closed})
       union all
       select ${columns}, 0, -amount from commission_line
       where origin_period is not null and instalment is not null and run_id in (${closed})
       union all
       select ${columns}, 0, -amount from ${tables.lines} where origin_period is not null and instalment is not null)
     select component.code as component, agent.code as agent, known.currency, known.open, known.kept
     from (select ${columns}, coalesce(sum(open), 0) as open, sum(amount) as kept from amounts join moved using (${columns})
           group by ${columns} having sum(open) < 0 or sum(amount) < 0 limit 10) known
     join component on component.id = known.component_id join agent on agent.id = known.agent_id`,
  );
  return rows.map(({ component, agent, currency, open, kept }) =>
    fault(
      check,
      new Decimal(open).isNegative()
        ? `${component} of ${agent}: ${plain(open, -1)} ${currency} more released than was withheld.`
        : `${component} of ${agent}: ${plain(kept, -1)} ${currency} more taken back than was paid.`,
    ),
  );
}

const plain = (amount: string, sign: 1 | -1 = 1) => new Decimal(amount).times(sign).toFixed();
