import fc from 'fast-check';
import { localDate, microseconds, shiftPeriod } from './dates.ts';
import { type Draw, decimal, drawing } from './draw.ts';
import { unitsToText } from './fraction.ts';
import {
  CURRENCY_DIGITS,
  drawCredits,
  isoText,
  LONG_AGO,
  localMidnight,
  PRODUCT_CODES,
  PRODUCTS,
  REGION_CODES,
  REGIONS,
  SEGMENTS,
} from './generate.ts';
import { amongEvents, drawConflicts } from './generateConflicts.ts';
import {
  CAMPAIGN,
  changeDates,
  drawAgent,
  drawAgreements,
  drawMetricValues,
  drawPlan,
  drawPool,
  drawVersion,
  type Setting,
  SLOTS,
} from './generateProgramme.ts';
import type {
  Changes,
  Conflict,
  ExchangeRate,
  HistoryInput,
  PlanVersion,
  SalesEvent,
  Step,
  World,
} from './historyModel.ts';

/** What a generated history may hold beyond the plainest; all of it is on unless switched off. */
export type HistoryOptions = {
  /** The first months to choose from. */
  starts?: readonly string[];
  /** How many months; 2 to 4 unless told. */
  months?: number;
  timeZones?: readonly string[];
  currencies?: readonly string[];
  /** Component codes to choose from (see SLOTS), to generate only some kinds. */
  components?: readonly string[];
  pools?: boolean;
  changes?: boolean;
  /** Where not said, as changes. */
  conflicts?: boolean;
  /** Events that arrive after their month has closed. */
  late?: boolean;
};

const EVENT_NUMBERS = Array.from({ length: 45 }, (_, index) => index + 1);
const POOL_CODES = ['POOL-1', 'POOL-2'];
const SUBSCRIPTIONS = ['S1', 'S2', 'S3', 'S4'];
const TYPES = [
  ...['ACTIVATION', 'ACTIVATION', 'ACTIVATION', 'ACTIVATION', 'ACTIVATION', 'BILL', 'BILL', 'BILL', 'BILL'],
  ...['RECHARGE', 'RENEWAL', 'RENEWAL', 'CHURN', 'CHURN', 'CHURN', 'REACTIVATION', 'REACTIVATION', 'TRANSFER'],
  ...['PLAN_CHANGE', 'DEVICE_SALE'],
];
const REFUNDABLE = ['ACTIVATION', 'BILL', 'RECHARGE', 'RENEWAL', 'DEVICE_SALE', 'REACTIVATION'];

/** Few instants, so that ties and midnights of changes are common; all of them within the months. */
function drawInstant(draw: Draw, setting: Setting, timeZone: string): string {
  const offset = draw.one([480, 480, 0, -300]);
  if (draw.chance(15)) {
    const date = draw.one(setting.dates.slice(1));
    return isoText(localMidnight(date, timeZone) - (draw.chance(50) ? 1 : 0), offset);
  }
  const period = draw.one(setting.periods);
  const day = String(draw.one([1, 4, 9, 10, 15, 20, 25, 28])).padStart(2, '0');
  return isoText(localMidnight(`${period}-${day}`, timeZone) + draw.one([2, 10, 10, 20]) * 3_600_000, offset);
}

function isWithin(setting: Setting, instant: string, timeZone: string): boolean {
  return setting.periods.includes(localDate(instant, timeZone).slice(0, 7));
}

function drawAmount(draw: Draw, digits: number): string {
  if (draw.chance(60)) return draw.one(['0', '100', '100', '100', '50', '50', '250', '250', '1000', '33']);
  return decimal(draw.integer(1, 30_000), digits);
}

