import { automaticSteps, journalEntryKinds } from '../src/settlement/policy.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';

// What a version of the settlement policy says, as words for both directions and as inputs.

export const JournalEntryEnum = describedEnum('JournalEntryKind', 'What a journal entry is for.', journalEntryKinds, {
  EXPENSE: 'Commission earned.',
  CLAWBACK: 'Commission taken back.',
  RETRO: 'What changes in closed periods.',
  ADJUSTMENT: 'Amounts added or taken by decision.',
  PENALTY: 'Penalties.',
  PAYABLE: 'What agents are owed.',
  WITHHELD: 'What is withheld for later.',
  TAX: 'Tax withheld.',
  RECEIVABLE: 'What agents owe.',
  INPUT_VAT: 'Value-added tax of agents’ invoices.',
  BANK: 'What is paid.',
  DEPOSIT: 'Deposits of agents.',
});

export const AutomaticStepEnum = describedEnum(
  'AutomaticCloseStep',
  'A step of a close that the data tell.',
  automaticSteps,
  {
    EVENTS_COMPLETE: 'The period is over and sales were imported since.',
    CONFLICTS_SETTLED: 'No case of the period that holds or rejects money is open.',
    SCORES_FINAL: 'The scores of the period are final.',
    RUN_CALCULATED: 'The run is calculated.',
    CHECKS_GREEN: 'Its figures, added up anew, agree.',
    RUN_APPROVED: 'It is approved.',
    STATEMENTS_ISSUED: 'All its statements are issued.',
    EXPORTS_MADE: 'Its files were made.',
    BANK_FILE_MADE: 'All that can be paid is in a bank file.',
  },
);

export const LimitRoleEnum = describedEnum(
  'DecisionLimitRole',
  'Whose limit it is; administrators have none.',
  ['CHANNEL_MANAGER', 'FINANCE'] as const,
  { CHANNEL_MANAGER: 'Channel managers.', FINANCE: 'Finance.' },
);

export const words = {
  confirmDays: 'After how many days a statement counts as confirmed.',
  disputeDays: 'For how many days after its issue a statement can be disputed.',
  decisionDays: 'Within how many days a dispute is to be decided.',
  decisionLimits:
    'Up to which amounts roles decide disputes; a role without a limit in a currency decides no amount in it.',
  letterhead: 'What stands at the top of statements; without it the operator’s name.',
  debtorAccounts: 'The accounts that payments leave from.',
  bankLayouts: 'Bank files of banks that do not read pain.001.',
  journal: 'Which accounts journal entries go to: the first rule that fits.',
  checklist: 'The steps of a month’s close, in order.',
};

const LimitInput = builder.inputType('DecisionLimitInput', {
  description: 'The most that a role may decide in a dispute.',
  fields: (t) => ({
    role: t.field({ type: LimitRoleEnum, required: true, description: 'Whose limit it is.' }),
    currency: t.string({ required: true, description: 'For amounts in this currency (ISO 4217).' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'The largest amount, either way.' }),
  }),
});

const LetterheadInput = builder.inputType('LetterheadInput', {
  description: 'What stands at the top of statements.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name at the top.' }),
    lines: t.stringList({ description: 'What stands under it.' }),
  }),
});

const AccountInput = builder.inputType('DebtorAccountInput', {
  description: 'An account of the operator’s that payments leave from.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code.' }),
    currency: t.string({ required: true, description: 'The currency it pays in (ISO 4217).' }),
    holderName: t.string({ required: true, description: 'In whose name it is.' }),
    account: t.string({ required: true, description: 'Its number, or its IBAN.' }),
    iban: t.boolean({ description: 'Whether the number is an IBAN.' }),
    bankName: t.string({ description: 'The bank.' }),
    bic: t.string({ description: 'The bank’s BIC (ISO 9362).' }),
    clearingCode: t.string({ description: 'The bank’s code in the clearing of its country.' }),
  }),
});

const ColumnInput = builder.inputType('BankColumnInput', {
  description: 'A column of a bank file: a field of the payment, or always the same text.',
  fields: (t) => ({
    header: t.string({ required: true, description: 'What the column is called.' }),
    field: t.string({ description: 'What of the payment stands in it: `amount`, `holderName` …' }),
    text: t.string({ description: 'What always stands in it.' }),
  }),
});

const LayoutInput = builder.inputType('BankLayoutInput', {
  description: 'A bank’s own file.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code.' }),
    columns: t.field({ type: [ColumnInput], required: true, description: 'Its columns, in order.' }),
    delimiter: t.string({ description: 'What stands between two columns: comma, semicolon, bar or tab.' }),
    withHeader: t.boolean({ description: 'Whether the first line names the columns.' }),
    encoding: t.string({ description: 'How text is written: UTF-8 or GB18030.' }),
    lineEnd: t.string({ description: 'How lines end: LF or CRLF.' }),
  }),
});

const JournalRuleInput = builder.inputType('JournalRuleInput', {
  description: 'Which account an entry goes to; what a rule does not name, fits.',
  fields: (t) => ({
    entry: t.field({ type: JournalEntryEnum, required: true, description: 'What is booked.' }),
    account: t.string({ required: true, description: 'The account.' }),
    costCentre: t.string({ description: 'The cost centre.' }),
    plan: t.string({ description: 'Only of this plan (code).' }),
    component: t.string({ description: 'Only of this component, or pool (code).' }),
    channelType: t.string({ description: 'Only of agents of this channel type (code).' }),
    currency: t.string({ description: 'Only in this currency.' }),
  }),
});

const StepInput = builder.inputType('ChecklistStepInput', {
  description: 'A step of a month’s close.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code.' }),
    name: t.string({ required: true, description: 'What is to be done.' }),
    automatic: t.field({
      type: AutomaticStepEnum,
      description: 'What tells that it is done; without it somebody ticks it off.',
    }),
    required: t.boolean({ description: 'Whether the period cannot be locked without it; it is unless told.' }),
  }),
});

export const SettlementPolicyInput = builder.inputType('SettlementPolicyInput', {
  description: 'What a version of the settlement policy says. What is left out is as by default.',
  fields: (t) => ({
    confirmDays: t.int({ description: words.confirmDays }),
    disputeDays: t.int({ description: words.disputeDays }),
    decisionDays: t.int({ description: words.decisionDays }),
    decisionLimits: t.field({ type: [LimitInput], description: words.decisionLimits }),
    letterhead: t.field({ type: LetterheadInput, description: words.letterhead }),
    debtorAccounts: t.field({ type: [AccountInput], description: words.debtorAccounts }),
    bankLayouts: t.field({ type: [LayoutInput], description: words.bankLayouts }),
    journal: t.field({ type: [JournalRuleInput], description: words.journal }),
    checklist: t.field({ type: [StepInput], description: words.checklist }),
  }),
});
