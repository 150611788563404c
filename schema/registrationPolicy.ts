import { publishRegistrationPolicy } from '../src/registrations/policies.ts';
import { builder } from './builder.ts';
import { ruleReaders } from './conflictRule.ts';
import { describedEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

const ModeEnum = describedEnum(
  'RegistrationPolicyMode',
  'Who decides whether a deal is protected.',
  ['FIRST_COME', 'JUDGEMENT'] as const,
  { FIRST_COME: 'It is protected at once where nobody else is.', JUDGEMENT: 'Staff decides about each.' },
);

const ClashEnum = describedEnum(
  'RegistrationPolicyClash',
  'What becomes of a registration that clashes with another agent’s protected deal.',
  ['REFUSE', 'QUEUE'] as const,
  { REFUSE: 'It is refused.', QUEUE: 'It waits until that one ends.' },
);

const words = {
  channelTypes: 'Only deals of agents of these channel types (codes); none: of any.',
  categories: 'Only deals of these product categories (codes); none: of any, or of none.',
  protectionDays: 'For how many days a deal is protected: until local midnight of its day + n days.',
  extensionDays: 'By how many days one extension lengthens that.',
  maximumExtensions: 'How often a deal may be extended.',
  mode: 'Who decides whether a deal is protected.',
  clash: 'What becomes of one that clashes with another agent’s protected deal.',
};

builder.drizzleObject('registrationPolicyVersion', {
  name: 'RegistrationPolicyVersion',
  description: 'A published version of a registration policy. It is never altered.',
  authScopes: { roles: ruleReaders },
  select: { columns: { definition: true } },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    channelTypes: t.stringList({
      description: words.channelTypes,
      resolve: ({ definition }) => [...(definition.channelTypes ?? [])],
    }),
    categories: t.stringList({
      description: words.categories,
      resolve: ({ definition }) => [...(definition.categories ?? [])],
    }),
    protectionDays: t.int({
      description: words.protectionDays,
      resolve: ({ definition }) => definition.protectionDays,
    }),
    extensionDays: t.int({ description: words.extensionDays, resolve: ({ definition }) => definition.extensionDays }),
    maximumExtensions: t.int({
      description: words.maximumExtensions,
      resolve: ({ definition }) => definition.maximumExtensions,
    }),
    mode: t.field({ type: ModeEnum, description: words.mode, resolve: ({ definition }) => definition.mode }),
    clash: t.field({ type: ClashEnum, description: words.clash, resolve: ({ definition }) => definition.clash }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const RegistrationPolicy = builder.drizzleObject('registrationPolicy', {
  name: 'RegistrationPolicy',
  description: 'How deals are registered 报备, by versions.',
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

builder.queryField('registrationPolicies', (t) =>
  t.drizzleField({
    type: [RegistrationPolicy],
    nullable: true,
    description: 'All registration policies, by code.',
    authScopes: { roles: ruleReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.registrationPolicy.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

const DefinitionInput = builder.inputType('RegistrationPolicyDefinitionInput', {
  description: 'What a version of a registration policy says.',
  fields: (t) => ({
    channelTypes: t.stringList({ description: words.channelTypes }),
    categories: t.stringList({ description: words.categories }),
    protectionDays: t.int({ required: true, description: words.protectionDays }),
    extensionDays: t.int({ description: `${words.extensionDays} 0 without it.` }),
    maximumExtensions: t.int({ description: `${words.maximumExtensions} 0 without it.` }),
    mode: t.field({ type: ModeEnum, required: true, description: words.mode }),
    clash: t.field({ type: ClashEnum, required: true, description: words.clash }),
  }),
});

type PolicyAnswer = { readonly code: string; readonly number: number };

const PolicyPayload = builder.objectRef<PolicyAnswer>('RegistrationPolicyPayload').implement({
  description: 'The registration policy that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    policy: t.drizzleField({
      type: RegistrationPolicy,
      nullable: true,
      description: 'The policy as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.registrationPolicy.findFirst(query({ where: { code } })),
    }),
  }),
});

builder.mutationField('publishRegistrationPolicy', (t) =>
  t.field({
    type: PolicyPayload,
    errors: resultUnion('publishRegistrationPolicy'),
    description:
      'Publishes a version of a registration policy, declared if it is new. What the latest version says already, from the same day on, is ' +
      'not published again. Deals keep the version by which they were registered.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the policy.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({ type: DefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishRegistrationPolicy',
      async (transaction, actor, { code, name, from, definition }, { now }): Promise<PolicyAnswer> => {
        const policy = { code, name, validFrom: from, definition: deepWithoutNulls(definition) };
        return { code, number: await publishRegistrationPolicy(transaction, actor, now, policy) };
      },
    ),
  }),
);
