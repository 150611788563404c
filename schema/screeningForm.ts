import type { Role } from '../src/db/transaction.ts';
import type { ScreeningFormDefinition, ScreeningItem } from '../src/onboarding/form.ts';
import { publishScreeningForm } from '../src/onboarding/forms.ts';
import { applicationState } from '../src/onboarding/tables.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

/** Who reads applications: those who decide on them, and auditors. Finance sees no papers (DOMAIN.md §12). */
export const applicationReaders: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR'];

export const ApplicationStateEnum = describedEnum(
  'ApplicationState',
  'Where an application stands.',
  applicationState.enumValues,
  {
    DRAFT: 'It is being entered.',
    SUBMITTED: 'It waits to be screened.',
    SCREENING: 'It is being judged.',
    APPROVED: 'It waits for a contract.',
    CONTRACTED: 'The contract is signed; training may be missing.',
    ACTIVE: 'It became an agent.',
    REJECTED: 'It was refused.',
    WITHDRAWN: 'The applicant took it back.',
  },
);

const ItemType = builder.objectRef<ScreeningItem>('ScreeningItem').implement({
  description: 'One thing that applicants are judged on.',
  authScopes: { roles: applicationReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, unique in the form.' }),
    name: t.exposeString('name', { description: 'What is judged.' }),
    weight: t.expose('weight', { type: 'Decimal', description: 'What it weighs; all weights total exactly 100.' }),
  }),
});

type DueDays = { readonly state: (typeof applicationState.enumValues)[number]; readonly days: number };

const DueDaysType = builder.objectRef<DueDays>('ScreeningDueDays').implement({
  description: 'How long an application may stay in a state.',
  authScopes: { roles: applicationReaders },
  fields: (t) => ({
    state: t.expose('state', { type: ApplicationStateEnum, description: 'The state.' }),
    days: t.exposeInt('days', { description: 'Days until it is overdue.' }),
  }),
});

function dueDays({ dueDays: days }: ScreeningFormDefinition): DueDays[] {
  return applicationState.enumValues.flatMap((state) => {
    const found = (days as Partial<Record<string, number>>)[state];
    return found === undefined ? [] : [{ state, days: found }];
  });
}

builder.drizzleObject('screeningFormVersion', {
  name: 'ScreeningFormVersion',
  description: 'A published version of a screening form. It is never altered.',
  authScopes: { roles: applicationReaders },
  fields: (t) => ({
    form: t.relation('form', { description: 'The form it is a version of.' }),
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    items: t.field({
      type: [ItemType],
      description: 'What applicants are judged on, in order.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => [...definition.items],
    }),
    passMark: t.field({
      type: 'Decimal',
      description: 'The least total, of 100, that passes.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => definition.passMark,
    }),
    requiredDocuments: t.stringList({
      description: 'The kinds of documents that must be there before an application can be approved.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => [...definition.requiredDocuments],
    }),
    coolingOffDays: t.int({
      description: 'Days after a rejection before the applicant may come back.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => definition.coolingOffDays,
    }),
    dueDays: t.field({
      type: [DueDaysType],
      description: 'How long an application may stay in each state, where the form says so.',
      select: { columns: { definition: true } },
      resolve: ({ definition }) => dueDays(definition),
    }),
    publishedBy: t.exposeString('publishedBy', { description: 'Who published it.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const ScreeningForm = builder.drizzleObject('screeningForm', {
  name: 'ScreeningForm',
  description: 'The weighted form by which applicants of a channel type are judged.',
  authScopes: { roles: applicationReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    channelType: t.relation('channelType', { description: 'The channel type whose applicants it judges.' }),
    versions: t.relation('versions', {
      description: 'Its versions, the latest first; the latest judges whoever applies now.',
      query: { orderBy: { number: 'desc' } },
    }),
  }),
});

builder.queryField('screeningForms', (t) =>
  t.drizzleField({
    type: [ScreeningForm],
    nullable: true,
    description: 'All screening forms, by code.',
    authScopes: { roles: applicationReaders },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.screeningForm.findMany(query({ orderBy: { code: 'asc' } })),
  }),
);

const ItemInput = builder.inputType('ScreeningItemInput', {
  description: 'One thing that applicants are judged on.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, unique in the form.' }),
    name: t.string({ required: true, description: 'What is judged.' }),
    weight: t.field({ type: 'Decimal', required: true, description: 'What it weighs; all weights total exactly 100.' }),
  }),
});

const dueDescription = 'Days that an application may stay in this state; a usual number without it.';
const DueDaysInput = builder.inputType('ScreeningDueDaysInput', {
  description: 'How long an application may stay in each state before it is overdue.',
  fields: (t) => ({
    DRAFT: t.int({ description: dueDescription }),
    SUBMITTED: t.int({ description: dueDescription }),
    SCREENING: t.int({ description: dueDescription }),
    APPROVED: t.int({ description: dueDescription }),
    CONTRACTED: t.int({ description: dueDescription }),
  }),
});

const DefinitionInput = builder.inputType('ScreeningDefinitionInput', {
  description: 'What a version of a screening form says.',
  fields: (t) => ({
    items: t.field({ type: [ItemInput], required: true, description: 'What applicants are judged on, in order.' }),
    passMark: t.field({ type: 'Decimal', required: true, description: 'The least total, of 100, that passes.' }),
    requiredDocuments: t.stringList({ description: 'The kinds of documents that must be there; none without it.' }),
    coolingOffDays: t.int({ description: 'Days after a rejection before the applicant may come back; 90 without it.' }),
    dueDays: t.field({ type: DueDaysInput, description: 'How long an application may stay in each state.' }),
  }),
});

type FormAnswer = { readonly code: string; readonly number: number };

const FormPayload = builder.objectRef<FormAnswer>('ScreeningFormPayload').implement({
  description: 'The screening form that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    form: t.drizzleField({
      type: ScreeningForm,
      nullable: true,
      description: 'The form as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.screeningForm.findFirst(query({ where: { code } })),
    }),
  }),
});

/** A schema knows only what is missing: null is how GraphQL says so. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, part]) => part != null);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutNulls(part)]));
}

builder.mutationField('publishScreeningForm', (t) =>
  t.field({
    type: FormPayload,
    errors: resultUnion('publishScreeningForm'),
    description:
      'Publishes a version of a screening form, declared if it is new. What the latest version says already is not published again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      code: t.arg.string({ required: true, description: 'The code of the form.' }),
      name: t.arg.string({ required: true, description: 'Its name, for people.' }),
      channelType: t.arg.string({ required: true, description: 'The channel type (code) whose applicants it judges.' }),
      definition: t.arg({ type: DefinitionInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishScreeningForm',
      async (transaction, actor, { code, name, channelType, definition }, { now }): Promise<FormAnswer> => {
        const form = { code, name, channelType, definition: withoutNulls(definition) };
        return { code, number: await publishScreeningForm(transaction, actor, now, form) };
      },
    ),
  }),
);
