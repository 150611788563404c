import type {
  Component,
  Conflict,
  HistoryInput,
  Match,
  PlanVersion,
  SalesEvent,
  Step,
} from '../oracle/historyModel.ts';
import type { HistoryOutput, PeriodOutput } from '../oracle/historyOutput.ts';

// Many small histories in one database at once: nothing connects them (each has its own agents, plans, pools, metrics, campaigns and
// events), so each must come out as it would alone. A run of many costs far less than many runs.

/** What all histories of a group define alike stays common: it earns nothing by itself, and each copy would cost statements. */
type Common = { readonly regions: boolean; readonly products: boolean };

const mark = (world: number) => `W${String(world).padStart(3, '0')}_`;

/** Puts the world's mark before every code and key. Currencies, exchange rates, channel types and segments stay common. */
function marked(input: HistoryInput, world: number, common: Common): HistoryInput {
  const own = (code: string) => `${mark(world)}${code}`;
  const maybe = (code: string | undefined) => (code === undefined ? undefined : own(code));
  const region = (code: string) => (common.regions ? code : own(code));
  const product = (code: string) => (common.products ? code : own(code));
  const maybeRegion = (code: string | undefined) => (code === undefined ? undefined : region(code));
  const maybeProduct = (code: string | undefined) => (code === undefined ? undefined : product(code));
  const match = (given: Match): Match => ({
    ...given,
    product: maybeProduct(given.product),
    category: maybeProduct(given.category),
    tier: maybe(given.tier),
    region: maybeRegion(given.region),
    campaign: maybe(given.campaign),
  });
  const component = (given: Component): Component => ({
    ...given,
    ...('rules' in given && { rules: given.rules.map((rule) => ({ ...rule, match: match(rule.match) })) }),
    ...('campaign' in given && { campaign: own(given.campaign) }),
  });
  const version = (given: PlanVersion): PlanVersion => ({ ...given, components: given.components.map(component) });
  const event = (given: SalesEvent): SalesEvent => ({
    ...given,
    source: own(given.source),
    agent: own(given.agent),
    product: product(given.product),
    region: maybeRegion(given.region),
    campaign: maybe(given.campaign),
    subscription: maybe(given.subscription),
    credits: given.credits?.map((credit) => ({ ...credit, agent: own(credit.agent) })),
  });
  const agent = (given: HistoryInput['agents'][number]) => ({
    ...given,
    code: own(given.code),
    tiers: given.tiers.map((fact) => ({ ...fact, tier: own(fact.tier) })),
    regions: given.regions.map((fact) => ({ ...fact, region: region(fact.region) })),
    parents: given.parents.map((fact) => ({ ...fact, parent: own(fact.parent) })),
  });
  const agreement = (given: HistoryInput['agreements'][number]) => ({
    ...given,
    code: own(given.code),
    agent: own(given.agent),
    plan: own(given.plan),
  });
  const metric = (given: HistoryInput['metricValues'][number]) => ({ ...given, agent: own(given.agent) });
  const conflict = ({ decision, ...given }: Conflict): Conflict => ({
    ...given,
    event: own(given.event),
    others: given.others?.map(own),
    ...(decision && {
      decision: {
        ...decision,
        keeps: maybe(decision.keeps),
        shares: decision.shares?.map((share) => ({ ...share, agent: own(share.agent) })),
        deductions: decision.deductions?.map((each) => ({ ...each, agent: own(each.agent) })),
      },
    }),
  });
  const step = ({ period, arrivals, changes }: Step): Step => ({
    period,
    arrivals: arrivals.map(event),
    ...(changes && {
      changes: {
        agents: changes.agents?.map(agent),
        agreements: changes.agreements?.map((each) => ({
          agent: own(each.agent),
          agreements: each.agreements.map(agreement),
        })),
        metricValues: changes.metricValues?.map(metric),
        versions: changes.versions?.map((each) => ({ plan: own(each.plan), version: version(each.version) })),
        conflicts: changes.conflicts?.map(conflict),
        balances: changes.balances?.map((moved) => ({ ...moved, agent: own(moved.agent) })),
      },
    }),
  });
  return {
    ...input,
    regions: input.regions.map(({ code, parent }) => ({ code: region(code), parent: maybeRegion(parent) })),
    products: input.products.map(({ code, category }) => ({ code: product(code), category: maybeProduct(category) })),
    tiers: input.tiers.map((tier) => ({ ...tier, code: own(tier.code) })),
    campaigns: input.campaigns.map((campaign) => ({ ...campaign, code: own(campaign.code) })),
    agents: input.agents.map(agent),
    agreements: input.agreements.map(agreement),
    plans: input.plans.map((plan) => ({ code: own(plan.code), versions: plan.versions.map(version) })),
    // a pool of everybody is here one of everybody in its world
    pools: input.pools.map((pool) => ({
      ...pool,
      code: own(pool.code),
      plans: (pool.plans ?? input.plans.map((plan) => plan.code)).map(own),
    })),
    metricValues: input.metricValues.map(metric),
    openings: input.openings.map((opening) => ({ ...opening, agent: own(opening.agent) })),
    steps: input.steps.map(step),
  };
}