function drawEvent(draw: Draw, number: number, setting: Setting, timeZone: string): SalesEvent {
  const currency = draw.chance(85) ? setting.currency : draw.one(['USD', 'EUR', 'USD']);
  const digits = CURRENCY_DIGITS[currency] ?? 2;
  const seller = draw.one(setting.agents);
  const event: SalesEvent = {
    source: draw.chance(85) ? 'BOSS' : 'WEB',
    externalId: `E${String(number).padStart(2, '0')}`,
    type: draw.one(TYPES),
    occurredAt: drawInstant(draw, setting, timeZone),
    agent: seller,
    product: draw.one(PRODUCT_CODES),
    quantity: draw.chance(85) ? String(draw.integer(0, 3)) : decimal(draw.integer(0, 300), 2),
    amount: drawAmount(draw, digits),
    currency,
    credits: drawCredits(draw, seller, setting.agents),
  };
  if (draw.chance(40)) event.region = draw.one(REGION_CODES);
  if (draw.chance(50)) event.segment = draw.one(SEGMENTS);
  if (draw.chance(40)) event.campaign = CAMPAIGN;
  if (draw.chance(50)) event.contractMonths = draw.one([1, 12, 24]);
  if (draw.chance(85)) event.monthlyFee = drawAmount(draw, digits);
  if (draw.chance(85)) event.cost = decimal(draw.integer(0, 6_000), digits);
  if (draw.chance(90)) event.subscription = draw.one(SUBSCRIPTIONS);
  if (['CHURN', 'TRANSFER', 'PLAN_CHANGE'].includes(event.type)) event.credits = undefined;
  return event;
}

/** An event that names another: later, of the same source, agent, product, currency and subscription. */
function after(draw: Draw, original: SalesEvent, mark: string, type: string): SalesEvent {
  const { source, agent, product, currency, subscription } = original;
  const later = Date.parse(original.occurredAt) + draw.one([0, 1, 24, 24 * 5, 24 * 20, 24 * 35]) * 3_600_000;
  return {
    source,
    externalId: `${original.externalId}-${mark}`,
    type,
    occurredAt: isoText(later, 480),
    agent,
    product,
    quantity: original.quantity === '0' || original.quantity.startsWith('0.') ? '0' : draw.one(['0', '1']),
    amount: '0',
    currency,
    subscription,
    original: original.externalId,
  };
}

/** Up to three REFUNDs of an event that total at most its amount. */
function drawRefunds(draw: Draw, event: SalesEvent): SalesEvent[] {
  if (!REFUNDABLE.includes(event.type) || !draw.chance(25)) return [];
  const digits = CURRENCY_DIGITS[event.currency] ?? 2;
  const [whole = '0', decimals = ''] = event.amount.split('.');
  let left = Number(`${whole}${decimals.padEnd(digits, '0')}`);
  return ['F1', 'F2', 'F3'].slice(0, draw.integer(1, 3)).map((mark) => {
    const units = draw.chance(30) ? left : Math.floor((left * draw.integer(1, 6)) / 10);
    left -= units;
    return { ...after(draw, event, mark, 'REFUND'), amount: decimal(units, digits) };
  });
}

/** What refers to the drawn events: refunds, payments of bills, reversals of any of these. */
function drawReferring(draw: Draw, events: readonly SalesEvent[]): SalesEvent[] {
  const refunds = events.flatMap((event) => drawRefunds(draw, event));
  const payments = events
    .filter((event) => event.type === 'BILL' && draw.chance(70))
    .flatMap((event) => {
      const payment = { ...after(draw, event, 'P1', 'PAYMENT'), amount: event.amount };
      return draw.chance(15) ? [payment, { ...payment, externalId: `${event.externalId}-P2` }] : [payment];
    });
  const reversible = [...events, ...refunds, ...payments];
  const reversals = reversible.filter(() => draw.chance(8)).map((event) => after(draw, event, 'R', 'REVERSAL'));
  return [...refunds, ...payments, ...reversals];
}

/** The step in which an event arrives: that of its month or a later one, and not before what it names. */
function arrivals(draw: Draw, setting: Setting, timeZone: string, events: readonly SalesEvent[], isLate: boolean) {
  const steps = new Map<string, number>();
  const keyOf = (event: SalesEvent, externalId: string | undefined) => `${event.source}:${externalId}`;
  for (const event of events) {
    const own = setting.periods.indexOf(localDate(event.occurredAt, timeZone).slice(0, 7));
    const drawn = draw.chance(20) ? own + draw.integer(1, 2) : own;
    const late = isLate ? Math.min(drawn, setting.periods.length - 1) : own;
    const original = event.original === undefined ? 0 : (steps.get(keyOf(event, event.original)) ?? 0);
    steps.set(keyOf(event, event.externalId), Math.max(late, original));
  }
  return (event: SalesEvent) => steps.get(keyOf(event, event.externalId)) ?? 0;
}

