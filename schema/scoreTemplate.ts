import {
  type ItemMethod,
  missingPolicies,
  type PointsRule,
  type TemplateItem,
  type VetoRule,
} from '../src/scorecards/template.ts';
import { builder, staff } from './builder.ts';
import { describedEnum, RaterGroupEnum } from './enums.ts';

// Scorecard templates as they are read; how they are set up stands beside (scoreTemplateMutations.ts). One type has the fields of every
// method; a method has those of its kind, the others are null.

/** Who knows by what agents are scored: everybody but compliance. */
export const templateReaders = [...staff, 'AGENT'] as const;

const methodKinds = ['LINEAR', 'STEP', 'RANK', 'PEER_MEAN', 'RATED_360'] as const;
export const MethodKindEnum = describedEnum('ScoreMethodKind', 'How a value becomes points.', methodKinds, {
  LINEAR: '100·(x − floor)/(target − floor), clamped; lower is better where the target is below the floor.',
  STEP: 'The points of the highest step that the value reaches.',
  RANK: '100·(n − r)/(n − 1) among peers (same template version and channel type), r the average rank of ties.',
  PEER_MEAN: '100·x/mean of the peers; 0 where the mean is not above 0.',
  RATED_360: 'The mean of what groups of raters said, by weight, over the groups that rated.',
});

export const MissingPolicyEnum = describedEnum(
  'ScoreMissingPolicy',
  'What becomes of an item without a value.',
  missingPolicies,
  {
    ZERO: 'It has 0 points.',
    EXCLUDE: 'It is left out, and the weights of the others are taken to 100.',
    BLOCK: 'The agent is not scored.',
  },
);

type Step = { readonly from: string; readonly points: string };

const StepType = builder.objectRef<Step>('ScoreStep').implement({
  description: 'From which value on there are how many points.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    from: t.expose('from', { type: 'Decimal', description: 'The value from which on.' }),
    points: t.expose('points', { type: 'Decimal', description: 'The points.' }),
  }),
});

type RaterGroupWeight = Extract<ItemMethod, { readonly kind: 'RATED_360' }>['groups'][number];

const GroupType = builder.objectRef<RaterGroupWeight>('ScoreRaterGroup').implement({
  description: 'A group of raters, and what it weighs.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    group: t.expose('group', { type: RaterGroupEnum, description: 'Who rates.' }),
    weight: t.expose('weight', { type: 'Decimal', description: 'What it weighs beside the other groups.' }),
    survey: t.exposeString('survey', {
      nullable: true,
      description: 'A survey (code) whose answers are its ratings; null: rating rounds.',
    }),
  }),
});

const MethodType = builder.objectRef<ItemMethod>('ScoreMethod').implement({
  description: 'How the value of an item becomes points.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: MethodKindEnum, description: 'Of which kind it is.' }),
    target: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'LINEAR: the value that gives 100, where no target is set for the agent, its region or channel type.',
      resolve: (method) => (method.kind === 'LINEAR' ? method.target : null),
    }),
    floor: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'LINEAR: the value that gives 0; null: 0, or floorPercent.',
      resolve: (method) => (method.kind === 'LINEAR' ? method.floor : null),
    }),
    floorPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'LINEAR: the floor as a percent of the target.',
      resolve: (method) => (method.kind === 'LINEAR' ? method.floorPercent : null),
    }),
    steps: t.field({
      type: [StepType],
      nullable: true,
      description: 'STEP: the steps, ascending.',
      resolve: (method) => (method.kind === 'STEP' ? [...method.steps] : null),
    }),
    lowestFirst: t.boolean({
      nullable: true,
      description: 'RANK: whether the lowest value is the best.',
      resolve: (method) => (method.kind === 'RANK' ? (method.lowestFirst ?? false) : null),
    }),
    aspect: t.string({
      nullable: true,
      description: 'RATED_360: what is rated; names the rating rounds.',
      resolve: (method) => (method.kind === 'RATED_360' ? method.aspect : null),
    }),
    groups: t.field({
      type: [GroupType],
      nullable: true,
      description: 'RATED_360: who rates.',
      resolve: (method) => (method.kind === 'RATED_360' ? [...method.groups] : null),
    }),
    minimumRaters: t.int({
      nullable: true,
      description: 'RATED_360: how many raters there must be at least, all groups together.',
      resolve: (method) => (method.kind === 'RATED_360' ? method.minimumRaters : null),
    }),
  }),
});

