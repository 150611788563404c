import { sql } from 'drizzle-orm';
import {
  type AwardOutcome,
  type AwardQuestion,
  type AwardWinner,
  grantAwards,
  previewAwards,
} from '../src/awards/awards.ts';
import type { AwardPrize } from '../src/awards/rule.ts';
import { publishAwardRule } from '../src/awards/rules.ts';
import type { award } from '../src/awards/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { auditors, builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { MetricWindowInput, MetricWindowType } from './metricWindow.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

/** Awards are public among those who work with agents. */
const readers: readonly Role[] = [...managers, 'FINANCE', 'AUDITOR', 'AGENT'];

const AwardGroupEnum = describedEnum(
  'AwardGroup',
  'Among whom agents are ranked.',
  ['ALL', 'REGION', 'CHANNEL_TYPE', 'REGION_AND_CHANNEL_TYPE'] as const,
  {
    ALL: 'All agents.',
    REGION: 'Those of the same region.',
    CHANNEL_TYPE: 'Those of the same channel type.',
    REGION_AND_CHANNEL_TYPE: 'Those of the same region and channel type.',
  },
);

const PrizeKindEnum = describedEnum('AwardPrizeKind', 'What winners get.', ['NON_CASH', 'POOL'] as const, {
  NON_CASH: 'Something other than money.',
  POOL: 'A share of a pool.',
});

const PrizeType = builder.objectRef<AwardPrize>('AwardPrize').implement({
  description: 'What winners get.',
  authScopes: { roles: readers },
  fields: (t) => ({
    kind: t.expose('kind', { type: PrizeKindEnum, description: 'Of which kind it is.' }),
    text: t.string({
      nullable: true,
      description: 'What is given; of NON_CASH.',
      resolve: (prize) => (prize.kind === 'NON_CASH' ? prize.text : null),
    }),
    pool: t.string({
      nullable: true,
      description: 'The pool (code) that is shared; of POOL.',
      resolve: (prize) => (prize.kind === 'POOL' ? prize.pool : null),
    }),
    weights: t.field({
      type: ['Decimal'],
      description: 'What places weigh in the pool, the first one first; places after the list have its last one.',
      resolve: (prize) => (prize.kind === 'POOL' ? [...prize.weights] : []),
    }),
  }),
});

