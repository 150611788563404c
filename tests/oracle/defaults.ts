import type { RoundingMode } from './fraction.ts';
import type { Agent, Component, OracleInput, Plan, Pool, Rule, SalesEvent } from './model.ts';

/** A component of a case: rules need a code and what they say, all else has a default. */
type CaseComponent = Partial<Omit<Component, 'rules'>> & { rules?: (Partial<Rule> & { code: string })[] };

/**
 * What a case may say; the rest is the default world. `agents` are merged by code over the default ones, `events`,
 * `pools` and `components` each over a default of its kind; everything else replaces the default.
 */
export type CaseInput = Partial<Omit<OracleInput, 'agents' | 'events' | 'pools'>> & {
  currency?: string;
  rounding?: RoundingMode;
  agents?: (Partial<Agent> & { code: string })[];
  components?: CaseComponent[];
  events?: Partial<SalesEvent>[];
  pools?: Partial<Pool>[];
};

const ALWAYS = '2026-01-01';

function agent(code: string, channelType: string, tier: string, region: string): Agent {
  return {
    code,
    channelType,
    tiers: [{ tier, from: ALWAYS }],
    regions: [{ region, from: ALWAYS }],
    statuses: [{ status: 'ACTIVE', from: ALWAYS }],
  };
}

export const agents = [
  agent('A001', 'AGENT', 'STAR_3', 'NORTH-1'),
  agent('A002', 'AGENT', 'STAR_4', 'SOUTH'),
  agent('A003', 'DIRECT_SALES', 'STAR_5', 'SOUTH'),
];

export const world: OracleInput = {
  timeZone: 'Asia/Shanghai',
  period: '2026-10',
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
  agents,
  agreements: agents.map(({ code }) => ({ agent: code, plan: 'P', from: ALWAYS })),
  plans: [],
  pools: [],
  events: [],
  exchangeRates: [],
  openings: [],
};

function component(given: CaseComponent): Component {
  const rules = (given.rules ?? []).map((rule) => ({ match: {}, ...rule }));
  return { code: 'C', kind: 'RATE', events: ['ACTIVATION'], base: 'amount', multiplyByTier: false, ...given, rules };
}

function defaultPlan(given: CaseInput): Plan {
  const { currency = 'CNY', rounding = 'HALF_UP', components = [] } = given;
  return { code: 'P', versions: [{ from: ALWAYS, currency, rounding, components: components.map(component) }] };
}

function defaultEvent(currency: string, number: number): SalesEvent {
  return {
    source: 'TEST',
    externalId: `E${number}`,
    type: 'ACTIVATION',
    occurredAt: '2026-10-10T10:00:00+08:00',
    agent: 'A001',
    product: 'FIBER',
    quantity: '1',
    amount: '100',
    currency,
  };
}

function defaultPool(currency: string): Pool {
  return {
    code: 'P1',
    from: ALWAYS,
    currency,
    rounding: 'HALF_UP',
    fund: { fixed: '100' },
    weights: [{ factor: 'UNITS', events: ['ACTIVATION'] }],
    remainder: 'CARRY_OVER',
    carriedIn: '0',
  };
}

/** The whole input of a case. Events without an externalId are E1, E2 … by their place. */
export function expandCase(given: CaseInput): OracleInput {
  const { currency = 'CNY', rounding: _rounding, components: _components, ...replaced } = given;
  return {
    ...world,
    plans: [defaultPlan(given)],
    ...replaced,
    agents: agents.map((each) => ({ ...each, ...given.agents?.find((other) => other.code === each.code) })),
    events: (given.events ?? []).map((event, index) => ({ ...defaultEvent(currency, index + 1), ...event })),
    pools: (given.pools ?? []).map((pool) => ({ ...defaultPool(currency), ...pool })),
  };
}
