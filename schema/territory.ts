import { type SQL, sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import { UserError } from '../src/errors.ts';
import { type CapacityResult, saveChannelCapacity } from '../src/territories/capacity.ts';
import {
  type CapacityFigure,
  channelCoverage,
  type EmptyRegion,
  regionsWithoutAgents,
} from '../src/territories/coverage.ts';
import type { channelCapacity, territory } from '../src/territories/tables.ts';
import { endTerritory, grantTerritory } from '../src/territories/territories.ts';
import { builder, managers, staff } from './builder.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const onDescription = "The day asked about; the operator's today unless told.";
const underDescription = 'Only this region (code) and those under it.';

const Territory = builder.drizzleNode('territory', {
  name: 'Territory',
  description: "An agent's right to sell in a region and all under it, for a time.",
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agent: t.relation('agent', { nullable: true, description: 'Whose right it is.' }),
    region: t.relation('region', { description: 'The region; those under it are included.' }),
    exclusive: t.exposeBoolean('exclusive', {
      description: 'Whether nobody else has a right there then, but agents below this one.',
    }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
  }),
});

const TerritoryFilter = builder.inputType('TerritoryFilter', {
  description: 'Which territories. Everything named must hold.',
  fields: (t) => ({
    agentCode: t.string({ description: 'Of this agent (code).' }),
    under: t.string({ description: 'In this region (code) or one under it.' }),
    serves: t.string({ description: 'That serve this region (code): in it or in one above it.' }),
    on: t.field({ type: 'Date', description: 'In force on this day.' }),
    exclusive: t.boolean({ description: 'Exclusive, or not.' }),
  }),
});

type Filter = typeof TerritoryFilter.$inferInput;

function filterConditions(table: typeof territory, filter: Filter, agents: readonly number[] | undefined) {
  const regionOf = (code: string): SQL => sql`(select id from region where code = ${code})`;
  return [
    among(table.agentId, agents),
    equals(table.exclusive, filter.exclusive),
    filter.under == null ? undefined : sql`${table.regionId} in (select region_subtree(${regionOf(filter.under)}))`,
    filter.serves == null ? undefined : sql`${table.regionId} in (select region_path(${regionOf(filter.serves)}))`,
    filter.on == null ? undefined : sql`daterange(${table.validFrom}, ${table.validTo}) @> ${filter.on}::date`,
  ];
}

const TerritoryConnection = builder.connectionObject(
  {
    type: Territory,
    name: 'TerritoryConnection',
    description: 'A page of territories.',
    authScopes: { signedIn: true },
  },
  { description: 'A territory in a page.', authScopes: { signedIn: true } },
);

const territoryOrder: PageOrder<typeof territory> = {
  name: 'territories',
  direction: 'asc',
  keys: [
    { column: 'agentId', type: 'integer' },
    { column: 'id', type: 'integer' },
  ],
};

const ChannelCapacity = builder.drizzleObject('channelCapacity', {
  name: 'ChannelCapacity',
  description: 'How many agents of a channel type a region, with all under it, shall have for a time.',
  authScopes: { roles: staff },
  fields: (t) => ({
    region: t.relation('region', { description: 'The region.' }),
    channelType: t.relation('channelType', { description: 'The channel type.' }),
    plannedAgents: t.exposeInt('plannedAgents', { description: 'How many agents it shall have.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which that is so.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which that is no longer so; null: no end.',
    }),
  }),
});

const ChannelCapacityConnection = builder.connectionObject(
  {
    type: ChannelCapacity,
    name: 'ChannelCapacityConnection',
    description: 'A page of the channel capacity plan.',
    authScopes: { roles: staff },
  },
  { description: 'A figure of the plan in a page.', authScopes: { roles: staff } },
);

const capacityOrder: PageOrder<typeof channelCapacity> = {
  name: 'channelCapacity',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

const RegionWithoutAgents = builder.objectRef<EmptyRegion>('RegionWithoutAgents').implement({
  description: 'A region in which nobody sells.',
  authScopes: { roles: staff },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    parentCode: t.exposeString('parentCode', {
      nullable: true,
      description: 'The region it lies in (code); a root has none.',
    }),
  }),
});

