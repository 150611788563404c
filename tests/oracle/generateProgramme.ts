import { monthIndex, quarterOf, shiftPeriod } from './dates.ts';
import { type Draw, decimal } from './draw.ts';
import { CHANNEL_TYPES, drawRules, LONG_AGO, REGION_CODES, ROUNDINGS, spans, TIERS } from './generate.ts';
import type {
  Agent,
  Agreement,
  AgreementTerms,
  Clawback,
  Component,
  Dated,
  EventComponent,
  Instalment,
  MetricValue,
  OverrideComponent,
  Plan,
  PlanVersion,
  Pool,
  Rule,
} from './historyModel.ts';

/** What the parts of a random history have in common. */
export type Setting = {
  /** The months of the history. */
  periods: string[];
  /** Days on which facts change. */
  dates: string[];
  agents: string[];
  plans: string[];
  currency: string;
  digits: number;
  /** Decimals of every currency. */
  currencyDigits: Record<string, number>;
};

export const CAMPAIGN = 'AUTUMN';
/** Component codes by kind; whatever is kept of them is in every plan. */
export const SLOTS: Record<string, Component['kind']> = {
  C1: 'RATE',
  C2: 'RATE',
  C3: 'RESIDUAL',
  C4: 'SPIFF',
  C5: 'BRACKET',
  C6: 'QUOTA_BONUS',
  C7: 'OVERRIDE',
  C8: 'OVERRIDE',
  C9: 'DRAW',
};
const EARNING_TYPES = ['ACTIVATION', 'ACTIVATION', 'RENEWAL', 'BILL', 'RECHARGE', 'REACTIVATION'] as const;

/** Whole units of the currency, so that every currency can say it. */
function whole(draw: Draw, least: number, most: number): string {
  return String(draw.integer(least, most));
}

/** Spans of which some are left out. */
function someSpans(draw: Draw, dates: readonly string[]): Dated[] {
  return spans(draw, dates).filter(() => draw.chance(85));
}

/** Parents come before their children in the list of agents, so there are no circles. */
export function drawAgent(draw: Draw, setting: Setting, code: string): Agent {
  const above = setting.agents.slice(0, setting.agents.indexOf(code));
  const statusSpans = draw.chance(30) ? spans(draw, setting.dates) : [];
  return {
    code,
    channelType: code < 'A003' ? CHANNEL_TYPES[0] : CHANNEL_TYPES[1],
    tiers: draw.chance(10) ? [] : spans(draw, setting.dates).map((span) => ({ ...span, tier: draw.one(TIERS) })),
    regions: [{ from: LONG_AGO, region: draw.one(REGION_CODES) }],
    statuses: statusSpans.map((span, index) => {
      const isLast = index === statusSpans.length - 1;
      if (index === 0 || draw.chance(30)) return { ...span, status: 'ACTIVE' };
      return { ...span, status: isLast && draw.chance(60) ? 'TERMINATED' : 'SUSPENDED' };
    }),
    parents:
      above.length === 0 ? [] : someSpans(draw, setting.dates).map((span) => ({ ...span, parent: draw.one(above) })),
  };
}

function drawTerms(draw: Draw): AgreementTerms | undefined {
  if (draw.chance(40)) return undefined;
  const terms: AgreementTerms = {};
  if (draw.chance(35)) terms.totalCap = whole(draw, 20, 300);
  if (draw.chance(40)) terms.minimumPayout = whole(draw, 20, 200);
  if (draw.chance(40)) terms.taxPercent = decimal(draw.integer(1, 300), 1);
  if (draw.chance(40)) terms.trailing = 'CONTINUE';
  return terms;
}

/** One agreement after another, now and then none, with a gap or with an end; `mark` keeps codes apart. */
export function drawAgreements(draw: Draw, setting: Setting, agent: string, mark: string): Agreement[] {
  const kept = draw.chance(4) ? [] : spans(draw, setting.dates).filter((_, index) => index > 0 || draw.chance(92));
  return kept.map((span, index) => {
    const code = `G-${agent}-${mark}${index + 1}`;
    const terms = drawTerms(draw);
    return { ...span, code, agent, plan: draw.one(setting.plans), ...(terms && { terms }) };
  });
}

