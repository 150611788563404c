import { filterReferences, filtersOf } from '../scorecards/metricSchema.ts';
import type { TemplateDefinition } from '../scorecards/template.ts';
import { differences } from './content.ts';
import type { Fault, Path } from './paths.ts';
import type { Reference } from './records.ts';
import type { Programme } from './schema.ts';
import { latestOf, type ScorecardState, sectionsWithVersions, targetKey, versionedSections } from './scorecards.ts';

/** What metrics, templates, targets, tier schemes, grids and awards name of regions, products, tiers … */
export function* scorecardReferences(programme: Programme): Generator<Reference> {
  for (const [index, { definition }] of programme.metrics.entries()) {
    if (definition.source !== 'COMPUTED') continue;
    for (const { at, filter } of filtersOf(definition.formula)) {
      for (const { list, table } of filterReferences) {
        for (const code of filter[list] ?? []) {
          yield { target: filterTargets[table], code, path: ['metrics', index, 'definition', 'formula', at, list] };
        }
      }
    }
  }
  for (const [index, { channelType, tier }] of programme.scoreTemplates.entries()) {
    yield { target: 'channelTypes', code: channelType, path: ['scoreTemplates', index, 'channelType'] };
    yield { target: 'tiers', code: tier, path: ['scoreTemplates', index, 'tier'] };
  }
  for (const [index, { agent, region, channelType }] of programme.scoreTargets.entries()) {
    yield { target: 'agents', code: agent, path: ['scoreTargets', index, 'agent'] };
    yield { target: 'regions', code: region, path: ['scoreTargets', index, 'region'] };
    yield { target: 'channelTypes', code: channelType, path: ['scoreTargets', index, 'channelType'] };
  }
  yield* versionReferences(programme);
  yield* ruleReferences(programme);
}

const filterTargets = {
  product: 'products',
  product_category: 'productCategories',
  segment: 'segments',
  campaign: 'campaigns',
  region: 'regions',
} as const;

function* versionReferences(programme: Programme): Generator<Reference> {
  for (const section of ['tierSchemes', 'loyaltyGrids', 'awardRules'] as const) {
    for (const [index, { versions }] of programme[section].entries()) {
      for (const [position, { definition }] of versions.entries()) {
        const path = [section, index, 'versions', position, 'definition'];
        for (const [place, code] of definition.channelTypes.entries()) {
          yield { target: 'channelTypes', code, path: [...path, 'channelTypes', place] };
        }
        if ('tiers' in definition) {
          for (const [place, { tier }] of definition.tiers.entries()) {
            yield { target: 'tiers', code: tier, path: [...path, 'tiers', place, 'tier'] };
          }
        }
        if ('prize' in definition && definition.prize.kind === 'POOL') {
          yield { target: 'pools', code: definition.prize.pool, path: [...path, 'prize', 'pool'] };
        }
      }
    }
  }
}

const ruleTargets = { channelTypes: 'channelTypes', regions: 'regions', categories: 'productCategories' } as const;

/** What rules of conflicts and of shared credits, and policies of registration, name. Lists are kept sorted: places in them would mislead. */
function* ruleReferences(programme: Programme): Generator<Reference> {
  for (const section of ['conflictRules', 'creditRules', 'registrationPolicies'] as const) {
    for (const [index, { versions }] of programme[section].entries()) {
      for (const [position, { definition }] of versions.entries()) {
        const path = [section, index, 'versions', position, 'definition'];
        if ('scope' in definition) yield* listReferences(definition.scope, [...path, 'scope']);
        else yield* listReferences(definition, path);
        for (const [place, share] of ('shares' in definition ? definition.shares : []).entries()) {
          yield* listReferences(share, [...path, 'shares', place]);
        }
      }
    }
  }
}

type CodeLists = { readonly [List in keyof typeof ruleTargets]?: readonly string[] };

function* listReferences(lists: CodeLists, path: Path): Generator<Reference> {
  for (const [list, target] of Object.entries(ruleTargets)) {
    for (const code of lists[list as keyof CodeLists] ?? []) yield { target, code, path: [...path, list] };
  }
}

/** How agents are judged, as it would be once the programme is applied. */
export function checkScorecards(programme: Programme, state: ScorecardState): Fault[] {
  return [
    ...metricFaults(programme, state),
    ...scopeFaults(programme, state),
    ...targetFaults(programme),
    ...courseFaults(programme, state),
    ...versionFaults(programme, state),
  ];
}

/** Templates and targets name metrics of the catalogue, or the average of a survey. */
function metricFaults(programme: Programme, state: ScorecardState): Fault[] {
  const surveys = [...state.surveys, ...programme.surveys.map(({ code }) => code)];
  const known = new Set([
    ...state.metrics.keys(),
    ...programme.metrics.map(({ code }) => code),
    ...surveys.map((code) => `SURVEY_${code}`),
  ]);
  const named = [
    ...programme.scoreTemplates.flatMap(({ versions }, index) =>
      versions.flatMap(({ definition }, position) =>
        metricsOf(definition, ['scoreTemplates', index, 'versions', position, 'definition']),
      ),
    ),
    ...programme.scoreTargets.map(({ metric }, index) => ({ metric, path: ['scoreTargets', index, 'metric'] })),
  ];
  return named
    .filter(({ metric }) => !known.has(metric))
    .map(({ metric, path }) => ({ code: 'METRIC_UNKNOWN', path, message: `the catalogue has no metric ${metric}` }));
}

