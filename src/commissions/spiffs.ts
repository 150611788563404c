import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import type { SpiffDefinition } from './definitions.ts';
import { listUnpaid } from './rating.ts';
import type { Scope } from './scope.ts';

// SPIFF budgets (DOMAIN.md §9.7): the rounded lines of all periods take from the budget, first come first served. What
// approved runs decided keeps its place.

/** What is used of each budget, by component: first what decided credits earn today, then what the others were given. */
export type UsedBudgets = Map<number, Decimal>;

type Budget = { readonly componentId: number; readonly definition: SpiffDefinition };

/** The budget of each SPIFF at the value of the latest version in the period that names it. */
function budgetsOf({ inputs }: Scope): Budget[] {
  const budgets = new Map<number, Budget>();
  for (const { components } of inputs.versions) {
    for (const component of components) {
      if (component.kind === 'SPIFF') budgets.set(component.componentId, component);
    }
  }
  return [...budgets.values()].sort((a, b) => a.componentId - b.componentId);
}

/** What is used of each of these budgets so far; what is not known yet is read from what approved runs booked. */
async function usedSoFar(
  transaction: Transaction,
  scope: Scope,
  budgets: readonly Budget[],
  used: UsedBudgets,
): Promise<ReadonlyMap<number, Decimal>> {
  const unknown = budgets.map(({ componentId }) => componentId).filter((id) => !used.has(id));
  // a simulation gives the budget out anew
  const booked = scope.kind === 'SIMULATION' ? new Map<number, Decimal>() : await bookedOf(transaction, scope, unknown);
  for (const id of unknown) used.set(id, booked.get(id) ?? new Decimal(0));
  return used;
}

/** SQL of what a line says of its amount before caps: a cut frees no budget (DOMAIN.md §9.7: the budget counts rounded lines). */
export const uncutAmount = `(case kind when 'CAP' then 0 when 'RETRO' then base else amount end)`;

/** What approved runs booked of each budget, over all periods, RETRO included. */
async function bookedOf(
  transaction: Transaction,
  { ledger }: Scope,
  componentIds: readonly number[],
): Promise<Map<number, Decimal>> {
  if (componentIds.length === 0) return new Map();
  return sumsOf(
    transaction,
    `select component_id, amount from ${ledger.bookedTotals} total where component_id in (${componentIds}) and kind = 'EARNING'
     union all
     select component_id, ${uncutAmount} from ${ledger.bookedRetro} line
     where component_id in (${componentIds}) and cause_id <> 0 and instalment is null and original_id is null`,
  );
}

/** Sums by component of a query for component_id and amount. */
async function sumsOf(transaction: Transaction, amounts: string): Promise<Map<number, Decimal>> {
  const rows = await rawSql(transaction).unsafe<{ component_id: number; amount: string }[]>(
    `select component_id, sum(amount) as amount from (${amounts}) amounts group by component_id`,
  );
  return new Map(rows.map((row) => [row.component_id, new Decimal(row.amount)]));
}

const earningsOf = (budgets: readonly Budget[]) =>
  `line.component_id in (${budgets.map(({ componentId }) => componentId)}) and line.kind = 'EARNING'`;

/**
 * Gives the credits of a closed period that approved runs decided what they got then, less where they earn less now, and
 * counts that as used (docs/commission.md §4): one that was wholly refused stays refused; one that gave all of its money back
 * is undecided again. To be called for all closed periods that are calculated again before any undecided credit takes.
 * @param decidedUpTo the last event that approved runs decided about
 */
export async function keepDecided(
  transaction: Transaction,
  scope: Scope,
  decidedUpTo: number,
  used: UsedBudgets,
): Promise<void> {
  const budgets = budgetsOf(scope);
  if (budgets.length === 0) return;
  const before = await usedSoFar(transaction, scope, budgets, used);
  const [given, table] = [scope.tables.of('given'), scope.tables.of('decided')];
  const sql = rawSql(transaction);
  await sql.unsafe(
    `create unlogged table ${given} as
     select run_id, component_id, cause_id, agent_id, role, sum(${uncutAmount}) as amount from ${scope.ledger.booked([scope.period])} line
     where component_id in (select id from component where kind = 'SPIFF') and cause_id <> 0 and instalment is null and original_id is null
       and kind in ('EARNING', 'RETRO') and agent_id in (select agent_id from ${scope.tables.facts})
     group by run_id, component_id, cause_id, agent_id, role`,
  );
  await sql.unsafe(`analyze ${given}, ${scope.tables.lines}`);
  const booked = `(select component_id, cause_id, agent_id, role, sum(amount) as amount from ${given}
    where component_id in (${budgets.map(({ componentId }) => componentId)})
    group by component_id, cause_id, agent_id, role having sum(amount) <> 0)`;
  const refused = `(select distinct listed.event_id as cause_id, listed.agent_id, listed.role, true as refused
    from unpaid_event listed join commission_run run on run.id = listed.run_id and run.status in ('APPROVED', 'PAID')
    where listed.reason = 'BUDGET_USED_UP' and listed.event_id in (select cause_id from ${scope.tables.lines} line where ${earningsOf(budgets)})
      and not exists (select from ${given} given where given.cause_id = listed.event_id and given.agent_id = listed.agent_id
        and given.role = listed.role and given.run_id <= listed.run_id group by given.component_id having sum(given.amount) <> 0))`;
  await sql.unsafe(
    `create unlogged table ${table} as
     select line.component_id, line.cause_id, line.agent_id, line.role, line.amount, least(line.amount, coalesce(booked.amount, 0)) as paid
     from ${scope.tables.lines} line left join ${booked} booked using (component_id, cause_id, agent_id, role)
     left join ${refused} refusal using (cause_id, agent_id, role)
     where ${earningsOf(budgets)} and line.cause_id <= ${decidedUpTo} and (booked.amount is not null or refusal.refused)`,
  );
  await cut(transaction, scope, budgets, table);
  const changes = await sumsOf(
    transaction,
    `select component_id, paid as amount from ${table} union all select component_id, -amount from ${booked} booked`,
  );
  for (const [id, change] of changes) used.set(id, (before.get(id) ?? new Decimal(0)).plus(change));
}

