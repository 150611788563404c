import type { HitFinding } from '../../src/conflicts/facts.ts';
import type { ConflictRuleDefinition } from '../../src/conflicts/rule.ts';
import { Decimal } from '../../src/money.ts';

// What conflict rules find (DOMAIN.md §8, docs/conflicts.md), written a second time: plain loops over everything, event by event.

type Dated = { readonly from: string; readonly to: string | null };

type JudgedEvent = {
  readonly key: string;
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  /** In UTC, with microseconds: texts sort as instants do. */
  readonly at: string;
  readonly agent: string;
  readonly product: string;
  readonly quantity: string;
  readonly amount: string;
  readonly currency: string;
  readonly region: string | null;
  readonly segment: string | null;
  readonly customer: string | null;
  readonly subscription: string | null;
  readonly campaign: string | null;
  readonly listPrice: string | null;
  readonly original: string | null;
};

export type World = {
  readonly regions: readonly { code: string; parent: string | null }[];
  readonly agents: readonly { code: string; channel: string }[];
  readonly links: readonly (Dated & { agent: string; parent: string })[];
  readonly places: readonly (Dated & { agent: string; region: string })[];
  readonly territories: readonly (Dated & { agent: string; region: string; exclusive: boolean })[];
  readonly products: readonly { code: string; category: string | null }[];
  readonly floors: readonly (Dated & {
    product: string | null;
    category: string | null;
    region: string | null;
    channel: string | null;
    currency: string;
    price: string;
  })[];
  readonly cells: readonly (Dated & { channel: string; category: string; segment: string | null; allowed: boolean })[];
  readonly requirements: readonly (Dated & { course: string; channel: string | null; category: string })[];
  readonly results: readonly (Dated & { course: string; agent: string; passed: boolean })[];
  readonly deals: readonly {
    code: string;
    agent: string;
    customer: string;
    product: string | null;
    category: string | null;
    state: string;
    from: string | null;
    until: string | null;
  }[];
  readonly versions: readonly {
    rule: string;
    number: number;
    validFrom: string;
    definition: ConflictRuleDefinition;
  }[];
  readonly events: readonly JudgedEvent[];
};

const dayOf = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10);
const daysBetween = (earlier: string, later: string) => (Date.parse(later) - Date.parse(earlier)) / 86_400_000;
const holds = ({ from, to }: Dated, day: string) => from <= day && (to === null || day < to);
const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const unique = (texts: readonly string[]) => [...new Set(texts)].sort(bytes);
const order = (a: JudgedEvent, b: JudgedEvent) =>
  bytes(a.at, b.at) || bytes(a.source, b.source) || bytes(a.externalId, b.externalId);

/** Every hit: `rule source/external_id` and what was found, in the order that facts have. */
export function expectedHits(world: World): Map<string, readonly HitFinding[]> {
  const reversed = new Set(
    world.events.flatMap(({ type, source, original }) => (type === 'REVERSAL' ? [`${source}/${original}`] : [])),
  );
  const standing = world.events.filter(({ key }) => !reversed.has(key));
  const hits = new Map<string, readonly HitFinding[]>();
  for (const rule of unique(world.versions.map(({ rule }) => rule))) {
    for (const event of standing) {
      const day = dayOf(event.at);
      const [version] = world.versions
        .filter((each) => each.rule === rule && each.validFrom <= day)
        .sort((a, b) => bytes(b.validFrom, a.validFrom) || b.number - a.number);
      if (!version?.definition.enabled || !inScope(world, event, version.definition)) continue;
      const findings = judge(world, standing, event, version.definition).sort(
        (a, b) => bytes(a.test, b.test) || bytes(a.registration ?? '', b.registration ?? ''),
      );
      if (findings.length > 0) hits.set(`${rule} ${event.key}`, findings);
    }
  }
  return hits;
}

const channelOf = (world: World, agent: string) => world.agents.find(({ code }) => code === agent)?.channel ?? '';
const categoryOf = (world: World, product: string) =>
  world.products.find(({ code }) => code === product)?.category ?? null;

function regionOf(world: World, event: JudgedEvent): string | null {
  const day = dayOf(event.at);
  return event.region ?? world.places.find((each) => each.agent === event.agent && holds(each, day))?.region ?? null;
}

/** A region and all above it, itself first. */
function pathOf(world: World, region: string | null): string[] {
  const found = world.regions.find(({ code }) => code === region);
  return found ? [found.code, ...pathOf(world, found.parent)] : [];
}

