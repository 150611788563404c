import { checkAgents } from './checkAgents.ts';
import { checkPartners } from './checkPartners.ts';
import { checkScorecards, scorecardReferences } from './checkScorecards.ts';
import { checkVersions, type Published } from './checkVersions.ts';
import { checkCodes } from './codes.ts';
import { checkConflicts, conflictReferences } from './conflicts.ts';
import { rulesOf } from './content.ts';
import { checkFigures } from './figures.ts';
import type { Fault, Path } from './paths.ts';
import type { Known, Reference } from './records.ts';
import type { Programme } from './schema.ts';
import type { State } from './state.ts';

// What entries of a programme mean together and with what is in the database. Pure: the state is loaded before. Files and
// GraphQL mutations come through here alike (DOMAIN.md §11).

/** Every fault of a programme, in the order of its sections; empty where it can be applied. */
export function checkProgramme(programme: Programme, state: State, published: Published): Fault[] {
  return [
    ...checkOperator(programme, state),
    ...sections.flatMap((section) => checkCodes(programme[section], [section])),
    ...checkReferences(programme, state.known),
    ...checkRegionTree(programme, state.known),
    ...checkVersions(programme, state, published),
    ...checkAgents(programme, state),
    ...checkPartners(programme, state),
    ...checkScorecards(programme, state.scorecards),
    ...checkConflicts(programme),
    ...checkFigures(programme, state.known.exchangeRates, {
      known: state.known.metricValues,
      settled: state.settledMetrics,
    }),
  ];
}

const sections = [
  'regions',
  'channelTypes',
  'productCategories',
  'products',
  'segments',
  'campaigns',
  'tiers',
  'plans',
  'pools',
  'agents',
  'screeningForms',
  'courses',
  'surveys',
  'metrics',
  'scoreTemplates',
  'tierSchemes',
  'loyaltyGrids',
  'awardRules',
  'conflictRules',
  'creditRules',
  'registrationPolicies',
] as const satisfies readonly (keyof Programme)[];

function checkOperator({ operator }: Programme, state: State): Fault[] {
  if (!operator) {
    return state.operator ? [] : [{ code: 'NOT_SET_UP', path: ['operator'], message: 'no operator is declared yet' }];
  }
  const current = state.operator;
  if (!current || !state.hasSalesEvents) return [];
  return (['timeZone', 'currency'] as const)
    .filter((field) => operator[field] !== current[field])
    .map((field) => ({
      code: 'OPERATOR_FIXED',
      path: ['operator', field],
      message: `is ${current[field]} and there are sales events already; it cannot become ${operator[field]}`,
    }));
}

const targetNames: Record<Reference['target'], string> = {
  regions: 'region',
  channelTypes: 'channel type',
  productCategories: 'product category',
  products: 'product',
  segments: 'segment',
  campaigns: 'campaign',
  tiers: 'tier',
  plans: 'plan',
  pools: 'pool',
  agents: 'agent',
};

/** A reference may name something of the programme itself or something in the database. */
function checkReferences(programme: Programme, known: Known): Fault[] {
  const declared = new Map<string, ReadonlySet<string>>(
    sections.map((section) => [section, new Set(programme[section].map((entry) => entry.code))]),
  );
  return [...references(programme)].flatMap(({ target, code, path }): Fault[] => {
    if (typeof code !== 'string' || declared.get(target)?.has(code) || known[target].has(code)) return [];
    return [{ code: 'REFERENCE_UNKNOWN', path, message: `there is no ${targetNames[target]} ${code}` }];
  });
}

function* references(programme: Programme): Generator<Reference> {
  for (const [index, region] of programme.regions.entries()) {
    yield { target: 'regions', code: region.parent, path: ['regions', index, 'parent'] };
  }
  for (const [index, product] of programme.products.entries()) {
    yield { target: 'productCategories', code: product.category, path: ['products', index, 'category'] };
  }
  yield* planReferences(programme);
  yield* poolReferences(programme);
  yield* agentReferences(programme);
  for (const [index, agreement] of programme.agreements.entries()) {
    yield { target: 'agents', code: agreement.agent, path: ['agreements', index, 'agent'] };
    yield { target: 'plans', code: agreement.plan, path: ['agreements', index, 'plan'] };
  }
  yield* partnerReferences(programme);
  yield* scorecardReferences(programme);
  yield* conflictReferences(programme);
  for (const [index, value] of programme.metricValues.entries()) {
    yield { target: 'agents', code: value.agent, path: ['metricValues', index, 'agent'] };
  }
}

