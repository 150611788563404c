import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import {
  findReconciliation,
  type UnlistedSale,
  unlistedSales,
  type VerdictTotal,
  verdictTotals,
} from '../src/reconciliation/results.ts';
import {
  type reconciliation,
  reconciliationMatch,
  type reconciliationRow,
  reconciliationVerdict,
} from '../src/reconciliation/tables.ts';
import { builder } from './builder.ts';
import { Dispute, disputeReaders } from './dispute.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { among, equals, readConnection } from './pages.ts';

const ReconciliationVerdictEnum = describedEnum(
  'ReconciliationVerdict',
  "What became of a row of an agent's own list.",
  reconciliationVerdict.enumValues,
  {
    MATCHED: 'The sale is there and paid, with the amount that was expected where one was.',
    MISSING: 'The agent is credited with no such sale in the month.',
    UNDERPAID: 'Less was paid than the list expects.',
    OVERPAID: 'More was paid than the list expects.',
    DISQUALIFIED: 'The sale is there and paid nothing, or the list has it twice.',
  },
);

const ReconciliationMatchEnum = describedEnum(
  'ReconciliationMatch',
  'How the sale of a row was found.',
  reconciliationMatch.enumValues,
  { ID: 'By its external id.', SUBSCRIPTION: 'By its subscription, with product and day where the row has them.' },
);

const moneyOf = (amount: string | null, currency: string) => (amount === null ? null : moneyText(amount, currency));

const ReconciliationTotal = builder.objectRef<VerdictTotal>('ReconciliationTotal').implement({
  description: 'Rows of one verdict and currency, added up.',
  authScopes: { roles: disputeReaders },
  fields: (t) => ({
    verdict: t.expose('verdict', { type: ReconciliationVerdictEnum, description: 'The verdict.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    rowCount: t.exposeInt('rowCount', { description: 'How many rows.' }),
    expected: t.field({
      type: 'Decimal',
      description: 'What the rows expect, where they do.',
      resolve: ({ expected, currency }) => moneyText(expected, currency),
    }),
    paid: t.field({
      type: 'Decimal',
      description: 'What their sales were paid.',
      resolve: ({ paid, currency }) => moneyText(paid, currency),
    }),
    difference: t.field({
      type: 'Decimal',
      description: 'Paid less expected, of the rows that expect an amount.',
      resolve: ({ difference, currency }) => moneyText(difference, currency),
    }),
  }),
});

const UnlistedSaleType = builder.objectRef<UnlistedSale>('UnlistedSale').implement({
  description: "A sale credited to the agent that the agent's list does not have.",
  authScopes: { roles: disputeReaders },
  fields: (t) => ({
    source: t.exposeString('source', { description: 'Its source.' }),
    externalId: t.exposeString('externalId', { description: 'Its external id.' }),
    type: t.exposeString('type', { description: 'What happened, as in ACTIVATION.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When.' }),
    subscriptionId: t.exposeString('subscriptionId', { nullable: true, description: 'The subscription.' }),
    productCode: t.exposeString('productCode', { description: 'The product (code).' }),
    paid: t.field({
      type: 'Decimal',
      description: 'What it was paid.',
      resolve: ({ paid, currency }) => moneyText(paid, currency),
    }),
    currency: t.exposeString('currency', { description: 'In this currency (ISO 4217).' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it paid nothing, or less.' }),
  }),
});

export const Reconciliation = builder.drizzleObject('reconciliation', {
  name: 'Reconciliation',
  description: "An agent's own list of sales of a month, compared with what was paid 对账.",
  authScopes: { roles: disputeReaders },
  select: { columns: { id: true, code: true } },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, as in RC-17.' }),
    agent: t.relation('agent', { description: 'The agent.' }),
    period: t.field({
      type: 'Period',
      description: 'The month.',
      select: {
        extras: {
          period: (table) => sql<string>`(select period from commission_run run where run.id = ${table.runId})`,
        },
      },
      resolve: ({ period }) => period,
    }),
    fileName: t.exposeString('fileName', { description: 'What the list was called.' }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of the list.' }),
    uploadedBy: t.exposeString('uploadedBy', { description: 'Who sent it.' }),
    uploadedAt: t.expose('uploadedAt', { type: 'DateTime', description: 'When.' }),
    rowCount: t.exposeInt('rowCount', { description: 'How many rows it has.' }),
    unlistedCount: t.exposeInt('unlistedCount', {
      description: 'How many sales the statement tells of, paid or not, that the list did not have.',
    }),
    downloadPath: t.string({
      description: 'Where the rows with their verdicts can be fetched as CSV, on this server.',
      resolve: ({ code }) => `/reconciliations/${code}`,
    }),
    totals: t.field({
      type: [ReconciliationTotal],
      description: 'The rows by verdict and currency, added up.',
      select: {
        extras: { totals: (table) => sql<VerdictTotal[]>`${verdictTotals(sql`${table.id}`)}` },
      },
      resolve: ({ totals }) => totals,
    }),
  }),
});

const ReconciliationRow = builder.drizzleObject('reconciliationRow', {
  name: 'ReconciliationRow',
  description: "A row of an agent's own list, and what became of it.",
  authScopes: { roles: disputeReaders },
  select: { columns: { currency: true, expectedAmount: true, paidAmount: true } },
  fields: (t) => ({
    row: t.exposeInt('row', {
      description: 'Its line in the file, the header being 1; of rows sent, its place from 1.',
    }),
    source: t.exposeString('source', { nullable: true, description: 'The source, as listed.' }),
    externalId: t.exposeString('externalId', { nullable: true, description: 'The external id, as listed.' }),
    subscriptionId: t.exposeString('subscriptionId', { nullable: true, description: 'The subscription, as listed.' }),
    productCode: t.exposeString('productCode', { nullable: true, description: 'The product, as listed.' }),
    soldOn: t.expose('soldOn', { type: 'Date', nullable: true, description: 'The local day of the sale, as listed.' }),
    expectedAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The commission that the list expects.',
      resolve: ({ expectedAmount, currency }) => moneyOf(expectedAmount, currency),
    }),
    paidAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'What the sale earned: its lines net of caps, before anything is withheld, with later corrections; null where there is no such sale.',
      resolve: ({ paidAmount, currency }) => moneyOf(paidAmount, currency),
    }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    verdict: t.expose('verdict', { type: ReconciliationVerdictEnum, description: 'What became of it.' }),
    matchedBy: t.expose('matchedBy', {
      type: ReconciliationMatchEnum,
      nullable: true,
      description: 'How its sale was found.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description:
        'Why it paid nothing, or less: a reason code of unpaid events, or NOT_FOUND, AMBIGUOUS (several sources have the id), LISTED_TWICE, NOT_CREDITED (a rule or case credits others), NOT_YET_BOOKED (it came after the run), NOTHING_BY_ITSELF (it counts in a volume at most).',
    }),
    dispute: t.relation('dispute', { type: Dispute, nullable: true, description: 'The dispute filed from here.' }),
  }),
});

