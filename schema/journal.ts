import { sql } from 'drizzle-orm';
import type { Transaction } from '../src/db/client.ts';
import type { PageArguments, PageOrder } from '../src/db/pages.ts';
import { readRowPage } from '../src/db/rowPages.ts';
import { UserError } from '../src/errors.ts';
import {
  balancedTotals,
  type DatedEntry,
  type Journal,
  type JournalTotal,
  type MissingAccount,
} from '../src/journal/entries.ts';
import { loadJournal } from '../src/journal/journal.ts';
import { paymentJournalCsv } from '../src/journal/journalCsv.ts';
import { loadPaymentJournal, type PaymentJournal } from '../src/journal/payments.ts';
import { lastDate, type Period } from '../src/period.ts';
import { loadOperator } from '../src/reference/operator.ts';
import { builder, moneyReaders } from './builder.ts';
import type { Context } from './context.ts';
import { runHeavy } from './heavy.ts';
import { wantedRun } from './lookups.ts';
import { moneyText } from './money.ts';

const authScopes = { roles: moneyReaders };

type EntryRow = {
  number: number;
  date: string;
  account: string;
  costCentre: string;
  agent: string;
  component: string;
  text: string;
  debit: string;
  credit: string;
  currency: string;
};

const orNull = (text: string) => (text === '' ? null : text);

const JournalEntryType = builder.objectRef<EntryRow>('JournalEntry').implement({
  description: 'One side of the books: an amount on an account. One of debit and credit is zero.',
  authScopes,
  fields: (t) => ({
    date: t.expose('date', { type: 'Date', description: 'The day of the books on which it stands.' }),
    account: t.exposeString('account', { description: 'The account.' }),
    costCentre: t.string({
      nullable: true,
      description: 'The cost centre, where the rule names one.',
      resolve: ({ costCentre }) => orNull(costCentre),
    }),
    agentCode: t.string({
      nullable: true,
      description: 'Whom it is due to, or owed by; null of all other accounts.',
      resolve: ({ agent }) => orNull(agent),
    }),
    component: t.string({
      nullable: true,
      description: 'The component (plan.code) or pool, where it belongs to one.',
      resolve: ({ component }) => orNull(component),
    }),
    text: t.exposeString('text', { description: 'What it is.' }),
    debit: t.expose('debit', { type: 'Decimal', description: 'Debit.' }),
    credit: t.expose('credit', { type: 'Decimal', description: 'Credit.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
  }),
});

const JournalTotalType = builder.objectRef<JournalTotal>('JournalTotal').implement({
  description: 'The sums of both sides in one currency.',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    debit: t.field({
      type: 'Decimal',
      description: 'All debits.',
      resolve: ({ debit, currency }) => moneyText(debit, currency),
    }),
    credit: t.field({
      type: 'Decimal',
      description: 'All credits: as much.',
      resolve: ({ credit, currency }) => moneyText(credit, currency),
    }),
  }),
});

