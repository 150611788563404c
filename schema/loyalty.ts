import type { Role } from '../src/db/transaction.ts';
import type { GridAxis, GridMeasure } from '../src/loyalty/grid.ts';
import { publishGrid } from '../src/loyalty/grids.ts';
import {
  type LoyaltyCell,
  listPlacements,
  loyaltyCells,
  type Placed,
  type PlacementRow,
  placeAgents,
} from '../src/loyalty/placements.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import {
  aggregateDescription,
  MetricAggregateEnum,
  MetricWindowType,
  metricDescription,
  monthsDescription,
} from './metricWindow.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

/** How agents are classified is not for agents. */
const readers: readonly Role[] = [...managers, 'AUDITOR'];

const GridMeasureKindEnum = describedEnum(
  'LoyaltyMeasureKind',
  'By what agents are placed on an axis.',
  ['METRIC', 'MONTHS_OF_SERVICE'] as const,
  {
    METRIC: 'A metric over some months.',
    MONTHS_OF_SERVICE: 'The calendar months that have a day on which the agent was active.',
  },
);

const GridMeasureType = builder.objectRef<GridMeasure>('LoyaltyMeasure').implement({
  description: 'By what agents are placed on an axis.',
  authScopes: { roles: readers },
  fields: (t) => ({
    kind: t.expose('kind', { type: GridMeasureKindEnum, description: 'Of which kind it is.' }),
    window: t.field({
      type: MetricWindowType,
      nullable: true,
      description: 'The metric; only METRIC has one.',
      resolve: (measure) => (measure.kind === 'METRIC' ? measure : null),
    }),
  }),
});

const BandType = builder.objectRef<GridAxis['bands'][number]>('LoyaltyBand').implement({
  description: 'A band of an axis: from its value up to the next band.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique on its axis.' }),
    name: t.exposeString('name', { description: 'What its agents are called.' }),
    from: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The least value in it; null: it reaches down without end, and takes agents without a value too.',
      resolve: ({ from }) => from,
    }),
  }),
});

const AxisType = builder.objectRef<GridAxis>('LoyaltyAxis').implement({
  description: 'An axis of a grid.',
  authScopes: { roles: readers },
  fields: (t) => ({
    measure: t.field({
      type: GridMeasureType,
      description: 'By what agents are placed on it.',
      resolve: ({ measure }) => measure,
    }),
    bands: t.field({
      type: [BandType],
      description: 'Its bands, the lowest first.',
      resolve: ({ bands }) => [...bands],
    }),
  }),
});

builder.drizzleObject('loyaltyGridVersion', {
  name: 'LoyaltyGridVersion',
  description: 'A published version of a loyalty grid. It is never altered.',
  authScopes: { roles: readers },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    channelTypes: t.stringList({
      description: 'The channel types (codes) whose agents it places; none: any.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => [...definition.channelTypes],
    }),
    loyalty: t.field({
      type: AxisType,
      description: 'How loyal an agent is.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => definition.loyalty,
    }),
    contribution: t.field({
      type: AxisType,
      description: 'How much it contributes.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => definition.contribution,
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const LoyaltyGrid = builder.drizzleObject('loyaltyGrid', {
  name: 'LoyaltyGrid',
  description: 'A grid of loyalty × contribution in which agents are placed by period.',
  authScopes: { roles: readers },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    versions: t.relation('versions', {
      description: 'Its versions, the latest first.',
      query: { orderBy: { number: 'desc' } },
    }),
  }),
});

const CellType = builder.objectRef<LoyaltyCell>('LoyaltyCell').implement({
  description: 'A cell of a grid, and how many of the agents you may see are in it.',
  authScopes: { roles: readers },
  fields: (t) => ({
    loyalty: t.exposeString('loyalty', { description: 'The band of loyalty (code).' }),
    loyaltyName: t.exposeString('loyaltyName', { description: 'What it is called.' }),
    contribution: t.exposeString('contribution', { description: 'The band of contribution (code).' }),
    contributionName: t.exposeString('contributionName', { description: 'What it is called.' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents are in it.' }),
  }),
});

const PlacementType = builder.objectRef<PlacementRow>('LoyaltyPlacement').implement({
  description: 'In which cell of a grid an agent was in a period, and where it came from.',
  authScopes: { roles: readers },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    agentName: t.exposeString('agentName', { description: 'Its name.' }),
    loyalty: t.exposeString('loyalty', { description: 'Its band of loyalty (code).' }),
    contribution: t.exposeString('contribution', { description: 'Its band of contribution (code).' }),
    loyaltyValue: t.expose('loyaltyValue', {
      type: 'Decimal',
      nullable: true,
      description: 'The value that placed it; null: it had none.',
    }),
    contributionValue: t.expose('contributionValue', {
      type: 'Decimal',
      nullable: true,
      description: 'The value that placed it; null: it had none.',
    }),
    previousLoyalty: t.exposeString('previousLoyalty', {
      nullable: true,
      description: 'Its band of loyalty (code) in the period before; null: it was in no cell.',
    }),
    previousContribution: t.exposeString('previousContribution', {
      nullable: true,
      description: 'Its band of contribution (code) in the period before; null: it was in no cell.',
    }),
  }),
});

const PlacementConnection = builder.connectionObject(
  {
    type: PlacementType,
    name: 'LoyaltyPlacementConnection',
    description: 'A page of agents in cells.',
    authScopes: { roles: readers },
  },
  { description: 'An agent in a cell, in a page.', authScopes: { roles: readers } },
);

const gridArgument = 'The grid (code).';
const periodArgument = 'The month (2026-10).';

builder.queryFields((t) => ({
  loyaltyGrids: t.drizzleField({
    type: [LoyaltyGrid],
    nullable: true,
    description: 'All loyalty grids, by code.',
    authScopes: { roles: readers },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.loyaltyGrid.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  loyaltyCells: t.field({
    type: [CellType],
    nullable: true,
    description: 'How many of the agents you may see are in each cell of a grid in a month; empty cells too.',
    authScopes: { roles: readers },
    args: {
      grid: t.arg.string({ required: true, description: gridArgument }),
      period: t.arg.string({ required: true, description: periodArgument }),
    },
    resolve: (_root, { grid, period }, { transaction }) => loyaltyCells(transaction, grid, period),
  }),
  loyaltyPlacements: t.connection(
    {
      type: PlacementType,
      nullable: true,
      description: 'The agents you may see in the cells of a grid in a month, and which cells they came from.',
      authScopes: { roles: readers },
      args: {
        grid: t.arg.string({ required: true, description: gridArgument }),
        period: t.arg.string({ required: true, description: periodArgument }),
        loyalty: t.arg.string({ description: 'Only in this band of loyalty (code).' }),
        contribution: t.arg.string({ description: 'Only in this band of contribution (code).' }),
        movedOnly: t.arg.boolean({
          defaultValue: false,
          description: 'Only those in another cell than in the month before.',
        }),
      },
      resolve: (_root, args, { transaction }) => listPlacements(transaction, args, args),
    },
    PlacementConnection,
  ),
}));

const BandInput = builder.inputType('LoyaltyBandInput', {
  description: 'A band of an axis.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, unique on its axis.' }),
    name: t.string({ required: true, description: 'What its agents are called.' }),
    from: t.field({ type: 'Decimal', description: 'The least value in it; the first band has none.' }),
  }),
});

