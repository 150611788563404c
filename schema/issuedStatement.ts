import { Decimal } from '../src/money.ts';
import { statementConfirmation, statementState } from '../src/statements/tables.ts';
import { builder, staff } from './builder.ts';
import { describedEnum } from './enums.ts';
import { moneyText } from './money.ts';

export const StatementStateEnum = describedEnum(
  'StatementState',
  'Where an issued statement stands.',
  statementState.enumValues,
  {
    ISSUED: 'The agent has it and may confirm or dispute it.',
    CONFIRMED: 'It counts: what it comes to can be paid.',
    DISPUTED: 'The agent objects; it is confirmed once the last dispute about it is settled.',
  },
);

const ConfirmationEnum = describedEnum(
  'StatementConfirmation',
  'By what a statement was confirmed.',
  statementConfirmation.enumValues,
  {
    AGENT: 'The agent agreed.',
    TIME: 'Its days were over and nobody had objected.',
    SETTLEMENT: 'The last dispute about it was settled.',
  },
);

builder.drizzleObject('issuedStatement', {
  name: 'IssuedStatement',
  description:
    'A statement as it was handed to its agent. Nothing in it changes but its state: net + vat = gross, and gross is paid.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Its number.' }),
    state: t.expose('state', { type: StatementStateEnum, description: 'Where it stands.' }),
    issuedAt: t.expose('issuedAt', { type: 'DateTime', description: 'When it was issued.' }),
    issuedBy: t.exposeString('issuedBy', {
      nullable: true,
      description: 'Who issued it.',
      authScopes: { roles: staff },
    }),
    confirmsOn: t.expose('confirmsOn', {
      type: 'Date',
      description: 'The first day on which it counts as confirmed unless the agent has objected.',
    }),
    disputableUntil: t.expose('disputableUntil', {
      type: 'Date',
      description: 'The first day on which it can no longer be disputed.',
    }),
    confirmation: t.expose('confirmation', {
      type: ConfirmationEnum,
      nullable: true,
      description: 'By what it was confirmed.',
    }),
    confirmedAt: t.expose('confirmedAt', { type: 'DateTime', nullable: true, description: 'When it was confirmed.' }),
    confirmedBy: t.exposeString('confirmedBy', {
      nullable: true,
      description: 'Who confirmed it.',
      authScopes: { roles: staff },
    }),
    vatPercent: t.expose('vatPercent', {
      type: 'Decimal',
      nullable: true,
      description: 'The value-added tax of the agent’s invoices; null where it charges none.',
    }),
    vatIncluded: t.exposeBoolean('vatIncluded', {
      description: 'Whether what is payable contains it; else it is paid on top.',
    }),
    net: t.expose('net', { type: 'Decimal', description: 'What is paid without value-added tax.' }),
    vat: t.expose('vat', { type: 'Decimal', description: 'The value-added tax.' }),
    gross: t.expose('gross', { type: 'Decimal', description: 'What is paid.' }),
    returned: t.field({
      type: 'Decimal',
      description:
        'Of net and gross, what the bank returned of earlier payments and is paid again: it was invoiced when it was first due.',
      select: { columns: { returned: true, currency: true } },
      resolve: ({ returned, currency }) => moneyText(returned, currency),
    }),
    invoiceNet: t.field({
      type: 'Decimal',
      description:
        'The net amount of an invoice for it: net less what the bank returned. Its value-added tax is `vat`.',
      select: { columns: { net: true, returned: true, currency: true } },
      resolve: ({ net, returned, currency }) => moneyText(new Decimal(net).minus(returned).toFixed(), currency),
    }),
    invoiceGross: t.field({
      type: 'Decimal',
      description: 'What an invoice for it comes to: gross less what the bank returned.',
      select: { columns: { gross: true, returned: true, currency: true } },
      resolve: ({ gross, returned, currency }) => moneyText(new Decimal(gross).minus(returned).toFixed(), currency),
    }),
    invoiceRequired: t.exposeBoolean('invoiceRequired', {
      description: 'Whether it is paid only with an accepted invoice.',
    }),
    paymentDelayDays: t.exposeInt('paymentDelayDays', {
      description: 'How many days after its confirmation it is paid at the earliest.',
    }),
    linesHash: t.exposeString('linesHash', { description: 'SHA-256 over the lines that led to it.' }),
  }),
});

builder.drizzleObject('statementStep', {
  name: 'StatementStep',
  description: 'Something that happened to an issued statement.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    action: t.exposeString('action', { description: 'What: ISSUED, CONFIRMED, DISPUTED or SETTLED.' }),
    toState: t.expose('toState', { type: StatementStateEnum, description: 'The state it led to.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    by: t.exposeString('by', { nullable: true, description: 'Who did it.', authScopes: { roles: staff } }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
  }),
});
