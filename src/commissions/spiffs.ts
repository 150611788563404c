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

async function usedSoFar(
  transaction: Transaction,
  scope: Scope,
  componentId: number,
  used: UsedBudgets,
): Promise<Decimal> {
  const known = used.get(componentId);
  if (known) return known;
  // a simulation gives the budget out anew
  const booked = scope.kind === 'SIMULATION' ? null : await bookedOf(transaction, scope, componentId);
  const amount = new Decimal(booked ?? 0);
  used.set(componentId, amount);
  return amount;
}

/** What approved runs booked of a budget, over all periods, RETRO included. */
async function bookedOf(transaction: Transaction, { ledger }: Scope, componentId: number): Promise<string | null> {
  const [row] = await rawSql(transaction).unsafe<{ amount: string | null }[]>(
    `select sum(amount) as amount from (
       select amount from ${ledger.bookedTotals} total where component_id = ${componentId} and kind = 'EARNING'
       union all
       select amount from ${ledger.bookedRetro} line where component_id = ${componentId} and cause_id <> 0 and instalment is null and original_id is null
     ) booked`,
  );
  return row?.amount ?? null;
}

const ofComponent = (componentId: number) => `line.component_id = ${componentId} and line.kind = 'EARNING'`;

/**
 * Gives the credits of a closed period that approved runs decided what they got then, less where they earn less now, and
 * counts that as used. To be called for all closed periods that are calculated again before any undecided credit takes.
 * @param decidedUpTo the last event that approved runs decided about
 */
export async function keepDecided(
  transaction: Transaction,
  scope: Scope,
  decidedUpTo: number,
  used: UsedBudgets,
): Promise<void> {
  const sql = rawSql(transaction);
  for (const { componentId } of budgetsOf(scope)) {
    const before = await usedSoFar(transaction, scope, componentId, used);
    const booked = `(select cause_id, agent_id, role, sum(amount) as amount from ${scope.ledger.booked([scope.period])} line
      where component_id = ${componentId} and cause_id <> 0 and instalment is null and original_id is null
        and kind in ('EARNING', 'RETRO') and agent_id in (select agent_id from ${scope.tables.facts}) group by cause_id, agent_id, role)`;
    const table = scope.tables.of(`decided${componentId}`);
    await sql.unsafe(
      `create unlogged table ${table} as
       select line.cause_id, line.agent_id, line.role, line.amount, least(line.amount, coalesce(booked.amount, 0)) as paid
       from ${scope.tables.lines} line left join ${booked} booked using (cause_id, agent_id, role)
       where ${ofComponent(componentId)} and line.cause_id <= ${decidedUpTo} and (booked.amount is not null or exists (
         select from unpaid_event refused join commission_run run on run.id = refused.run_id and run.status in ('APPROVED', 'PAID')
         where refused.event_id = line.cause_id and refused.agent_id = line.agent_id and refused.role = line.role
           and refused.reason = 'BUDGET_USED_UP')
         and not exists (select from ${scope.ledger.booked([scope.period])} other join component on component.id = other.component_id
           where component.kind = 'SPIFF' and other.cause_id = line.cause_id and other.agent_id = line.agent_id
             and other.role = line.role and other.kind = 'EARNING'))`,
    );
    await cut(transaction, scope, componentId, table);
    const [change] = await sql.unsafe<{ amount: string }[]>(
      `select coalesce((select sum(paid) from ${table}), 0) - coalesce((select sum(amount) from ${booked} booked), 0) as amount`,
    );
    used.set(componentId, before.plus(change?.amount ?? 0));
  }
}

/**
 * Cuts the SPIFF lines of undecided credits to what their budgets leave, in order of events and credits, and lists what was cut.
 */
export async function takeBudgets(transaction: Transaction, scope: Scope, used: UsedBudgets): Promise<void> {
  const sql = rawSql(transaction);
  for (const { componentId, definition } of budgetsOf(scope)) {
    const before = await usedSoFar(transaction, scope, componentId, used);
    const left = Decimal.max(0, new Decimal(definition.budget).minus(before));
    const table = scope.tables.of(`spiff${componentId}`);
    await sql.unsafe(
      `create unlogged table ${table} as
       select cause_id, agent_id, role, amount, greatest(0, least(amount, ${left.toFixed()} - coalesce(before, 0))) as paid
       from (select line.cause_id, line.agent_id, line.role, line.amount,
               sum(line.amount) over (order by event.occurred_at, event.source collate "C", event.external_id collate "C",
                 agent.code collate "C", line.role collate "C" rows between unbounded preceding and 1 preceding) as before
             from ${scope.tables.lines} line
             join sales_event event on event.id = line.cause_id join agent on agent.id = line.agent_id
             where ${ofComponent(componentId)} ${undecided(scope, componentId)}) ordered`,
    );
    await cut(transaction, scope, componentId, table);
    const [taken] = await sql.unsafe<{ amount: string | null }[]>(`select sum(paid) as amount from ${table}`);
    used.set(componentId, before.plus(taken?.amount ?? 0));
  }
}

/** Only a shadow has decided credits: those that `keepDecided` found. */
function undecided({ kind, tables }: Scope, componentId: number): string {
  if (kind !== 'SHADOW') return '';
  return `and not exists (select from ${tables.of(`decided${componentId}`)} decided where decided.cause_id = line.cause_id
    and decided.agent_id = line.agent_id and decided.role = line.role)`;
}

/** Lowers lines to what `table` says is paid, and lists those lowered. */
async function cut(transaction: Transaction, scope: Scope, componentId: number, table: string): Promise<void> {
  const { lines } = scope.tables;
  await rawSql(transaction).unsafe(`analyze ${table}, ${lines}, ${scope.tables.unpaid}`);
  await rawSql(transaction).unsafe(
    `update ${lines} line set amount = cut.paid from ${table} cut where ${ofComponent(componentId)} and cut.paid < cut.amount
       and line.cause_id = cut.cause_id and line.agent_id = cut.agent_id and line.role = cut.role`,
  );
  await rawSql(transaction).unsafe(`delete from ${lines} line where ${ofComponent(componentId)} and amount = 0`);
  await listUnpaid(
    transaction,
    scope,
    'BUDGET_USED_UP',
    `select cause_id as event_id, agent_id, role from ${table} where paid < amount`,
  );
}
