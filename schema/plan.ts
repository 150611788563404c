import { sql } from 'drizzle-orm';
import { approvePlanVersion, type CorrectionStanding } from '../src/programme/corrections.ts';
import { builder, staff } from './builder.ts';
import { PlanComponentKindEnum } from './definitionEnums.ts';
import { ComponentKindEnum, RateBaseEnum, RoundingModeEnum, SalesEventTypeEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import {
  BracketTermsType,
  bracketOf,
  ClawbackType,
  fieldOf,
  HoldbackType,
  InstalmentType,
  OverrideTermsType,
  overrideOf,
  QuotaBonusTermsType,
  quotaBonusOf,
  ScoreFactorType,
  SpiffType,
  spiffOf,
  VolumeType,
  volumeOf,
} from './planDefinition.ts';

const Plan = builder.drizzleNode('plan', {
  name: 'Plan',
  description: 'A commission plan. An agent sees the plans that its agreements name.',
  authScopes: { roles: staff, $granted: 'agreedPlan' },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    versions: t.relation('versions', {
      description:
        'Its published versions; the one in force on a day is the last that holds then. A correction is in force with its two approvals, and until then only staff see it.',
      query: (_args, { actor }) => ({
        orderBy: { number: 'asc' },
        where: actor?.user?.role === 'AGENT' ? { RAW: (table) => sql`plan_version_in_force(${table.id})` } : {},
      }),
    }),
  }),
});

