import { type Fraction, fraction, ONE } from './fraction.ts';
import type { Agent, AgentStatus, Agreement, Dated, OracleInput, PlanVersion } from './model.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar date 'YYYY-MM-DD' of an instant in a time zone. */
export function localDate(instant: string, timeZone: string): string {
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(instant)) throw new Error(`no offset: ${instant}`);
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  const parts = new Map(formatter.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

function shiftDays(date: string, days: number): string {
  const shifted = new Date(`${date}T00:00:00Z`);
  shifted.setUTCDate(shifted.getUTCDate() + days);
  return shifted.toISOString().slice(0, 10);
}

/** First and last day of a period 'YYYY-MM'. */
export function daysOf(period: string): { first: string; last: string } {
  const first = `${period}-01`;
  const nextFirst = `${shiftDays(first, 31).slice(0, 7)}-01`;
  return { first, last: shiftDays(nextFirst, -1) };
}

export function isInForce(fact: Dated, date: string): boolean {
  return fact.from <= date && (fact.to === undefined || date < fact.to);
}

/** Whether [from, to) has any day of the period in it. */
export function overlaps(fact: Dated, period: string): boolean {
  const { first, last } = daysOf(period);
  return fact.from <= last && (fact.to === undefined || fact.to > first) && (fact.to ?? '9') > fact.from;
}

/** The last day of the period on which an agreement that overlaps it is in force. */
export function lastDayIn(agreement: Agreement, period: string): string {
  const { last } = daysOf(period);
  return agreement.to !== undefined && agreement.to <= last ? shiftDays(agreement.to, -1) : last;
}

/** Of the facts in force on the date the one that began last (where they do not overlap, the only one). */
function inForce<T extends Dated>(facts: readonly T[], date: string): T | undefined {
  let found: T | undefined;
  for (const fact of facts) {
    if (isInForce(fact, date) && (found === undefined || fact.from > found.from)) found = fact;
  }
  return found;
}

export function statusOn(agent: Agent, date: string): AgentStatus {
  return inForce(agent.statuses, date)?.status ?? 'ACTIVE';
}

export function tierOn(agent: Agent, date: string): string | undefined {
  return inForce(agent.tiers, date)?.tier;
}

/** The multiplier of the agent's tier on a date; without a tier 1 (DOMAIN.md §9.12). */
export function multiplierOn(input: OracleInput, agent: Agent, date: string): Fraction {
  const code = tierOn(agent, date);
  if (code === undefined) return ONE;
  const tier = input.tiers.find((each) => each.code === code);
  if (!tier) throw new Error(`unknown tier ${code}`);
  return fraction(tier.multiplier);
}

export function regionOn(agent: Agent, date: string): string | undefined {
  return inForce(agent.regions, date)?.region;
}

export function agreementOn(input: OracleInput, agent: string, date: string): Agreement | undefined {
  return inForce(
    input.agreements.filter((each) => each.agent === agent),
    date,
  );
}

export function versionOn(input: OracleInput, plan: string, date: string): PlanVersion | undefined {
  return inForce(input.plans.find((each) => each.code === plan)?.versions ?? [], date);
}

/** The rate of one currency in another on a date, 1 for the same; undefined where there is none. No inverse, no cross. */
export function rateOn(input: OracleInput, of: string, into: string, date: string): Fraction | undefined {
  if (of === into) return ONE;
  const rates = input.exchangeRates.filter((each) => each.of === of && each.in === into);
  const found = inForce(rates, date);
  return found && fraction(found.rate);
}

/** The region and all that contain it, the region itself first. */
export function regionPath(input: OracleInput, region: string | undefined): string[] {
  const path: string[] = [];
  let code = region;
  while (code !== undefined) {
    const here = code;
    const found = input.regions.find((each) => each.code === here);
    if (!found) throw new Error(`unknown region ${here}`);
    path.push(here);
    code = found.parent;
  }
  return path;
}