function aboveOn(world: World, agent: string, day: string): string[] {
  const link = world.links.find((each) => each.agent === agent && holds(each, day));
  return link ? [link.parent, ...aboveOn(world, link.parent, day)] : [];
}

function inScope(world: World, event: JudgedEvent, { scope }: ConflictRuleDefinition): boolean {
  const { events, channelTypes = [], regions = [], categories = [] } = scope;
  const category = categoryOf(world, event.product);
  return (
    events.some((type) => type === event.type) &&
    (channelTypes.length === 0 || channelTypes.includes(channelOf(world, event.agent))) &&
    (regions.length === 0 || pathOf(world, regionOf(world, event)).some((code) => regions.includes(code))) &&
    (categories.length === 0 || (category !== null && categories.includes(category)))
  );
}

function judge(
  world: World,
  standing: readonly JudgedEvent[],
  event: JudgedEvent,
  rule: ConflictRuleDefinition,
): HitFinding[] {
  switch (rule.kind) {
    case 'TERRITORY':
      return territory(world, event, rule);
    case 'OWNERSHIP':
      return [
        ...(rule.protects.includes('REGISTRATION') ? registrations(world, event) : []),
        ...(rule.protects.includes('CUSTOMER') ? customers(standing, event, rule) : []),
      ];
    case 'DUPLICATE': {
      const same = (other: JudgedEvent) =>
        other.product === event.product ||
        (rule.same === 'CATEGORY' &&
          categoryOf(world, event.product) !== null &&
          categoryOf(world, other.product) === categoryOf(world, event.product));
      return claims(
        'DUPLICATE',
        earlier(standing, event, rule).filter(
          (other) => other.agent !== event.agent && ofCustomer(other, event) && same(other),
        ),
      );
    }
    case 'PRICE_FLOOR':
      return prices(world, event, rule);
    case 'AUTHORISATION':
      return authorisation(world, event, rule);
    case 'CAMPAIGN_OVERLAP':
      return campaigns(standing, event, rule);
  }
}

type Of<Kind> = Extract<ConflictRuleDefinition, { kind: Kind }>;

function territory(world: World, event: JudgedEvent, rule: Of<'TERRITORY'>): HitFinding[] {
  const day = dayOf(event.at);
  const region = regionOf(world, event);
  if (region === null) return [];
  const path = pathOf(world, region);
  const above = aboveOn(world, event.agent, day);
  const rights = world.territories.filter((each) => holds(each, day));
  const own = rights.filter(({ agent }) => agent === event.agent || above.includes(agent));
  const outside = own.length === 0 ? rule.withoutTerritory === 'HIT' : !own.some((each) => path.includes(each.region));
  const strangers = rights.filter(
    ({ agent, exclusive, region: where }) =>
      exclusive &&
      path.includes(where) &&
      agent !== event.agent &&
      !above.includes(agent) &&
      !aboveOn(world, agent, day).includes(event.agent),
  );
  return [
    ...(rule.tests.includes('INSIDE_EXCLUSIVE') && strangers.length > 0
      ? [{ test: 'INSIDE_EXCLUSIVE', agents: unique(strangers.map(({ agent }) => agent)), region }]
      : []),
    ...(rule.tests.includes('OUTSIDE_OWN') && outside ? [{ test: 'OUTSIDE_OWN', region }] : []),
  ];
}

function registrations(world: World, event: JudgedEvent): HitFinding[] {
  const protecting = world.deals.filter(
    ({ agent, customer, product, category, state, from, until }) =>
      agent !== event.agent &&
      customer === event.customer &&
      ['PROTECTED', 'WON', 'LOST', 'EXPIRED', 'WITHDRAWN'].includes(state) &&
      from !== null &&
      until !== null &&
      from <= event.at &&
      event.at < until &&
      (product === null || product === event.product) &&
      (category === null || category === categoryOf(world, event.product)),
  );
  return protecting.map(({ agent, code }) => ({ test: 'REGISTRATION', agents: [agent], registration: code }));
}

const ofCustomer = (one: JudgedEvent, other: JudgedEvent) => one.customer !== null && one.customer === other.customer;

/** Events that the rule reads, before this one, within its window, in their order. */
function earlier(
  standing: readonly JudgedEvent[],
  event: JudgedEvent,
  rule: Of<'OWNERSHIP' | 'DUPLICATE' | 'CAMPAIGN_OVERLAP'>,
): JudgedEvent[] {
  return standing
    .filter(
      (other) =>
        rule.scope.events.some((type) => type === other.type) &&
        order(other, event) < 0 &&
        daysBetween(dayOf(other.at), dayOf(event.at)) < rule.windowDays,
    )
    .sort(order);
}

