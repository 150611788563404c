import fc from 'fast-check';
import { localDate } from './dates.ts';
import { type Draw, decimal, drawing } from './draw.ts';
import type {
  Agent,
  Agreement,
  Component,
  Credit,
  Dated,
  Match,
  OracleInput,
  Plan,
  PlanVersion,
  Pool,
  Rule,
  SalesEvent,
} from './model.ts';

/** What a generated input may hold beyond the plainest; all of it is on unless switched off. */
type GenerateOptions = {
  /** Operators' zones to choose from. */
  timeZones?: readonly string[];
  /** Currencies to choose the input's one from; the key of `currencyDigits`. */
  currencies?: readonly string[];
  /** Some events in a currency that has no rate. */
  foreignEvents?: boolean;
  /** Statuses other than ACTIVE. */
  statuses?: boolean;
};

export const CURRENCY_DIGITS: Record<string, number> = { CNY: 2, USD: 2, JPY: 0, KWD: 3 };
const PERIOD = '2026-10';
export const LONG_AGO = '2026-01-01';
const EVENT_TYPES = ['ACTIVATION', 'RENEWAL', 'BILL', 'RECHARGE'] as const;
/** Facts change on these days: before, at the edges of and inside the period. */
const CHANGE_DATES = ['2026-09-20', '2026-10-01', '2026-10-02', '2026-10-10', '2026-10-15', '2026-10-31'] as const;
export const REGIONS = [
  { code: 'CN' },
  { code: 'NORTH', parent: 'CN' },
  { code: 'NORTH-1', parent: 'NORTH' },
  { code: 'NORTH-2', parent: 'NORTH' },
  { code: 'SOUTH', parent: 'CN' },
  { code: 'SOUTH-1', parent: 'SOUTH' },
];
export const PRODUCTS = [
  { code: 'FIBER', category: 'BROADBAND' },
  { code: 'DSL', category: 'BROADBAND' },
  { code: 'VOICE', category: 'MOBILE' },
  { code: 'ROUTER', category: 'DEVICE' },
];
export const CHANNEL_TYPES = ['AGENT', 'DIRECT_SALES'] as const;
export const TIERS = ['STAR_3', 'STAR_4', 'STAR_5'] as const;
export const SEGMENTS = ['PUBLIC', 'BUSINESS'] as const;
const CAMPAIGNS = ['AUTUMN', 'OPENING'] as const;
export const ROUNDINGS = ['HALF_UP', 'HALF_EVEN', 'DOWN'] as const;
const COMPONENT_CODES = ['C1', 'C2', 'C3'];
const POOL_CODES = ['POOL-1', 'POOL-2'];
const EVENT_NUMBERS = Array.from({ length: 50 }, (_, index) => index + 1);
export const REGION_CODES = REGIONS.map(({ code }) => code);
export const PRODUCT_CODES = PRODUCTS.map(({ code }) => code);

/** Consecutive spans without a gap, from long ago on, cut at 0 to 2 change dates. */
export function spans(draw: Draw, dates: readonly string[] = CHANGE_DATES): Dated[] {
  const cuts = draw.chance(60) ? [] : draw.some(dates, 1).slice(0, 2);
  const starts = [LONG_AGO, ...cuts];
  return starts.map((from, index) => ({ from, to: starts[index + 1] }));
}

function drawAgent(draw: Draw, code: string, hasStatuses: boolean): Agent {
  const tierSpans = draw.chance(10) ? [] : spans(draw);
  const statusSpans = hasStatuses && draw.chance(30) ? spans(draw) : [{ from: LONG_AGO }];
  return {
    code,
    channelType: draw.one(CHANNEL_TYPES),
    tiers: tierSpans.map((span) => ({ ...span, tier: draw.one(TIERS) })),
    regions: spans(draw).map((span) => ({ ...span, region: draw.one(REGION_CODES) })),
    statuses: statusSpans.map((span, index) => {
      const isLast = index === statusSpans.length - 1;
      if (index === 0 || draw.chance(40)) return { ...span, status: 'ACTIVE' };
      return { ...span, status: isLast && draw.chance(50) ? 'TERMINATED' : 'SUSPENDED' };
    }),
  };
}

