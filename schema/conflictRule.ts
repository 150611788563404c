import { requestDetection } from '../src/conflicts/detection/requestDetection.ts';
import type { ConflictRuleDefinition, RuleScope } from '../src/conflicts/rule.ts';
import { publishConflictRule } from '../src/conflicts/rules.ts';
import type { Role } from '../src/db/transaction.ts';
import { builder, staff } from './builder.ts';
import { ConflictEffectEnum, ConflictKindEnum, describedEnum, SalesEventTypeEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

/** Rules, floor prices and the matrix are no secrets among those who sell by them. */
export const ruleReaders: readonly Role[] = [...staff, 'AGENT'];

const ruleTests = ['OUTSIDE_OWN', 'INSIDE_EXCLUSIVE', 'MATRIX', 'CERTIFICATION'] as const;
const RuleTestEnum = describedEnum('ConflictRuleTest', 'What a rule looks at.', ruleTests, {
  OUTSIDE_OWN: 'TERRITORY: no territory of the agent, or of one above it, covers the region.',
  INSIDE_EXCLUSIVE: 'TERRITORY: an exclusive territory of another agent covers it.',
  MATRIX: 'AUTHORISATION: the CPC matrix does not let the channel type sell that.',
  CERTIFICATION: 'AUTHORISATION: a certificate that the category asks for is missing.',
});

const ProtectionEnum = describedEnum(
  'ConflictProtection',
  'What makes a customer an agent’s.',
  ['REGISTRATION', 'CUSTOMER'] as const,
  { REGISTRATION: 'A registered deal.', CUSTOMER: 'An earlier sale to the customer.' },
);

const SamenessEnum = describedEnum(
  'ConflictSameness',
  'What makes two claims of a customer one.',
  ['PRODUCT', 'CATEGORY'] as const,
  { PRODUCT: 'The same product.', CATEGORY: 'Products of the same category.' },
);

const ConsequenceEnum = describedEnum(
  'ConflictWithoutTerritory',
  'What selling anywhere means for an agent that holds no territory.',
  ['HIT', 'IGNORE'] as const,
  { HIT: 'It is a hit.', IGNORE: 'It is none.' },
);

const UnlistedEnum = describedEnum(
  'ConflictUnlisted',
  'What a combination means that the CPC matrix does not list.',
  ['ALLOWED', 'REFUSED'] as const,
  { ALLOWED: 'It may be sold.', REFUSED: 'It may not.' },
);

const words = {
  kind: 'What it is about; a rule keeps its kind.',
  effect: 'What a hit does to the commission until the case is settled.',
  dueDays: 'Within how many days a case is to be settled.',
  appealDays: 'For how many days a decision may be appealed against.',
  enabled: 'Whether it finds anything from its day on.',
  events: 'The types of sales events that it judges.',
  channelTypes: 'Only sales of agents of these channel types (codes); none: of any.',
  regions: 'Only sales in these regions (codes) and the regions under them; none: anywhere.',
  categories: 'Only sales of products of these categories (codes); none: of any.',
  tests: 'What it looks at; of TERRITORY and AUTHORISATION.',
  withoutTerritory: 'Whether selling outside counts for agents without any territory; of TERRITORY.',
  protects: 'What makes a customer another agent’s; of OWNERSHIP.',
  windowDays: 'Within how many local days, the first one included; of OWNERSHIP, DUPLICATE and CAMPAIGN_OVERLAP.',
  same: 'What makes two claims one; of DUPLICATE.',
  percentOfListPrice: 'Also a price below this percent of the list price is a hit; of PRICE_FLOOR.',
  unlisted: 'What a combination means that the CPC matrix does not list; of AUTHORISATION.',
};

const ScopeType = builder.objectRef<RuleScope>('ConflictScope').implement({
  description: 'Which sales a rule judges.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    events: t.field({ type: [SalesEventTypeEnum], description: words.events, resolve: ({ events }) => [...events] }),
    channelTypes: t.stringList({
      description: words.channelTypes,
      resolve: ({ channelTypes = [] }) => [...channelTypes],
    }),
    regions: t.stringList({ description: words.regions, resolve: ({ regions = [] }) => [...regions] }),
    categories: t.stringList({ description: words.categories, resolve: ({ categories = [] }) => [...categories] }),
  }),
});

type FieldOf<Kind> = Kind extends unknown ? keyof Kind : never;
type ValueOf<Kind, Field> = Kind extends unknown
  ? Field extends keyof Kind
    ? NonNullable<Kind[Field]>
    : never
  : never;

/** A field that rules of some kinds have; null where the rule's has it not. */
function own<Field extends FieldOf<ConflictRuleDefinition>>(
  definition: ConflictRuleDefinition,
  field: Field,
): ValueOf<ConflictRuleDefinition, Field> | null {
  const fields: { readonly [Name in Field]?: unknown } = definition;
  return (fields[field] ?? null) as ValueOf<ConflictRuleDefinition, Field> | null;
}

