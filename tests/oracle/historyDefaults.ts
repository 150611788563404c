import type { RoundingMode } from './fraction.ts';
import type {
  Agent,
  Agreement,
  AgreementTerms,
  Changes,
  Component,
  Conflict,
  HistoryInput,
  Pool,
  Rule,
  SalesEvent,
  World,
} from './historyModel.ts';

/** A component of a case: a kind (RATE without one) and what is worth saying; rules need a code at most. */
type CaseComponent = Record<string, unknown> & {
  kind?: Component['kind'];
  rules?: (Partial<Rule> & { code?: string })[];
};
/** `on` is a local date, meaning 10:00 of it. */
type CaseEvent = Partial<SalesEvent> & { on?: string };
type CaseAgent = Partial<Agent> & { code: string };
/** Without a rule and effect HOLDS, HOLD. */
type CaseConflict = Partial<Conflict> & { event: string };
type CaseChanges = Omit<Changes, 'agents' | 'conflicts'> & { agents?: CaseAgent[]; conflicts?: CaseConflict[] };
type CaseStep = { period: string; arrivals?: CaseEvent[]; changes?: CaseChanges };

/**
 * What a case may say; the rest is the default world: agents A001, A002, A003 (tiers ×1, ×1.1, ×1.25) under plan P with one
 * version. `terms` are those of every default agreement; `parents` names each agent's one parent; `agents`, `events`,
 * `pools` and `components` are put over defaults of their kind; everything else replaces the default. Without `steps`,
 * `events` all arrive in 2026-10.
 */
export type HistoryCase = Partial<Omit<World, 'agents' | 'pools'>> & {
  currency?: string;
  rounding?: RoundingMode;
  terms?: AgreementTerms;
  parents?: Record<string, string>;
  agents?: CaseAgent[];
  components?: CaseComponent[];
  pools?: Partial<Pool>[];
  events?: CaseEvent[];
  steps?: CaseStep[];
};

const ALWAYS = '2026-01-01';

function agent(code: string, channelType: string, tier: string, region: string): Omit<Agent, 'parents'> {
  return {
    code,
    channelType,
    tiers: [{ tier, from: ALWAYS }],
    regions: [{ region, from: ALWAYS }],
    statuses: [{ status: 'ACTIVE', from: ALWAYS }],
  };
}

const agents = [
  agent('A001', 'AGENT', 'STAR_3', 'NORTH-1'),
  agent('A002', 'AGENT', 'STAR_4', 'SOUTH'),
  agent('A003', 'DIRECT_SALES', 'STAR_5', 'SOUTH'),
];

const world = {
  timeZone: 'Asia/Shanghai',
  currencyDigits: { CNY: 2, USD: 2, JPY: 0, KWD: 3 },
  regions: [
    { code: 'CN' },
    { code: 'NORTH', parent: 'CN' },
    { code: 'NORTH-1', parent: 'NORTH' },
    { code: 'SOUTH', parent: 'CN' },
  ],
  products: [
    { code: 'FIBER', category: 'BROADBAND' },
    { code: 'DSL', category: 'BROADBAND' },
    { code: 'VOICE', category: 'MOBILE' },
  ],
  tiers: [
    { code: 'STAR_3', multiplier: '1' },
    { code: 'STAR_4', multiplier: '1.1' },
    { code: 'STAR_5', multiplier: '1.25' },
  ],
};

const volume = { eventTypes: ['ACTIVATION'], measure: 'AMOUNT', window: 'MONTH', multiplyByTier: false };
const eventComponent = { eventTypes: ['ACTIVATION'], base: 'AMOUNT', multiplyByTier: false };
const componentDefaults: Record<Component['kind'], object> = {
  RATE: eventComponent,
  RESIDUAL: { ...eventComponent, eventTypes: ['BILL'], months: 12 },
  SPIFF: { ...eventComponent, campaign: 'AUTUMN', budget: '100' },
  BRACKET: { ...volume, method: 'MARGINAL', bounds: 'VOLUME' },
  QUOTA_BONUS: { ...volume, target: 'TARGET', curve: 'STEP', pays: 'AMOUNT' },
  OVERRIDE: {},
  DRAW: { minimum: '1000' },
};