function* partnerReferences(programme: Programme): Generator<Reference> {
  for (const [index, form] of programme.screeningForms.entries()) {
    yield { target: 'channelTypes', code: form.channelType, path: ['screeningForms', index, 'channelType'] };
  }
  for (const [index, course] of programme.courses.entries()) {
    for (const [position, { channelType, productCategory }] of (course.requirements ?? []).entries()) {
      const path = ['courses', index, 'requirements', position];
      yield { target: 'channelTypes', code: channelType, path: [...path, 'channelType'] };
      yield { target: 'productCategories', code: productCategory, path: [...path, 'productCategory'] };
    }
  }
  for (const [index, { region, channelType }] of programme.channelCapacity.entries()) {
    yield { target: 'regions', code: region, path: ['channelCapacity', index, 'region'] };
    yield { target: 'channelTypes', code: channelType, path: ['channelCapacity', index, 'channelType'] };
  }
}

const ruleTargets = {
  product: 'products',
  category: 'productCategories',
  channelType: 'channelTypes',
  tier: 'tiers',
  region: 'regions',
  segment: 'segments',
  campaign: 'campaigns',
} as const;

function* planReferences(programme: Programme): Generator<Reference> {
  for (const [planIndex, plan] of programme.plans.entries()) {
    for (const [versionIndex, version] of plan.versions.entries()) {
      for (const [componentIndex, component] of version.components.entries()) {
        if (component.kind === 'SPIFF') {
          const path = ['plans', planIndex, 'versions', versionIndex, 'components', componentIndex, 'campaign'];
          yield { target: 'campaigns', code: component.campaign, path };
        }
        for (const [ruleIndex, rule] of rulesOf(component).entries()) {
          const path = ['plans', planIndex, 'versions', versionIndex, 'components', componentIndex, 'rules', ruleIndex];
          for (const field of Object.keys(ruleTargets) as (keyof typeof ruleTargets)[]) {
            yield { target: ruleTargets[field], code: rule[field], path: [...path, field] };
          }
        }
      }
    }
  }
}

function* poolReferences(programme: Programme): Generator<Reference> {
  for (const [poolIndex, pool] of programme.pools.entries()) {
    for (const [versionIndex, version] of pool.versions.entries()) {
      for (const [index, code] of version.channelTypes.entries()) {
        const path = ['pools', poolIndex, 'versions', versionIndex, 'channelTypes', index];
        yield { target: 'channelTypes', code, path };
      }
      for (const [index, code] of version.plans.entries()) {
        yield { target: 'plans', code, path: ['pools', poolIndex, 'versions', versionIndex, 'plans', index] };
      }
    }
  }
}

function* agentReferences(programme: Programme): Generator<Reference> {
  for (const [index, agent] of programme.agents.entries()) {
    yield { target: 'channelTypes', code: agent.channelType, path: ['agents', index, 'channelType'] };
    yield* factReferences('regions', agent.region, ['agents', index, 'region'], (fact) => fact.region);
    yield* factReferences('tiers', agent.tier, ['agents', index, 'tier'], (fact) => fact.tier);
    yield* factReferences('agents', agent.parent, ['agents', index, 'parent'], (fact) => fact.parent);
    for (const [position, territory] of agent.territories.entries()) {
      yield { target: 'regions', code: territory.region, path: ['agents', index, 'territories', position, 'region'] };
    }
    for (const [position, agreement] of agent.agreements.entries()) {
      yield { target: 'plans', code: agreement.plan, path: ['agents', index, 'agreements', position, 'plan'] };
    }
  }
}

function* factReferences<Entry>(
  target: Reference['target'],
  declared: string | readonly Entry[] | undefined,
  path: Path,
  codeOf: (entry: Entry) => string,
): Generator<Reference> {
  if (typeof declared === 'string') yield { target, code: declared, path };
  else
    for (const [index, entry] of (declared ?? []).entries())
      yield { target, code: codeOf(entry), path: [...path, index] };
}

/** Circles in the tree of regions as it would be, each reported once. */
function checkRegionTree(programme: Programme, known: Known): Fault[] {
  const parents = new Map([...known.regions.values()].map((region) => [region.code, region.parent]));
  for (const { code, parent } of programme.regions) {
    if (parent !== undefined) parents.set(code, parent);
  }
  const clear = new Set<string>();
  return programme.regions.flatMap(({ code }, index): Fault[] => {
    const way: string[] = [];
    let current: string | null | undefined = code;
    while (typeof current === 'string' && !clear.has(current) && !way.includes(current)) {
      way.push(current);
      current = parents.get(current);
    }
    for (const passed of way) clear.add(passed);
    if (typeof current !== 'string' || !way.includes(current)) return [];
    const circle = [...way.slice(way.indexOf(current)), current].join(' → ');
    return [{ code: 'REGION_CIRCLE', path: ['regions', index, 'parent'], message: `regions in a circle: ${circle}` }];
  });
}
