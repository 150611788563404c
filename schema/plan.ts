import { builder, staff } from './builder.ts';
import { ComponentKindEnum, RateBaseEnum, RoundingModeEnum, SalesEventTypeEnum } from './enums.ts';

const Plan = builder.drizzleNode('plan', {
  name: 'Plan',
  description: 'A commission plan. An agent sees the plans that its agreements name.',
  authScopes: { roles: staff, $granted: 'agreedPlan' },
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

builder.drizzleObject('planVersion', {
  name: 'PlanVersion',
  description: 'A dated state of a plan, never altered once published.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number within the plan, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day after it; null: no end.' }),
    currency: t.exposeString('currency', { description: 'The currency it pays in (ISO 4217).' }),
    rounding: t.expose('rounding', { type: RoundingModeEnum, description: 'How amounts are rounded, once.' }),
    contentHash: t.exposeString('contentHash', { description: 'SHA-256 of its content in canonical form.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When it was published.' }),
    publishedBy: t.exposeString('publishedBy', {
      nullable: true,
      description: 'Who published it.',
      authScopes: { roles: staff },
    }),
    components: t.relation('components', {
      description: 'Its components, in order.',
      query: { orderBy: { position: 'asc' } },
    }),
  }),
});

builder.drizzleObject('component', {
  name: 'Component',
  description: 'What a line names as its component: one of a plan, the same over its versions, or a pool.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique within its plan.' }),
    kind: t.expose('kind', { type: ComponentKindEnum, description: 'How it pays.' }),
    planCode: t.string({
      nullable: true,
      description: 'The code of its plan; null for a pool.',
      select: { with: { plan: { columns: { code: true } } } },
      resolve: (row) => row.plan?.code,
    }),
    poolCode: t.string({
      nullable: true,
      description: 'The code of its pool; null for a component of a plan.',
      select: { with: { pool: { columns: { code: true } } } },
      resolve: (row) => row.pool?.code,
    }),
  }),
});

builder.drizzleObject('planComponent', {
  name: 'PlanComponent',
  description: 'A component as one plan version defines it.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.string({
      description: 'Its code, the same in every version of the plan.',
      select: { with: { component: { columns: { code: true } } } },
      resolve: (row) => row.component.code,
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    position: t.exposeInt('position', { description: 'Its place in the plan.' }),
    eventTypes: t.field({
      type: [SalesEventTypeEnum],
      description: 'The event types it reads.',
      resolve: (row) => row.definition.eventTypes,
    }),
    base: t.field({
      type: RateBaseEnum,
      description: 'What percent applies to.',
      resolve: (row) => row.definition.base,
    }),
    multiplyByTier: t.boolean({
      description: "Whether the amount is multiplied by the multiplier of the agent's tier.",
      resolve: (row) => row.definition.multiplyByTier,
    }),
    rules: t.relation('rules', {
      description: 'Its rules; the most specific matching one wins.',
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

builder.drizzleObject('rateRule', {
  name: 'RateRule',
  description:
    'What is paid for matching events: percent of the base + flat · quantity, between minimum and maximum. A dimension that is null matches anything.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique within the component.' }),
    product: t.relation('product', { nullable: true, description: 'Only this product.' }),
    productCategory: t.relation('productCategory', { nullable: true, description: 'Only products of this category.' }),
    eventType: t.expose('eventType', {
      type: SalesEventTypeEnum,
      nullable: true,
      description: 'Only events of this type.',
    }),
    channelType: t.relation('channelType', { nullable: true, description: 'Only agents of this channel type.' }),
    tier: t.relation('tier', { nullable: true, description: 'Only agents in this tier.' }),
    region: t.relation('region', { nullable: true, description: 'Only events in this region and those under it.' }),
    segment: t.relation('segment', { nullable: true, description: 'Only this customer segment.' }),
    campaign: t.relation('campaign', { nullable: true, description: 'Only events of this campaign.' }),
    contractMonths: t.exposeInt('contractMonths', {
      nullable: true,
      description: 'Only contracts of this many months.',
    }),
    baseFrom: t.expose('baseFrom', { type: 'Decimal', nullable: true, description: 'Only a base of at least this.' }),
    baseTo: t.expose('baseTo', { type: 'Decimal', nullable: true, description: 'Only a base below this.' }),
    baseUpTo: t.expose('baseUpTo', { type: 'Decimal', nullable: true, description: 'Only a base of at most this.' }),
    percent: t.expose('percent', { type: 'Decimal', description: 'Percent of the base.' }),
    flat: t.expose('flat', { type: 'Decimal', description: 'Money per unit of quantity.' }),
    minimum: t.expose('minimum', { type: 'Decimal', nullable: true, description: 'The least amount of one event.' }),
    maximum: t.expose('maximum', { type: 'Decimal', nullable: true, description: 'The most amount of one event.' }),
  }),
});

builder.queryFields((t) => ({
  plan: t.drizzleField({
    type: Plan,
    nullable: true,
    description: 'The plan with this code.',
    authScopes: { roles: staff },
    args: { code: t.arg.string({ required: true, description: 'Its code.' }) },
    resolve: (query, _root, { code }, { transaction }) => transaction.query.plan.findFirst(query({ where: { code } })),
  }),
  plans: t.drizzleField({
    type: [Plan],
    nullable: true,
    description: 'All plans, by code.',
    authScopes: { roles: staff },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.plan.findMany(query({ orderBy: { code: 'asc' } })),
  }),
}));