const ApprovalType = builder.objectRef<{ approvedBy: string; approvedAt: string }>('PlanVersionApproval').implement({
  description: 'An approval of a correction.',
  authScopes: { roles: staff },
  fields: (t) => ({
    approvedBy: t.exposeString('approvedBy', { description: 'Who approved it.' }),
    approvedAt: t.expose('approvedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const PlanVersion = builder.drizzleObject('planVersion', {
  name: 'PlanVersion',
  description: 'A dated state of a plan, never altered once published.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    planCode: t.string({
      description: 'The code of its plan.',
      select: { with: { plan: { columns: { code: true } } } },
      resolve: (row) => row.plan.code,
    }),
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
    corrects: t.exposeBoolean('corrects', {
      description:
        'Whether it is a back-dated correction: in force only once two people other than its proposer approve it.',
    }),
    approvals: t.field({
      type: [ApprovalType],
      nullable: true,
      description: 'Of a correction: who approved it, in order.',
      authScopes: { roles: staff },
      resolve: ({ id, corrects }, _args, { transaction }) =>
        corrects
          ? transaction.query.planVersionApproval.findMany({
              where: { versionId: id },
              orderBy: { approvedAt: 'asc', approvedBy: 'asc' },
            })
          : [],
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
    kind: t.field({
      type: PlanComponentKindEnum,
      description: 'How it pays; it has the fields of its kind, the others are null or empty.',
      select: { with: { component: { columns: { kind: true } } } },
      resolve: (row) => planKind(row.component.kind),
    }),
    eventTypes: t.field({
      type: [SalesEventTypeEnum],
      description: 'The event types it reads.',
      resolve: (row) => fieldOf(row.definition, 'eventTypes') ?? [],
    }),
    base: t.field({
      type: RateBaseEnum,
      nullable: true,
      description: 'What percent applies to.',
      resolve: (row) => fieldOf(row.definition, 'base'),
    }),
    multiplyByTier: t.boolean({
      description: "Whether the amount is multiplied by the multiplier of the agent's tier.",
      resolve: (row) => fieldOf(row.definition, 'multiplyByTier') ?? false,
    }),
    scoreFactor: t.field({
      type: ScoreFactorType,
      nullable: true,
      description: "By what factor of the agent's score the amount is multiplied.",
      resolve: (row) => fieldOf(row.definition, 'scoreFactor'),
    }),
    instalments: t.field({
      type: [InstalmentType],
      description: 'The parts in which it is paid; none: all at once.',
      resolve: (row) => fieldOf(row.definition, 'instalments') ?? [],
    }),
    onBill: t.boolean({
      description: 'Whether paidBill counts bills when they are billed, not when they are paid.',
      resolve: (row) => fieldOf(row.definition, 'onBill') ?? false,
    }),
    holdback: t.field({
      type: HoldbackType,
      nullable: true,
      description: 'What is held back.',
      resolve: (row) => fieldOf(row.definition, 'holdback'),
    }),
    clawback: t.field({
      type: ClawbackType,
      nullable: true,
      description: 'What comes back when the customer leaves or is refunded.',
      resolve: (row) => fieldOf(row.definition, 'clawback'),
    }),
    reactivationDays: t.int({
      nullable: true,
      description: 'Days after a CHURN within which a REACTIVATION undoes it.',
      resolve: (row) => fieldOf(row.definition, 'reactivationDays'),
    }),
    cap: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Most per agent and period.',
      resolve: (row) => fieldOf(row.definition, 'cap'),
    }),
    floor: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Least per agent and period.',
      resolve: (row) => fieldOf(row.definition, 'floor'),
    }),
    months: t.int({
      nullable: true,
      description: 'RESIDUAL: paid for bills in month 1 to this month of the subscription.',
      resolve: (row) => fieldOf(row.definition, 'months'),
    }),
    spiff: t.field({
      type: SpiffType,
      nullable: true,
      description: 'SPIFF: its campaign and budget.',
      resolve: (row) => spiffOf(row.definition),
    }),
    volume: t.field({
      type: VolumeType,
      nullable: true,
      description: 'BRACKET and QUOTA_BONUS: the volume they pay on.',
      resolve: (row) => volumeOf(row.definition),
    }),
    bracket: t.field({
      type: BracketTermsType,
      nullable: true,
      description: 'BRACKET: its brackets.',
      resolve: (row) => bracketOf(row.definition),
    }),
    quotaBonus: t.field({
      type: QuotaBonusTermsType,
      nullable: true,
      description: 'QUOTA_BONUS: its curve.',
      resolve: (row) => quotaBonusOf(row.definition),
    }),
    override: t.field({
      type: OverrideTermsType,
      nullable: true,
      description: 'OVERRIDE: its levels or table.',
      resolve: (row) => overrideOf(row.definition),
    }),
    minimum: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'DRAW: what an agent gets at least for a full month.',
      resolve: (row) => fieldOf(row.definition, 'minimum'),
    }),
    rules: t.relation('rules', {
      description: 'Its rules; the most specific matching one wins. RATE, RESIDUAL and SPIFF have rules.',
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

/** A plan's components are of every kind but those that belong to no plan. */
function planKind(kind: typeof ComponentKindEnum.$inferType): typeof PlanComponentKindEnum.$inferType {
  if (kind === 'POOL' || kind === 'TAX' || kind === 'ADJUSTMENT') throw new Error(`a plan has no ${kind}`);
  return kind;
}

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

builder.queryField('pendingPlanCorrections', (t) =>
  t.drizzleField({
    type: [PlanVersion],
    nullable: true,
    description: 'Corrections that wait for approvals, the oldest first.',
    authScopes: { roles: staff },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.planVersion.findMany(
        query({
          where: { corrects: true, RAW: (table) => sql`not plan_version_in_force(${table.id})` },
          orderBy: { publishedAt: 'asc', id: 'asc' },
        }),
      ),
  }),
);

const CorrectionStandingType = builder.objectRef<CorrectionStanding>('ApprovePlanVersionPayload').implement({
  description: 'Where a correction stands after an approval.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The plan (code).' }),
    number: t.exposeInt('number', { description: 'The number of the version.' }),
    approvalCount: t.exposeInt('approvalCount', { description: 'How many have approved it.' }),
    inForce: t.exposeBoolean('inForce', { description: 'Whether it is in force now.' }),
  }),
});

builder.mutationField('approvePlanVersion', (t) =>
  t.field({
    type: CorrectionStandingType,
    errors: resultUnion('approvePlanVersion'),
    description:
      'Approves a correction; not by who proposed it, nor twice by one person. The second approval puts it in force.',
    authScopes: { roles: ['ADMIN', 'FINANCE'] },
    args: {
      plan: t.arg.string({ required: true, description: 'The plan (code).' }),
      number: t.arg.int({ required: true, description: 'The number of the correction within the plan.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('approvePlanVersion', (transaction, actor, { plan, number }, { now }) =>
      approvePlanVersion(transaction, actor, now, plan, number),
    ),
  }),
);
