import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { compareBytes, Decimal } from '../money.ts';
import { loadOperator } from '../reference/operator.ts';
import { onBill, openPart, type PartRule } from './openPart.ts';
import { loadResiduals } from './residuals.ts';
import { type AccrualScope, loadPartRules, loadWithheld, type WithheldParts } from './withheld.ts';

// What is earned but not due at a month's end (DOMAIN.md §2), for the month's accounts: parts that wait, and what residuals may bring.

export const accrualKinds = ['INSTALMENT', 'HOLDBACK', 'RESIDUAL_EXPECTED'] as const;
type AccrualKind = (typeof accrualKinds)[number];

/** A line of the month's accruals: everything of one kind, component, month of the sale and month it falls due in. */
export type Accrual = {
  readonly kind: AccrualKind;
  readonly plan: string;
  readonly component: string;
  /** The month of the sale; of RESIDUAL_EXPECTED that in which the subscriptions began. */
  readonly earnedPeriod: string;
  /** Months from then to the month's end. */
  readonly ageMonths: number;
  readonly ageBucket: string;
  /** ON_BILL where it waits for bills. */
  readonly duePeriod: string;
  readonly currency: string;
  readonly agentCount: number;
  /** Parts; of RESIDUAL_EXPECTED subscriptions. */
  readonly itemCount: number;
  readonly amount: Decimal;
};

/**
 * The accruals of a period's approved run, in the order of kind, plan, component, month, due month and currency. What came after the run
 * changes nothing.
 * @throws UserError NO_RUN before a run of the period is approved, NOT_SET_UP.
 */
export async function loadAccruals(transaction: Transaction, period: string): Promise<Accrual[]> {
  const scope = await loadScope(transaction, period);
  const components = await loadComponents(transaction);
  const rules = await loadPartRules(transaction);
  const totals = new Totals(scope.period, components);
  for await (const batch of loadWithheld(transaction, scope)) for (const parts of batch) addParts(totals, parts, rules);
  for (const { startPeriod, ...residual } of await loadResiduals(transaction, scope)) {
    const amount = new Decimal(residual.amount);
    totals.add({ ...residual, amount, kind: 'RESIDUAL_EXPECTED', earnedPeriod: startPeriod, duePeriod: onBill });
  }
  return totals.sorted();
}

async function loadScope(transaction: Transaction, period: string): Promise<AccrualScope> {
  const sql = rawSql(transaction);
  const runs = await sql<{ id: number; period: string; isCutOver: boolean; lastEventId: string | null }[]>`
    select id, period, is_cut_over as "isCutOver", last_event_id::text as "lastEventId" from commission_run
    where status in ('APPROVED', 'PAID') and period <= ${period} order by period, id`;
  const own = runs.find((run) => run.period === period);
  if (!own) throw new UserError('NO_RUN', `No run of ${period} is approved.`, period);
  const { timeZone } = await loadOperator(transaction);
  // Of opening positions what they say counts, whatever was known then.
  const lastEventId = own.isCutOver ? null : own.lastEventId;
  return { runId: own.id, period, timeZone, runIds: runs.map(({ id }) => id), lastEventId };
}

type Component = { readonly plan: string; readonly code: string };

async function loadComponents(transaction: Transaction): Promise<ReadonlyMap<number, Component>> {
  const rows = await rawSql(transaction)<{ id: number; plan: string; code: string }[]>`
    select component.id, plan.code as plan, component.code from component join plan on plan.id = component.plan_id`;
  return new Map(rows.map(({ id, plan, code }) => [id, { plan, code }]));
}

function addParts(totals: Totals, parts: WithheldParts, rules: ReadonlyMap<number, PartRule>): void {
  const rule = rules.get(parts.ruleId);
  const open = rule && openPart(parts, rule, totals.period);
  if (open) totals.add({ ...parts, ...open, earnedPeriod: parts.date.slice(0, 7) });
}

type Item = Pick<Accrual, 'kind' | 'earnedPeriod' | 'duePeriod' | 'currency' | 'amount'> & {
  readonly componentId: number;
  readonly agentId: number;
  readonly count: number;
};

type Total = Omit<Accrual, 'agentCount' | 'itemCount' | 'amount'> & {
  readonly agents: Set<number>;
  itemCount: number;
  amount: Decimal;
};

/** Adds up what has the same line of the accruals. */
class Totals {
  readonly period: string;
  readonly #components: ReadonlyMap<number, Component>;
  readonly #totals = new Map<string, Total>();

  constructor(period: string, components: ReadonlyMap<number, Component>) {
    this.period = period;
    this.#components = components;
  }

  add(item: Item): void {
    const { kind, componentId, earnedPeriod, duePeriod, currency } = item;
    const key = [kind, componentId, earnedPeriod, duePeriod, currency].join(' ');
    const total = this.#totals.get(key) ?? this.#begin(item);
    total.agents.add(item.agentId);
    total.itemCount += item.count;
    total.amount = total.amount.plus(item.amount);
    this.#totals.set(key, total);
  }

  #begin({ kind, componentId, earnedPeriod, duePeriod, currency }: Item): Total {
    const component = this.#components.get(componentId);
    if (!component) throw new Error(`Component ${componentId} is of no plan`);
    const ageMonths = monthsBetween(earnedPeriod, this.period);
    const names = { kind, plan: component.plan, component: component.code, earnedPeriod, duePeriod, currency };
    const ageBucket = bucketOf(ageMonths);
    return { ...names, ageMonths, ageBucket, agents: new Set(), itemCount: 0, amount: new Decimal(0) };
  }

  sorted(): Accrual[] {
    const keyOf = ({ kind, plan, component, earnedPeriod, duePeriod, currency }: Total) =>
      [kind, plan, component, earnedPeriod, duePeriod, currency].join(' ');
    return [...this.#totals.values()]
      .sort((a, b) => compareBytes(keyOf(a), keyOf(b)))
      .map(({ agents, ...total }) => ({ ...total, agentCount: agents.size }));
  }
}

function monthsBetween(from: string, to: string): number {
  const number = (period: string) => Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7));
  return number(to) - number(from);
}

function bucketOf(months: number): string {
  if (months <= 3) return '0-3';
  if (months <= 6) return '4-6';
  return months <= 12 ? '7-12' : '13+';
}