/** Rules that cannot tie, mostly with one that always matches. */
function rulesOf(draw: Draw, eventTypes: readonly string[], digits: number): Rule[] {
  const rules = drawRules(draw, eventTypes, digits, 2);
  const hasGeneral = rules.some((rule) => Object.keys(rule.match).every((key) => key.startsWith('base')));
  const general = { code: 'ANY', match: {}, percent: draw.one(['10', '33.3', '50', '100']) };
  return hasGeneral || draw.chance(20) ? rules : [...rules, general];
}

function someTypes(draw: Draw): string[] {
  return [...new Set([draw.one(EARNING_TYPES), draw.one(EARNING_TYPES), draw.one(EARNING_TYPES)])];
}

function drawInstalments(draw: Draw): Instalment[] {
  const due = (): Omit<Instalment, 'percent'> =>
    draw.one([
      { month: draw.integer(0, 2) },
      { month: draw.integer(1, 2) },
      { days: draw.integer(1, 45) },
      { paidBill: draw.integer(1, 2) },
    ]);
  const percents = draw.one([['100'], ['50', '50'], ['70', '30'], ['33.3', '33.3', '33.4']]);
  return percents.map((percent, index) => {
    const isFirst = index === 0 && percents.length > 1 && draw.chance(60);
    return { percent, ...(isFirst ? { month: 0 } : due()) };
  });
}

function drawClawback(draw: Draw): Clawback {
  const events = draw.one([['CHURN'], ['REFUND'], ['CHURN', 'REFUND'], ['CHURN', 'REFUND']] as const);
  const window = draw.chance(60) ? { months: draw.integer(1, 4) } : { days: draw.integer(10, 90) };
  return { events: [...events], method: draw.one(['FULL', 'PRO_RATA'] as const), ...window };
}

function drawMultipliers(draw: Draw) {
  const scoreFactor = {
    period: draw.one(['SAME', 'PREVIOUS'] as const),
    steps: [
      { from: draw.one(['0', '50']), factor: '0.8' },
      { from: '80', factor: draw.one(['1', '1.15']) },
    ],
  };
  return { multiplyByTier: draw.chance(40), ...(draw.chance(20) && { scoreFactor }) };
}

function drawEventComponent(draw: Draw, setting: Setting, code: string, kind: EventComponent['kind']): EventComponent {
  const eventTypes = kind === 'RESIDUAL' ? ['BILL'] : someTypes(draw);
  const holdback = {
    percent: draw.one(['10', '20', '33.3']),
    months: draw.integer(1, 2),
    ...(draw.chance(50) && { condition: { metric: 'QUALITY', ...draw.one([{ atLeast: '50' }, { below: '50' }]) } }),
  };
  const instalments = draw.chance(35) ? drawInstalments(draw) : undefined;
  const onBill = draw.chance(40) && instalments?.some((each) => each.paidBill !== undefined) === true;
  const cap = draw.integer(10, 200);
  const common = {
    code,
    eventTypes,
    base: draw.one(['AMOUNT', 'AMOUNT', 'AMOUNT', 'MONTHLY_FEE', 'MARGIN', 'QUANTITY'] as const),
    ...drawMultipliers(draw),
    rules: rulesOf(draw, eventTypes, setting.digits),
    ...(instalments && { instalments, ...(onBill && { onBill: true as const }) }),
    ...(draw.chance(25) && { holdback }),
    ...(draw.chance(60) && { clawback: drawClawback(draw) }),
    ...(draw.chance(50) && { reactivationDays: draw.integer(5, 40) }),
    ...(draw.chance(25) && { cap: String(cap) }),
    ...(draw.chance(20) && { floor: whole(draw, 1, Math.min(cap, 60)) }),
  };
  if (kind === 'RESIDUAL') return { ...common, kind, months: draw.integer(1, 3) };
  if (kind === 'SPIFF') return { ...common, kind, campaign: CAMPAIGN, budget: whole(draw, 20, 300) };
  return { ...common, kind };
}

/** Three bounds from 0 upwards. */
function drawBounds(draw: Draw, step: number): [string, string, string] {
  const first = draw.integer(0, step);
  const second = first + draw.integer(1, step);
  return [String(draw.chance(60) ? 0 : first), String(second), String(second + draw.integer(1, step))];
}