const MissingAccountType = builder.objectRef<MissingAccount>('MissingJournalAccount').implement({
  description: 'Something that no journal rule of the settlement policy gives an account.',
  authScopes,
  fields: (t) => ({
    entry: t.exposeString('entry', { description: 'What is booked, as in EXPENSE.' }),
    planCode: t.exposeString('plan', { nullable: true, description: 'The plan (code), where it belongs to one.' }),
    componentCode: t.exposeString('component', {
      nullable: true,
      description: 'The component or pool (code), where it belongs to one.',
    }),
    channelTypeCode: t.exposeString('channelType', { description: 'The channel type of the agents (code).' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
  }),
});

const JournalEntryConnection = builder.connectionObject(
  {
    type: JournalEntryType,
    name: 'JournalEntryConnection',
    description: 'A page of journal entries.',
    authScopes,
  },
  { description: 'A journal entry in a page.', authScopes },
);

const entryOrder: PageOrder<EntryRow> = {
  name: 'journal',
  direction: 'asc',
  keys: [{ column: 'number', type: 'integer' }],
};

/** A page of entries that are not kept, but made when they are asked for. */
function entryPage(transaction: Transaction, args: PageArguments, entries: readonly DatedEntry[]) {
  const rows = entries.map(({ debit, credit, ...names }, index): EntryRow => {
    const { currency } = names;
    return { ...names, number: index, debit: moneyText(debit, currency), credit: moneyText(credit, currency) };
  });
  return readRowPage(
    transaction,
    args,
    entryOrder,
    sql`select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as entry(number integer, date text, account text,
      "costCentre" text, agent text, component text, text text, debit text, credit text, currency text)`,
  );
}

/** As long as accounts are missing the sums would not agree. */
const totalsOf = ({ entries, missing }: Pick<Journal, 'entries' | 'missing'>) =>
  missing.length > 0 ? [] : balancedTotals(entries);

/**
 * Whoever may read journals sees the money of all agents: asking the database that of each row takes several times as long as the journal.
 */
const runAsOwner = <Result>(context: Context, work: (transaction: Transaction) => Promise<Result>): Promise<Result> =>
  runHeavy(context, () => context.databases.owner.transaction(work, { accessMode: 'read only' }));

type PeriodJournal = Journal & { readonly period: Period };

const JournalType = builder.objectRef<PeriodJournal>('Journal').implement({
  description:
    'The run of a period in double entry, as journal.csv has it; before the statements are issued without value-added tax.',
  authScopes,
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The period.' }),
    date: t.field({
      type: 'Date',
      description: 'The day of its entries: the last of the period.',
      resolve: ({ period }) => lastDate(period),
    }),
    totals: t.field({
      type: [JournalTotalType],
      description: 'The sums of both sides, by currency; none as long as accounts are missing.',
      resolve: totalsOf,
    }),
    missingAccounts: t.field({
      type: [MissingAccountType],
      description: 'What has no account: it is missing in the entries, and journal.csv is not made.',
      resolve: ({ missing }) => [...missing],
    }),
    entries: t.connection(
      {
        type: JournalEntryType,
        description: 'The entries by currency, account, cost centre, component, text and agent.',
        resolve: ({ entries, period }, args, { transaction }) => {
          const date = lastDate(period);
          return entryPage(
            transaction,
            args,
            entries.map((entry) => ({ ...entry, date })),
          );
        },
      },
      JournalEntryConnection,
    ),
  }),
});

builder.queryField('journal', (t) =>
  t.field({
    type: JournalType,
    nullable: true,
    description:
      'The journal of the run that stands for a period. It is made anew for every page: a second or two for 10,000 agents. Whoever wants all of it takes journal.csv.',
    authScopes,
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    resolve: async (_root, args, context) => {
      const period = args.period as Period;
      const [id] = (await wantedRun(context.transaction, period)) ?? [];
      if (id === undefined) throw new UserError('NO_RUN', `Period ${period} has no calculated run.`, period);
      return {
        ...(await runAsOwner(context, (transaction) => loadJournal(transaction, { id, period }, context.today))),
        period,
      };
    },
  }),
);

type MonthJournal = PaymentJournal & { readonly month: Period };

const PaymentJournalType = builder.objectRef<MonthJournal>('PaymentJournal').implement({
  description:
    'What was paid, returned by the bank, paid into deposits, collected, set off and repaid in a month, in double entry. It grows as long as the bank answers for days of the month.',
  authScopes,
  fields: (t) => ({
    month: t.expose('month', { type: 'Period', description: 'The month, by local days.' }),
    totals: t.field({
      type: [JournalTotalType],
      description: 'The sums of both sides, by currency; none as long as accounts are missing.',
      resolve: totalsOf,
    }),
    missingAccounts: t.field({
      type: [MissingAccountType],
      description: 'What has no account: it is missing in the entries.',
      resolve: ({ missing }) => [...missing],
    }),
    csv: t.string({
      nullable: true,
      description: 'The file journal-payments.csv, with the columns of journal.csv.',
      resolve: (journal) => paymentJournalCsv(journal.month, journal),
    }),
    entries: t.connection(
      {
        type: JournalEntryType,
        description: 'The entries by day, then by currency, account, cost centre, text and agent.',
        resolve: ({ entries }, args, { transaction }) => entryPage(transaction, args, entries),
      },
      JournalEntryConnection,
    ),
  }),
});

builder.queryField('paymentJournal', (t) =>
  t.field({
    type: PaymentJournalType,
    nullable: true,
    description: 'What moved in a month, for the books: apart from the runs, whose journal does not change any more.',
    authScopes,
    args: { month: t.arg({ type: 'Period', required: true, description: 'The month, by local days.' }) },
    resolve: async (_root, args, context) => {
      const month = args.month as Period;
      const { timeZone } = await loadOperator(context.transaction);
      const load = (transaction: Transaction) => loadPaymentJournal(transaction, month, timeZone, context.today);
      return { ...(await runAsOwner(context, load)), month };
    },
  }),
);
