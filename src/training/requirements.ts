import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { quote } from '../sales/values.ts';

// What must have been passed (DOMAIN.md §4, §8). A certificate counts from the day it was passed to the day it expires; failing the
// course again takes nothing back.

/** Whose results count. */
export type Holder = { readonly applicationId: number } | { readonly agentId: number };

/**
 * The codes of the mandatory courses, in force on `on` for a channel type, that the holder has not passed or whose certificate
 * does not count on that day: all must be passed to become active (DOMAIN.md §4). The transaction must see the holder's results.
 */
export async function missingCourses(
  transaction: Transaction,
  holder: Holder,
  channelTypeId: number,
  on: string,
): Promise<string[]> {
  const agentId = 'agentId' in holder ? holder.agentId : null;
  const applicationId = 'applicationId' in holder ? holder.applicationId : null;
  const rows = await rawSql(transaction)<{ code: string }[]>`
    select course.code from course
    where exists (
        select from course_requirement needed
        where needed.course_id = course.id and needed.purpose = 'ONBOARDING'
          and (needed.channel_type_id is null or needed.channel_type_id = ${channelTypeId})
          and daterange(needed.valid_from, needed.valid_to) @> ${on}::date)
      and not exists (
        select from training_result result
        where result.course_id = course.id and result.passed
          and (result.agent_id = ${agentId}::integer or result.application_id = ${applicationId}::integer)
          and daterange(result.taken_on, result.expires_on) @> ${on}::date)
    order by course.code collate "C"`;
  return rows.map(({ code }) => code);
}

/**
 * Whether an agent holds every certificate that selling a product category needs on a day: the gate of the AUTHORISATION rule
 * (DOMAIN.md §8). True where nothing is needed. The transaction must see the agent's results.
 */
export async function isAuthorised(
  transaction: Transaction,
  agentId: number,
  productCategoryId: number,
  on: string,
): Promise<boolean> {
  const [lacking] = await rawSql(transaction)`
    select from course_requirement needed join agent on agent.id = ${agentId}
    where needed.purpose = 'AUTHORISATION' and needed.product_category_id = ${productCategoryId}
      and (needed.channel_type_id is null or needed.channel_type_id = agent.channel_type_id)
      and daterange(needed.valid_from, needed.valid_to) @> ${on}::date
      and not exists (
        select from training_result result
        where result.course_id = needed.course_id and result.passed and result.agent_id = agent.id
          and daterange(result.taken_on, result.expires_on) @> ${on}::date)
    limit 1`;
  return lacking === undefined;
}

/** Gives an applicant's results to the agent that it became; what it takes part in has its audit record. */
export async function moveResults(transaction: Transaction, applicationId: number, agentId: number): Promise<void> {
  await rawSql(transaction)`
    update training_result set agent_id = ${agentId}, application_id = null where application_id = ${applicationId}`;
}

/** Who is asked about, by code; one of the two. */
export type HolderCodes = { readonly agentCode?: string | null; readonly applicationCode?: string | null };

/**
 * Whose results count, by code, with the channel type that decides what it needs. Only those whose results the transaction sees.
 * @throws UserError RESULT_OWNER, AGENT_UNKNOWN, APPLICATION_UNKNOWN.
 */
export async function findHolder(
  transaction: Transaction,
  { agentCode = null, applicationCode = null }: HolderCodes,
): Promise<{ readonly holder: Holder; readonly channelTypeId: number }> {
  if ((agentCode === null) === (applicationCode === null)) {
    throw new UserError('RESULT_OWNER', 'Name either an agent or an application.', 'agentCode');
  }
  const sql = rawSql(transaction);
  if (agentCode !== null) {
    const [found] = await sql<{ id: number; channelTypeId: number }[]>`
      select id, channel_type_id as "channelTypeId" from agent where code = ${agentCode}
        and (not row_security_active('training_result') or id in (select visible_agents()))`;
    if (!found) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`, 'agentCode');
    return { holder: { agentId: found.id }, channelTypeId: found.channelTypeId };
  }
  const [found] = await sql<{ id: number; agentId: number | null; channelTypeId: number }[]>`
    select id, agent_id as "agentId", channel_type_id as "channelTypeId" from application where code = ${applicationCode}`;
  if (!found) {
    const message = `No application has the code ${quote(applicationCode ?? '')}.`;
    throw new UserError('APPLICATION_UNKNOWN', message, 'applicationCode');
  }
  const holder = found.agentId === null ? { applicationId: found.id } : { agentId: found.agentId };
  return { holder, channelTypeId: found.channelTypeId };
}