/** What histories must share to stand side by side: the zone and the months. */
export function sideBySide(input: HistoryInput): string {
  return `${input.timeZone} ${input.steps.map(({ period }) => period).join()}`;
}

/** One history of many with the same `sideBySide` and the same exchange rates, which belong to the operator. */
export function mergeHistories(inputs: readonly HistoryInput[]): HistoryInput {
  const isAlike = (key: 'regions' | 'products') =>
    new Set(inputs.map((input) => JSON.stringify(input[key]))).size === 1;
  const common = { regions: isAlike('regions'), products: isAlike('products') };
  const worlds = inputs.map((input, world) => marked(input, world, common));
  const [first] = worlds;
  if (!first) throw new Error('nothing to merge');
  const all = <Key extends keyof HistoryInput>(key: Key) =>
    worlds.flatMap((world) => world[key] as unknown[]) as unknown as HistoryInput[Key];
  const joined = <Item>(lists: readonly (readonly Item[] | undefined)[]) => lists.flatMap((list) => list ?? []);
  return {
    ...first,
    currencyDigits: Object.assign({}, ...worlds.map((world) => world.currencyDigits)),
    regions: common.regions ? first.regions : all('regions'),
    products: common.products ? first.products : all('products'),
    tiers: all('tiers'),
    campaigns: all('campaigns'),
    agents: all('agents'),
    agreements: all('agreements'),
    plans: all('plans'),
    pools: all('pools'),
    metricValues: all('metricValues'),
    openings: all('openings'),
    steps: first.steps.map(({ period }, index) => {
      const steps = worlds.map((world) => world.steps[index]);
      return {
        period,
        arrivals: joined(steps.map((step) => step?.arrivals)),
        changes: {
          agents: joined(steps.map((step) => step?.changes?.agents)),
          agreements: joined(steps.map((step) => step?.changes?.agreements)),
          metricValues: joined(steps.map((step) => step?.changes?.metricValues)),
          versions: joined(steps.map((step) => step?.changes?.versions)),
          conflicts: joined(steps.map((step) => step?.changes?.conflicts)),
          balances: joined(steps.map((step) => step?.changes?.balances)),
        },
      };
    }),
  };
}

/** A merged result apart again: the part of each of `count` worlds, without its mark. */
export function partsOf(output: HistoryOutput, count: number): HistoryOutput[] {
  const marks = Array.from({ length: count }, (_, world) => mark(world));
  const periods = Object.entries(output.periods).map(([name, period]) => {
    const lines = byWorld(period.lines, ({ agent }) => agent);
    const pools = byWorld(period.pools, ({ code }) => code);
    const statements = byWorld(period.statements, ({ agent }) => agent);
    const held = byWorld(period.held, ({ agent }) => agent);
    const unpaid = byWorld(period.unpaid, ({ agent }) => agent);
    const partOf = (own: string): PeriodOutput => ({
      ...period,
      lines: lines.get(own) ?? [],
      pools: pools.get(own) ?? [],
      statements: statements.get(own) ?? [],
      held: held.get(own) ?? [],
      unpaid: unpaid.get(own) ?? [],
    });
    return { name, partOf };
  });
  return marks.map((own) => ({
    periods: Object.fromEntries(periods.map(({ name, partOf }) => [name, partOf(own)])),
  }));
}

/** Rows by the mark of the world that they belong to, the mark taken off all their texts. */
function byWorld<Row extends object>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const worlds = new Map<string, Row[]>();
  for (const row of rows) {
    const own = keyOf(row).slice(0, mark(0).length);
    const values = Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith(own) ? value.slice(own.length) : value,
    ]);
    const known = worlds.get(own);
    const stripped = Object.fromEntries(values) as Row;
    if (known) known.push(stripped);
    else worlds.set(own, [stripped]);
  }
  return worlds;
}