/** One or more agreements one after another, now and then with a gap, without an end or with none at all. */
function drawAgreements(draw: Draw, agent: string, plans: readonly string[]): Agreement[] {
  if (draw.chance(5)) return [];
  const all = spans(draw).map((span) => ({ ...span, agent, plan: draw.one(plans) }));
  const kept = all.length > 1 && draw.chance(30) ? all.slice(1) : all;
  const last = kept.at(-1);
  const ends = last !== undefined && draw.chance(15) && last.from < '2026-10-20';
  return ends && last ? [...kept.slice(0, -1), { ...last, to: '2026-10-20' }] : kept;
}

/** Conditions of a rule, without a base range. */
function drawMatch(draw: Draw, events: readonly string[]): Match {
  const match: Match = {};
  const kind = draw.integer(0, 3);
  if (kind === 1) match.product = draw.one(PRODUCT_CODES);
  if (kind === 2) match.category = draw.one(PRODUCTS).category;
  if (draw.chance(15)) match.event = draw.one(events);
  if (draw.chance(15)) match.channelType = draw.one(CHANNEL_TYPES);
  if (draw.chance(30)) match.tier = draw.one(TIERS);
  if (draw.chance(30)) match.region = draw.one(REGION_CODES);
  if (draw.chance(15)) match.segment = draw.one(SEGMENTS);
  if (draw.chance(15)) match.campaign = draw.one(CAMPAIGNS);
  if (draw.chance(15)) match.contractMonths = draw.one([12, 24]);
  return match;
}

function drawPay(draw: Draw, digits: number): Omit<Rule, 'code' | 'match'> {
  const pay: Omit<Rule, 'code' | 'match'> = {};
  const kind = draw.integer(0, 3);
  if (kind !== 1) pay.percent = decimal(draw.integer(0, 20_000), draw.integer(2, 4));
  if (kind === 1 || kind === 2) pay.flat = decimal(draw.integer(0, 3000), draw.integer(0, 3));
  const min = draw.integer(0, 3000);
  if (draw.chance(20)) pay.min = decimal(min, digits);
  if (draw.chance(20)) pay.max = decimal(min + draw.integer(0, 3000), digits);
  return pay;
}

/**
 * Rules that cannot tie: no two have the same conditions unless their base ranges are apart. (Two rules that both match
 * and are equally specific name the same dimensions with the same values, and regions of one depth on one path are one.)
 */
export function drawRules(draw: Draw, events: readonly string[], digits: number, most = 6): Rule[] {
  const matches = new Map<string, Match>();
  for (let count = draw.integer(1, most); count > 0; count--) {
    const match = drawMatch(draw, events);
    matches.set(JSON.stringify(match), match);
  }
  if (draw.chance(60)) matches.set('{}', {});
  const ranged = [...matches.values()].flatMap((match) => {
    if (draw.chance(75)) return [match];
    const cut = decimal(draw.integer(1, 20_000), digits);
    const low = { ...match, baseTo: cut };
    const high = { ...match, baseFrom: cut };
    return draw.one([[low, high], [low], [high, match], [low, high, match]]);
  });
  return ranged.map((match, index) => ({ code: `R${index + 1}`, match, ...drawPay(draw, digits) }));
}

function drawComponent(draw: Draw, code: string, digits: number): Component {
  const events = draw.some(EVENT_TYPES, 1);
  return {
    code,
    kind: 'RATE',
    events,
    base: draw.one(['amount', 'amount', 'monthly_fee', 'margin', 'quantity'] as const),
    multiplyByTier: draw.chance(50),
    rules: drawRules(draw, events, digits),
  };
}

function drawPlan(draw: Draw, code: string, currency: string, digits: number): Plan {
  const versionSpans = draw.chance(10) ? [{ from: '2026-10-10' }] : spans(draw);
  const versions = versionSpans.map(
    (span): PlanVersion => ({
      ...span,
      currency,
      rounding: draw.one(ROUNDINGS),
      components: COMPONENT_CODES.map((each) => drawComponent(draw, each, digits)),
    }),
  );
  return { code, versions };
}