const RegionWithoutAgentsConnection = builder.connectionObject(
  {
    type: RegionWithoutAgents,
    name: 'RegionWithoutAgentsConnection',
    description: 'A page of regions in which nobody sells.',
    authScopes: { roles: staff },
  },
  { description: 'A region in a page.', authScopes: { roles: staff } },
);

const ChannelCoverage = builder.objectRef<CapacityFigure>('ChannelCoverage').implement({
  description: 'How many agents of a channel type a region has, and shall have, with all regions under it.',
  authScopes: { roles: staff },
  fields: (t) => ({
    regionCode: t.exposeString('regionCode', { description: 'The region (code).' }),
    regionName: t.exposeString('regionName', { description: 'Its name.' }),
    channelTypeCode: t.exposeString('channelTypeCode', { description: 'The channel type (code).' }),
    plannedAgents: t.exposeInt('plannedAgents', {
      nullable: true,
      description: 'How many agents are planned; null: nothing is.',
    }),
    actualAgents: t.exposeInt('actualAgents', { description: 'How many agents that may sell are placed there.' }),
    missingAgents: t.int({
      nullable: true,
      description: 'How many are missing; negative: there are more than planned; null: nothing is planned.',
      resolve: ({ plannedAgents, actualAgents }) => (plannedAgents === null ? null : plannedAgents - actualAgents),
    }),
  }),
});

const ChannelCoverageConnection = builder.connectionObject(
  {
    type: ChannelCoverage,
    name: 'ChannelCoverageConnection',
    description: 'A page of what regions have and shall have.',
    authScopes: { roles: staff },
  },
  { description: 'A region and channel type in a page.', authScopes: { roles: staff } },
);

builder.queryFields((t) => ({
  territories: t.connection(
    {
      type: Territory,
      nullable: true,
      description:
        'The territories of the agents you may see, by agent. With `serves` and `on`: who serves a region on a day.',
      authScopes: { signedIn: true },
      args: { filter: t.arg({ type: TerritoryFilter, description: 'Which ones; all without it.' }) },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.filter?.agentCode);
        return readConnection(Territory, territoryOrder, { args, context, info }, (table) =>
          filterConditions(table, args.filter ?? {}, agents),
        );
      },
    },
    TerritoryConnection,
  ),
  channelCapacity: t.connection(
    {
      type: ChannelCapacity,
      nullable: true,
      description: 'The channel capacity plan: how many agents regions shall have.',
      authScopes: { roles: staff },
      args: {
        under: t.arg.string({ description: underDescription }),
        on: t.arg({ type: 'Date', description: 'What is planned for this day; all days without it.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(ChannelCapacity, capacityOrder, { args, context, info }, (table) => [
          args.under == null
            ? undefined
            : sql`${table.regionId} in (select region_subtree((select id from region where code = ${args.under})))`,
          args.on == null ? undefined : sql`daterange(${table.validFrom}, ${table.validTo}) @> ${args.on}::date`,
        ]),
    },
    ChannelCapacityConnection,
  ),
  regionsWithoutAgents: t.connection(
    {
      type: RegionWithoutAgents,
      nullable: true,
      description:
        'The regions you look after in which nobody sells on a day, by code: no active agent has a right in the region, above or under it, and none is placed in it or under it.',
      authScopes: { roles: staff },
      args: {
        on: t.arg({ type: 'Date', description: onDescription }),
        under: t.arg.string({ description: underDescription }),
      },
      resolve: (_root, args, { transaction, today }) =>
        regionsWithoutAgents(transaction, args, { on: args.on ?? today, under: args.under }),
    },
    RegionWithoutAgentsConnection,
  ),
  channelCoverage: t.connection(
    {
      type: ChannelCoverage,
      nullable: true,
      description:
        'How many active agents are placed, on a day, in each of the regions you look after (with all under it), by channel type, beside how many the channel capacity plan wants; by region and channel type.',
      authScopes: { roles: staff },
      args: {
        on: t.arg({ type: 'Date', description: onDescription }),
        under: t.arg.string({ description: underDescription }),
        channelType: t.arg.string({ description: 'Only this channel type (code).' }),
        onlyMissing: t.arg.boolean({ defaultValue: false, description: 'Only where there are fewer than planned.' }),
      },
      resolve: (_root, args, { transaction, today }) =>
        channelCoverage(transaction, args, { ...args, on: args.on ?? today }),
    },
    ChannelCoverageConnection,
  ),
}));

