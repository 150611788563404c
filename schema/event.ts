import { type SQL, sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { salesEvent } from '../src/sales/tables.ts';
import { builder } from './builder.ts';
import { SalesEventTypeEnum } from './enums.ts';
import { type Wanted, wantedAgent } from './lookups.ts';
import { among, equals, readConnection } from './pages.ts';

builder.drizzleObject('eventCredit', {
  name: 'EventCredit',
  description: 'A share of a sales event that counts for an agent.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    agent: t.relation('agent', { nullable: true, description: 'The agent; null where you may not see it.' }),
    role: t.exposeString('role', { description: 'As what it took part, as in SELLER.' }),
    share: t.expose('share', { type: 'Decimal', description: 'Its share; all shares of an event total 1.' }),
  }),
});

export const SalesEvent = builder.drizzleNode('salesEvent', {
  name: 'SalesEvent',
  description: 'One thing that happened, never edited.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The system it came from.' }),
    externalId: t.exposeString('externalId', { description: 'Its id there; unique together with the source.' }),
    type: t.expose('type', { type: SalesEventTypeEnum, description: 'What happened.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    period: t.expose('period', { type: 'Period', description: 'The period it belongs to.' }),
    agent: t.relation('agent', {
      nullable: true,
      description: 'The agent that sold; null where you may not see it (a share of the event is yours).',
    }),
    product: t.relation('product', { description: 'What was sold.' }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How many units.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'Its amount as a whole, never negative.' }),
    currency: t.exposeString('currency', { description: 'The currency of its amounts (ISO 4217).' }),
    region: t.relation('region', { nullable: true, description: 'Where it was sold.' }),
    segment: t.relation('segment', { nullable: true, description: 'The segment of the customer.' }),
    campaign: t.relation('campaign', { nullable: true, description: 'The campaign it belongs to.' }),
    customerId: t.exposeString('customerId', { nullable: true, description: 'The customer.' }),
    subscriptionId: t.exposeString('subscriptionId', { nullable: true, description: 'The subscription.' }),
    contractMonths: t.exposeInt('contractMonths', { nullable: true, description: 'The length of the contract.' }),
    monthlyFee: t.expose('monthlyFee', { type: 'Decimal', nullable: true, description: 'The monthly fee.' }),
    listPrice: t.expose('listPrice', { type: 'Decimal', nullable: true, description: 'The list price per unit.' }),
    cost: t.expose('cost', { type: 'Decimal', nullable: true, description: 'The cost per unit.' }),
    originalExternalId: t.exposeString('originalExternalId', {
      nullable: true,
      description: 'The event of the same source that it refers to.',
    }),
    late: t.exposeBoolean('late', { description: 'Whether it came after its period was approved.' }),
    credits: t.relation('credits', {
      description: 'The shares that were given with it; none: the whole of it is its agent’s.',
      query: { orderBy: { agentId: 'asc', role: 'asc' } },
    }),
  }),
});

const SalesEventFilter = builder.inputType('SalesEventFilter', {
  description: 'Which sales events. Everything named must hold.',
  fields: (t) => ({
    period: t.field({ type: 'Period', description: 'Of this period.' }),
    type: t.field({ type: SalesEventTypeEnum, description: 'Of this type.' }),
    agent: t.string({ description: 'Sold by this agent (code).' }),
    subscription: t.string({ description: 'Of this subscription.' }),
    customer: t.string({ description: 'Of this customer.' }),
    externalId: t.string({ description: 'With this id, in whatever system it came from.' }),
    late: t.boolean({ description: 'Only what came late, or only what did not.' }),
  }),
});

function filterConditions(
  table: typeof salesEvent,
  filter: typeof SalesEventFilter.$inferInput,
  agents: Wanted,
): (SQL | undefined)[] {
  return [
    equals(table.period, filter.period),
    filter.type ? sql`${table.type} = ${filter.type}::sales_event_type` : undefined,
    among(table.agentId, agents),
    equals(table.subscriptionId, filter.subscription),
    equals(table.customerId, filter.customer),
    equals(table.externalId, filter.externalId),
    equals(table.late, filter.late),
  ];
}

const SalesEventConnection = builder.connectionObject(
  {
    type: SalesEvent,
    name: 'SalesEventConnection',
    description: 'A page of sales events.',
    authScopes: { signedIn: true },
  },
  { description: 'A sales event in a page.', authScopes: { signedIn: true } },
);

/** As the index by period and agent has them; within an agent in the order in which they came. */
const eventOrder: PageOrder<typeof salesEvent> = {
  name: 'salesEvents',
  direction: 'asc',
  keys: [
    { column: 'period', type: 'text' },
    { column: 'agentId', type: 'integer' },
    { column: 'id', type: 'bigint' },
  ],
};

builder.queryFields((t) => ({
  salesEvent: t.drizzleField({
    type: SalesEvent,
    nullable: true,
    description: 'The sales event with this key; null where there is none, or you may not see it.',
    authScopes: { signedIn: true },
    args: {
      source: t.arg.string({ required: true, description: 'The system it came from.' }),
      externalId: t.arg.string({ required: true, description: 'Its id there.' }),
    },
    resolve: (query, _root, { source, externalId }, { transaction }) =>
      transaction.query.salesEvent.findFirst(query({ where: { source, externalId } })),
  }),
  salesEvents: t.connection(
    {
      type: SalesEvent,
      nullable: true,
      description: 'The sales events you may see, by period, agent and order of arrival.',
      authScopes: { signedIn: true },
      args: { filter: t.arg({ type: SalesEventFilter, description: 'Which ones; all without it.' }) },
      resolve: async (_root, args, context, info) => {
        const filter = args.filter ?? {};
        const agents = await wantedAgent(context.transaction, filter.agent);
        return readConnection(SalesEvent, eventOrder, { args, context, info }, (table) =>
          filterConditions(table, filter, agents),
        );
      },
    },
    SalesEventConnection,
  ),
  lateEvents: t.connection(
    {
      type: SalesEvent,
      nullable: true,
      description: 'The sales events that came after their period was approved; they are settled in a later one.',
      authScopes: { signedIn: true },
      args: { period: t.arg({ type: 'Period', required: true, description: 'The period in which they occurred.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(SalesEvent, eventOrder, { args, context, info }, (table) => [
          equals(table.period, args.period),
          sql`${table.late}`,
        ]),
    },
    SalesEventConnection,
  ),
}));