builder.drizzleObject('conflictRuleVersion', {
  name: 'ConflictRuleVersion',
  description: 'A published version of a conflict rule. It is never altered.',
  authScopes: { roles: ruleReaders },
  select: { columns: { definition: true } },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    kind: t.field({ type: ConflictKindEnum, description: words.kind, resolve: ({ definition }) => definition.kind }),
    effect: t.field({
      type: ConflictEffectEnum,
      description: words.effect,
      resolve: ({ definition }) => definition.effect,
    }),
    scope: t.field({
      type: ScopeType,
      description: 'Which sales it judges.',
      resolve: ({ definition }) => definition.scope,
    }),
    dueDays: t.int({ description: words.dueDays, resolve: ({ definition }) => definition.dueDays }),
    appealDays: t.int({ description: words.appealDays, resolve: ({ definition }) => definition.appealDays }),
    enabled: t.boolean({ description: words.enabled, resolve: ({ definition }) => definition.enabled }),
    tests: t.field({
      type: [RuleTestEnum],
      description: words.tests,
      resolve: ({ definition }) => [...(own(definition, 'tests') ?? [])],
    }),
    withoutTerritory: t.field({
      type: ConsequenceEnum,
      nullable: true,
      description: words.withoutTerritory,
      resolve: ({ definition }) => own(definition, 'withoutTerritory'),
    }),
    protects: t.field({
      type: [ProtectionEnum],
      description: words.protects,
      resolve: ({ definition }) => [...(own(definition, 'protects') ?? [])],
    }),
    windowDays: t.int({
      nullable: true,
      description: words.windowDays,
      resolve: ({ definition }) => own(definition, 'windowDays'),
    }),
    same: t.field({
      type: SamenessEnum,
      nullable: true,
      description: words.same,
      resolve: ({ definition }) => own(definition, 'same'),
    }),
    percentOfListPrice: t.field({
      type: 'Decimal',
      nullable: true,
      description: words.percentOfListPrice,
      resolve: ({ definition }) => own(definition, 'percentOfListPrice'),
    }),
    unlisted: t.field({
      type: UnlistedEnum,
      nullable: true,
      description: words.unlisted,
      resolve: ({ definition }) => own(definition, 'unlisted'),
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

/** A rule by which conflicts are found. */
const ConflictRule = builder.drizzleObject('conflictRule', {
  name: 'ConflictRule',
  description: 'What conflicts are looked for, by versions.',
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

builder.queryField('conflictRules', (t) =>
  t.drizzleField({
    type: [ConflictRule],
    nullable: true,
    description: 'All conflict rules, by code.',
    authScopes: { roles: ruleReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.conflictRule.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

const ScopeInput = builder.inputType('ConflictScopeInput', {
  description: 'Which sales a rule judges.',
  fields: (t) => ({
    events: t.field({
      type: [SalesEventTypeEnum],
      required: true,
      description: 'The types of sales events; none of REFUND, REVERSAL, CHURN, TRANSFER, PLAN_CHANGE, PAYMENT.',
    }),
    channelTypes: t.stringList({ description: words.channelTypes }),
    regions: t.stringList({ description: words.regions }),
    categories: t.stringList({ description: words.categories }),
  }),
});

/** What a version says; `deepWithoutNulls` makes what conflictRuleDefinitionSchema reads of it. */
export const ConflictRuleDefinitionInput = builder.inputType('ConflictRuleDefinitionInput', {
  description: 'What a version of a conflict rule says. Fields of other kinds are left out.',
  fields: (t) => ({
    kind: t.field({ type: ConflictKindEnum, required: true, description: words.kind }),
    effect: t.field({ type: ConflictEffectEnum, required: true, description: words.effect }),
    scope: t.field({ type: ScopeInput, required: true, description: 'Which sales it judges.' }),
    dueDays: t.int({ required: true, description: words.dueDays }),
    appealDays: t.int({ required: true, description: words.appealDays }),
    enabled: t.boolean({ description: 'false: it finds nothing any more from its day on; true without it.' }),
    tests: t.field({ type: [RuleTestEnum], description: words.tests }),
    withoutTerritory: t.field({ type: ConsequenceEnum, description: `${words.withoutTerritory} IGNORE without it.` }),
    protects: t.field({ type: [ProtectionEnum], description: words.protects }),
    windowDays: t.int({ description: words.windowDays }),
    same: t.field({ type: SamenessEnum, description: `${words.same} PRODUCT without it.` }),
    percentOfListPrice: t.field({ type: 'Decimal', description: words.percentOfListPrice }),
    unlisted: t.field({ type: UnlistedEnum, description: `${words.unlisted} ALLOWED without it.` }),
  }),
});

type RuleAnswer = { readonly code: string; readonly number: number };

const RulePayload = builder.objectRef<RuleAnswer>('ConflictRulePayload').implement({
  description: 'The conflict rule that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    rule: t.drizzleField({
      type: ConflictRule,
      nullable: true,
      description: 'The rule as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.conflictRule.findFirst(query({ where: { code } })),
    }),
  }),
});

builder.mutationField('publishConflictRule', (t) =>
  t.field({
    type: RulePayload,
    errors: resultUnion('publishConflictRule'),
    description:
      'Publishes a version of a conflict rule, declared if it is new. What the latest version says already, from the same day on, is not ' +
      'published again. Events from its day on are judged again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the rule.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({
        type: ConflictRuleDefinitionInput,
        required: true,
        description: 'What the version says.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishConflictRule',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<RuleAnswer> => {
        const rule = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        const number = await publishConflictRule(transaction, actor, now, rule);
        await requestDetection(transaction);
        return { code, number };
      },
    ),
  }),
);