builder.drizzleObject('awardRuleVersion', {
  name: 'AwardRuleVersion',
  description: 'A published version of an award rule. It is never altered.',
  authScopes: { roles: readers },
  select: { columns: { definition: true } },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    channelTypes: t.stringList({
      description: 'The channel types (codes) whose agents take part; none: any.',
      resolve: ({ definition }) => [...definition.channelTypes],
    }),
    measure: t.field({
      type: MetricWindowType,
      description: 'What agents are ranked by.',
      resolve: ({ definition }) => definition.measure,
    }),
    lowestFirst: t.boolean({
      description: 'Whether the lowest value is the best.',
      resolve: ({ definition }) => definition.lowestFirst,
    }),
    minimum: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The least value (with lowestFirst the greatest) that wins; null: any does.',
      resolve: ({ definition }) => definition.minimum,
    }),
    per: t.field({
      type: AwardGroupEnum,
      description: 'Among whom agents are ranked.',
      resolve: ({ definition }) => definition.per,
    }),
    regionLevel: t.int({
      nullable: true,
      description: 'The level of the regions in which agents are ranked, 1 being the roots; null: their own region.',
      resolve: ({ definition }) => definition.regionLevel,
    }),
    places: t.int({
      description: 'How many places win in each group.',
      resolve: ({ definition }) => definition.places,
    }),
    prize: t.field({
      type: PrizeType,
      description: 'What winners get.',
      resolve: ({ definition }) => definition.prize,
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const AwardRule = builder.drizzleObject('awardRule', {
  name: 'AwardRule',
  description: 'An award that is given by period, by ranking.',
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

const placeDescription = 'The place, from 1; who ties shares it, and the places taken up are skipped.';
const amongDescription = 'Among whom it won: codes of region and channel type; empty: among all.';

const Award = builder.drizzleObject('award', {
  name: 'Award',
  description: 'An award that an agent was given for a period.',
  authScopes: { roles: readers },
  fields: (t) => ({
    rule: t.relation('rule', { description: 'What it was given for.' }),
    period: t.exposeString('period', { description: 'The month.' }),
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    rankedAmong: t.exposeString('rankedAmong', { description: amongDescription }),
    place: t.exposeInt('place', { description: placeDescription }),
    value: t.expose('value', { type: 'Decimal', description: 'The value that it was ranked by.' }),
    prize: t.field({
      type: PrizeType,
      description: 'What it got.',
      select: { columns: { prize: true } },
      resolve: ({ prize }) => prize,
    }),
    grantedBy: t.exposeString('grantedBy', { description: 'Who granted it.' }),
    grantedAt: t.expose('grantedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const AwardConnection = builder.connectionObject(
  { type: Award, name: 'AwardConnection', description: 'A page of awards.', authScopes: { roles: readers } },
  { description: 'An award in a page.', authScopes: { roles: readers } },
);

const awardOrder: PageOrder<typeof award> = {
  name: 'awards',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

const WinnerType = builder.objectRef<Winner>('AwardWinner').implement({
  description: 'Who wins an award.',
  authScopes: { roles: auditors },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    agentName: t.exposeString('agentName', { description: 'Its name.' }),
    rankedAmong: t.exposeString('rankedAmong', { description: amongDescription }),
    place: t.exposeInt('place', { description: placeDescription }),
    value: t.expose('value', { type: 'Decimal', description: 'The value that it is ranked by.' }),
  }),
});

type Winner = Pick<AwardWinner, 'agentCode' | 'agentName' | 'place'> & {
  readonly rankedAmong: string;
  readonly value: string;
};

type Outcome = Omit<AwardOutcome, 'winners'> & { readonly winners: readonly Winner[] };

/** As JSON that an idempotency key can keep. */
const outcomeOf = ({ winners, ...rest }: AwardOutcome): Outcome => ({
  ...rest,
  winners: winners.map(({ agentCode, agentName, group, place, value }) => {
    return { agentCode, agentName, rankedAmong: group, place, value: value.toDecimalPlaces(10).toFixed() };
  }),
});

const AwardsPayload = builder.objectRef<Outcome>('AwardsPayload').implement({
  description: 'Who wins an award for a period.',
  authScopes: { roles: auditors },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The version of the rule by which they win.' }),
    prize: t.field({ type: PrizeType, description: 'What winners get.', resolve: ({ prize }) => prize }),
    winners: t.field({
      type: [WinnerType],
      description: 'The winners, by group, place and code.',
      resolve: ({ winners }) => [...winners],
    }),
  }),
});

const ruleArgument = 'The rule (code).';
const periodArgument = 'The month (2026-10).';

builder.queryFields((t) => ({
  awardRules: t.drizzleField({
    type: [AwardRule],
    nullable: true,
    description: 'All award rules, by code.',
    authScopes: { roles: readers },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.awardRule.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  awards: t.connection(
    {
      type: Award,
      nullable: true,
      description: 'Awards of agents you may see, the latest first.',
      authScopes: { roles: readers },
      args: {
        period: t.arg.string({ description: `Only for this month: ${periodArgument}` }),
        agentCode: t.arg.string({ description: 'Only of this agent (code).' }),
        rule: t.arg.string({ description: 'Only by this rule (code).' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(Award, awardOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.period, args.period),
          args.rule == null ? undefined : sql`${table.ruleId} = (select id from award_rule where code = ${args.rule})`,
        ]);
      },
    },
    AwardConnection,
  ),
  previewAwards: t.field({
    type: AwardsPayload,
    nullable: true,
    description: 'Who would win an award for a month by the figures of now; nothing is written.',
    authScopes: { roles: auditors },
    args: {
      rule: t.arg.string({ required: true, description: ruleArgument }),
      period: t.arg.string({ required: true, description: periodArgument }),
    },
    resolve: async (_root, question: AwardQuestion, { transaction }) =>
      outcomeOf(await previewAwards(transaction, question)),
  }),
}));

const PrizeInput = builder.inputType('AwardPrizeInput', {
  description: 'What winners get.',
  fields: (t) => ({
    kind: t.field({ type: PrizeKindEnum, required: true, description: 'Of which kind it is.' }),
    text: t.string({ description: 'What is given; for NON_CASH.' }),
    pool: t.string({
      description: 'For POOL: the pool (code); its weight has the factor METRIC with AWARD_ and the code of the award.',
    }),
    weights: t.field({
      type: ['Decimal'],
      description: 'For POOL: what places weigh, the first one first; places after the list have its last one.',
    }),
  }),
});

const RuleDefinitionInput = builder.inputType('AwardRuleDefinitionInput', {
  description: 'What a version of an award rule says.',
  fields: (t) => ({
    channelTypes: t.stringList({ description: 'Only agents of these channel types (codes); any without it.' }),
    measure: t.field({ type: MetricWindowInput, required: true, description: 'What agents are ranked by.' }),
    lowestFirst: t.boolean({ description: 'Whether the lowest value is the best; no without it.' }),
    minimum: t.field({
      type: 'Decimal',
      description: 'The least value (with lowestFirst the greatest) that wins; any does without it.',
    }),
    per: t.field({ type: AwardGroupEnum, description: 'Among whom agents are ranked; among all without it.' }),
    regionLevel: t.int({
      description: 'The level of the regions in which agents are ranked, 1 being the roots; their own without it.',
    }),
    places: t.int({
      required: true,
      description: 'How many places win in each group; who ties with the last of them wins too.',
    }),
    prize: t.field({ type: PrizeInput, required: true, description: 'What winners get.' }),
  }),
});

type RuleAnswer = { readonly code: string; readonly number: number };

const RulePayload = builder.objectRef<RuleAnswer>('AwardRulePayload').implement({
  description: 'The award rule that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    rule: t.drizzleField({
      type: AwardRule,
      nullable: true,
      description: 'The rule as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.awardRule.findFirst(query({ where: { code } })),
    }),
  }),
});

builder.mutationFields((t) => ({
  publishAwardRule: t.field({
    type: RulePayload,
    errors: resultUnion('publishAwardRule'),
    description:
      'Publishes a version of an award rule, declared if it is new. What the latest version says already, from the same day on, is not published again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the rule.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({ type: RuleDefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishAwardRule',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<RuleAnswer> => {
        const rule = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        return { code, number: await publishAwardRule(transaction, actor, now, rule) };
      },
    ),
  }),
  grantAwards: t.field({
    type: AwardsPayload,
    errors: resultUnion('grantAwards'),
    description:
      'Grants the awards of a rule for a month that is over, once: tells the winners, and for the prize of a pool writes the metric that the pool weighs by.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      rule: t.arg.string({ required: true, description: ruleArgument }),
      period: t.arg.string({ required: true, description: periodArgument }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('grantAwards', async (transaction, actor, { rule, period }, { now }) =>
      outcomeOf(await grantAwards(transaction, actor, now, { rule, period })),
    ),
  }),
}));
