import type { Version } from '../src/definitions/versions.ts';
import { publishSettlementPolicy, settlementPolicyOn } from '../src/settlement/policies.ts';
import type {
  BankLayout,
  ChecklistStep,
  DebtorAccount,
  DecisionLimit,
  JournalRule,
  Letterhead,
  SettlementPolicyDefinition,
} from '../src/settlement/policy.ts';
import { builder, moneyReaders } from './builder.ts';
import { moneyText } from './money.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';
import {
  AutomaticStepEnum,
  JournalEntryEnum,
  LimitRoleEnum,
  SettlementPolicyInput,
  words,
} from './settlementPolicyInputs.ts';

const readers = { roles: moneyReaders };

const Limit = builder.objectRef<DecisionLimit>('DecisionLimit').implement({
  description: 'The most that a role may decide in a dispute, either way.',
  authScopes: readers,
  fields: (t) => ({
    role: t.expose('role', { type: LimitRoleEnum, description: 'Whose limit it is.' }),
    currency: t.exposeString('currency', { description: 'For amounts in this currency.' }),
    amount: t.field({
      type: 'Decimal',
      description: 'The largest amount.',
      resolve: ({ amount, currency }) => moneyText(amount, currency),
    }),
  }),
});

const LetterheadType = builder.objectRef<Letterhead>('Letterhead').implement({
  description: 'What stands at the top of statements.',
  authScopes: readers,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name at the top.' }),
    lines: t.stringList({ description: 'What stands under it.', resolve: ({ lines }) => [...lines] }),
  }),
});

const Account = builder.objectRef<DebtorAccount>('DebtorAccount').implement({
  description: 'An account of the operator’s that payments leave from.',
  authScopes: readers,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    currency: t.exposeString('currency', { description: 'The currency it pays in.' }),
    holderName: t.exposeString('holderName', { description: 'In whose name it is.' }),
    account: t.exposeString('account', { description: 'Its number, or its IBAN.' }),
    iban: t.exposeBoolean('iban', { description: 'Whether the number is an IBAN.' }),
    bankName: t.exposeString('bankName', { nullable: true, description: 'The bank.' }),
    bic: t.exposeString('bic', { nullable: true, description: 'The bank’s BIC.' }),
    clearingCode: t.exposeString('clearingCode', {
      nullable: true,
      description: 'The bank’s code in the clearing of its country.',
    }),
  }),
});

const Column = builder.objectRef<BankLayout['columns'][number]>('BankColumn').implement({
  description: 'A column of a bank file: a field of the payment, or always the same text.',
  authScopes: readers,
  fields: (t) => ({
    header: t.exposeString('header', { description: 'What it is called.' }),
    field: t.string({
      nullable: true,
      description: 'What of the payment stands in it.',
      resolve: ({ field }) => field,
    }),
    text: t.exposeString('text', { nullable: true, description: 'What always stands in it.' }),
  }),
});

const Layout = builder.objectRef<BankLayout>('BankLayout').implement({
  description: 'A bank’s own file.',
  authScopes: readers,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    columns: t.field({ type: [Column], description: 'Its columns.', resolve: ({ columns }) => [...columns] }),
    delimiter: t.exposeString('delimiter', { description: 'What stands between two columns.' }),
    withHeader: t.exposeBoolean('withHeader', { description: 'Whether the first line names the columns.' }),
    encoding: t.string({ description: 'How text is written.', resolve: ({ encoding }) => encoding }),
    lineEnd: t.string({ description: 'How lines end.', resolve: ({ lineEnd }) => lineEnd }),
  }),
});