const scopes = { authScopes: { roles: disputeReaders } };
const ReconciliationConnection = builder.connectionObject(
  {
    type: Reconciliation,
    name: 'ReconciliationConnection',
    description: 'A page of reconciliations.',
    ...scopes,
  },
  { description: 'A reconciliation in a page.', ...scopes },
);
const ReconciliationRowConnection = builder.connectionObject(
  {
    type: ReconciliationRow,
    name: 'ReconciliationRowConnection',
    description: 'A page of rows of a list.',
    ...scopes,
  },
  { description: 'A row in a page.', ...scopes },
);

const reconciliationOrder: PageOrder<typeof reconciliation> = {
  name: 'reconciliations',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};
const rowOrder: PageOrder<typeof reconciliationRow> = {
  name: 'reconciliationRows',
  direction: 'asc',
  keys: [{ column: 'row', type: 'integer' }],
};

builder.queryFields((t) => ({
  reconciliations: t.connection(
    {
      type: Reconciliation,
      nullable: true,
      description: 'Lists of agents you may see, compared with what was paid, the latest first.',
      ...scopes,
      args: {
        code: t.arg.string({ description: 'Only this one, as in RC-17.' }),
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        period: t.arg({ type: 'Period', description: 'Of this month.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        const { period } = args;
        return readConnection(Reconciliation, reconciliationOrder, { args, context, info }, (table) => [
          equals(table.code, args.code),
          among(table.agentId, agents),
          period == null ? undefined : sql`${table.runId} in (select id from commission_run where period = ${period})`,
        ]);
      },
    },
    ReconciliationConnection,
  ),
  unlistedSales: t.field({
    type: [UnlistedSaleType],
    description:
      'Sales that the statement tells of, paid or not, and a list does not have, as they are paid now: at most the first 200.',
    ...scopes,
    args: { code: t.arg.string({ required: true, description: 'The reconciliation, as in RC-17.' }) },
    resolve: async (_root, { code }, { transaction, databases }) => {
      const { id } = await findReconciliation(transaction, code);
      // Whoever is shown the reconciliation sees all the agent's sales.
      return [...(await databases.owner.transaction((owned) => unlistedSales(owned, id, 200)))];
    },
  }),
  reconciliationRows: t.connection(
    {
      type: ReconciliationRow,
      nullable: true,
      description: 'The rows of a list with their verdicts, in order.',
      ...scopes,
      args: {
        code: t.arg.string({ required: true, description: 'The reconciliation, as in RC-17.' }),
        verdict: t.arg({ type: ReconciliationVerdictEnum, description: 'Only rows of this verdict.' }),
        disputed: t.arg.boolean({ description: 'Whether a dispute was filed from them.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { id } = await findReconciliation(context.transaction, args.code);
        return readConnection(ReconciliationRow, rowOrder, { args, context, info }, (table) => [
          sql`${table.reconciliationId} = ${id}`,
          equals(table.verdict, args.verdict),
          equals(sql`(${table.disputeId} is not null)`, args.disputed),
        ]);
      },
    },
    ReconciliationRowConnection,
  ),
}));
