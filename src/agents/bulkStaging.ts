import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { copyRows } from '../db/copy.ts';
import type { KnownAgents, ParentLink } from './bulkParents.ts';
import type { AgentReferences, AgentRow } from './bulkRows.ts';

// The database's part of an import of agents: rows wait in a temporary table and go over in a few set-based statements.

type Coded = { readonly id: number; readonly code: string };

const analyzedFrom = 1000;

/** Keys by code of what rows of the file can name, parents apart. */
export async function loadAgentReferences(transaction: Transaction): Promise<AgentReferences> {
  const sql = rawSql(transaction);
  const byCode = (rows: readonly Coded[]) => new Map(rows.map(({ code, id }) => [code, id]));
  return {
    channelTypes: byCode(await sql<Coded[]>`select id, code from channel_type`),
    regions: byCode(await sql<Coded[]>`select id, code from region`),
    tiers: byCode(await sql<Coded[]>`select id, code from tier`),
    plans: byCode(await sql<Coded[]>`select id, code from plan`),
  };
}

/** Stages rows, each code once; those whose agent exists get its key. */
export async function stageAgents(transaction: Transaction, rows: readonly AgentRow[]): Promise<void> {
  const sql = rawSql(transaction);
  await sql`
    create temporary table agent_staging (
      row integer primary key, line integer not null, code text not null, name text not null, channel_type_id integer not null,
      region_id integer not null, parent text, tier_id integer, plan_id integer, agreement_code text, agreement_from date,
      agreement_to date, status_from date, since date not null, contact_name text, phone text, email text, agent_id integer
    ) on commit drop`;
  await copyRows(
    transaction,
    `agent_staging (row, line, code, name, channel_type_id, region_id, parent, tier_id, plan_id, agreement_code, agreement_from,
      agreement_to, status_from, since, contact_name, phone, email)`,
    rows.map((row) => [
      row.row,
      row.line,
      row.code,
      row.name,
      row.channelTypeId,
      row.regionId,
      row.parent,
      row.tierId,
      row.planId,
      row.agreementCode,
      row.agreementFrom,
      row.agreementTo,
      row.statusFrom,
      row.since,
      row.contactName,
      row.phone,
      row.email,
    ]),
  );
  await sql`update agent_staging staged set agent_id = agent.id from agent where agent.code = staged.code`;
  await sql`analyze agent_staging`;
}

export async function dropStaging(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`drop table agent_staging`;
}

/** Takes rows out again. */
export async function unstage(transaction: Transaction, rows: readonly number[]): Promise<void> {
  await rawSql(transaction)`delete from agent_staging where row = any(${[...rows]}::integer[])`;
}

/** What a staged row of a known agent says other than the database; null: the same, or the row does not say. */
export type StagedDifference = {
  readonly row: number;
  readonly differing: readonly { readonly column: string; readonly present: string }[];
};

/**
 * Known agents whose rows differ in more than the name. Facts are compared on the day from which the row says they hold, agreements
 * by their code or first day, where they have one.
 */
export async function knownDifferences(transaction: Transaction): Promise<StagedDifference[]> {
  const rows = await rawSql(transaction)<StagedDifference[]>`
    with compared as (
      select staged.row,
        case when agent.channel_type_id <> staged.channel_type_id then channel.code end as channel_type,
        case when placed.region_id is distinct from staged.region_id then coalesce(region.code, '') end as region,
        case when staged.parent is not null and above.code is distinct from staged.parent then coalesce(above.code, '') end as parent,
        case when staged.tier_id is not null and graded.tier_id is distinct from staged.tier_id then coalesce(tier.code, '') end as tier,
        case when staged.status_from is not null and state.status is distinct from 'ACTIVE' then coalesce(state.status::text, '') end as status_from,
        case when staged.plan_id is not null and (bound.id is null or bound.plan_id <> staged.plan_id
            or bound.valid_from <> coalesce(staged.agreement_from, bound.valid_from)
            or (staged.agreement_to is not null and bound.valid_to is distinct from staged.agreement_to))
          then coalesce(bound.code || ' of plan ' || plan.code || ' from ' || bound.valid_from || coalesce(' to ' || bound.valid_to, ''), '') end as plan,
        case when staged.contact_name is not null and not exists (
            select from agent_contact contact where contact.agent_id = agent.id and contact.name = staged.contact_name
              and (staged.phone is null or contact.phone = staged.phone) and (staged.email is null or contact.email = staged.email))
          then '' end as contact_name
      from agent_staging staged
      join agent on agent.id = staged.agent_id
      join channel_type channel on channel.id = agent.channel_type_id
      left join agent_region placed on placed.agent_id = agent.id and daterange(placed.valid_from, placed.valid_to) @> staged.since
      left join region on region.id = placed.region_id
      left join agent_parent link on link.agent_id = agent.id and daterange(link.valid_from, link.valid_to) @> staged.since
      left join agent above on above.id = link.parent_id
      left join agent_tier graded on graded.agent_id = agent.id and daterange(graded.valid_from, graded.valid_to) @> staged.since
      left join tier on tier.id = graded.tier_id
      left join agent_status state on state.agent_id = agent.id and daterange(state.valid_from, state.valid_to) @> staged.since
      left join agreement bound on bound.agent_id = agent.id and case
        when staged.agreement_code is not null then bound.code = staged.agreement_code
        when staged.agreement_from is not null then bound.valid_from = staged.agreement_from
        else daterange(bound.valid_from, bound.valid_to) @> staged.since end
      left join plan on plan.id = bound.plan_id
    )
    select row, (
      select json_agg(json_build_object('column', key, 'present', value))
      from json_each_text(row_to_json(compared)) where key <> 'row' and value is not null) as differing
    from compared
    where num_nonnulls(channel_type, region, parent, tier, status_from, plan, contact_name) > 0
    order by row`;
  return [...rows];
}

