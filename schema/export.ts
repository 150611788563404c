import type { Transaction } from '../src/db/client.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { kindsToMake } from '../src/exports/contents.ts';
import { exportKinds, textEncodings } from '../src/exports/kinds.ts';
import { requestExports } from '../src/exports/requests.ts';
import { type exportFile, exportState } from '../src/exports/tables.ts';
import type { Period } from '../src/period.ts';
import { builder, moneyReaders, moneyWriters } from './builder.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const ExportKindEnum = describedEnum('ExportKind', 'A file that a period has.', exportKinds, {
  STATEMENTS_CSV: 'statements.csv: a row for each statement.',
  LINES_CSV: 'lines.csv: a row for each line of commission.',
  UNPAID_EVENTS_CSV: 'unpaid-events.csv: the events that paid nothing or less, with the reason.',
  WORKBOOK: 'A workbook (XLSX) with summary and details.',
  STATEMENT_PDFS: 'A PDF statement for each agent, all in one ZIP file.',
  JOURNAL_CSV: 'The journal, double entry.',
  ACCRUALS_CSV: 'What is earned and not yet due, by age.',
  ARCHIVE: 'A ZIP file of all the others, with a manifest.',
});

const TextEncodingEnum = builder.enumType('TextEncoding', {
  description: 'How characters of text files are written.',
  values: {
    UTF_8: { value: textEncodings[0], description: 'UTF-8.' },
    GB18030: { value: textEncodings[1], description: 'GB18030, as older Chinese desktop programs want it.' },
  },
});

const ExportStateEnum = describedEnum('ExportState', 'How far a request for files is.', exportState.enumValues, {
  REQUESTED: 'It waits in the queue.',
  RUNNING: 'The files are being made.',
  DONE: 'The files are there.',
  FAILED: 'They could not be made.',
});

const ExportFile = builder.drizzleNode('exportFile', {
  name: 'ExportFile',
  description: 'A file of a run. The same run and settings give the same bytes.',
  authScopes: { roles: moneyReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    period: t.field({
      type: 'Period',
      description: 'The period.',
      select: { with: { run: { columns: { period: true } } } },
      resolve: ({ run }) => run.period,
    }),
    kind: t.expose('kind', { type: ExportKindEnum, description: 'What it holds.' }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    mediaType: t.exposeString('mediaType', { description: 'Its media type, of text with the encoding.' }),
    sizeBytes: t.field({
      type: 'Decimal',
      description: 'Its size in bytes: a whole number, which may be above 2³¹.',
      resolve: ({ sizeBytes }) => String(sizeBytes),
    }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of its bytes, in hexadecimal.' }),
    warnings: t.exposeStringList('warnings', {
      description:
        'What could not be shown as it is (a character without a glyph), with where it stands; of the archive, which files are left out.',
    }),
    madeAt: t.expose('madeAt', { type: 'DateTime', description: 'When it was made.' }),
    downloadPath: t.string({
      description: 'Where it is downloaded from: GET, signed in as for this.',
      select: { columns: { id: true } },
      resolve: ({ id }) => `/exports/${encodeNodeId('ExportFile', id)}`,
    }),
  }),
});

const ExportRequest = builder.drizzleNode('exportRequest', {
  name: 'ExportRequest',
  description: 'That files of a run were asked for.',
  authScopes: { roles: moneyReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    period: t.field({
      type: 'Period',
      description: 'The period.',
      select: { with: { run: { columns: { period: true } } } },
      resolve: ({ run }) => run.period,
    }),
    kinds: t.field({
      type: [ExportKindEnum],
      description: 'Which files are made. A request for all leaves out what is not set up: the archive names it.',
      select: { columns: { kinds: true } },
      resolve: ({ kinds }) => kindsToMake(kinds),
    }),
    encoding: t.field({
      type: TextEncodingEnum,
      description: 'How text is written.',
      select: { columns: { settings: true } },
      resolve: ({ settings }) => settings.encoding,
    }),
    byteOrderMark: t.boolean({
      description: 'Whether text files begin with a byte order mark.',
      select: { columns: { settings: true } },
      resolve: ({ settings }) => settings.byteOrderMark,
    }),
    state: t.expose('state', { type: ExportStateEnum, description: 'How far it is.' }),
    step: t.string({
      nullable: true,
      description: 'Which file is being made, or was last.',
      select: { with: { progress: true } },
      resolve: ({ progress }) => progress?.step ?? null,
    }),
    progressPercent: t.int({
      nullable: true,
      description: 'How far all its files together are.',
      select: { columns: { state: true }, with: { progress: true } },
      resolve: ({ state, progress }) => (state === 'DONE' ? 100 : (progress?.percent ?? null)),
    }),
    failure: t.exposeString('failure', { nullable: true, description: 'Why the files could not be made.' }),
    requestedBy: t.exposeString('requestedBy', { description: 'Who asked for it.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was done or failed.',
    }),
    files: t.relation('files', { description: 'The files, once all are there.', query: { orderBy: { id: 'asc' } } }),
  }),
});