const TerritoryPayload = builder.objectRef<{ readonly territoryId: number }>('TerritoryPayload').implement({
  description: 'The territory that was granted or ended.',
  authScopes: { roles: managers },
  fields: (t) => ({
    territory: t.drizzleField({
      type: Territory,
      nullable: true,
      description: 'The territory as it is now; null where it was taken away before it began.',
      resolve: (query, { territoryId }, _args, { transaction }) =>
        transaction.query.territory.findFirst(query({ where: { id: territoryId } })),
    }),
  }),
});

const TerritoryInput = builder.inputType('TerritoryInput', {
  description: 'A right to sell.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'The agent (code).' }),
    regionCode: t.string({ required: true, description: 'The region (code); those under it are included.' }),
    exclusive: t.boolean({
      defaultValue: false,
      description: 'Whether nobody else shall have a right there then, but agents below this one.',
    }),
    from: t.field({ type: 'Date', required: true, description: 'The first day on which it holds.' }),
    to: t.field({ type: 'Date', description: 'The first day on which it no longer holds; no end without it.' }),
  }),
});

const ChannelCapacityInput = builder.inputType('ChannelCapacityInput', {
  description: 'How many agents of a channel type a region, with all under it, shall have from a day on.',
  fields: (t) => ({
    regionCode: t.string({ required: true, description: 'The region (code).' }),
    channelTypeCode: t.string({ required: true, description: 'The channel type (code).' }),
    from: t.field({ type: 'Date', required: true, description: 'The first day on which that is so.' }),
    plannedAgents: t.int({ description: 'How many agents; without it nothing is planned from that day on.' }),
  }),
});

const ChannelCapacityPayload = builder.objectRef<CapacityResult>('ChannelCapacityPayload').implement({
  description: 'What became of the figures.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    changedCount: t.exposeInt('changedCount', {
      description: 'For how many regions and channel types the plan changed.',
    }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'For how many it was so already.' }),
  }),
});

builder.mutationFields((t) => ({
  grantTerritory: t.field({
    type: TerritoryPayload,
    errors: resultUnion('grantTerritory'),
    description:
      'Grants an agent the right to sell in a region and all under it. Refused where it stands against an exclusive one.',
    authScopes: { roles: managers },
    args: {
      input: t.arg({ type: TerritoryInput, required: true, description: 'The right.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('grantTerritory', async (transaction, actor, { input }, { now }) => {
      const { agentCode, regionCode, exclusive, from, to } = input;
      const agent = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code: agentCode } });
      if (!agent) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${agentCode}.`, 'input.agentCode');
      const region = await transaction.query.region.findFirst({ columns: { id: true }, where: { code: regionCode } });
      if (!region) throw new UserError('REGION_UNKNOWN', `No region has the code ${regionCode}.`, 'input.regionCode');
      const grant = { agentId: agent.id, regionId: region.id, exclusive: exclusive ?? false, from, to: to ?? null };
      return { territoryId: await grantTerritory(transaction, actor, now, grant) };
    }),
  }),
  endTerritory: t.field({
    type: TerritoryPayload,
    errors: resultUnion('endTerritory'),
    description: 'Ends the right of an agent in a region, or takes away one that has not begun.',
    authScopes: { roles: managers },
    args: {
      territoryId: t.arg.id({ required: true, description: 'The id of the territory.' }),
      to: t.arg({ type: 'Date', required: true, description: 'The first day on which it no longer holds.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('endTerritory', async (transaction, actor, { to, reason, ...args }, { now }) => {
      const territoryId = keyOfNode('Territory', String(args.territoryId), 'territoryId');
      await endTerritory(transaction, actor, now, { territoryId, to, reason });
      return { territoryId };
    }),
  }),
  saveChannelCapacity: t.field({
    type: ChannelCapacityPayload,
    errors: resultUnion('saveChannelCapacity'),
    description:
      'Saves up to 1,000 figures of the channel capacity plan, all or none. Each holds until the next figure of its region and channel type begins.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      input: t.arg({ type: [ChannelCapacityInput], required: true, description: 'The figures.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveChannelCapacity', (transaction, actor, { input }, { now }) =>
      saveChannelCapacity(
        transaction,
        actor,
        now,
        input.map(({ plannedAgents = null, ...figure }) => ({ ...figure, plannedAgents })),
      ),
    ),
  }),
}));
