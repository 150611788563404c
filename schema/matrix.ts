import { sql } from 'drizzle-orm';
import type { DatedRowsSaved } from '../src/conflicts/datedRows.ts';
import { requestDetection } from '../src/conflicts/detection/requestDetection.ts';
import { endMatrixCell, saveMatrixCells } from '../src/conflicts/matrix.ts';
import {
  type CoveredCell,
  loadMatrixCoverage,
  type MatrixCoverage,
  matrixStates,
} from '../src/conflicts/matrixCoverage.ts';
import { matrixCsv } from '../src/conflicts/matrixCsv.ts';
import type { matrixCell } from '../src/conflicts/tables.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import { ruleReaders } from './conflictRule.ts';
import { describedEnum } from './enums.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { readConnection } from './pages.ts';

const words = {
  channelType: 'The channel type that sells.',
  productCategory: 'The product category that is sold.',
  segment: 'The customer segment; null: any that has no cell of its own, and sales without a segment.',
  from: 'The first day on which it holds.',
  to: 'The first day on which it no longer holds; null: no end.',
};

const MatrixCell = builder.drizzleObject('matrixCell', {
  name: 'MatrixCell',
  description:
    'A cell of the CPC matrix: whether a channel type may sell a product category to a customer segment, for a time.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    channelType: t.relation('channelType', { description: words.channelType }),
    productCategory: t.relation('category', { description: words.productCategory }),
    segment: t.relation('segment', { nullable: true, description: words.segment }),
    allowed: t.exposeBoolean('allowed', { description: 'Whether it may.' }),
    from: t.expose('validFrom', { type: 'Date', description: words.from }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: words.to }),
  }),
});

const MatrixCellConnection = builder.connectionObject(
  {
    type: MatrixCell,
    name: 'MatrixCellConnection',
    description: 'A page of cells of the CPC matrix.',
    authScopes: { roles: ruleReaders },
  },
  { description: 'A cell in a page.', authScopes: { roles: ruleReaders } },
);

const cellOrder: PageOrder<typeof matrixCell> = {
  name: 'matrixCells',
  direction: 'asc',
  keys: [{ column: 'id', type: 'integer' }],
};

const StateEnum = describedEnum('MatrixState', 'What the CPC matrix says of a combination.', matrixStates, {
  ALLOWED: 'It may be sold.',
  REFUSED: 'It may not be sold.',
  NOT_LISTED: 'Nothing; each rule says what that means.',
});

const CoveredCellType = builder.objectRef<CoveredCell>('MatrixCoverageCell').implement({
  description: 'What the CPC matrix says of one combination on a day.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    channelType: t.exposeString('channelType', { description: 'The channel type (code).' }),
    productCategory: t.exposeString('productCategory', { description: 'The product category (code).' }),
    segment: t.exposeString('segment', {
      nullable: true,
      description: 'The customer segment (code); null: no segments are declared.',
    }),
    state: t.expose('state', { type: StateEnum, description: 'What it says.' }),
    fromGeneral: t.exposeBoolean('fromGeneral', {
      description: 'Whether the cell without a segment says so, for want of one of the segment’s own.',
    }),
  }),
});

const CoverageType = builder.objectRef<MatrixCoverage>('MatrixCoverage').implement({
  description: 'What the CPC matrix says on a day of every channel type × product category × segment there is.',
  authScopes: { roles: ruleReaders },
  fields: (t) => ({
    cellCount: t.exposeInt('cellCount', { description: 'How many combinations there are.' }),
    allowedCount: t.exposeInt('allowedCount', { description: 'How many may be sold.' }),
    refusedCount: t.exposeInt('refusedCount', { description: 'How many may not be sold.' }),
    notListedCount: t.exposeInt('notListedCount', { description: 'Of how many it says nothing.' }),
    coveredPercent: t.expose('coveredPercent', {
      type: 'Decimal',
      nullable: true,
      description: 'What percent of the combinations it says something of, two decimals; null: there are none.',
    }),
    cells: t.field({
      type: [CoveredCellType],
      description: 'The combinations, by channel type, product category and segment.',
      args: { state: t.arg({ type: StateEnum, description: 'Only those of which it says this.' }) },
      resolve: ({ cells }, { state }) => cells.filter((cell) => state == null || cell.state === state),
    }),
  }),
});

const filters = {
  channelType: 'Of this channel type (code).',
  productCategory: 'Of this product category (code).',
};