type RequestAnswer = { readonly requestId: number };

const ExportRequestPayload = builder.objectRef<RequestAnswer>('ExportRequestPayload').implement({
  description: 'What was asked for.',
  authScopes: { roles: moneyReaders },
  fields: (t) => ({
    request: t.drizzleField({
      type: ExportRequest,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { requestId }, _args, { transaction }) =>
        transaction.query.exportRequest.findFirst(query({ where: { id: requestId } })),
    }),
  }),
});

builder.mutationField('requestExports', (t) =>
  t.field({
    type: ExportRequestPayload,
    errors: resultUnion('requestExports'),
    description: "Has files of a period's approved run made; they are listed when all of them are there.",
    authScopes: { roles: moneyWriters },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The period.' }),
      kinds: t.arg({
        type: [ExportKindEnum],
        description:
          'Which files; without any, or with the archive alone, all of them, but for those that cannot be made yet (no journal rules, statements not issued). Files that are named must be made, or none is.',
      }),
      encoding: t.arg({ type: TextEncodingEnum, description: 'How text is written: UTF-8 where it is not said.' }),
      byteOrderMark: t.arg.boolean({ description: 'Whether text in UTF-8 begins with a byte order mark.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('requestExports', async (transaction, actor, args, { now }): Promise<RequestAnswer> => {
      const settings = { encoding: args.encoding ?? 'UTF-8', byteOrderMark: args.byteOrderMark ?? false } as const;
      const input = { period: args.period as Period, kinds: args.kinds ?? [], settings };
      return { requestId: await requestExports(transaction, actor, now, input) };
    }),
  }),
);

builder.queryField('exportRequests', (t) =>
  t.field({
    type: [ExportRequest],
    description: 'What was asked for of a period, the latest first; at most a hundred.',
    authScopes: { roles: moneyReaders },
    args: { period: t.arg({ type: 'Period', required: true, description: 'The period.' }) },
    resolve: (_root, { period }, { transaction }) =>
      transaction.query.exportRequest.findMany({
        where: { run: { period } },
        orderBy: { id: 'desc' },
        limit: 100,
      }),
  }),
);

const ExportFileConnection = builder.connectionObject(
  {
    type: ExportFile,
    name: 'ExportFileConnection',
    description: 'A page of files.',
    authScopes: { roles: moneyReaders },
  },
  { description: 'A file in a page.', authScopes: { roles: moneyReaders } },
);

const fileOrder: PageOrder<typeof exportFile> = {
  name: 'exportFiles',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('exportFiles', (t) =>
  t.connection(
    {
      type: ExportFile,
      nullable: true,
      description: 'The files that were made, the latest first.',
      authScopes: { roles: moneyReaders },
      args: {
        period: t.arg({ type: 'Period', description: 'Of this period.' }),
        kind: t.arg({ type: ExportKindEnum, description: 'Of this kind.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { period } = args;
        const runs = period == null ? undefined : await runsOf(context.transaction, period as Period);
        return readConnection(ExportFile, fileOrder, { args, context, info }, (table) => [
          among(table.runId, runs),
          equals(table.kind, args.kind),
        ]);
      },
    },
    ExportFileConnection,
  ),
);

async function runsOf(transaction: Transaction, period: Period): Promise<number[]> {
  const rows = await transaction.query.commissionRun.findMany({ columns: { id: true }, where: { period } });
  return rows.map(({ id }) => id);
}