function drawVolumeComponent(draw: Draw, code: string, kind: 'BRACKET' | 'QUOTA_BONUS'): Component {
  const measure = draw.one(['AMOUNT', 'AMOUNT', 'UNITS'] as const);
  const isAttainment = draw.chance(25);
  const [a, b, c] = drawBounds(draw, isAttainment ? 60 : measure === 'AMOUNT' ? 300 : 4);
  const common = {
    code,
    eventTypes: someTypes(draw),
    measure,
    window: draw.one(['MONTH', 'QUARTER', 'YEAR'] as const),
    ...drawMultipliers(draw),
    ...(draw.chance(25) && { cap: whole(draw, 5, 60) }),
  };
  if (kind === 'BRACKET') {
    const rate = () => decimal(draw.integer(0, 200), 1);
    const last = draw.chance(70) ? {} : { to: String(Number(c) + 200) };
    return {
      ...common,
      kind,
      method: draw.one(['MARGINAL', 'WHOLE'] as const),
      bounds: isAttainment ? 'ATTAINMENT' : 'VOLUME',
      ...(isAttainment && { target: 'TARGET' }),
      brackets: [
        { from: a, to: b, rate: rate() },
        { from: b, to: c, rate: rate() },
        { from: c, ...last, rate: rate() },
      ],
    };
  }
  const value = () => decimal(draw.integer(0, 300), 1);
  return {
    ...common,
    kind,
    target: 'TARGET',
    curve: draw.one(['STEP', 'LINEAR'] as const),
    pays: draw.one(['AMOUNT', 'PERCENT_OF_VOLUME'] as const),
    points: [
      { attainment: draw.one(['0', '20']), value: value() },
      { attainment: '60', value: value() },
      { attainment: '120', value: value() },
    ],
    ...(draw.chance(30) && { maximumAttainment: draw.one(['90', '150']) }),
  };
}

function drawOverride(draw: Draw, code: string): OverrideComponent {
  const levels = [1, 2, 3]
    .slice(0, draw.integer(1, 3))
    .map((level) => ({ level, percent: decimal(draw.integer(1, 150), 1) }));
  const common = { code, kind: 'OVERRIDE' as const, ...(draw.chance(25) && { cap: whole(draw, 1, 30) }) };
  const reads = {
    eventTypes: someTypes(draw),
    base: draw.one(['AMOUNT', 'AMOUNT', 'MARGIN', 'QUANTITY'] as const),
  };
  const measure = draw.one(['AMOUNT', 'UNITS'] as const);
  const [a, b, c] = drawBounds(draw, measure === 'AMOUNT' ? 300 : 4);
  const rates = draw.one([
    ['1', '3', '5.5'],
    ['4', '2', '6'],
  ]);
  const method = draw.one([
    'PERCENT_OF_COMMISSION',
    'PERCENT_OF_COMMISSION',
    'PERCENT_OF_BASE',
    'DIFFERENTIAL',
  ] as const);
  if (method === 'PERCENT_OF_COMMISSION') return { ...common, method, levels };
  if (method === 'PERCENT_OF_BASE') return { ...common, ...reads, method, levels };
  const table = [
    { from: a, to: b, percent: rates[0] ?? '1' },
    { from: b, to: c, percent: rates[1] ?? '1' },
    { from: c, percent: rates[2] ?? '1' },
  ];
  return { ...common, ...reads, method, measure, table, paysSeller: draw.chance(70) };
}

function drawComponent(draw: Draw, setting: Setting, code: string): Component {
  const kind = SLOTS[code];
  if (kind === undefined) throw new Error(`no slot ${code}`);
  switch (kind) {
    case 'BRACKET':
    case 'QUOTA_BONUS':
      return drawVolumeComponent(draw, code, kind);
    case 'OVERRIDE':
      return drawOverride(draw, code);
    case 'DRAW':
      return { code, kind, minimum: draw.one(['100', '150']) };
    case 'RATE':
    case 'RESIDUAL':
    case 'SPIFF':
      return drawEventComponent(draw, setting, code, kind);
  }
}

