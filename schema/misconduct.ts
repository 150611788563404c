import { sql } from 'drizzle-orm';
import type { Transaction } from '../src/db/client.ts';
import { asUserError } from '../src/db/constraints.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import { misconductCategories } from '../src/misconduct/categories.ts';
import {
  addToReport,
  answerReport,
  type FollowedMessage,
  type FollowedReport,
  fileReport,
  followReport,
  setReportState,
} from '../src/misconduct/reports.ts';
import { type misconductReport, misconductState } from '../src/misconduct/tables.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { equals, readConnection } from './pages.ts';

const compliance: readonly Role[] = ['COMPLIANCE'];

const MisconductCategoryEnum = describedEnum(
  'MisconductCategory',
  'What a report of misconduct is about.',
  misconductCategories,
  {
    BRIBERY: 'Money or favours given, taken or asked for.',
    FALSE_SALES: 'Sales that are not what they seem.',
    CUSTOMER_DATA: "Customers' data misused.",
    CONFLICT_OF_INTEREST: 'Somebody decides on what is to the own advantage.',
    MISTREATMENT: 'Somebody is threatened, harassed or put at a disadvantage.',
    OTHER: 'Anything else.',
  },
);

const MisconductStateEnum = describedEnum(
  'MisconductState',
  'Where a report of misconduct stands.',
  misconductState.enumValues,
  {
    FILED: 'Nobody has taken it up yet.',
    IN_REVIEW: 'Compliance is looking into it.',
    SETTLED: 'It was right, and was dealt with.',
    DISMISSED: 'There was nothing in it.',
  },
);

// For whoever filed a report: public, with the owner's rights, and without a look at who is signed in. They take no
// idempotency key, since what it is kept with would name an account.

/** Runs `work` in a transaction of its own with the owner's rights, whoever asks. */
async function anonymously<Answer>(
  { databases }: Context,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await databases.owner.transaction(work);
  } catch (error) {
    throw asUserError(error);
  }
}

const FollowedMessageType = builder.objectRef<FollowedMessage>('FollowedMisconductMessage').implement({
  description: 'Something that was written to a report of misconduct, as its reporter sees it.',
  authScopes: { public: true },
  fields: (t) => ({
    fromReporter: t.exposeBoolean('fromReporter', { description: 'Whether the reporter wrote it, or compliance.' }),
    words: t.exposeString('words', { description: 'What was written.' }),
    writtenOn: t.expose('writtenOn', { type: 'Date', description: 'On which day.' }),
  }),
});

const FollowedReportType = builder.objectRef<FollowedReport>('FollowedMisconductReport').implement({
  description: 'A report of misconduct, as its reporter sees it.',
  authScopes: { public: true },
  fields: (t) => ({
    category: t.exposeString('category', { description: 'What it is about.' }),
    about: t.exposeString('about', { nullable: true, description: 'Whom it is about, as the reporter wrote it.' }),
    state: t.expose('state', { type: MisconductStateEnum, description: 'Where it stands.' }),
    filedOn: t.expose('filedOn', { type: 'Date', description: 'The day on which it was filed.' }),
    messages: t.field({
      type: [FollowedMessageType],
      description: 'What was written, in order.',
      resolve: ({ messages }) => [...messages],
    }),
  }),
});

const ReceiptType = builder.objectRef<{ readonly receipt: string }>('MisconductReceipt').implement({
  description: 'That a report of misconduct was filed.',
  authScopes: { public: true },
  fields: (t) => ({
    receipt: t.exposeString('receipt', {
      description:
        'The code with which you follow the report. It is shown this once and nobody can find it again: note it.',
    }),
  }),
});

builder.queryField('followMisconductReport', (t) =>
  t.field({
    type: FollowedReportType,
    nullable: true,
    description: 'The report of misconduct with this receipt; null where there is none. By POST only.',
    authScopes: { public: true },
    args: { receipt: t.arg.string({ required: true, description: 'The code that was shown when it was filed.' }) },
    resolve: (_root, { receipt }, context) => anonymously(context, (transaction) => followReport(transaction, receipt)),
  }),
);

builder.mutationFields((t) => ({
  fileMisconductReport: t.field({
    type: ReceiptType,
    errors: resultUnion('fileMisconductReport'),
    description:
      'Files a report of misconduct. Anybody may, without signing in; who is signed in all the same is not looked at. ' +
      'Neither the report nor a log holds who sent it, and of the time no more than the day.',
    authScopes: { public: true },
    args: {
      category: t.arg({ type: MisconductCategoryEnum, required: true, description: 'What it is about.' }),
      about: t.arg.string({ description: 'Whom it is about: a code or a name, as you know it.' }),
      words: t.arg.string({ required: true, description: 'What happened, in at most 10,000 characters.' }),
    },
    resolve: (_root, report, context) =>
      anonymously(context, async (transaction) => ({ receipt: await fileReport(transaction, context.today, report) })),
  }),
  addToMisconductReport: t.field({
    type: FollowedReportType,
    errors: resultUnion('addToMisconductReport'),
    description: 'Adds something to the report of misconduct with this receipt, as anonymously as it was filed.',
    authScopes: { public: true },
    args: {
      receipt: t.arg.string({ required: true, description: 'The code that was shown when it was filed.' }),
      words: t.arg.string({ required: true, description: 'What there is to add, in at most 10,000 characters.' }),
    },
    resolve: (_root, { receipt, words }, context) =>
      anonymously(context, async (transaction) => {
        await addToReport(transaction, context.today, receipt, words);
        const report = await followReport(transaction, receipt);
        if (!report) throw new UserError('NOT_FOUND', 'There is no report with this receipt.', 'receipt');
        return report;
      }),
  }),
}));

