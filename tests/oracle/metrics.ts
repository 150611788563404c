import type { EventFilter, MetricFormula, MetricTerm, Span } from '../../src/scorecards/metricDefinition.ts';
import { localDate, microseconds, monthIndex, shiftDays, shiftMonths, shiftPeriod } from './dates.ts';
import {
  add,
  compare,
  compareText,
  divide,
  type Fraction,
  fraction,
  multiply,
  roundToUnits,
  subtract,
  sum,
  toText,
  unitsToFraction,
  ZERO,
} from './fraction.ts';

// Metrics computed the slow, obvious way: event by event, in exact fractions. It shares no calculation code with what it checks.

type Dated = { readonly from: string; readonly to?: string };

export type OracleEvent = {
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly agentCode: string;
  readonly productCode: string;
  readonly quantity: string;
  readonly amount: string;
  readonly currency: string;
  readonly regionCode?: string;
  readonly segment?: string;
  readonly campaignCode?: string;
  readonly customerId?: string;
  readonly subscriptionId?: string;
  readonly originalExternalId?: string;
  /** `A:SELLER:0.7|B:REFERRER:0.3` */
  readonly credits?: string;
};

/** All events are of one source and were imported at one instant. */
export type OracleWorld = {
  readonly timeZone: string;
  readonly currency: string;
  readonly period: string;
  readonly importedAt: string;
  readonly agents: readonly {
    readonly code: string;
    readonly regions: readonly (Dated & { readonly region: string })[];
    readonly statuses: readonly (Dated & { readonly status: string })[];
  }[];
  /** The region above each, if any. */
  readonly above: Readonly<Record<string, string | undefined>>;
  readonly category: Readonly<Record<string, string | undefined>>;
  readonly rates: readonly (Dated & { readonly currency: string; readonly rate: string })[];
  readonly events: readonly OracleEvent[];
};

const holds = (on: string) => (fact: Dated) => fact.from <= on && (fact.to === undefined || on < fact.to);

type Credit = {
  readonly event: OracleEvent;
  /** What the event is about: itself, or what a REFUND pays back. */
  readonly sold: OracleEvent;
  readonly agent: string;
  readonly role: string;
  readonly share: Fraction;
};

function isBefore(a: OracleEvent, b: OracleEvent): boolean {
  const [first, second] = [microseconds(a.occurredAt), microseconds(b.occurredAt)];
  return first < second || (first === second && compareText(a.externalId, b.externalId) < 0);
}

/** Events that happened: neither reversed nor a refund of what was reversed. */
function happened({ events }: OracleWorld): OracleEvent[] {
  const reversed = new Set(events.flatMap((each) => (each.type === 'REVERSAL' ? [each.originalExternalId] : [])));
  return events.filter(({ type, externalId, originalExternalId }) => {
    if (type === 'REVERSAL' || reversed.has(externalId)) return false;
    return type !== 'REFUND' || !reversed.has(originalExternalId);
  });
}

function creditsOf(world: OracleWorld, event: OracleEvent): Credit[] {
  const sold =
    event.type === 'REFUND' ? world.events.find(({ externalId }) => externalId === event.originalExternalId) : event;
  if (!sold) throw new Error(`${event.externalId} refunds nothing`);
  const transfer = happened(world)
    .filter(({ type, subscriptionId }) => type === 'TRANSFER' && subscriptionId === sold.subscriptionId)
    .filter((each) => sold.subscriptionId !== undefined && isBefore(each, sold))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .at(-1);
  const moves = ['BILL', 'PAYMENT', 'RECHARGE', 'RENEWAL'].includes(sold.type);
  const text = transfer && moves ? `${transfer.agentCode}:SELLER:1` : (sold.credits ?? `${sold.agentCode}:SELLER:1`);
  return text.split('|').map((part): Credit => {
    const [agent = '', role = '', share = ''] = part.split(':');
    return { event, sold, agent, role, share: fraction(share) };
  });
}

function regionsUpFrom(world: OracleWorld, region: string | undefined): string[] {
  return region === undefined ? [] : [region, ...regionsUpFrom(world, world.above[region])];
}

