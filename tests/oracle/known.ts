import { type Crediting, creditingOf } from './conflicts.ts';
import { daysOf, localDate, microseconds, shiftDays } from './dates.ts';
import { compareText, type Fraction, fraction, ONE } from './fraction.ts';
import type { Agent, AgentStatus, Agreement, Dated, PlanVersion, SalesEvent, World } from './historyModel.ts';

/** An event with its place in time. */
export type Sale = { event: SalesEvent; key: string; date: string; period: string; instant: bigint };

/** All that is known when a period is calculated: today's facts and every event that has arrived. */
export type Known = {
  world: World;
  agents: Map<string, Agent>;
  agreements: Map<string, Agreement[]>;
  /** All events in the order of docs/commission.md §1. */
  sales: Sale[];
  byKey: Map<string, Sale>;
  byPeriod: Map<string, Sale[]>;
  bySubscription: Map<string, Sale[]>;
  /** Keys of events that never happened: named by a REVERSAL, or a REFUND of such a one. */
  reversed: Set<string>;
  /** REFUNDs that happened, by the key of their original. */
  refunds: Map<string, Sale[]>;
  /** What conflicts make of events, by key. */
  crediting: Map<string, Crediting>;
};

export function compareSales(a: Sale, b: Sale): number {
  if (a.instant !== b.instant) return a.instant < b.instant ? -1 : 1;
  return compareText(a.event.source, b.event.source) || compareText(a.event.externalId, b.event.externalId);
}

export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The key of what an event names as its original. */
export function originalKey(event: SalesEvent): string | undefined {
  return event.original === undefined ? undefined : `${event.source}:${event.original}`;
}

function saleOf(event: SalesEvent, timeZone: string): Sale {
  const date = localDate(event.occurredAt, timeZone);
  const key = `${event.source}:${event.externalId}`;
  return { event, key, date, period: date.slice(0, 7), instant: microseconds(event.occurredAt) };
}

export function know(world: World, events: readonly SalesEvent[]): Known {
  const sales = events.map((event) => saleOf(event, world.timeZone)).sort(compareSales);
  const reversed = new Set(sales.flatMap(({ event }) => (event.type === 'REVERSAL' ? (originalKey(event) ?? []) : [])));
  for (const { event, key } of sales) {
    const hangsOn = originalKey(event);
    if (event.type === 'REFUND' && hangsOn !== undefined && reversed.has(hangsOn)) reversed.add(key);
  }
  const happened = sales.filter((sale) => !reversed.has(sale.key) && sale.event.type !== 'REVERSAL');
  return {
    world,
    agents: new Map(world.agents.map((agent) => [agent.code, agent])),
    agreements: groupBy(world.agreements, (agreement) => agreement.agent),
    sales,
    byKey: new Map(sales.map((sale) => [sale.key, sale])),
    byPeriod: groupBy(sales, (sale) => sale.period),
    bySubscription: groupBy(happened, (sale) => sale.event.subscription),
    reversed,
    refunds: groupBy(
      happened.filter((sale) => sale.event.type === 'REFUND'),
      (sale) => originalKey(sale.event),
    ),
    crediting: creditingOf(world.conflicts ?? [], reversed),
  };
}

export function isInForce(fact: Dated, date: string): boolean {
  return fact.from <= date && (fact.to === undefined || date < fact.to);
}

/** Of the facts in force on the date the one that began last (where they do not overlap, the only one). */
export function inForce<T extends Dated>(facts: readonly T[], date: string): T | undefined {
  let found: T | undefined;
  for (const fact of facts) {
    if (isInForce(fact, date) && (found === undefined || fact.from > found.from)) found = fact;
  }
  return found;
}

export function agentOf(known: Known, code: string): Agent {
  const agent = known.agents.get(code);
  if (!agent) throw new Error(`unknown agent ${code}`);
  return agent;
}

export function statusOn(agent: Agent, date: string): AgentStatus {
  return inForce(agent.statuses, date)?.status ?? 'ACTIVE';
}

export function tierOn(agent: Agent, date: string): string | undefined {
  return inForce(agent.tiers, date)?.tier;
}

