import { type SQL, sql } from 'drizzle-orm';
import type { agent } from '../src/agents/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import { AgentStatusEnum } from './enums.ts';
import { contains, readConnection } from './pages.ts';
import { Region, Tier } from './reference.ts';

const from = 'The first day on which it holds.';
const to = 'The first day on which it no longer holds; null: no end.';
const onDescription = "The day asked about; the operator's today unless told.";

/** Whether a dated fact holds on a day; `table` is the fact's table as the query calls it. */
function inForce(table: { validFrom: unknown; validTo: unknown }, date: string): SQL {
  return sql`daterange(${table.validFrom}, ${table.validTo}) @> ${date}::date`;
}

builder.drizzleObject('agentStatus', {
  name: 'AgentStatus',
  description: 'A dated state of an agent.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    status: t.expose('status', { type: AgentStatusEnum, description: 'Whether the agent may sell.' }),
    from: t.expose('validFrom', { type: 'Date', description: from }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: to }),
  }),
});

builder.drizzleObject('agentTier', {
  name: 'AgentTier',
  description: 'A dated tier of an agent.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    tier: t.relation('tier', { description: 'The tier.' }),
    from: t.expose('validFrom', { type: 'Date', description: from }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: to }),
  }),
});

builder.drizzleObject('agentRegion', {
  name: 'AgentRegion',
  description: 'A dated region of an agent.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    region: t.relation('region', { description: 'The region.' }),
    from: t.expose('validFrom', { type: 'Date', description: from }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: to }),
  }),
});

builder.drizzleObject('agentParent', {
  name: 'AgentParent',
  description: 'A dated link to the agent above.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    parent: t.relation('parent', { nullable: true, description: 'The agent above; null where you may not see it.' }),
    from: t.expose('validFrom', { type: 'Date', description: from }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: to }),
  }),
});

const Agent = builder.drizzleNode('agent', {
  name: 'Agent',
  description: 'A partner that sells.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files and events.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    channelType: t.relation('channelType', { description: 'What kind of channel it is.' }),
    status: t.field({
      type: AgentStatusEnum,
      nullable: true,
      description: 'Whether it may sell on a day; null where it has no state then.',
      args: { on: t.arg({ type: 'Date', description: onDescription }) },
      select: (args, context) => ({
        with: {
          statuses: {
            columns: { status: true },
            where: { RAW: (table) => inForce(table, args.on ?? context.today) },
            limit: 1,
          },
        },
      }),
      resolve: (row) => row.statuses[0]?.status,
    }),
    tier: t.field({
      type: Tier,
      nullable: true,
      description: 'Its tier on a day.',
      args: { on: t.arg({ type: 'Date', description: onDescription }) },
      select: (args, context, nested) => ({
        with: {
          tiers: {
            columns: { id: true },
            where: { RAW: (table) => inForce(table, args.on ?? context.today) },
            limit: 1,
            with: { tier: nested() },
          },
        },
      }),
      resolve: (row) => row.tiers[0]?.tier,
    }),
    region: t.field({
      type: Region,
      nullable: true,
      description: 'The region it sells in on a day.',
      args: { on: t.arg({ type: 'Date', description: onDescription }) },
      select: (args, context, nested) => ({
        with: {
          regions: {
            columns: { id: true },
            where: { RAW: (table) => inForce(table, args.on ?? context.today) },
            limit: 1,
            with: { region: nested() },
          },
        },
      }),
      resolve: (row) => row.regions[0]?.region,
    }),
    statuses: t.relation('statuses', {
      description: 'Its states, in order.',
      query: { orderBy: { validFrom: 'asc' } },
    }),
    tiers: t.relation('tiers', { description: 'Its tiers, in order.', query: { orderBy: { validFrom: 'asc' } } }),
    regions: t.relation('regions', { description: 'Its regions, in order.', query: { orderBy: { validFrom: 'asc' } } }),
    parents: t.relation('parents', {
      description: 'The agents above it, in order.',
      query: { orderBy: { validFrom: 'asc' } },
    }),
    agreements: t.relation('agreements', {
      description: 'Its agreements, in order.',
      query: { orderBy: { validFrom: 'asc' } },
    }),
  }),
});