/** Facts that change between two runs, dated into closed months too; corrections of plans. */
function drawChanges(draw: Draw, setting: Setting, world: World, step: number): Changes | undefined {
  const changes: Changes = {};
  const agents = draw.some(setting.agents, 1).slice(0, 2);
  if (draw.chance(35)) changes.agents = agents.map((code) => replaced(world, drawAgent(draw, setting, code)));
  if (draw.chance(25)) {
    changes.agreements = agents.map((agent) => ({
      agent,
      agreements: drawAgreements(draw, setting, agent, `${step}-`),
    }));
  }
  if (draw.chance(35)) {
    changes.metricValues = drawMetricValues(draw, { ...setting, agents });
  }
  if (draw.chance(35)) {
    const plan = draw.one(world.plans);
    const span = {
      from: draw.one(setting.dates),
      ...(draw.chance(50) && { to: shiftPeriod(draw.one(setting.periods), 1) }),
    };
    const dated = span.to === undefined ? span : { from: span.from, to: `${span.to}-01` };
    const before: PlanVersion | undefined = plan.versions.at(-1);
    const currency = before?.currency ?? setting.currency;
    const version = drawVersion(draw, setting, dated, before, currency);
    const number = plan.versions.length + step + 1;
    if (dated.to === undefined || dated.from < dated.to) {
      changes.versions = [{ plan: plan.code, version: { ...version, number } }];
    }
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** A changed agent keeps its channel type and home. */
function replaced(world: World, agent: World['agents'][number]): World['agents'][number] {
  const old = world.agents.find((each) => each.code === agent.code);
  return old ? { ...agent, channelType: old.channelType, regions: old.regions } : agent;
}

function drawRates(draw: Draw, setting: Setting): ExchangeRate[] {
  const pairs = [
    { currency: 'USD', into: setting.currency },
    { currency: setting.currency, into: 'USD' },
  ].filter(({ currency, into }) => currency !== into);
  return pairs.flatMap((pair) => {
    const cut = draw.one(setting.dates);
    const rate = () => draw.one(['7', '7.1234', '0.145', '1.5']);
    return [
      { ...pair, from: LONG_AGO, to: cut, rate: rate() },
      { ...pair, from: cut, rate: rate() },
    ];
  });
}

function drawWorld(draw: Draw, setting: Setting, timeZone: string): World {
  const { agents, currency, plans } = setting;
  return {
    timeZone,
    currencyDigits: setting.currencyDigits,
    regions: REGIONS,
    products: PRODUCTS,
    tiers: [
      { code: 'STAR_3', multiplier: '1' },
      { code: 'STAR_4', multiplier: draw.one(['1.1', '1.05', '0.995']) },
      { code: 'STAR_5', multiplier: draw.one(['1.25', '1.3333', '2']) },
    ],
    campaigns: [
      { code: CAMPAIGN, from: draw.one(setting.dates), to: `${shiftPeriod(setting.periods.at(-1) ?? '', 1)}-01` },
    ],
    agents: agents.map((code) => drawAgent(draw, setting, code)),
    agreements: agents.flatMap((agent) => drawAgreements(draw, setting, agent, '')),
    plans: plans.map((code, index) => drawPlan(draw, setting, code, index > 0 && draw.chance(15) ? 'USD' : currency)),
    pools: POOL_CODES.map((code) => drawPool(draw, setting, code)),
    metricValues: drawMetricValues(draw, setting),
    exchangeRates: drawRates(draw, setting),
    openings: [],
  };
}

/** What is kept of a drawn history: fast-check shrinks a failing one by keeping less. */
type Kept = {
  events: number[];
  components: string[];
  pools: string[];
  changes: boolean;
  conflicts: boolean;
  months: number;
};

function keepComponents(world: World, steps: readonly Step[], codes: readonly string[]): void {
  const versions = [
    ...world.plans.flatMap((plan) => plan.versions),
    ...steps.flatMap((step) => (step.changes?.versions ?? []).map((each) => each.version)),
  ];
  for (const version of versions) version.components = version.components.filter((each) => codes.includes(each.code));
}

function addConflicts(steps: Step[], conflicts: readonly Conflict[][], events: readonly SalesEvent[]): void {
  for (const [index, step] of steps.entries()) {
    const known = amongEvents(conflicts[index] ?? [], events);
    if (known.length > 0) step.changes = { ...step.changes, conflicts: known };
  }
}

/** What moves balances before each statement, drawn last: what else a seed draws stays as it is. */
function addBalances(draw: Draw, setting: Setting, steps: readonly Step[]): void {
  for (const step of steps.filter(() => draw.chance(40))) {
    const balances = draw.some(setting.agents, 1).map((agent) => {
      const amount = unitsToText(BigInt(draw.integer(1, 40_000)), setting.digits);
      const kind = draw.one(['RETURNED', 'AHEAD', 'REPAID']);
      const signed = kind === 'AHEAD' ? `-${amount}` : amount;
      return { agent, currency: setting.currency, amount: signed, returned: kind === 'RETURNED' };
    });
    step.changes = { ...step.changes, balances };
  }
}

function drawHistory(seed: number, kept: Kept, options: HistoryOptions): HistoryInput {
  const {
    timeZones = ['Asia/Shanghai', 'Asia/Shanghai', 'America/New_York'],
    currencies = ['CNY', 'CNY', 'JPY', 'KWD'],
    starts = ['2026-08', '2026-09', '2026-10', '2026-11'],
  } = options;
  const draw = drawing(seed);
  const start = draw.one(starts);
  const periods = Array.from({ length: kept.months }, (_, index) => shiftPeriod(start, index));
  const currency = draw.one(currencies);
  const setting: Setting = {
    periods,
    dates: changeDates(periods),
    agents: ['A001', 'A002', 'A003', 'A004', 'A005'].slice(0, draw.integer(3, 5)),
    plans: ['PLAN-1', 'PLAN-2'].slice(0, draw.integer(1, 2)),
    currency,
    digits: CURRENCY_DIGITS[currency] ?? 2,
    currencyDigits: { ...CURRENCY_DIGITS, EUR: 2 },
  };
  const timeZone = draw.one(timeZones);
  const world = drawWorld(draw, setting, timeZone);
  const drawn = EVENT_NUMBERS.map((number) => drawEvent(draw, number, setting, timeZone));
  const all = [...drawn, ...drawReferring(draw, drawn)].filter((event) =>
    isWithin(setting, event.occurredAt, timeZone),
  );
  all.sort(
    (a, b) =>
      Number(microseconds(a.occurredAt) - microseconds(b.occurredAt)) || a.externalId.length - b.externalId.length,
  );
  const stepOf = arrivals(draw, setting, timeZone, all, options.late !== false);
  const isKept = (event: SalesEvent) => kept.events.includes(Number(event.externalId.slice(1, 3)));
  const present = new Set(all.map((event) => `${event.source}:${event.externalId}`));
  const hasOriginal = (event: SalesEvent) =>
    event.original === undefined || present.has(`${event.source}:${event.original}`);
  const events = all.filter((event) => isKept(event) && hasOriginal(event));
  const steps = periods.map((period, index): Step => {
    const drawnChanges = index === 0 ? undefined : drawChanges(draw, setting, world, index);
    const own = events.filter((event) => stepOf(event) === index);
    const changes = kept.changes && options.changes !== false ? drawnChanges : undefined;
    return { period, arrivals: own, ...(changes && { changes }) };
  });
  const conflicts = drawConflicts(
    draw,
    setting,
    periods.map((_, index) => all.filter((event) => stepOf(event) === index)),
  );
  if (kept.conflicts && (options.conflicts ?? options.changes !== false)) addConflicts(steps, conflicts, events);
  if (kept.changes && options.changes !== false) addBalances(draw, setting, steps);
  const copied = JSON.parse(JSON.stringify({ ...world, steps })) as HistoryInput;
  keepComponents(copied, copied.steps, kept.components);
  copied.pools = copied.pools.filter((pool) => options.pools !== false && kept.pools.includes(pool.code));
  return copied;
}

/**
 * Random small histories of 2 to 4 consecutive months: 3 to 5 agents in a hierarchy, 1 or 2 plans with versions, every kind
 * of component and modifier, pools, and events that are late, reversed, churned, refunded, reactivated and transferred; conflicts
 * about them, held, decided and reopened; facts that change in mid-month and, between two runs, for closed months. Valid throughout.
 */
export function histories(options: HistoryOptions = {}): fc.Arbitrary<HistoryInput> {
  const codes = [...(options.components ?? Object.keys(SLOTS))];
  const kept = fc.record({
    events: fc.subarray(EVENT_NUMBERS, { minLength: 3 }),
    components: fc.subarray(codes, { minLength: Math.min(3, codes.length) }),
    pools: fc.subarray(POOL_CODES),
    changes: fc.boolean(),
    conflicts: fc.constantFrom(false, true, true, true),
    months: fc.integer({ min: options.months ?? 2, max: options.months ?? 4 }),
  });
  return fc.tuple(fc.noShrink(fc.nat()), kept).map(([seed, parts]) => drawHistory(seed, parts, options));
}