builder.queryFields((t) => ({
  matrixCells: t.connection(
    {
      type: MatrixCell,
      nullable: true,
      description: 'The cells of the CPC matrix, past and to come, in the order in which they were set.',
      authScopes: { roles: ruleReaders },
      args: {
        channelType: t.arg.string({ description: filters.channelType }),
        productCategory: t.arg.string({ description: filters.productCategory }),
        segment: t.arg.string({ description: 'Of this customer segment (code) itself.' }),
        onDate: t.arg({ type: 'Date', description: 'That hold on this day.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(MatrixCell, cellOrder, { args, context, info }, (table) => {
          const { channelType, productCategory, segment, onDate } = args;
          return [
            channelType == null
              ? undefined
              : sql`${table.channelTypeId} = (select id from channel_type where code = ${channelType})`,
            productCategory == null
              ? undefined
              : sql`${table.productCategoryId} = (select id from product_category where code = ${productCategory})`,
            segment == null ? undefined : sql`${table.segmentId} = (select id from segment where code = ${segment})`,
            onDate == null
              ? undefined
              : sql`${table.validFrom} <= ${onDate} and (${table.validTo} is null or ${table.validTo} > ${onDate})`,
          ];
        }),
    },
    MatrixCellConnection,
  ),
  matrixCoverage: t.field({
    type: CoverageType,
    nullable: true,
    description:
      'What the CPC matrix says on a day of every combination there is, with counts; of at most 5,000 combinations at once.',
    authScopes: { roles: ruleReaders },
    args: {
      onDate: t.arg({ type: 'Date', required: true, description: 'The day.' }),
      channelType: t.arg.string({ description: filters.channelType }),
      productCategory: t.arg.string({ description: filters.productCategory }),
    },
    resolve: (_root, { onDate, channelType, productCategory }, { transaction }) =>
      loadMatrixCoverage(transaction, onDate, {
        channelType: channelType ?? null,
        productCategory: productCategory ?? null,
      }),
  }),
  matrixFile: t.string({
    nullable: true,
    description: 'The whole CPC matrix, past and to come, as the CSV file that can be imported again.',
    authScopes: { roles: ruleReaders },
    resolve: (_root, _args, { transaction }) => matrixCsv(transaction),
  }),
}));

// Days are text, as in the cells of a file: what is wrong with a row is then that row's rejection, not the whole request's end.
const MatrixCellInput = builder.inputType('MatrixCellInput', {
  description: 'A cell of the CPC matrix to save.',
  fields: (t) => ({
    channelType: t.string({ required: true, description: 'The channel type (code).' }),
    productCategory: t.string({ required: true, description: 'The product category (code).' }),
    segment: t.string({
      description:
        'The customer segment (code); without it any that has no cell of its own, and sales without a segment.',
    }),
    allowed: t.boolean({ required: true, description: 'Whether it may be sold.' }),
    validFrom: t.string({ required: true, description: 'The first day (YYYY-MM-DD) on which it holds.' }),
    validTo: t.string({
      description:
        'The first day on which it no longer holds; without it, until the next one of the same combination begins.',
    }),
  }),
});

type Saved = Omit<DatedRowsSaved, 'rejections'> & { readonly rejections: ReturnType<typeof rejectedRows> };

/** What became of rows that were saved, as JSON that an idempotency key can keep. */
export const savedRows = (result: DatedRowsSaved): Saved => ({
  ...result,
  rejections: rejectedRows(result.rejections),
});

/** What became of cells or floor prices that were saved. */
export const DatedRowsPayload = builder.objectRef<Saved>('DatedRowsPayload').implement({
  description: 'What became of the rows: each is created, changed, unchanged or rejected.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    rowCount: t.exposeInt('rowCount', { description: 'How many rows were sent.' }),
    createdCount: t.exposeInt('createdCount', { description: 'How many were new.' }),
    changedCount: t.exposeInt('changedCount', { description: 'How many took the place of another.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many were known already.' }),
    rejectedCount: t.exposeInt('rejectedCount', { description: 'How many were rejected.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones, at most the first 1,000 faults.',
      resolve: ({ rejections }) => [...rejections],
    }),
  }),
});

type Ended = { readonly endedOn: string };

/** The answer where something dated ends. */
export const DatedRowEndPayload = builder.objectRef<Ended>('DatedRowEndPayload').implement({
  description: 'What was ended.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    endedOn: t.expose('endedOn', { type: 'Date', description: 'The first day on which it no longer holds.' }),
  }),
});

export const atomicArgument = 'Whether one rejected row keeps out all the others.';

builder.mutationFields((t) => ({
  saveMatrixCells: t.field({
    type: DatedRowsPayload,
    errors: resultUnion('saveMatrixCells'),
    description:
      'Saves up to 1,000 cells of the CPC matrix. One of the same combination and first day takes the other’s place; a cell ends where the ' +
      'next one of its combination begins, at the latest.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      input: t.arg({ type: [MatrixCellInput], required: true, description: 'The cells.' }),
      atomic: t.arg.boolean({ defaultValue: false, description: atomicArgument }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveMatrixCells', async (transaction, actor, { input, atomic }, { now }) => {
      const saved = await saveMatrixCells(transaction, actor, now, input, { atomic: atomic ?? false });
      await requestDetection(transaction);
      return savedRows(saved);
    }),
  }),
  endMatrixCell: t.field({
    type: DatedRowEndPayload,
    errors: resultUnion('endMatrixCell'),
    description:
      'Ends the cell of the CPC matrix that holds on a day; one that begins on that very day is removed. Earlier days stay as they are.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      channelType: t.arg.string({ required: true, description: 'The channel type (code).' }),
      productCategory: t.arg.string({ required: true, description: 'The product category (code).' }),
      segment: t.arg.string({ description: 'The customer segment (code); without it the cell without one.' }),
      on: t.arg({ type: 'Date', required: true, description: 'The first day on which it no longer holds.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('endMatrixCell', async (transaction, actor, { on, ...cell }, { now }): Promise<Ended> => {
      const { channelType, productCategory, segment } = cell;
      await endMatrixCell(transaction, actor, now, { channelType, productCategory, segment }, on);
      await requestDetection(transaction);
      return { endedOn: on };
    }),
  }),
}));