/** A component without rules that pays by rules pays the whole base. */
function component({ kind = 'RATE', rules, ...given }: CaseComponent): Component {
  const paysByRules = ['RATE', 'RESIDUAL', 'SPIFF'].includes(kind);
  const filled = (rules ?? [{ percent: '100' }]).map((rule) => ({ code: 'R', match: {}, ...rule }));
  return { code: 'C', kind, ...componentDefaults[kind], ...given, ...(paysByRules && { rules: filled }) } as Component;
}

function eventOf(given: CaseEvent, currency: string, number: number, period: string): SalesEvent {
  const { on = `${period}-10`, ...event } = given;
  return {
    source: 'TEST',
    externalId: `E${number}`,
    type: 'ACTIVATION',
    occurredAt: `${on}T10:00:00+08:00`,
    agent: 'A001',
    product: 'FIBER',
    quantity: '1',
    amount: '100',
    currency,
    ...event,
  };
}

function poolOf(given: Partial<Pool>, currency: string): Pool {
  return {
    code: 'P1',
    from: ALWAYS,
    currency,
    rounding: 'HALF_UP',
    fund: { fixed: '100' },
    weight: [{ factor: 'UNITS', eventTypes: ['ACTIVATION'] }],
    remainder: 'CARRY_OVER',
    ...given,
  };
}

function agentOf(given: HistoryCase, base: Omit<Agent, 'parents'>, over: CaseAgent | undefined): Agent {
  const parent = given.parents?.[base.code];
  return { ...base, parents: parent === undefined ? [] : [{ parent, from: ALWAYS }], ...over };
}

/** The whole input of a case. Events without an externalId are E1, E2 … by their place over all steps. */
export function expandHistory(given: HistoryCase): HistoryInput {
  const { currency = 'CNY', rounding = 'HALF_UP', terms, components = [], parents: _parents, ...rest } = given;
  const { agents: overAgents = [], pools = [], events = [], steps, ...replaced } = rest;
  let number = 0;
  const overOf = (code: string, over: CaseAgent[]) => over.find((each) => each.code === code);
  const whole = (code: string, over: CaseAgent[]): Agent => {
    const base = agents.find((each) => each.code === code);
    if (!base) throw new Error(`no default agent ${code}`);
    return { ...agentOf(given, base, overOf(code, overAgents)), ...overOf(code, over) };
  };
  const agreements: Agreement[] = agents.map(({ code }) => ({
    code: `G-${code}`,
    agent: code,
    plan: 'P',
    from: ALWAYS,
    terms,
  }));
  const { timeZone, currencyDigits, regions, products, tiers } = world;
  return {
    timeZone,
    currencyDigits,
    regions,
    products,
    tiers,
    campaigns: [{ code: 'AUTUMN', from: '2026-10-01', to: '2027-01-01' }],
    agents: agents.map(({ code }) => whole(code, [])),
    agreements,
    plans: [
      { code: 'P', versions: [{ number: 1, from: ALWAYS, currency, rounding, components: components.map(component) }] },
    ],
    metricValues: [],
    exchangeRates: [],
    openings: [],
    ...completed(replaced),
    pools: pools.map((pool) => poolOf(pool, currency)),
    steps: (steps ?? [{ period: '2026-10', arrivals: events }]).map(({ period, arrivals = [], changes }) => ({
      period,
      arrivals: arrivals.map((event) => eventOf(event, currency, ++number, period)),
      ...(changes && { changes: changesOf(changes, whole) }),
    })),
  };
}

/** Plans of a case may leave out of their components what has a default. */
function completed<T extends Partial<Pick<World, 'plans'>>>(replaced: T): T {
  if (!replaced.plans) return replaced;
  const plans = replaced.plans.map((plan) => ({
    ...plan,
    versions: plan.versions.map((version) => ({
      ...version,
      components: version.components.map((each) => component(each as CaseComponent)),
    })),
  }));
  return { ...replaced, plans };
}

function changesOf(changes: CaseChanges, whole: (code: string, over: CaseAgent[]) => Agent): Changes {
  const { agents: over = [], versions = [], conflicts = [], ...others } = changes;
  return {
    ...others,
    agents: over.map(({ code }) => whole(code, over)),
    conflicts: conflicts.map((conflict) => ({ rule: 'HOLDS', effect: 'HOLD' as const, ...conflict })),
    versions: versions.map(({ plan, version }) => ({
      plan,
      version: { ...version, components: version.components.map((each) => component(each as CaseComponent)) },
    })),
  };
}
