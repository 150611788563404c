import { rawSql, type Transaction } from '../db/client.ts';
import type { SurveyQuestion } from '../training/surveyForm.ts';
import {
  type CapacityRecord,
  type CourseRecord,
  capacityKey,
  formVersionKey,
  inOrder,
  type ScreeningFormRecord,
  type ScreeningFormVersionRecord,
  type SurveyRecord,
  type TerritoryRecord,
  territoryKey,
} from './partners.ts';
import type { Programme } from './schema.ts';

// What there is of partners, as far as a programme declares any of its kind.

export type PartnerState = {
  readonly screeningForms: ReadonlyMap<string, ScreeningFormRecord>;
  readonly screeningFormVersions: ReadonlyMap<string, ScreeningFormVersionRecord>;
  readonly courses: ReadonlyMap<string, CourseRecord>;
  readonly territories: ReadonlyMap<string, TerritoryRecord>;
  readonly channelCapacity: ReadonlyMap<string, CapacityRecord>;
  readonly surveys: ReadonlyMap<string, SurveyRecord>;
  /** Surveys that somebody was invited to: they stay as they are. */
  readonly fixedSurveys: ReadonlySet<string>;
};

export async function loadPartners(transaction: Transaction, programme: Programme): Promise<PartnerState> {
  const surveys = await loadSurveys(transaction, programme);
  return {
    screeningForms: byCode(await loadForms(transaction, programme)),
    screeningFormVersions: byCode(await loadFormVersions(transaction, programme)),
    courses: byCode(await loadCourses(transaction, programme)),
    territories: byCode(await loadTerritories(transaction, programme)),
    channelCapacity: byCode(await loadCapacity(transaction, programme)),
    surveys: byCode(surveys.map(({ isFixed: _fixed, ...survey }) => survey)),
    fixedSurveys: new Set(surveys.filter(({ isFixed }) => isFixed).map(({ code }) => code)),
  };
}

function byCode<Row extends { readonly code: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.code, row]));
}

async function loadForms(transaction: Transaction, { screeningForms }: Programme): Promise<ScreeningFormRecord[]> {
  if (screeningForms.length === 0) return [];
  const rows = await rawSql(transaction)<ScreeningFormRecord[]>`
    select form.code, form.name, channel.code as "channelType"
    from screening_form form join channel_type channel on channel.id = form.channel_type_id`;
  return [...rows];
}

async function loadFormVersions(transaction: Transaction, { screeningForms }: Programme) {
  if (screeningForms.length === 0) return [];
  const rows = await rawSql(transaction)<Omit<ScreeningFormVersionRecord, 'code'>[]>`
    select form.code as form, version.number, version.definition
    from screening_form_version version join screening_form form on form.id = version.form_id`;
  return rows.map((row) => ({ code: formVersionKey(row.form, row.number), ...row }));
}

async function loadCourses(transaction: Transaction, { courses }: Programme): Promise<CourseRecord[]> {
  if (courses.length === 0) return [];
  const rows = await rawSql(transaction)<CourseRecord[]>`
    select course.code, course.name, course.valid_months as "validMonths", coalesce((
      select json_agg(json_build_object('purpose', needed.purpose, 'channelType', channel.code, 'productCategory', category.code,
        'from', needed.valid_from, 'to', needed.valid_to))
      from course_requirement needed
      left join channel_type channel on channel.id = needed.channel_type_id
      left join product_category category on category.id = needed.product_category_id
      where needed.course_id = course.id), '[]') as requirements
    from course`;
  return rows.map((row) => ({ ...row, requirements: row.requirements.toSorted(inOrder) }));
}

/** All of them, where any is declared: exclusivity is between any two. */
async function loadTerritories(transaction: Transaction, { agents }: Programme): Promise<TerritoryRecord[]> {
  if (!agents.some(({ territories }) => territories.length > 0)) return [];
  const rows = await rawSql(transaction)<Omit<TerritoryRecord, 'code'>[]>`
    select agent.code as agent, region.code as region, exclusive, valid_from::text as "from", valid_to::text as "to"
    from territory join agent on agent.id = territory.agent_id join region on region.id = territory.region_id
    order by agent.code collate "C", region.code collate "C", valid_from`;
  return rows.map((row) => ({ code: territoryKey(row), ...row }));
}

async function loadCapacity(transaction: Transaction, { channelCapacity }: Programme): Promise<CapacityRecord[]> {
  if (channelCapacity.length === 0) return [];
  const rows = await rawSql(transaction)<Omit<CapacityRecord, 'code'>[]>`
    select region.code as region, channel.code as "channelType", valid_from::text as "from", valid_to::text as "to",
      planned_agents as "plannedAgents"
    from channel_capacity join region on region.id = region_id join channel_type channel on channel.id = channel_type_id`;
  return rows.map((row) => ({ code: capacityKey(row), ...row }));
}

async function loadSurveys(transaction: Transaction, { surveys }: Programme) {
  if (surveys.length === 0) return [];
  const rows = await rawSql(transaction)<(SurveyRecord & { questions: SurveyQuestion[]; isFixed: boolean })[]>`
    select code, name, questions, period, opens_on::text as "opensOn", closes_on::text as "closesOn",
      exists (select from survey_invitation invitation where invitation.survey_id = survey.id) as "isFixed"
    from survey`;
  return [...rows];
}