const ItemType = builder.objectRef<TemplateItem>('ScoreTemplateItem').implement({
  description: 'One weighted item of a scorecard.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique in the template.' }),
    name: t.exposeString('name', { description: 'What is judged.' }),
    metric: t.exposeString('metric', {
      nullable: true,
      description: 'The metric that is measured; null: it is rated.',
    }),
    weight: t.expose('weight', { type: 'Decimal', description: 'What it weighs; all weights total exactly 100.' }),
    method: t.field({
      type: MethodType,
      description: 'How a value becomes points.',
      resolve: ({ method }) => method,
    }),
    cap: t.expose('cap', { type: 'Decimal', description: 'Its most points: 100, or up to 150.' }),
    missing: t.expose('missing', { type: MissingPolicyEnum, description: 'What becomes of it without a value.' }),
  }),
});

const PointsRuleType = builder.objectRef<PointsRule>('ScorePointsRule').implement({
  description: 'Points beside the weighted items; never below 0, none without a value.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique in the template.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    metric: t.exposeString('metric', { description: 'The metric it looks at.' }),
    maximum: t.expose('maximum', { type: 'Decimal', description: 'Its most points.' }),
    perUnit: t.expose('perUnit', {
      type: 'Decimal',
      nullable: true,
      description: 'Points for each unit; null: steps.',
    }),
    steps: t.field({
      type: [StepType],
      nullable: true,
      description: 'The steps, ascending; null: perUnit.',
      resolve: ({ steps }) => (steps ? [...steps] : null),
    }),
  }),
});

const VetoType = builder.objectRef<VetoRule>('ScoreVetoRule').implement({
  description: 'What caps the total when it is triggered; never without a value.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique in the template.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    metric: t.exposeString('metric', { description: 'The metric it looks at.' }),
    atLeast: t.expose('atLeast', { type: 'Decimal', nullable: true, description: 'Triggered from this value up.' }),
    atMost: t.expose('atMost', { type: 'Decimal', nullable: true, description: 'Triggered from this value down.' }),
    cap: t.expose('cap', { type: 'Decimal', description: 'The total is at most this.' }),
  }),
});

builder.drizzleObject('scoreTemplateVersion', {
  name: 'ScoreTemplateVersion',
  description: 'A published version of a scorecard template. It is never altered.',
  authScopes: { roles: templateReaders },
  select: { columns: { definition: true } },
  fields: (t) => ({
    template: t.relation('template', { description: 'The template it is a version of.' }),
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    items: t.field({
      type: [ItemType],
      description: 'What agents are judged on, in order.',
      resolve: ({ definition }) => [...definition.items],
    }),
    bonuses: t.field({
      type: [PointsRuleType],
      description: 'Points that are added.',
      resolve: ({ definition }) => [...definition.bonuses],
    }),
    deductions: t.field({
      type: [PointsRuleType],
      description: 'Points that are taken away.',
      resolve: ({ definition }) => [...definition.deductions],
    }),
    vetoes: t.field({
      type: [VetoType],
      description: 'What caps the total.',
      resolve: ({ definition }) => [...definition.vetoes],
    }),
    maximum: t.field({
      type: 'Decimal',
      description: 'The highest total.',
      resolve: ({ definition }) => definition.maximum,
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

export const ScoreTemplate = builder.drizzleObject('scoreTemplate', {
  name: 'ScoreTemplate',
  description:
    'By what agents are scored. Of several templates that fit an agent the one of its channel type and tier counts, then the one of its ' +
    'channel type, then of its tier, then of neither.',
  authScopes: { roles: templateReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    channelType: t.relation('channelType', {
      nullable: true,
      description: 'Only agents of this channel type; null: any.',
    }),
    tier: t.relation('tier', { nullable: true, description: 'Only agents of this tier; null: any.' }),
    versions: t.relation('versions', {
      description: 'Its versions, the latest first; the one in force on the last day of a month scores that month.',
      query: { orderBy: { number: 'desc' } },
    }),
  }),
});

builder.queryField('scoreTemplates', (t) =>
  t.drizzleField({
    type: [ScoreTemplate],
    nullable: true,
    description: 'All scorecard templates, by code.',
    authScopes: { roles: templateReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.scoreTemplate.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

builder.queryField('scoreTemplate', (t) =>
  t.drizzleField({
    type: ScoreTemplate,
    nullable: true,
    description: 'A scorecard template; null where there is none.',
    authScopes: { roles: templateReaders },
    args: { code: t.arg.string({ required: true, description: 'Its code.' }) },
    resolve: (query, _root, { code }, { transaction }) =>
      transaction.query.scoreTemplate.findFirst(query({ where: { code } })),
  }),
);
