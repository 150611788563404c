import { canonicalJson } from '../commissions/hashes.ts';
import type { ScreeningFormDefinition } from '../onboarding/form.ts';
import type { SurveyQuestion } from '../training/surveyForm.ts';
import type { Programme } from './schema.ts';

// What a programme declares of partners, one record a thing, by code, in the form in which it is compared with what there is.

export type ScreeningFormRecord = { readonly code: string; readonly name: string; readonly channelType: string };

/** A version by its number within the form; `code` is both as one text. */
export type ScreeningFormVersionRecord = {
  readonly code: string;
  readonly form: string;
  readonly number: number;
  readonly definition: ScreeningFormDefinition;
};

type Requirement = {
  readonly purpose: 'ONBOARDING' | 'AUTHORISATION';
  readonly channelType: string | null;
  readonly productCategory: string | null;
  readonly from: string;
  readonly to: string | null;
};

export type CourseRecord = {
  readonly code: string;
  readonly name: string;
  readonly validMonths: number | null;
  readonly requirements: readonly Requirement[];
};

/** `code` is agent, region and first day as one text. */
export type TerritoryRecord = {
  readonly code: string;
  readonly agent: string;
  readonly region: string;
  readonly exclusive: boolean;
  readonly from: string;
  readonly to: string | null;
};

/** `code` is region, channel type and first day as one text. */
export type CapacityRecord = {
  readonly code: string;
  readonly region: string;
  readonly channelType: string;
  readonly from: string;
  readonly to: string | null;
  readonly plannedAgents: number;
};

export type SurveyRecord = {
  readonly code: string;
  readonly name: string;
  readonly questions: readonly SurveyQuestion[];
  readonly period: string;
  readonly opensOn: string;
  readonly closesOn: string;
};

type Known<Entry> = ReadonlyMap<string, Entry>;

export function declaredForms({ screeningForms }: Programme): ScreeningFormRecord[] {
  return screeningForms.map(({ code, name, channelType }) => ({ code, name, channelType }));
}

export function declaredFormVersions({ screeningForms }: Programme): ScreeningFormVersionRecord[] {
  return screeningForms.flatMap(({ code: form, versions }) =>
    versions.map((definition, index) => ({
      code: formVersionKey(form, index + 1),
      form,
      number: index + 1,
      definition,
    })),
  );
}

export const formVersionKey = (form: string, number: number) => `${form}@${number}`;

export function declaredCourses({ courses }: Programme, known: Known<CourseRecord>): CourseRecord[] {
  return courses.map(({ code, name, validMonths, requirements }) => {
    const present = known.get(code);
    return {
      code,
      name,
      validMonths: validMonths === undefined ? (present?.validMonths ?? null) : validMonths,
      requirements: requirements ? requirements.map(requirementRecord).sort(inOrder) : (present?.requirements ?? []),
    };
  });
}

type DeclaredRequirement = NonNullable<Programme['courses'][number]['requirements']>[number];

export function requirementRecord(requirement: DeclaredRequirement): Requirement {
  const { purpose, channelType = null, productCategory = null, from, to = null } = requirement;
  return { purpose, channelType, productCategory, from, to };
}

/** Requirements have no order of their own. */
export function inOrder(a: Requirement, b: Requirement): number {
  return canonicalJson(a) < canonicalJson(b) ? -1 : 1;
}

export function declaredTerritories({ agents }: Programme, known: Known<TerritoryRecord>): TerritoryRecord[] {
  return agents.flatMap(({ code: agent, territories }) =>
    territories.map(({ region, exclusive, from, to }) => {
      const code = territoryKey({ agent, region, from });
      return { code, agent, region, exclusive, from, to: to === undefined ? (known.get(code)?.to ?? null) : to };
    }),
  );
}

export const territoryKey = ({ agent, region, from }: Pick<TerritoryRecord, 'agent' | 'region' | 'from'>) =>
  `${agent} ${region}@${from}`;

/** The figures declared, and those known that end because a declared one begins: a figure without an end holds until the next. */
export function declaredCapacity({ channelCapacity }: Programme, known: Known<CapacityRecord>): CapacityRecord[] {
  const declared = channelCapacity.map(({ to, ...figure }): CapacityRecord => {
    return { code: capacityKey(figure), ...figure, to: to ?? null };
  });
  const pairs = new Set(declared.map(pairOf));
  const all = new Map([...known].filter(([, figure]) => pairs.has(pairOf(figure))));
  for (const figure of declared) all.set(figure.code, figure);
  const sorted = [...all.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  return sorted.map((figure, index) => {
    const next = sorted[index + 1];
    return figure.to === null && next && pairOf(next) === pairOf(figure) ? { ...figure, to: next.from } : figure;
  });
}

export const pairOf = ({ region, channelType }: Pick<CapacityRecord, 'region' | 'channelType'>) =>
  `${region} ${channelType}`;
export const capacityKey = (figure: Pick<CapacityRecord, 'region' | 'channelType' | 'from'>) =>
  `${pairOf(figure)}@${figure.from}`;

export function declaredSurveys({ surveys }: Programme): SurveyRecord[] {
  return surveys.map(({ code, name, questions, period, opensOn, closesOn }) => {
    return { code, name, questions, period, opensOn, closesOn };
  });
}