builder.drizzleObjectField(Agent, 'parent', (t) =>
  t.field({
    type: Agent,
    nullable: true,
    description: 'The agent above it on a day; null where there is none, or you may not see it.',
    args: { on: t.arg({ type: 'Date', description: onDescription }) },
    select: (args, context, nested) => ({
      with: {
        parents: {
          columns: { id: true },
          where: { RAW: (table) => inForce(table, args.on ?? context.today) },
          limit: 1,
          with: { parent: nested() },
        },
      },
    }),
    resolve: (row) => row.parents[0]?.parent,
  }),
);

const AgentFilter = builder.inputType('AgentFilter', {
  description: 'Which agents. Everything named must hold.',
  fields: (t) => ({
    search: t.string({ description: 'Part of the code or the name, in any case.' }),
    channelType: t.string({ description: 'Of this channel type (code).' }),
    status: t.field({ type: AgentStatusEnum, description: 'In this state on the day.' }),
    tier: t.string({ description: 'In this tier (code) on the day.' }),
    region: t.string({ description: 'In this region (code) or one under it on the day.' }),
    parent: t.string({ description: 'Directly below this agent (code) on the day.' }),
    plan: t.string({ description: 'Bound to this plan (code) by an agreement on the day.' }),
    on: t.field({ type: 'Date', description: onDescription }),
  }),
});

type Filter = typeof AgentFilter.$inferInput;

/** The conditions of a filter on agents; dated facts are judged on the filter's day. */
function filterConditions(table: typeof agent, filter: Filter, today: string): (SQL | undefined)[] {
  const date = filter.on ?? today;
  const holds = sql`daterange(fact.valid_from, fact.valid_to) @> ${date}::date`;
  const ofAgent = sql`fact.agent_id = ${table.id} and ${holds}`;
  return [
    contains([table.code, table.name], filter.search),
    filter.channelType
      ? sql`${table.channelTypeId} = (select id from channel_type where code = ${filter.channelType})`
      : undefined,
    filter.status
      ? sql`exists (select from agent_status fact where ${ofAgent} and fact.status::text = ${filter.status})`
      : undefined,
    filter.tier
      ? sql`exists (select from agent_tier fact join tier on tier.id = fact.tier_id where ${ofAgent} and tier.code = ${filter.tier})`
      : undefined,
    filter.region
      ? sql`exists (select from agent_region fact where ${ofAgent}
          and fact.region_id in (select region_subtree((select id from region where code = ${filter.region}))))`
      : undefined,
    filter.parent
      ? sql`exists (select from agent_parent fact join agent above on above.id = fact.parent_id where ${ofAgent} and above.code = ${filter.parent})`
      : undefined,
    filter.plan
      ? sql`exists (select from agreement fact join plan on plan.id = fact.plan_id where ${ofAgent} and plan.code = ${filter.plan})`
      : undefined,
  ];
}

const AgentConnection = builder.connectionObject(
  { type: Agent, name: 'AgentConnection', description: 'A page of agents.', authScopes: { signedIn: true } },
  { description: 'An agent in a page.', authScopes: { signedIn: true } },
);

const agentOrder: PageOrder<typeof agent> = {
  name: 'agents',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

builder.queryFields((t) => ({
  agent: t.drizzleField({
    type: Agent,
    nullable: true,
    description: 'The agent with this code; null where there is none, or you may not see it.',
    authScopes: { signedIn: true },
    args: { code: t.arg.string({ required: true, description: 'Its code.' }) },
    resolve: (query, _root, { code }, { transaction }) => transaction.query.agent.findFirst(query({ where: { code } })),
  }),
  agents: t.connection(
    {
      type: Agent,
      nullable: true,
      description: 'The agents you may see, by code.',
      authScopes: { signedIn: true },
      args: { filter: t.arg({ type: AgentFilter, description: 'Which ones; all without it.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(Agent, agentOrder, { args, context, info }, (table) =>
          filterConditions(table, args.filter ?? {}, context.today),
        ),
    },
    AgentConnection,
  ),
}));