function drawPool(draw: Draw, code: string, plans: readonly string[], currency: string, digits: number): Pool {
  const isFixed = draw.chance(50);
  const events = draw.some(EVENT_TYPES, 1);
  const base = draw.one(['amount', 'amount', 'quantity'] as const);
  const pool: Pool = {
    code,
    from: LONG_AGO,
    currency,
    rounding: draw.one(ROUNDINGS),
    fund: isFixed
      ? { fixed: decimal(draw.integer(0, 50_000), digits), base, events }
      : { percent: decimal(draw.integer(0, 1000), 2), base, events },
    weights: [],
    remainder: draw.one(['CARRY_OVER', 'RETURN', 'KEEP'] as const),
    carriedIn: draw.chance(30) ? decimal(draw.integer(0, 5000), digits) : '0',
  };
  if (draw.chance(30)) pool.plans = draw.some(plans, 1);
  if (draw.chance(30)) pool.channelTypes = draw.some(CHANNEL_TYPES, 1);
  const min = draw.integer(0, 5000);
  if (draw.chance(20)) pool.min = decimal(min, digits);
  if (draw.chance(20)) pool.max = decimal(min + draw.integer(0, 50_000), digits);
  if (draw.chance(30)) pool.reservePercent = decimal(draw.integer(0, 1000), 1);
  if (draw.chance(30)) {
    pool.thresholdPercent = decimal(draw.integer(1, 1200), 1);
    pool.target = decimal(draw.integer(1, 200_000), digits);
  }
  const factor = draw.one(['UNITS', 'VOLUME'] as const);
  pool.weights.push({ factor, events: draw.some(EVENT_TYPES, 1) });
  if (draw.chance(60)) pool.weights.push({ factor: 'TIER_MULTIPLIER' });
  return pool;
}

const midnights = new Map<string, number>();

/** The first quarter of an hour of a date in a zone, in milliseconds of UTC. */
export function localMidnight(date: string, timeZone: string): number {
  const key = `${date} ${timeZone}`;
  const known = midnights.get(key);
  if (known !== undefined) return known;
  const quarter = 15 * 60_000;
  let instant = Date.parse(`${date}T00:00:00Z`) - 15 * 60 * 60_000;
  while (localDate(new Date(instant).toISOString(), timeZone) < date) instant += quarter;
  midnights.set(key, instant);
  return instant;
}