/** A version whose components are in part those of the one before. */
export function drawVersion(
  draw: Draw,
  setting: Setting,
  span: Dated,
  before: PlanVersion | undefined,
  currency: string,
) {
  const codes = draw.chance(50) ? Object.keys(SLOTS) : Object.keys(SLOTS).reverse();
  const components = codes.flatMap((code) => {
    const fresh = drawComponent(draw, setting, code);
    const old = before?.components.find((each) => each.code === code);
    if (draw.chance(15)) return [];
    return [old && draw.chance(60) ? old : fresh];
  });
  const rounding = before && draw.chance(70) ? before.rounding : draw.one(ROUNDINGS);
  const version: PlanVersion = { ...span, number: (before?.number ?? 0) + 1, currency, rounding, components };
  return version;
}

export function drawPlan(draw: Draw, setting: Setting, code: string, currency: string): Plan {
  const versions: PlanVersion[] = [];
  for (const span of draw.chance(5) ? someSpans(draw, setting.dates) : spans(draw, setting.dates)) {
    versions.push(drawVersion(draw, setting, span, versions.at(-1), currency));
  }
  return { code, versions };
}

export function drawPool(draw: Draw, setting: Setting, code: string): Pool {
  const eventTypes = [draw.one(EARNING_TYPES), 'ACTIVATION'];
  const of = draw.one(['AMOUNT', 'AMOUNT', 'QUANTITY'] as const);
  const isFixed = draw.chance(60);
  const hasThreshold = draw.chance(40);
  const hasBase = !isFixed || hasThreshold;
  const pool: Pool = {
    code,
    from: LONG_AGO,
    currency: setting.currency,
    rounding: draw.one(ROUNDINGS),
    fund: {
      ...(isFixed ? { fixed: whole(draw, 100, 400) } : { percent: decimal(draw.integer(0, 300), 1) }),
      ...(hasBase && { of, eventTypes: [...new Set(eventTypes)] }),
    },
    weight: [{ factor: draw.one(['UNITS', 'VOLUME'] as const), eventTypes: [draw.one(EARNING_TYPES)] }],
    remainder: draw.one(['CARRY_OVER', 'RETURN', 'KEEP'] as const),
  };
  if (draw.chance(30)) pool.period = 'QUARTER';
  if (draw.chance(30)) pool.plans = draw.some(setting.plans, 1);
  if (draw.chance(25)) pool.channelTypes = draw.some(CHANNEL_TYPES, 1);
  if (draw.chance(30)) pool.reservePercent = decimal(draw.integer(0, 500), 1);
  if (hasThreshold) pool.threshold = { target: whole(draw, 1, 600), percent: whole(draw, 10, 100) };
  // Floors stay far below the fund: at most 6 members, at least half of 100.
  if (isFixed && draw.chance(40)) pool.floor = whole(draw, 1, 8);
  if (draw.chance(30)) pool.cap = whole(draw, 10, 60);
  if (!isFixed && draw.chance(30)) pool.minimum = whole(draw, 1, 50);
  if (!isFixed && draw.chance(30)) pool.maximum = whole(draw, 50, 90);
  for (const factor of ['TIER_MULTIPLIER', 'SCORE', 'MONTHS_OF_SERVICE'] as const) {
    if (draw.chance(30)) pool.weight.push({ factor });
  }
  if (draw.chance(20)) pool.weight.push({ factor: 'METRIC', metric: 'QUALITY' });
  return pool;
}

/** A score of every agent and month (and of the month before the first); quality and targets only of some. */
export function drawMetricValues(draw: Draw, { agents, periods }: Setting): MetricValue[] {
  const first = periods[0] ?? '';
  const windows = [...new Set(periods.flatMap((period) => [period, quarterOf(period), period.slice(0, 4)]))];
  return agents.flatMap((agent) => [
    ...[shiftPeriod(first, -1), ...periods].map((period) => {
      return { agent, metric: 'SCORE', period, value: decimal(draw.integer(300, 1000), 1) };
    }),
    ...periods.flatMap((period) =>
      draw.chance(70) ? [{ agent, metric: 'QUALITY', period, value: whole(draw, 0, 100) }] : [],
    ),
    ...windows.flatMap((period) =>
      draw.chance(75) ? [{ agent, metric: 'TARGET', period, value: whole(draw, 0, 400) }] : [],
    ),
  ]);
}

/** Days at and around which facts change: of every month but the last, and some of it. */
export function changeDates(periods: readonly string[]): string[] {
  const days = periods.flatMap((period) => [`${period}-01`, `${period}-10`, `${period}-16`]);
  return days.filter((day) => monthIndex(day) >= monthIndex(periods[0] ?? day));
}
