import { canonicalJson } from '../commissions/hashes.ts';
import { clashText, type Link, Rights } from '../territories/clashes.ts';
import { differences } from './content.ts';
import {
  declaredCapacity,
  declaredSurveys,
  declaredTerritories,
  formVersionKey,
  pairOf,
  requirementRecord,
  type TerritoryRecord,
} from './partners.ts';
import type { Fault, Path } from './paths.ts';
import { declaredFacts } from './records.ts';
import type { Programme } from './schema.ts';
import type { State } from './state.ts';

/** Screening forms, courses, territories, the capacity plan and surveys, as they would be once the programme is applied. */
export function checkPartners(programme: Programme, state: State): Fault[] {
  return [
    ...formFaults(programme, state),
    ...requirementFaults(programme),
    ...territoryFaults(programme, state),
    ...capacityFaults(programme, state),
    ...surveyFaults(programme, state),
  ];
}

function formFaults({ screeningForms }: Programme, { partners }: State): Fault[] {
  return screeningForms.flatMap(({ code, channelType, versions }, index): Fault[] => {
    const path = ['screeningForms', index];
    const present = partners.screeningForms.get(code);
    const moved = present && present.channelType !== channelType;
    const message = `screening form ${code} is for channel type ${present?.channelType}; give the new one a code of its own`;
    return [
      ...(moved ? [{ code: 'PROGRAMME_INVALID' as const, path: [...path, 'channelType'], message }] : []),
      ...versions.flatMap((definition, position): Fault[] => {
        const number = position + 1;
        const published = partners.screeningFormVersions.get(formVersionKey(code, number));
        const found = published ? differences(published.definition, definition) : [];
        if (found.length === 0) return [];
        const text = `version ${number} of screening form ${code} is published with other content: ${found.slice(0, 5).join('; ')}`;
        return [{ code: 'SCREENING_FORM_PUBLISHED', path: [...path, 'versions', position], message: text }];
      }),
    ];
  });
}

function requirementFaults({ courses }: Programme): Fault[] {
  return courses.flatMap(({ code, requirements = [] }, index) =>
    requirements.flatMap((requirement, position): Fault[] => {
      const asked = askedOf(requirement);
      const doubled = requirements
        .slice(0, position)
        .some((other) => askedOf(other) === asked && overlap(other, requirement));
      const message = `course ${code} is required of the same twice on a day`;
      return doubled ? [{ code: 'DATES_OVERLAP', path: ['courses', index, 'requirements', position], message }] : [];
    }),
  );
}

type Requirement = NonNullable<Programme['courses'][number]['requirements']>[number];

function askedOf(requirement: Requirement): string {
  const { purpose, channelType, productCategory } = requirementRecord(requirement);
  return canonicalJson([purpose, channelType, productCategory]);
}

type Days = { readonly from: string; readonly to?: string | null };

function overlap(one: Days, other: Days): boolean {
  return (one.to == null || other.from < one.to) && (other.to == null || one.from < other.to);
}

/** Each declared right against those that are there, as they will be, and those declared before it. */
function territoryFaults(programme: Programme, state: State): Fault[] {
  const declared = declaredTerritories(programme, state.partners.territories);
  if (declared.length === 0) return [];
  const paths = programme.agents.flatMap(({ territories }, index) =>
    territories.map((_, position): Path => ['agents', index, 'territories', position]),
  );
  const rights = new Rights({
    regionParents: regionParents(programme, state),
    agentParents: agentParents(programme, state),
  });
  const replaced = new Set(declared.map(({ code }) => code));
  for (const right of state.partners.territories.values()) if (!replaced.has(right.code)) rights.add(right);
  const seen = new Map<string, TerritoryRecord>();
  return declared.flatMap((right, index): Fault[] => {
    const path = paths[index] ?? ['agents'];
    const clash = rights.clash(right);
    if (!clash && !seen.has(right.code)) {
      seen.set(right.code, right);
      rights.add(right);
      return [];
    }
    const message = clash
      ? clashText(right, clash)
      : `agent ${right.agent} has region ${right.region} from ${right.from} twice`;
    return [{ code: clash?.kind === 'EXCLUSIVE' ? 'TERRITORY_EXCLUSIVE' : 'DATES_OVERLAP', path, message }];
  });
}

function regionParents(programme: Programme, { known }: State): Map<string, string | null> {
  const parents = new Map([...known.regions.values()].map(({ code, parent }) => [code, parent]));
  for (const { code, parent } of programme.regions) {
    if (parent !== undefined || !parents.has(code)) parents.set(code, parent ?? null);
  }
  // A circle is a fault of its own; here it must only not be walked for ever.
  for (const code of parents.keys()) {
    const way = new Set<string>();
    for (let at: string | null = code; at !== null; at = parents.get(at) ?? null) {
      if (way.has(at)) parents.set(at, null);
      way.add(at);
    }
  }
  return parents;
}

function agentParents(programme: Programme, { facts }: State): Map<string, Link[]> {
  const links = new Map<string, Link[]>();
  for (const { agent, value, from, to } of facts.parent) {
    links.set(agent, [...(links.get(agent) ?? []), { parent: value, from, to }]);
  }
  for (const agent of programme.agents) {
    const declared = declaredFacts(agent, 'parent');
    if (declared)
      links.set(
        agent.code,
        declared.map(({ value, from, to }) => ({ parent: value, from, to })),
      );
  }
  return links;
}

function capacityFaults(programme: Programme, { partners }: State): Fault[] {
  const seen = new Set<string>();
  const positions = new Map<string, number>();
  const doubled = programme.channelCapacity.flatMap((figure, index): Fault[] => {
    const key = `${pairOf(figure)}@${figure.from}`;
    positions.set(key, index);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const message = `region ${figure.region} has two figures for ${figure.channelType} from ${figure.from} on; remove one`;
    return [{ code: 'CODE_DUPLICATE', path: ['channelCapacity', index], message }];
  });
  const figures = declaredCapacity(programme, partners.channelCapacity);
  const overlapping = figures.flatMap((later, index): Fault[] => {
    const earlier = figures[index - 1];
    if (!earlier || pairOf(earlier) !== pairOf(later) || !overlap(earlier, later)) return [];
    const position = positions.get(later.code) ?? positions.get(earlier.code);
    const path = ['channelCapacity', ...(position === undefined ? [] : [position])];
    const message = `the figures of region ${later.region} and ${later.channelType} from ${earlier.from} and from ${later.from} overlap; let the earlier end on ${later.from}`;
    return [{ code: 'DATES_OVERLAP', path, message }];
  });
  return [...doubled, ...overlapping];
}

function surveyFaults(programme: Programme, { partners }: State): Fault[] {
  return declaredSurveys(programme).flatMap((survey, index): Fault[] => {
    const { code } = survey;
    const found = partners.fixedSurveys.has(code) ? differences(partners.surveys.get(code), survey) : [];
    if (found.length === 0) return [];
    const message = `somebody was invited to survey ${code} already, so it stays as it is: ${found.slice(0, 5).join('; ')}`;
    return [{ code: 'SURVEY_FIXED', path: ['surveys', index], message }];
  });
}
