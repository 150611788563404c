import type { PoolFactor } from '../src/commissions/definitions.ts';
import { builder, staff } from './builder.ts';
import { PoolPeriodEnum } from './definitionEnums.ts';
import { PoolFactorEnum, PoolFundBaseEnum, PoolRemainderEnum, RoundingModeEnum, SalesEventTypeEnum } from './enums.ts';

const PoolFactorType = builder.objectRef<PoolFactor>('PoolWeightFactor').implement({
  description: 'One factor of the weight that an agent has in a pool.',
  authScopes: { roles: staff },
  fields: (t) => ({
    factor: t.field({ type: PoolFactorEnum, description: 'What it counts.', resolve: ({ factor }) => factor }),
    eventTypes: t.field({
      type: [SalesEventTypeEnum],
      description: 'The event types it counts; UNITS and VOLUME have some.',
      resolve: (row) => ('eventTypes' in row ? row.eventTypes : []),
    }),
    metric: t.string({
      nullable: true,
      description: 'The metric it counts; only METRIC has one.',
      resolve: (row) => ('metric' in row ? row.metric : null),
    }),
  }),
});

const Pool = builder.drizzleNode('pool', {
  name: 'Pool',
  description: 'Money funded for each period and shared out exactly among agents.',
  authScopes: { roles: staff },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    versions: t.relation('versions', {
      description: 'Its published versions; the one in force on a day is the last that holds then.',
      query: { orderBy: { number: 'asc' } },
    }),
  }),
});

builder.drizzleObject('poolVersion', {
  name: 'PoolVersion',
  description: 'A dated state of a pool, never altered once published.',
  authScopes: { roles: staff },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number within the pool, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day after it; null: no end.' }),
    currency: t.exposeString('currency', { description: 'The currency it pays in (ISO 4217).' }),
    rounding: t.expose('rounding', { type: RoundingModeEnum, description: 'How the fund is rounded.' }),
    fixedFund: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The fund of every period; null where it is a percent.',
      resolve: ({ definition: { fund } }) => ('fixed' in fund ? fund.fixed : null),
    }),
    fundPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The fund as a percent of the eligible base; null where it is fixed.',
      resolve: ({ definition: { fund } }) => ('percent' in fund ? fund.percent : null),
    }),
    fundBase: t.field({
      type: PoolFundBaseEnum,
      nullable: true,
      description: 'What of the events makes the base; null where a fixed fund has none.',
      resolve: ({ definition: { fund } }) => fund.of,
    }),
    fundEventTypes: t.field({
      type: [SalesEventTypeEnum],
      description: 'The events that make the base; of a fixed fund only a threshold looks at them.',
      resolve: ({ definition: { fund } }) => fund.eventTypes ?? [],
    }),
    thresholdTarget: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The target of the base, where there is a threshold.',
      resolve: ({ definition }) => definition.threshold?.target,
    }),
    thresholdPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The percent of the target below which the fund is 0.',
      resolve: ({ definition }) => definition.threshold?.percent,
    }),
    minimum: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The least fund.',
      resolve: ({ definition }) => definition.minimum,
    }),
    maximum: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The most fund.',
      resolve: ({ definition }) => definition.maximum,
    }),
    reservePercent: t.field({
      type: 'Decimal',
      description: 'Percent of the fund that is held back.',
      resolve: ({ definition }) => definition.reservePercent,
    }),
    weight: t.field({
      type: [PoolFactorType],
      description: 'The factors whose product is the weight of an agent.',
      resolve: ({ definition }) => definition.weight,
    }),
    remainder: t.field({
      type: PoolRemainderEnum,
      description: 'What happens to money that nobody gets.',
      resolve: ({ definition }) => definition.remainder,
    }),
    channelTypes: t.field({
      type: ['String'],
      description: 'The channel types (codes) whose agents take part; none: any.',
      resolve: ({ definition }) => definition.channelTypes,
    }),
    plans: t.field({
      type: ['String'],
      description: 'The plans (codes) whose agents take part; none: any.',
      resolve: ({ definition }) => definition.plans ?? [],
    }),
    period: t.field({
      type: PoolPeriodEnum,
      description: 'How often it is shared.',
      resolve: ({ definition }) => definition.period ?? 'MONTH',
    }),
    floor: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The least share of one member.',
      resolve: ({ definition }) => definition.floor,
    }),
    cap: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The most share of one member.',
      resolve: ({ definition }) => definition.cap,
    }),
    contentHash: t.exposeString('contentHash', { description: 'SHA-256 of its content in canonical form.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published.' }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
  }),
});

builder.queryField('pools', (t) =>
  t.drizzleField({
    type: [Pool],
    nullable: true,
    description: 'All pools, by code.',
    authScopes: { roles: staff },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.pool.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);