/** The multiplier of the agent's tier on a date; without a tier 1 (DOMAIN.md §9.12). */
export function multiplierOn(known: Known, agent: Agent, date: string): Fraction {
  const code = tierOn(agent, date);
  if (code === undefined) return ONE;
  const tier = known.world.tiers.find((each) => each.code === code);
  if (!tier) throw new Error(`unknown tier ${code}`);
  return fraction(tier.multiplier);
}

export function agreementOn(known: Known, agent: string, date: string): Agreement | undefined {
  return inForce(known.agreements.get(agent) ?? [], date);
}

/** The version in force: of those whose dates contain the day, the one with the highest number. */
export function versionOn(known: Known, plan: string, date: string): PlanVersion | undefined {
  const versions = known.world.plans.find((each) => each.code === plan)?.versions ?? [];
  let found: PlanVersion | undefined;
  for (const version of versions) {
    if (isInForce(version, date) && (found === undefined || version.number > found.number)) found = version;
  }
  return found;
}

/** The rate of one currency in another on a date, 1 for the same; undefined where there is none. No inverse, no cross. */
export function rateOn(known: Known, currency: string, into: string, date: string): Fraction | undefined {
  if (currency === into) return ONE;
  const rates = known.world.exchangeRates.filter((each) => each.currency === currency && each.into === into);
  const found = inForce(rates, date);
  return found && fraction(found.rate);
}

/** The agent's ancestors on a date, the nearest first. */
export function ancestorsOn(known: Known, agent: Agent, date: string): Agent[] {
  const ancestors: Agent[] = [];
  let parent = inForce(agent.parents, date)?.parent;
  while (parent !== undefined) {
    const ancestor = agentOf(known, parent);
    if (ancestors.includes(ancestor) || ancestor === agent) throw new Error(`circle above ${agent.code}`);
    ancestors.push(ancestor);
    parent = inForce(ancestor.parents, date)?.parent;
  }
  return ancestors;
}

export function metricOf(known: Known, agent: string, metric: string, period: string): Fraction | undefined {
  const found = known.world.metricValues.find(
    (each) => each.agent === agent && each.metric === metric && each.period === period,
  );
  return found && fraction(found.value);
}

export function digitsOf(known: Known, currency: string): number {
  const digits = known.world.currencyDigits[currency];
  if (digits === undefined) throw new Error(`unknown currency ${currency}`);
  return digits;
}

/** What holds for an agent on the day by which its agent components go. */
export type AgentFacts = {
  agent: Agent;
  date: string;
  agreement: Agreement;
  version?: PlanVersion;
  status: AgentStatus;
};

/** The facts on the last day from first to last on which the agent had an agreement (to the plan, where one is named). */
export function agentFactsBetween(
  known: Known,
  agent: Agent,
  { first, last }: { first: string; last: string },
  plan?: string,
): AgentFacts | undefined {
  if (!known.agreements.has(agent.code)) return undefined;
  for (let date = last; date >= first; date = shiftDays(date, -1)) {
    const agreement = agreementOn(known, agent.code, date);
    if (!agreement || (plan !== undefined && agreement.plan !== plan)) continue;
    const version = versionOn(known, agreement.plan, date);
    return { agent, date, agreement, version, status: statusOn(agent, date) };
  }
  return undefined;
}

/** The agent facts of a plan, or without one those of the last agreement (docs/commission.md §1). */
export function agentFacts(known: Known, agent: Agent, period: string, plan?: string): AgentFacts | undefined {
  return agentFactsBetween(known, agent, daysOf(period), plan);
}

/** Whether the agent is TERMINATED at a period's end. */
export function isTerminatedAtEnd(agent: Agent, period: string): boolean {
  return statusOn(agent, daysOf(period).last) === 'TERMINATED';
}

/** Whether [from, to) has any day of the period in it. */
export function overlaps(fact: Dated, period: string): boolean {
  const { first, last } = daysOf(period);
  return fact.from <= last && (fact.to === undefined || fact.to > first) && (fact.to ?? '9') > fact.from;
}