const Rule = builder.objectRef<JournalRule>('JournalRule').implement({
  description: 'Which account an entry goes to; what a rule does not name, fits.',
  authScopes: readers,
  fields: (t) => ({
    entry: t.expose('entry', { type: JournalEntryEnum, description: 'What is booked.' }),
    account: t.exposeString('account', { description: 'The account.' }),
    costCentre: t.exposeString('costCentre', { nullable: true, description: 'The cost centre.' }),
    plan: t.exposeString('plan', { nullable: true, description: 'Only of this plan.' }),
    component: t.exposeString('component', { nullable: true, description: 'Only of this component, or pool.' }),
    channelType: t.exposeString('channelType', { nullable: true, description: 'Only of agents of this channel type.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'Only in this currency.' }),
  }),
});

const Step = builder.objectRef<ChecklistStep>('ChecklistStep').implement({
  description: 'A step of a month’s close as the policy has it.',
  authScopes: readers,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'What is to be done.' }),
    automatic: t.expose('automatic', {
      type: AutomaticStepEnum,
      nullable: true,
      description: 'What tells that it is done; null: somebody ticks it off.',
    }),
    required: t.exposeBoolean('required', { description: 'Whether the period cannot be locked without it.' }),
  }),
});

const PolicyVersion = builder.objectRef<Version<SettlementPolicyDefinition>>('SettlementPolicyVersion').implement({
  description: 'How statements are settled with agents and with the books, from a day on.',
  authScopes: readers,
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1; 0: the defaults, nothing is published.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it is in force.' }),
    confirmDays: t.int({ description: words.confirmDays, resolve: ({ definition }) => definition.confirmDays }),
    disputeDays: t.int({ description: words.disputeDays, resolve: ({ definition }) => definition.disputeDays }),
    decisionDays: t.int({ description: words.decisionDays, resolve: ({ definition }) => definition.decisionDays }),
    decisionLimits: t.field({
      type: [Limit],
      description: words.decisionLimits,
      resolve: ({ definition }) => [...definition.decisionLimits],
    }),
    letterhead: t.field({
      type: LetterheadType,
      nullable: true,
      description: words.letterhead,
      resolve: ({ definition }) => definition.letterhead,
    }),
    debtorAccounts: t.field({
      type: [Account],
      description: words.debtorAccounts,
      resolve: ({ definition }) => [...definition.debtorAccounts],
    }),
    bankLayouts: t.field({
      type: [Layout],
      description: words.bankLayouts,
      resolve: ({ definition }) => [...definition.bankLayouts],
    }),
    journal: t.field({
      type: [Rule],
      description: words.journal,
      resolve: ({ definition }) => [...definition.journal],
    }),
    checklist: t.field({
      type: [Step],
      description: words.checklist,
      resolve: ({ definition }) => [...definition.checklist],
    }),
  }),
});

builder.queryField('settlementPolicy', (t) =>
  t.field({
    type: PolicyVersion,
    nullable: true,
    description: 'The settlement policy in force on a day.',
    authScopes: readers,
    args: { on: t.arg({ type: 'Date', description: 'The day; today unless told.' }) },
    resolve: (_root, { on }, { transaction, today }) => settlementPolicyOn(transaction, on ?? today),
  }),
);

type PolicyAnswer = { readonly number: number; readonly from: string };

const PolicyPayload = builder.objectRef<PolicyAnswer>('SettlementPolicyPayload').implement({
  description: 'The settlement policy that got a version.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The version that says what was sent.' }),
    policy: t.field({
      type: PolicyVersion,
      description: 'The policy in force on its first day.',
      resolve: ({ from }, _args, { transaction }) => settlementPolicyOn(transaction, from),
    }),
  }),
});

builder.mutationField('publishSettlementPolicy', (t) =>
  t.field({
    type: PolicyPayload,
    errors: resultUnion('publishSettlementPolicy'),
    description:
      'Publishes a version of the settlement policy. What the latest version says already, from the same day on, is not published again. ' +
      'Issued statements keep the days by which they were issued.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'The first day on which the version is in force.' }),
      definition: t.arg({ type: SettlementPolicyInput, required: true, description: 'What the version says.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'publishSettlementPolicy',
      async (transaction, actor, { from, definition }, { now }): Promise<PolicyAnswer> => {
        const policy = { validFrom: from, definition: deepWithoutNulls(definition) };
        return { from, number: await publishSettlementPolicy(transaction, actor, now, policy) };
      },
    ),
  }),
);