/** Table of the undecided credits of a calculation, what each earns and what its budget pays of it; empty without budgets. */
export const undecidedTable = ({ tables }: Pick<Scope, 'tables'>) => tables.of('spiff');

/**
 * Cuts the SPIFF lines of undecided credits to what their budgets leave, in order of events and credits, and lists what was cut.
 */
export async function takeBudgets(transaction: Transaction, scope: Scope, used: UsedBudgets): Promise<void> {
  const table = undecidedTable(scope);
  await rawSql(transaction).unsafe(
    `create unlogged table ${table} (component_id integer, cause_id bigint, agent_id integer, role text, amount numeric, paid numeric)`,
  );
  const budgets = budgetsOf(scope);
  if (budgets.length === 0) return;
  const before = await usedSoFar(transaction, scope, budgets, used);
  const left = budgets.map(({ componentId, definition }) => {
    const amount = new Decimal(definition.budget).minus(before.get(componentId) ?? 0);
    return `(${componentId}, ${Decimal.max(0, amount).toFixed()}::numeric)`;
  });
  await rawSql(transaction).unsafe(
    `insert into ${table}
     select component_id, cause_id, agent_id, role, amount, greatest(0, least(amount, budget.remaining - coalesce(before, 0))) as paid
     from (select line.component_id, line.cause_id, line.agent_id, line.role, line.amount,
             sum(line.amount) over (partition by line.component_id order by event.occurred_at, event.source collate "C",
               event.external_id collate "C", agent.code collate "C", line.role collate "C"
               rows between unbounded preceding and 1 preceding) as before
           from ${scope.tables.lines} line
           join sales_event event on event.id = line.cause_id join agent on agent.id = line.agent_id
           where ${earningsOf(budgets)} ${undecided(scope)}) ordered
     join (values ${left}) budget (component_id, remaining) using (component_id)`,
  );
  await cut(transaction, scope, budgets, table);
  const taken = await sumsOf(transaction, `select component_id, paid as amount from ${table}`);
  for (const [id, amount] of taken) used.set(id, (before.get(id) ?? new Decimal(0)).plus(amount));
}

/** Only a shadow has decided credits: those that `keepDecided` found. */
function undecided({ kind, tables }: Scope): string {
  if (kind !== 'SHADOW') return '';
  return `and not exists (select from ${tables.of('decided')} decided where decided.component_id = line.component_id
    and decided.cause_id = line.cause_id and decided.agent_id = line.agent_id and decided.role = line.role)`;
}

/** Lowers lines to what `table` says is paid, and lists those lowered. */
async function cut(transaction: Transaction, scope: Scope, budgets: readonly Budget[], table: string): Promise<void> {
  const { lines } = scope.tables;
  const sql = rawSql(transaction);
  await sql.unsafe(`analyze ${table}, ${lines}, ${scope.tables.unpaid}`);
  await sql.unsafe(
    `update ${lines} line set amount = cut.paid from ${table} cut where ${earningsOf(budgets)} and cut.paid < cut.amount
       and line.component_id = cut.component_id and line.cause_id = cut.cause_id and line.agent_id = cut.agent_id and line.role = cut.role`,
  );
  await sql.unsafe(`delete from ${lines} line where ${earningsOf(budgets)} and amount = 0`);
  // what a later step says of a credit stands instead: a later run must see that the budget was decided here
  await sql.unsafe(
    `delete from ${scope.tables.unpaid} listed using ${table} cut where cut.paid < cut.amount
       and listed.event_id = cut.cause_id and listed.agent_id = cut.agent_id and listed.role = cut.role`,
  );
  await listUnpaid(
    transaction,
    scope,
    'BUDGET_USED_UP',
    `select cause_id as event_id, agent_id, role from ${table} where paid < amount`,
  );
}