/** The rows whose agents are there already. */
export async function knownRows(transaction: Transaction): Promise<number[]> {
  const rows = await rawSql(transaction)<{ row: number }[]>`select row from agent_staging where agent_id is not null`;
  return rows.map(({ row }) => row);
}

/** New agents' rows whose agreement has the code of another: in the database, or of an earlier row. */
export async function doubledAgreements(transaction: Transaction): Promise<{ row: number; code: string }[]> {
  const rows = await rawSql(transaction)<{ row: number; code: string }[]>`
    with wanted as (
      select staged.row, coalesce(agreement_code, staged.code || '-' || plan.code || '-' || coalesce(agreement_from, since)) as code
      from agent_staging staged join plan on plan.id = staged.plan_id where staged.agent_id is null
    ), counted as (select row, code, row_number() over (partition by code order by row) as place from wanted)
    select row, code from counted
    where place > 1 or exists (select from agreement where agreement.code = counted.code) order by row`;
  return [...rows];
}

/** Which of the staged parents exist, and the links of all agents on the way up from them. */
export async function loadKnownAgents(transaction: Transaction): Promise<KnownAgents> {
  const sql = rawSql(transaction);
  const codes = await sql<{ code: string }[]>`
    select distinct agent.code from agent join agent_staging staged on staged.parent = agent.code where staged.agent_id is null`;
  const rows = await sql<(ParentLink & { code: string })[]>`
    with recursive up as (
      select agent.id from agent join agent_staging staged on staged.parent = agent.code where staged.agent_id is null
      union
      select link.parent_id from agent_parent link join up on link.agent_id = up.id
    )
    select agent.code, above.code as parent, link.valid_from::text as from, link.valid_to::text as to
    from up join agent_parent link on link.agent_id = up.id
    join agent on agent.id = link.agent_id join agent above on above.id = link.parent_id`;
  const links = new Map<string, ParentLink[]>();
  for (const { code, ...link } of rows) {
    const own = links.get(code);
    if (own) own.push(link);
    else links.set(code, [link]);
  }
  return { codes: new Set(codes.map(({ code }) => code)), links };
}

export type WrittenAgents = {
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly contentHash: string;
};

/**
 * Writes the staged agents: new ones with their facts, known ones' names. Facts begin on the row's first day and have no end.
 * `contentHash` is over the new and renamed rows, in the order of codes.
 */
export async function writeAgents(transaction: Transaction): Promise<WrittenAgents> {
  const counts = await countStaged(transaction);
  const sql = rawSql(transaction);
  await sql`
    update agent set name = staged.name from agent_staging staged
    where staged.agent_id = agent.id and agent.name <> staged.name`;
  await sql`
    insert into agent (code, name, channel_type_id)
    select code, name, channel_type_id from agent_staging where agent_id is null order by row`;
  await sql`
    create temporary table agent_new on commit drop as
    select staged.*, agent.id as new_id from agent_staging staged join agent on agent.code = staged.code
    where staged.agent_id is null order by agent.id`;
  await sql`analyze agent_new`;
  await sql`insert into agent_region (agent_id, region_id, valid_from) select new_id, region_id, since from agent_new`;
  await sql`insert into agent_status (agent_id, status, valid_from) select new_id, 'ACTIVE', since from agent_new`;
  await sql`
    insert into agent_tier (agent_id, tier_id, valid_from)
    select new_id, tier_id, since from agent_new where tier_id is not null`;
  await sql`
    insert into agent_parent (agent_id, parent_id, valid_from)
    select new_id, above.id, since from agent_new join agent above on above.code = agent_new.parent`;
  await sql`
    insert into agreement (code, agent_id, plan_id, valid_from, valid_to)
    select coalesce(agreement_code, agent_new.code || '-' || plan.code || '-' || coalesce(agreement_from, since)), new_id, plan.id,
      coalesce(agreement_from, since), agreement_to
    from agent_new join plan on plan.id = agent_new.plan_id`;
  await sql`
    insert into agent_contact (agent_id, name, responsibility, phone, email, valid_from)
    select new_id, contact_name, 'MAIN', phone, email, since from agent_new where contact_name is not null`;
  await sql`drop table agent_new`;
  // What is checked at the commit walks over the new links: without statistics it would read them all each time.
  if (counts.createdCount > analyzedFrom) {
    await sql`analyze agent, agent_parent, agent_region, agent_status, agent_tier, agreement, agent_contact`;
  }
  return counts;
}

async function countStaged(transaction: Transaction): Promise<WrittenAgents> {
  const [counts] = await rawSql(transaction)<WrittenAgents[]>`
    select count(*) filter (where agent.id is null)::integer as "createdCount",
      count(*) filter (where agent.name <> staged.name)::integer as "changedCount",
      count(*) filter (where agent.name = staged.name)::integer as "unchangedCount",
      encode(sha256(coalesce(string_agg(
        sha256(convert_to(jsonb_build_array(staged.code, staged.name, channel.code, region.code, staged.parent, tier.code, plan.code,
          staged.agreement_code, staged.agreement_from, staged.agreement_to, staged.since, staged.contact_name, staged.phone,
          staged.email)::text, 'UTF8')), ''::bytea order by staged.code collate "C")
        filter (where agent.name is distinct from staged.name), ''::bytea)), 'hex') as "contentHash"
    from agent_staging staged
    join channel_type channel on channel.id = staged.channel_type_id
    join region on region.id = staged.region_id
    left join tier on tier.id = staged.tier_id
    left join plan on plan.id = staged.plan_id
    left join agent on agent.id = staged.agent_id`;
  if (!counts) throw new Error('an aggregate gave no row');
  return counts;
}
