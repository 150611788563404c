import { type SQL, sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { type dispute, disputeEffect, disputeState, disputeSubject } from '../src/disputes/tables.ts';
import { builder, staff } from './builder.ts';
import { Document } from './document.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { moneyText } from './money.ts';
import { among, equals, readConnection } from './pages.ts';

/** Who reads disputes; whose, the policies decide. */
export const disputeReaders: readonly Role[] = [...staff, 'AGENT'];

export const DisputeSubjectEnum = describedEnum('DisputeSubject', 'What is objected to.', disputeSubject.enumValues, {
  LINE: 'One line of the statement.',
  MISSING_CREDIT: 'A sale that the statement leaves out.',
  SCORE: 'A score that the statement rests on.',
  STATEMENT: 'The statement as a whole.',
});

const DisputeStateEnum = describedEnum('DisputeState', 'Where a dispute stands.', disputeState.enumValues, {
  OPEN: 'Somebody has to decide.',
  ACCEPTED: 'The agent was right.',
  PARTLY_ACCEPTED: 'The agent was right in part.',
  REJECTED: 'The statement was right.',
  WITHDRAWN: 'It was taken back.',
});

export const DisputeEffectEnum = describedEnum('DisputeEffect', 'What a decision does.', disputeEffect.enumValues, {
  NONE: 'Nothing more.',
  ADJUSTMENT: 'An amount is booked with the next run.',
  RECALCULATION: 'The month is calculated again; the difference is booked with the next run.',
});

const moneyOf = (amount: string | null, currency: string) => (amount === null ? null : moneyText(amount, currency));

const DisputeComment = builder.drizzleObject('disputeComment', {
  name: 'DisputeComment',
  description: 'Something that was said in a dispute, or a paper that was brought.',
  authScopes: { roles: disputeReaders },
  fields: (t) => ({
    text: t.exposeString('text', { description: 'What was said, or what the paper is called.' }),
    internal: t.exposeBoolean('internal', { description: 'Whether only staff sees it.' }),
    by: t.exposeString('by', { description: 'Who said it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    document: t.relation('document', {
      type: Document,
      nullable: true,
      description: 'The paper; null where there is none, or you may not see it.',
    }),
  }),
});

export const Dispute = builder.drizzleNode('dispute', {
  name: 'Dispute',
  description: 'An objection of an agent to an issued statement, or to what it rests on.',
  authScopes: { roles: disputeReaders },
  id: { column: (columns) => columns.id },
  select: { columns: { currency: true, claimedAmount: true, decidedAmount: true, state: true, dueAt: true } },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, as in DP-17.' }),
    agent: t.relation('agent', { description: 'The agent.' }),
    period: t.field({
      type: 'Period',
      description: 'The month of the statement.',
      select: {
        extras: {
          period: (table) => sql<string>`(select period from commission_run run where run.id = ${table.runId})`,
        },
      },
      resolve: ({ period }) => period,
    }),
    statementNumber: t.string({
      description: 'The number of the statement.',
      select: {
        extras: {
          statementNumber: (table) => sql<string>`(select issued.number from issued_statement issued
            where issued.run_id = ${table.runId} and issued.agent_id = ${table.agentId} and issued.currency = ${table.currency})`,
        },
      },
      resolve: ({ statementNumber }) => statementNumber,
    }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
    subject: t.expose('subject', { type: DisputeSubjectEnum, description: 'What is objected to.' }),
    state: t.expose('state', { type: DisputeStateEnum, description: 'Where it stands.' }),
    lineId: t.exposeString('lineId', { nullable: true, description: 'LINE: the readable id of the line.' }),
    scorePeriod: t.string({
      nullable: true,
      description: 'SCORE: the month of the score.',
      select: {
        extras: {
          scorePeriod: (table) => sql<string | null>`(select period from score where score.id = ${table.scoreId})`,
        },
      },
      resolve: ({ scorePeriod }) => scorePeriod,
    }),
    source: t.exposeString('source', { nullable: true, description: 'MISSING_CREDIT: the source of the sale.' }),
    externalId: t.exposeString('externalId', { nullable: true, description: 'MISSING_CREDIT: its external id.' }),
    subscriptionId: t.exposeString('subscriptionId', {
      nullable: true,
      description: 'MISSING_CREDIT: the subscription.',
    }),
    productCode: t.exposeString('productCode', { nullable: true, description: 'MISSING_CREDIT: the product (code).' }),
    soldOn: t.expose('soldOn', { type: 'Date', nullable: true, description: 'MISSING_CREDIT: the day of the sale.' }),
    claimedAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'What the agent thinks is due.',
      resolve: ({ claimedAmount, currency }) => moneyOf(claimedAmount, currency),
    }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    filedBy: t.exposeString('filedBy', { description: 'Who filed it.' }),
    filedAt: t.expose('filedAt', { type: 'DateTime', description: 'When.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', description: 'By when it is to be decided.' }),
    isOverdue: t.boolean({
      description: 'Whether it is not decided although its time is over.',
      resolve: ({ state, dueAt }, _args, { now }) => state === 'OPEN' && new Date(dueAt) <= now,
    }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided.' }),
    decidedAt: t.expose('decidedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided or taken back.',
    }),
    decision: t.exposeString('decision', { nullable: true, description: 'What the agent was told.' }),
    effect: t.expose('effect', { type: DisputeEffectEnum, nullable: true, description: 'What the decision does.' }),
    decidedAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'ADJUSTMENT: what is added or, negative, taken.',
      resolve: ({ decidedAmount, currency }) => moneyOf(decidedAmount, currency),
    }),
    comments: t.relation('comments', {
      type: DisputeComment,
      description: 'What was said and brought, as far as you may read it, in order.',
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

const DisputeConnection = builder.connectionObject(
  {
    type: Dispute,
    name: 'DisputeConnection',
    description: 'A page of disputes.',
    authScopes: { roles: disputeReaders },
  },
  { description: 'A dispute in a page.', authScopes: { roles: disputeReaders } },
);

const disputeOrder: PageOrder<typeof dispute> = {
  name: 'disputes',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

const ofPeriod = (table: typeof dispute, period: string | null | undefined): SQL | undefined =>
  period == null ? undefined : sql`${table.runId} in (select id from commission_run where period = ${period})`;

builder.queryFields((t) => ({
  dispute: t.drizzleField({
    type: Dispute,
    nullable: true,
    description: 'The dispute with this code; null where there is none, or you may not see it.',
    authScopes: { roles: disputeReaders },
    args: { code: t.arg.string({ required: true, description: 'Its code, as in DP-17.' }) },
    resolve: (query, _root, { code }, { transaction }) =>
      transaction.query.dispute.findFirst(query({ where: { code } })),
  }),
  disputes: t.connection(
    {
      type: Dispute,
      nullable: true,
      description: 'Disputes of agents you may see, the latest first.',
      authScopes: { roles: disputeReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        period: t.arg({ type: 'Period', description: 'About statements of this month.' }),
        subject: t.arg({ type: DisputeSubjectEnum, description: 'Only those about this.' }),
        state: t.arg({ type: DisputeStateEnum, description: 'Only those that stand there.' }),
        overdue: t.arg.boolean({ description: 'Whether they are not decided although their time is over.' }),
      },
      resolve: async (_root, args, context, info) => {
        const { agentCode, period, subject, state, overdue } = args;
        const agents = await wantedAgent(context.transaction, agentCode);
        const at = context.now.toISOString();
        return readConnection(Dispute, disputeOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          ofPeriod(table, period),
          equals(table.subject, subject),
          equals(table.state, state),
          equals(sql`(${table.state} = 'OPEN' and ${table.dueAt} <= ${at}::timestamptz)`, overdue),
        ]);
      },
    },
    DisputeConnection,
  ),
}));