function claims(test: string, others: readonly JudgedEvent[]): HitFinding[] {
  if (others.length === 0) return [];
  return [{ test, agents: unique(others.map(({ agent }) => agent)), events: others.map(({ key }) => key) }];
}

function customers(standing: readonly JudgedEvent[], event: JudgedEvent, rule: Of<'OWNERSHIP'>): HitFinding[] {
  const others = earlier(standing, event, rule).filter(
    (other) => other.agent !== event.agent && ofCustomer(other, event),
  );
  const latest = new Map(others.map((other) => [other.agent, other]));
  return claims('CUSTOMER', [...latest.values()].sort(order));
}

function prices(world: World, event: JudgedEvent, rule: Of<'PRICE_FLOOR'>): HitFinding[] {
  const amount = new Decimal(event.amount);
  const quantity = new Decimal(event.quantity);
  if (quantity.lte(0)) return [];
  const day = dayOf(event.at);
  const path = pathOf(world, regionOf(world, event));
  const rank = (each: World['floors'][number]) =>
    (each.product === null ? 0 : 1000) +
    (each.region === null ? 0 : 10 * (path.length - path.indexOf(each.region))) +
    (each.channel === null ? 0 : 1);
  const [floor] = world.floors
    .filter(
      (each) =>
        holds(each, day) &&
        each.currency === event.currency &&
        (each.product === null || each.product === event.product) &&
        (each.category === null || each.category === categoryOf(world, event.product)) &&
        (each.region === null || path.includes(each.region)) &&
        (each.channel === null || each.channel === channelOf(world, event.agent)),
    )
    .sort((a, b) => rank(b) - rank(a));
  const { currency, listPrice } = event;
  const percent = rule.percentOfListPrice;
  return [
    ...(listPrice !== null &&
    percent !== undefined &&
    amount.times(100).lt(new Decimal(percent).times(listPrice).times(quantity))
      ? [{ test: 'LIST_PRICE', currency }]
      : []),
    ...(floor && amount.lt(quantity.times(floor.price))
      ? [{ test: 'PRICE_FLOOR', floorPrice: new Decimal(floor.price).toFixed(), currency }]
      : []),
  ];
}

function authorisation(world: World, event: JudgedEvent, rule: Of<'AUTHORISATION'>): HitFinding[] {
  const category = categoryOf(world, event.product);
  if (category === null) return [];
  const day = dayOf(event.at);
  const channel = channelOf(world, event.agent);
  const cells = world.cells.filter(
    (each) => holds(each, day) && each.channel === channel && each.category === category,
  );
  const cell =
    cells.find(({ segment }) => segment !== null && segment === event.segment) ??
    cells.find(({ segment }) => segment === null);
  const allowed = cell ? cell.allowed : rule.unlisted === 'ALLOWED';
  const needed = world.requirements.filter(
    (each) => holds(each, day) && each.category === category && (each.channel === null || each.channel === channel),
  );
  const lacking = needed.filter(
    ({ course }) =>
      !world.results.some(
        (each) => each.agent === event.agent && each.course === course && each.passed && holds(each, day),
      ),
  );
  return [
    ...(rule.tests.includes('CERTIFICATION') && lacking.length > 0
      ? [{ test: 'CERTIFICATION', courses: unique(lacking.map(({ course }) => course)) }]
      : []),
    ...(rule.tests.includes('MATRIX') && !allowed ? [{ test: 'MATRIX' }] : []),
  ];
}

function campaigns(standing: readonly JudgedEvent[], event: JudgedEvent, rule: Of<'CAMPAIGN_OVERLAP'>): HitFinding[] {
  const { campaign } = event;
  if (campaign === null) return [];
  const isSameSale = (other: JudgedEvent) =>
    event.subscription === null && other.subscription === null
      ? ofCustomer(other, event) && other.product === event.product
      : other.subscription === event.subscription;
  const others = earlier(standing, event, rule).filter(
    (other) => other.campaign !== null && other.campaign !== campaign && isSameSale(other),
  );
  if (others.length === 0) return [];
  const agents = unique(others.flatMap(({ agent }) => (agent === event.agent ? [] : [agent])));
  return [
    {
      test: 'CAMPAIGN_OVERLAP',
      ...(agents.length > 0 ? { agents } : {}),
      events: others.map(({ key }) => key),
      campaigns: unique([campaign, ...others.map((other) => other.campaign ?? '')]),
    },
  ];
}
