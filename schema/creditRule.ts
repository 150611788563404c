import { requestDetection } from '../src/conflicts/detection/requestDetection.ts';
import type { RoleShare } from '../src/crediting/rule.ts';
import { publishCreditRule } from '../src/crediting/rules.ts';
import { builder } from './builder.ts';
import { ruleReaders } from './conflictRule.ts';
import { describedEnum, SalesEventTypeEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

const SourceEnum = describedEnum(
  'CreditRuleSource',
  'Where the agents come from that share a credit.',
  ['CREDITS', 'REGISTRATION'] as const,
  {
    CREDITS: 'The event came with exactly these roles, one agent each.',
    REGISTRATION:
      'Another agent’s registered deal protected the customer: it is the REGISTRANT, the event’s the SELLER.',
  },
);

const words = {
  role: 'The role, as events name it (LEAD, SALE, FULFILMENT …); of a registration REGISTRANT or SELLER.',
  percent: 'Its part in percent; the percents of a rule total exactly 100.',
  shareChannelTypes: 'Of which channel types (codes) whoever has the role must be; none: of any.',
  events: 'The types of sales events whose credits it divides.',
  categories: 'Only sales of products of these categories (codes); none: of any.',
  regions: 'Only sales in these regions (codes) and the regions under them; none: anywhere.',
  source: 'Where the agents come from.',
  shares: 'The parts of the roles.',
  priority: 'Of several rules that fit, the one with the lowest counts; no two rules in force have the same.',
  enabled: 'Whether it credits anybody from its day on.',
};

const ShareType = builder.objectRef<RoleShare>('CreditRuleShare').implement({
  description: 'The part of one role.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    role: t.exposeString('role', { description: words.role }),
    percent: t.expose('percent', { type: 'Decimal', description: words.percent }),
    channelTypes: t.stringList({
      description: words.shareChannelTypes,
      resolve: ({ channelTypes = [] }) => [...channelTypes],
    }),
  }),
});

builder.drizzleObject('creditRuleVersion', {
  name: 'CreditRuleVersion',
  description: 'A published version of a rule of shared credits. It is never altered.',
  authScopes: { roles: ruleReaders },
  select: { columns: { definition: true } },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    events: t.field({
      type: [SalesEventTypeEnum],
      description: words.events,
      resolve: ({ definition }) => [...definition.events],
    }),
    categories: t.stringList({
      description: words.categories,
      resolve: ({ definition }) => [...(definition.categories ?? [])],
    }),
    regions: t.stringList({
      description: words.regions,
      resolve: ({ definition }) => [...(definition.regions ?? [])],
    }),
    source: t.field({ type: SourceEnum, description: words.source, resolve: ({ definition }) => definition.source }),
    shares: t.field({
      type: [ShareType],
      description: words.shares,
      resolve: ({ definition }) => [...definition.shares],
    }),
    priority: t.int({ description: words.priority, resolve: ({ definition }) => definition.priority }),
    enabled: t.boolean({ description: words.enabled, resolve: ({ definition }) => definition.enabled }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const CreditRule = builder.drizzleObject('creditRule', {
  name: 'CreditRule',
  description: 'Who is credited for what several agents did together 业绩融合, by versions.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    versions: t.relation('versions', {
      description: 'Its versions, the latest first.',
      query: { orderBy: { number: 'desc' } },
    }),
  }),
});

builder.queryField('creditRules', (t) =>
  t.drizzleField({
    type: [CreditRule],
    nullable: true,
    description: 'All rules of shared credits, by code.',
    authScopes: { roles: ruleReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.creditRule.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

const ShareInput = builder.inputType('CreditRuleShareInput', {
  description: 'The part of one role.',
  fields: (t) => ({
    role: t.string({ required: true, description: words.role }),
    percent: t.field({ type: 'Decimal', required: true, description: words.percent }),
    channelTypes: t.stringList({ description: words.shareChannelTypes }),
  }),
});

const DefinitionInput = builder.inputType('CreditRuleDefinitionInput', {
  description: 'What a version of a rule of shared credits says.',
  fields: (t) => ({
    events: t.field({ type: [SalesEventTypeEnum], required: true, description: words.events }),
    categories: t.stringList({ description: words.categories }),
    regions: t.stringList({ description: words.regions }),
    source: t.field({ type: SourceEnum, required: true, description: words.source }),
    shares: t.field({ type: [ShareInput], required: true, description: words.shares }),
    priority: t.int({ required: true, description: words.priority }),
    enabled: t.boolean({ description: 'false: it credits nobody any more from its day on; true without it.' }),
  }),
});

type RuleAnswer = { readonly code: string; readonly number: number };

const RulePayload = builder.objectRef<RuleAnswer>('CreditRulePayload').implement({
  description: 'The rule of shared credits that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    rule: t.drizzleField({
      type: CreditRule,
      nullable: true,
      description: 'The rule as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.creditRule.findFirst(query({ where: { code } })),
    }),
  }),
});

builder.mutationField('publishCreditRule', (t) =>
  t.field({
    type: RulePayload,
    errors: resultUnion('publishCreditRule'),
    description:
      'Publishes a version of a rule of shared credits, declared if it is new. What the latest version says already, from the same day on, ' +
      'is not published again. Events from its day on are credited again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the rule.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({ type: DefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishCreditRule',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<RuleAnswer> => {
        const rule = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        const number = await publishCreditRule(transaction, actor, now, rule);
        await requestDetection(transaction);
        return { code, number };
      },
    ),
  }),
);
