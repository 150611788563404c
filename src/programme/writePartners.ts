import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import type { Compared, Difference } from './difference.ts';
import type { CapacityRecord, CourseRecord, SurveyRecord, TerritoryRecord } from './partners.ts';
import { inBatches, type Keys, keyOf, requireWritten } from './rows.ts';

/** Writes what a programme says of partners besides agents and agreements, which are there by then. */
export async function writePartners(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  difference: Difference,
  keys: Keys,
): Promise<void> {
  await writeForms(transaction, actor, now, difference, keys);
  await writeCourses(transaction, difference.courses, keys);
  await writeTerritories(transaction, difference.territories, keys);
  await writeCapacity(transaction, difference.channelCapacity, keys);
  await writeSurveys(transaction, difference.surveys);
}

/** Published versions are never changed: a difference of content was refused before. */
async function writeForms(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { screeningForms: { created, changed }, screeningFormVersions }: Difference,
  keys: Keys,
): Promise<void> {
  const sql = rawSql(transaction);
  await inBatches(
    created,
    (forms) => sql`
      insert into screening_form (code, name, channel_type_id)
      select * from unnest(${forms.map(({ code }) => code)}::text[], ${forms.map(({ name }) => name)}::text[],
        ${forms.map(({ channelType }) => keyOf(keys, 'channelTypes', channelType))}::integer[])`,
  );
  for (const { after } of changed) {
    const { code, name } = after;
    await requireWritten(1, sql`update screening_form set name = ${name} where code = ${code} returning id`);
  }
  for (const { form, number, definition } of screeningFormVersions.created) {
    await sql`
      insert into screening_form_version (form_id, number, definition, published_by, published_at)
      select id, ${number}::smallint, ${JSON.stringify(definition)}::text::jsonb, ${actor.name}, ${now.toISOString()}::timestamptz
      from screening_form where code = ${form}`;
  }
}

/** A course has all of its requirements anew where one of them differs. */
async function writeCourses(
  transaction: Transaction,
  { created, changed }: Compared<CourseRecord>,
  keys: Keys,
): Promise<void> {
  const sql = rawSql(transaction);
  for (const { code, name, validMonths } of created) {
    await sql`insert into course (code, name, valid_months) values (${code}, ${name}, ${validMonths})`;
  }
  for (const { after } of changed) {
    const { code, name, validMonths } = after;
    await requireWritten(
      1,
      sql`update course set name = ${name}, valid_months = ${validMonths} where code = ${code} returning id`,
    );
    await sql`
      delete from course_requirement needed using course where course.id = needed.course_id and course.code = ${code}`;
  }
  for (const { code, requirements } of [...created, ...changed.map(({ after }) => after)]) {
    for (const { purpose, channelType, productCategory, from, to } of requirements) {
      const channelTypeId = channelType === null ? null : keyOf(keys, 'channelTypes', channelType);
      const categoryId = productCategory === null ? null : keyOf(keys, 'productCategories', productCategory);
      await sql`
        insert into course_requirement (course_id, purpose, channel_type_id, product_category_id, valid_from, valid_to)
        select id, ${purpose}::training_purpose, ${channelTypeId}::integer, ${categoryId}::integer, ${from}::date, ${to}::date
        from course where code = ${code}`;
    }
  }
}

async function writeTerritories(
  transaction: Transaction,
  { created, changed }: Compared<TerritoryRecord>,
  keys: Keys,
): Promise<void> {
  const sql = rawSql(transaction);
  const columns = (rights: readonly TerritoryRecord[]) => sql`
    unnest(${rights.map(({ agent }) => keyOf(keys, 'agents', agent))}::integer[],
           ${rights.map(({ region }) => keyOf(keys, 'regions', region))}::integer[],
           ${rights.map(({ exclusive }) => String(exclusive))}::text[]::boolean[], ${rights.map(({ from }) => from)}::date[],
           ${rights.map(({ to }) => to)}::date[])`;
  await inBatches(
    changed.map(({ after }) => after),
    (rights) =>
      requireWritten(
        rights.length,
        sql`
          update territory set exclusive = new.exclusive, valid_to = new.valid_to
          from ${columns(rights)} as new (agent_id, region_id, exclusive, valid_from, valid_to)
          where territory.agent_id = new.agent_id and territory.region_id = new.region_id
            and territory.valid_from = new.valid_from
          returning territory.id`,
      ),
  );
  await inBatches(
    created,
    (rights) => sql`
      insert into territory (agent_id, region_id, exclusive, valid_from, valid_to) select * from ${columns(rights)}`,
  );
}

async function writeCapacity(
  transaction: Transaction,
  { created, changed }: Compared<CapacityRecord>,
  keys: Keys,
): Promise<void> {
  const sql = rawSql(transaction);
  const columns = (figures: readonly CapacityRecord[]) => sql`
    unnest(${figures.map(({ region }) => keyOf(keys, 'regions', region))}::integer[],
           ${figures.map(({ channelType }) => keyOf(keys, 'channelTypes', channelType))}::integer[],
           ${figures.map(({ from }) => from)}::date[], ${figures.map(({ to }) => to)}::date[],
           ${figures.map(({ plannedAgents }) => plannedAgents)}::integer[])`;
  await inBatches(
    changed.map(({ after }) => after),
    (figures) =>
      requireWritten(
        figures.length,
        sql`
          update channel_capacity present set valid_to = new.valid_to, planned_agents = new.planned_agents
          from ${columns(figures)} as new (region_id, channel_type_id, valid_from, valid_to, planned_agents)
          where present.region_id = new.region_id and present.channel_type_id = new.channel_type_id
            and present.valid_from = new.valid_from
          returning present.id`,
      ),
  );
  await inBatches(
    created,
    (figures) => sql`
      insert into channel_capacity (region_id, channel_type_id, valid_from, valid_to, planned_agents)
      select * from ${columns(figures)}`,
  );
}

async function writeSurveys(transaction: Transaction, { created, changed }: Compared<SurveyRecord>): Promise<void> {
  const sql = rawSql(transaction);
  for (const { code, name, questions, period, opensOn, closesOn } of created) {
    await sql`
      insert into survey (code, name, questions, period, opens_on, closes_on)
      values (${code}, ${name}, ${JSON.stringify(questions)}::text::jsonb, ${period}, ${opensOn}::date, ${closesOn}::date)`;
  }
  for (const { after } of changed) {
    const { code, name, questions, period, opensOn, closesOn } = after;
    await requireWritten(
      1,
      sql`
        update survey set name = ${name}, questions = ${JSON.stringify(questions)}::text::jsonb, period = ${period},
          opens_on = ${opensOn}::date, closes_on = ${closesOn}::date
        where code = ${code} returning id`,
    );
  }
}