// For compliance.

type Message = FollowedMessage & { readonly by: string | null };

const MisconductMessage = builder.objectRef<Message>('MisconductMessage').implement({
  description: 'Something that was written to a report of misconduct.',
  authScopes: { roles: compliance },
  fields: (t) => ({
    fromReporter: t.exposeBoolean('fromReporter', { description: 'Whether the reporter wrote it, or compliance.' }),
    by: t.exposeString('by', {
      nullable: true,
      description: 'Who of compliance wrote it; the reporter does not see it.',
    }),
    words: t.exposeString('words', { description: 'What was written.' }),
    writtenOn: t.expose('writtenOn', { type: 'Date', description: 'On which day.' }),
  }),
});

const MisconductReport = builder.drizzleNode('misconductReport', {
  name: 'MisconductReport',
  description: 'A report of misconduct. Nobody but compliance sees it, and nothing tells who filed it.',
  authScopes: { roles: compliance },
  // Named one by one: the request role may not read the receipt's hash.
  select: { columns: { id: true } },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    category: t.exposeString('category', { description: 'What it is about.' }),
    about: t.exposeString('about', {
      nullable: true,
      description: 'Whom it is about, as the reporter wrote it: it need not be the code of an agent.',
    }),
    state: t.expose('state', { type: MisconductStateEnum, description: 'Where it stands.' }),
    filedOn: t.expose('filedOn', { type: 'Date', description: 'The day on which it was filed.' }),
    // Not as a relation: drizzle reads every column of a table whose rows it joins to others, the receipt's hash too.
    messages: t.field({
      type: [MisconductMessage],
      description: 'What was written, in order.',
      select: {
        extras: {
          messages: (table) => sql<Message[]>`(
            select coalesce(json_agg(json_build_object('fromReporter', message.from_reporter, 'by', message.by,
              'words', message.words, 'writtenOn', message.written_on) order by message.id), '[]')
            from misconduct_message message where message.report_id = ${table.id})`,
        },
      },
      resolve: (row) => row.messages,
    }),
  }),
});

const MisconductReportConnection = builder.connectionObject(
  {
    type: MisconductReport,
    name: 'MisconductReportConnection',
    description: 'A page of reports of misconduct.',
    authScopes: { roles: compliance },
  },
  { description: 'A report of misconduct in a page.', authScopes: { roles: compliance } },
);

const reportOrder: PageOrder<typeof misconductReport> = {
  name: 'misconductReports',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('misconductReports', (t) =>
  t.connection(
    {
      type: MisconductReport,
      nullable: true,
      description: 'The reports of misconduct, the latest first.',
      authScopes: { roles: compliance },
      args: { state: t.arg({ type: MisconductStateEnum, description: 'In this state; all without it.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(MisconductReport, reportOrder, { args, context, info }, (table) => [
          equals(table.state, args.state),
        ]),
    },
    MisconductReportConnection,
  ),
);

const ReportPayload = builder.objectRef<{ readonly reportId: number }>('MisconductReportPayload').implement({
  description: 'The report of misconduct that was answered or changed.',
  authScopes: { roles: compliance },
  fields: (t) => ({
    report: t.drizzleField({
      type: MisconductReport,
      nullable: true,
      description: 'The report as it is now.',
      resolve: (query, { reportId }, _args, { transaction }) =>
        transaction.query.misconductReport.findFirst(query({ where: { id: reportId } })),
    }),
  }),
});

builder.mutationFields((t) => ({
  answerMisconductReport: t.field({
    type: ReportPayload,
    errors: resultUnion('answerMisconductReport'),
    description: 'Writes to whoever filed a report of misconduct, who reads it without learning who wrote it.',
    authScopes: { roles: compliance },
    args: {
      reportId: t.arg.id({ required: true, description: 'The id of the report.' }),
      words: t.arg.string({ required: true, description: 'The answer, in at most 10,000 characters.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('answerMisconductReport', async (transaction, actor, args, { now, today }) => {
      const reportId = keyOfNode('MisconductReport', String(args.reportId), 'reportId');
      await answerReport(transaction, actor, now, today, { reportId, words: args.words });
      return { reportId };
    }),
  }),
  setMisconductReportState: t.field({
    type: ReportPayload,
    errors: resultUnion('setMisconductReportState'),
    description: 'Brings a report of misconduct to another state, and tells whoever filed it why.',
    authScopes: { roles: compliance },
    args: {
      reportId: t.arg.id({ required: true, description: 'The id of the report.' }),
      state: t.arg({ type: MisconductStateEnum, required: true, description: 'The state it comes to.' }),
      words: t.arg.string({ required: true, description: 'Why, as the reporter reads it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('setMisconductReportState', async (transaction, actor, args, { now, today }) => {
      const reportId = keyOfNode('MisconductReport', String(args.reportId), 'reportId');
      await setReportState(transaction, actor, now, today, { reportId, state: args.state, words: args.words });
      return { reportId };
    }),
  }),
}));