function metricsOf(definition: TemplateDefinition, path: Path): { readonly metric: string; readonly path: Path }[] {
  const own = (['items', 'bonuses', 'deductions', 'vetoes'] as const).flatMap((list) =>
    definition[list].flatMap(({ metric }, index) =>
      metric === undefined ? [] : [{ metric, path: [...path, list, index, 'metric'] }],
    ),
  );
  const rated = definition.items.flatMap(({ method }, index) =>
    (method.kind === 'RATED_360' ? method.groups : []).flatMap(({ survey }, place) =>
      survey === undefined
        ? []
        : [{ metric: `SURVEY_${survey}`, path: [...path, 'items', index, 'method', 'groups', place, 'survey'] }],
    ),
  );
  return [...own, ...rated];
}

function scopeFaults({ scoreTemplates }: Programme, { definitions }: ScorecardState): Fault[] {
  const scope = ({ channelType = '', tier = '' }) => `${channelType} ${tier}`;
  const present = [...definitions.scoreTemplates.values()].map(({ declared }) => declared);
  return scoreTemplates.flatMap((template, index): Fault[] => {
    const { code } = template;
    const path = ['scoreTemplates', index];
    const own = present.find((each) => each.code === code);
    if (own && scope(own) !== scope(template)) {
      const message = `template ${code} is for another channel type or tier; give the new one a code of its own`;
      return [{ code: 'PROGRAMME_INVALID', path, message }];
    }
    const other = [...present, ...scoreTemplates.slice(0, index)].find(
      (each) => each.code !== code && scope(each) === scope(template),
    );
    const message = `template ${other?.code} is for the same channel type and tier as ${code}`;
    return other ? [{ code: 'TEMPLATE_SCOPE_TAKEN', path, message }] : [];
  });
}

function targetFaults({ scoreTargets }: Programme): Fault[] {
  const seen = new Set<string>();
  return scoreTargets.flatMap(({ agent = null, region = null, channelType = null, ...rest }, index): Fault[] => {
    const key = targetKey({ ...rest, agent, region, channelType });
    if (seen.has(key)) {
      return [
        { code: 'TARGET_DOUBLED', path: ['scoreTargets', index], message: `the target of ${key} is there twice` },
      ];
    }
    seen.add(key);
    return [];
  });
}

function courseFaults({ tierSchemes, courses }: Programme, state: ScorecardState): Fault[] {
  const known = new Set([...state.courses, ...courses.map(({ code }) => code)]);
  return tierSchemes.flatMap(({ versions }, index) =>
    versions.flatMap(({ definition }, position) =>
      definition.tiers.flatMap((tier, place) =>
        (['entry', 'keep'] as const).flatMap((list) =>
          tier[list].flatMap((criterion, number): Fault[] => {
            if (criterion.kind !== 'CERTIFICATION' || known.has(criterion.course)) return [];
            const at = [
              'tierSchemes',
              index,
              'versions',
              position,
              'definition',
              'tiers',
              place,
              list,
              number,
              'course',
            ];
            return [{ code: 'REFERENCE_UNKNOWN', path: at, message: `there is no course ${criterion.course}` }];
          }),
        ),
      ),
    ),
  );
}

/** Published versions are never altered, and new ones begin after them. */
function versionFaults(programme: Programme, { definitions }: ScorecardState): Fault[] {
  return sectionsWithVersions.flatMap((section) =>
    programme[section].flatMap(({ code, versions }, index) => {
      const standing = definitions[section].get(code);
      const last = latestOf(standing)?.validFrom ?? '';
      const name = `${versionedSections[section].what} ${code}`;
      return versions.flatMap(({ validFrom, definition }, position): Fault[] => {
        const path = [section, index, 'versions', position];
        if (versions.findIndex((other) => other.validFrom === validFrom) < position) {
          const message = `${name} has two versions that begin on ${validFrom}`;
          return [{ code: 'DATES_OVERLAP', path: [...path, 'validFrom'], message }];
        }
        const published = standing?.versions.get(validFrom);
        if (!published) {
          const message = `a new version of ${name} must begin after the published one of ${last}`;
          return validFrom < last ? [{ code: 'VERSION_TOO_EARLY', path: [...path, 'validFrom'], message }] : [];
        }
        const found = differences(published, definition);
        if (found.length === 0) return [];
        const named = found.length > 5 ? [...found.slice(0, 5), `and ${found.length - 5} more`] : found;
        const message = `the version of ${name} from ${validFrom} is published with other content: ${named.join('; ')}`;
        return [{ code: 'DEFINITION_PUBLISHED', path, message }];
      });
    }),
  );
}