function passes(world: OracleWorld, filter: EventFilter, { event, sold, agent, role }: Credit): boolean {
  const on = localDate(sold.occurredAt, world.timeZone);
  const placed = world.agents.find(({ code }) => code === agent)?.regions.find(holds(on))?.region;
  const isOneOf = (list: readonly string[] | undefined, value: string | undefined) =>
    list === undefined || (value !== undefined && list.includes(value));
  const regions = regionsUpFrom(world, sold.regionCode ?? placed);
  return (
    (filter.events.length === 0 || filter.events.some((type) => type === event.type)) &&
    isOneOf(filter.products, sold.productCode) &&
    isOneOf(filter.categories, world.category[sold.productCode]) &&
    isOneOf(filter.segments, sold.segment) &&
    isOneOf(filter.campaigns, sold.campaignCode) &&
    isOneOf(filter.roles, role) &&
    (filter.regions === undefined || regions.some((region) => filter.regions?.includes(region)))
  );
}

const periodOf = (world: OracleWorld, event: OracleEvent) => localDate(event.occurredAt, world.timeZone).slice(0, 7);

/** Credits of the periods from..to, so many months before the measured one. */
function creditsBetween(world: OracleWorld, newest: number, oldest: number): Credit[] {
  const [from, to] = [shiftPeriod(world.period, -oldest), shiftPeriod(world.period, -newest)];
  return happened(world)
    .filter((event) => from <= periodOf(world, event) && periodOf(world, event) <= to)
    .flatMap((event) => creditsOf(world, event));
}

function amountOf(world: OracleWorld, { amount, currency, occurredAt }: OracleEvent): Fraction {
  if (currency === world.currency) return fraction(amount);
  const day = localDate(occurredAt, world.timeZone);
  const rate = world.rates.filter((each) => each.currency === currency).find(holds(day));
  if (!rate) throw new Error(`no rate of ${currency} on ${day}`);
  return multiply(fraction(amount), fraction(rate.rate));
}

function termOf(world: OracleWorld, term: MetricTerm, credits: readonly Credit[]): Fraction {
  const counted = (key: (sold: OracleEvent) => string | undefined) =>
    fraction(String(new Set(credits.map(({ sold }) => key(sold)).filter((text) => text !== undefined)).size));
  switch (term.measure) {
    case 'AMOUNT':
      return sum(credits.map(({ share, event }) => multiply(share, amountOf(world, event))));
    case 'QUANTITY':
      return sum(credits.map(({ share, event }) => multiply(share, fraction(event.quantity))));
    case 'EVENTS':
      return sum(credits.map(({ share }) => share));
    case 'SUBSCRIPTIONS':
      return counted(({ subscriptionId }) => subscriptionId);
    case 'CUSTOMERS':
      return counted(({ customerId }) => customerId);
  }
}

function total(
  world: OracleWorld,
  agent: string,
  terms: readonly MetricTerm[],
  newest: number,
  oldest: number,
): Fraction {
  const credits = creditsBetween(world, newest, oldest).filter((credit) => credit.agent === agent);
  return terms.reduce((known, term) => {
    const value = termOf(
      world,
      term,
      credits.filter((credit) => passes(world, term, credit)),
    );
    return term.subtract ? subtract(known, value) : add(known, value);
  }, ZERO);
}

const hundred = fraction('100');

function ratio(above: Fraction, below: Fraction, factor = hundred): Fraction | undefined {
  return compare(below, ZERO) === 0 ? undefined : divide(multiply(factor, above), below);
}

const shifted = (day: string, span: Span) =>
  'months' in span ? shiftMonths(day, span.months) : shiftDays(day, span.days);