/** An instant as ISO text at an offset of so many minutes; the offset changes how it is written, not when it is. */
export function isoText(milliseconds: number, offsetMinutes: number): string {
  if (offsetMinutes === 0) return new Date(milliseconds).toISOString();
  const local = new Date(milliseconds + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offsetMinutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** Mostly inside the period, some on or one millisecond before a local midnight at which facts or the period change. */
function drawInstant(draw: Draw, timeZone: string): string {
  const offset = draw.one([480, 480, 0, -300, 345]);
  if (draw.chance(30)) {
    const date = draw.one([...CHANGE_DATES, '2026-10-20', '2026-11-01']);
    return isoText(localMidnight(date, timeZone) - (draw.chance(50) ? 1 : 0), offset);
  }
  const start = Date.parse('2026-09-29T00:00:00Z');
  return isoText(start + draw.integer(0, 34 * 24 * 60) * 60_000, offset);
}

export function drawCredits(draw: Draw, seller: string, agents: readonly string[]): Credit[] | undefined {
  if (draw.chance(70)) return undefined;
  const others = agents.filter((code) => code !== seller);
  const first = draw.integer(1, 9999);
  const rest = 10_000 - first;
  const other = draw.one(others);
  if (rest > 1 && draw.chance(30)) {
    const second = draw.integer(1, rest - 1);
    return [
      { agent: seller, role: 'SELLER', share: decimal(first, 4) },
      { agent: other, role: 'REFERRER', share: decimal(second, 4) },
      { agent: other, role: 'FULFILMENT', share: decimal(rest - second, 4) },
    ];
  }
  return [
    { agent: seller, role: 'SELLER', share: decimal(first, 4) },
    { agent: other, role: 'REFERRER', share: decimal(rest, 4) },
  ];
}

function drawEvent(
  draw: Draw,
  number: number,
  world: Pick<OracleInput, 'agents' | 'timeZone'>,
  currency: string,
): SalesEvent {
  const digits = CURRENCY_DIGITS[currency] ?? 2;
  const agents = world.agents.map(({ code }) => code);
  const seller = draw.one(agents);
  const event: SalesEvent = {
    source: draw.chance(85) ? 'BOSS' : 'WEB',
    externalId: `E${String(number).padStart(3, '0')}`,
    type: draw.chance(8) ? 'CHURN' : draw.one(EVENT_TYPES),
    occurredAt: drawInstant(draw, world.timeZone),
    agent: seller,
    product: draw.one(PRODUCT_CODES),
    quantity: draw.chance(85) ? String(draw.integer(0, 5)) : decimal(draw.integer(0, 500), 2),
    amount: draw.chance(10) ? '0' : decimal(draw.integer(0, 30_000), digits),
    currency,
    credits: drawCredits(draw, seller, agents),
  };
  if (draw.chance(50)) event.region = draw.one(REGION_CODES);
  if (draw.chance(60)) event.segment = draw.one(SEGMENTS);
  if (draw.chance(40)) event.campaign = draw.one(CAMPAIGNS);
  if (draw.chance(50)) event.contractMonths = draw.one([1, 12, 24]);
  if (draw.chance(70)) event.monthlyFee = decimal(draw.integer(0, 20_000), digits);
  if (draw.chance(70)) event.cost = decimal(draw.integer(0, 15_000), digits);
  return event;
}

/** REVERSALs of some of the events, later than these, in the period or after it; each event at most once. */
function drawReversals(draw: Draw, events: readonly SalesEvent[]): SalesEvent[] {
  return events
    .filter(() => draw.chance(10))
    .map((event) => ({
      ...event,
      externalId: `${event.externalId}-R`,
      type: 'REVERSAL',
      occurredAt: isoText(Date.parse(event.occurredAt) + draw.integer(1, 20 * 24 * 60) * 60_000, 480),
      original: event.externalId,
    }));
}

/** What is kept of a drawn input: fast-check shrinks a failing input by keeping less. */
type Kept = { events: number[]; components: string[]; pools: string[] };

function drawInput(seed: number, kept: Kept, options: GenerateOptions): OracleInput {
  const {
    timeZones = ['Asia/Shanghai', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'],
    currencies = ['CNY', 'CNY', 'JPY', 'KWD'],
    foreignEvents = true,
    statuses = true,
  } = options;
  const draw = drawing(seed);
  const currency = draw.one(currencies);
  const digits = CURRENCY_DIGITS[currency] ?? 2;
  const timeZone = draw.one(timeZones);
  const agents = Array.from({ length: draw.integer(2, 6) }, (_, index) => drawAgent(draw, `A00${index + 1}`, statuses));
  const planCodes = ['PLAN-1', 'PLAN-2', 'PLAN-3'].slice(0, draw.integer(1, 3));
  const plans = planCodes.map((code) => drawPlan(draw, code, currency, digits));
  const pools = POOL_CODES.map((code) => drawPool(draw, code, planCodes, currency, digits));
  const isForeign = () => foreignEvents && draw.chance(5);
  const events = EVENT_NUMBERS.map((number) =>
    drawEvent(draw, number, { agents, timeZone }, isForeign() ? 'USD' : currency),
  );
  const keptEvents = events.filter((_, index) => kept.events.includes(EVENT_NUMBERS[index] ?? 0));
  const isKept = (original: string | undefined) => keptEvents.some((event) => event.externalId === original);
  const reversals = drawReversals(draw, events).slice(0, 10);
  for (const version of plans.flatMap((plan) => plan.versions)) {
    version.components = version.components.filter((each) => kept.components.includes(each.code));
  }
  return {
    timeZone,
    period: PERIOD,
    currencyDigits: CURRENCY_DIGITS,
    regions: REGIONS,
    products: PRODUCTS,
    tiers: [
      { code: 'STAR_3', multiplier: '1' },
      { code: 'STAR_4', multiplier: draw.one(['1.1', '1.05', '0.995']) },
      { code: 'STAR_5', multiplier: draw.one(['1.25', '1.3333', '2']) },
    ],
    agents,
    agreements: agents.flatMap(({ code }) => drawAgreements(draw, code, planCodes)),
    plans,
    pools: pools.filter((pool) => kept.pools.includes(pool.code)),
    events: [...keptEvents, ...reversals.filter((event) => isKept(event.original))],
    exchangeRates: [],
    openings: [],
  };
}

/**
 * Random small inputs of 2026-10: 2 to 6 agents with dated tiers, regions, statuses and agreements that change inside the
 * month, 1 to 3 plans whose rules cannot tie, 0 to 2 pools, 5 to 60 events with splits, reversals and sales on the very
 * midnight of a change. One currency each; events in another, where on, have no rate.
 */
export function oracleInputs(options: GenerateOptions = {}): fc.Arbitrary<OracleInput> {
  const kept = fc.record({
    events: fc.subarray(EVENT_NUMBERS, { minLength: 5 }),
    components: fc.subarray(COMPONENT_CODES, { minLength: 1 }),
    pools: fc.subarray(POOL_CODES),
  });
  // Through JSON, so that absent keys are absent and no two inputs share an object.
  return fc
    .tuple(fc.noShrink(fc.nat()), kept)
    .map(([seed, parts]) => JSON.parse(JSON.stringify(drawInput(seed, parts, options))) as OracleInput);
}