const GridMeasureInput = builder.inputType('LoyaltyMeasureInput', {
  description: 'By what agents are placed on an axis.',
  fields: (t) => ({
    kind: t.field({ type: GridMeasureKindEnum, required: true, description: 'Of which kind it is.' }),
    metric: t.string({ description: `For METRIC: ${metricDescription}` }),
    months: t.int({ description: `For METRIC: ${monthsDescription}` }),
    aggregate: t.field({ type: MetricAggregateEnum, description: `For METRIC: ${aggregateDescription}` }),
  }),
});

const AxisInput = builder.inputType('LoyaltyAxisInput', {
  description: 'An axis of a grid.',
  fields: (t) => ({
    measure: t.field({ type: GridMeasureInput, required: true, description: 'By what agents are placed on it.' }),
    bands: t.field({ type: [BandInput], required: true, description: 'Its bands, the lowest first.' }),
  }),
});

const GridDefinitionInput = builder.inputType('LoyaltyGridDefinitionInput', {
  description: 'What a version of a loyalty grid says.',
  fields: (t) => ({
    channelTypes: t.stringList({ description: 'Only agents of these channel types (codes); any without it.' }),
    loyalty: t.field({ type: AxisInput, required: true, description: 'How loyal an agent is.' }),
    contribution: t.field({ type: AxisInput, required: true, description: 'How much it contributes.' }),
  }),
});

type GridAnswer = { readonly code: string; readonly number: number };

const GridPayload = builder.objectRef<GridAnswer>('LoyaltyGridPayload').implement({
  description: 'The loyalty grid that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    grid: t.drizzleField({
      type: LoyaltyGrid,
      nullable: true,
      description: 'The grid as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.loyaltyGrid.findFirst(query({ where: { code } })),
    }),
  }),
});

const PlacedPayload = builder.objectRef<Placed>('LoyaltyPlacedPayload').implement({
  description: 'What became of placing the agents.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The version of the grid by which they were placed.' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents were placed.' }),
    hash: t.exposeString('hash', {
      description: 'SHA-256 over agents, cells and values: the same for the same figures.',
    }),
  }),
});

builder.mutationFields((t) => ({
  publishLoyaltyGrid: t.field({
    type: GridPayload,
    errors: resultUnion('publishLoyaltyGrid'),
    description:
      'Publishes a version of a loyalty grid, declared if it is new. What the latest version says already, from the same day on, is not published again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the grid.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({ type: GridDefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishLoyaltyGrid',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<GridAnswer> => {
        const grid = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        return { code, number: await publishGrid(transaction, actor, now, grid) };
      },
    ),
  }),
  placeAgents: t.field({
    type: PlacedPayload,
    errors: resultUnion('placeAgents'),
    description:
      'Places all agents that were active or suspended in a month in the cells of a grid, in place of what was placed before.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      grid: t.arg.string({ required: true, description: gridArgument }),
      period: t.arg.string({ required: true, description: periodArgument }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('placeAgents', (transaction, actor, { grid, period }, { now }) =>
      placeAgents(transaction, actor, now, { grid, period }),
    ),
  }),
}));