function followed(world: OracleWorld, agent: string, formula: Extract<MetricFormula, { kind: 'FOLLOWED' }>) {
  const { timeZone } = world;
  const end = `${shiftPeriod(world.period, 1)}-01`;
  const { began } = formula;
  const start = 'months' in began ? `${shiftPeriod(world.period, 1 - began.months)}-01` : shiftDays(end, -began.days);
  const day = (event: OracleEvent) => localDate(event.occurredAt, timeZone);
  const beginnings = happened(world)
    .filter((event) => day(event) >= start && day(event) < end)
    .flatMap((event) => creditsOf(world, event))
    .filter((credit) => credit.agent === agent && passes(world, formula.cohort, credit));
  const subscriptions = new Set(beginnings.flatMap(({ sold }) => sold.subscriptionId ?? []));
  const later = happened(world).filter(({ type }) => formula.followedBy.some((each) => each === type));
  const subscriptionOf = (event: OracleEvent) => creditsOf(world, event)[0]?.sold.subscriptionId;
  const hits = [...subscriptions].filter((subscription) =>
    beginnings
      .filter(({ sold }) => sold.subscriptionId === subscription)
      .some(({ event }) =>
        later.some(
          (each) =>
            subscriptionOf(each) === subscription &&
            isBefore(event, each) &&
            day(each) < shifted(day(event), formula.within) &&
            day(each) < end,
        ),
      ),
  );
  return ratio(fraction(String(hits.length)), fraction(String(subscriptions.size)));
}

function metricOf(
  world: OracleWorld,
  agent: OracleWorld['agents'][number],
  formula: MetricFormula,
): Fraction | undefined {
  const { code } = agent;
  switch (formula.kind) {
    case 'TOTAL':
      return total(world, code, formula.terms, 0, formula.months - 1);
    case 'RATIO': {
      const [above, below] = [formula.numerator, formula.denominator].map((terms) =>
        total(world, code, terms, 0, formula.months - 1),
      );
      return ratio(above ?? ZERO, below ?? ZERO, fraction(formula.percent ? '100' : '1'));
    }
    case 'GROWTH': {
      const { terms, months, monthsBack } = formula;
      const before = total(world, code, terms, monthsBack, monthsBack + months - 1);
      if (compare(before, ZERO) <= 0) return undefined;
      return ratio(subtract(total(world, code, terms, 0, months - 1), before), before);
    }
    case 'SHARE': {
      const last = shiftDays(`${shiftPeriod(world.period, 1)}-01`, -1);
      const regionOf = ({ regions }: typeof agent) => regions.find(holds(last))?.region;
      if (regionOf(agent) === undefined) return undefined;
      const peers = world.agents.filter((other) => regionOf(other) === regionOf(agent));
      const own = (each: typeof agent) => total(world, each.code, formula.terms, 0, formula.months - 1);
      const whole = sum(peers.map(own));
      return compare(whole, ZERO) > 0 ? ratio(own(agent), whole) : undefined;
    }
    case 'FOLLOWED':
      return followed(world, code, formula);
    case 'ON_TIME': {
      const { filter, withinDays } = formula;
      const credits = creditsBetween(world, 0, 0).filter((each) => each.agent === code && passes(world, filter, each));
      const day = (instant: string) => localDate(instant, world.timeZone);
      const inTime = credits.filter(
        ({ event }) => day(world.importedAt) <= shiftDays(day(event.occurredAt), withinDays),
      );
      const shares = (some: readonly Credit[]) => sum(some.map(({ share }) => share));
      return ratio(shares(inTime), shares(credits));
    }
  }
}

/** The values of a formula by agent code, rounded to ten decimals where divided; agents without a value are left out. */
export function oracleMetric(world: OracleWorld, formula: MetricFormula): Record<string, string> {
  const [first, end] = [`${world.period}-01`, `${shiftPeriod(world.period, 1)}-01`];
  if (monthIndex(end) - monthIndex(first) !== 1) throw new Error(world.period);
  const measured = world.agents.filter(({ statuses }) =>
    statuses.some(({ status, from, to }) => status !== 'TERMINATED' && from < end && (to === undefined || to > first)),
  );
  const entries = measured.flatMap((agent): [string, string][] => {
    const value = metricOf(world, agent, formula);
    if (value === undefined) return [];
    const shown = formula.kind === 'TOTAL' ? value : unitsToFraction(roundToUnits(value, 10, 'HALF_UP'), 10);
    return [[agent.code, toText(shown)]];
  });
  return Object.fromEntries(entries);
}
