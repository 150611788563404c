import type { unpaidEvent } from '../src/commissions/lines.ts';
import type { PageOrder } from '../src/db/pages.ts';
import { builder } from './builder.ts';
import { wantedAgent, wantedRun } from './lookups.ts';
import { among, equals, readConnection } from './pages.ts';

export const UnpaidEvent = builder.drizzleNode('unpaidEvent', {
  name: 'UnpaidEvent',
  description: "An agent's share of a sales event that paid nothing, or less than its plan could pay, and why.",
  authScopes: { signedIn: true },
  id: { column: (columns) => [columns.runId, columns.agentId, columns.eventId, columns.role] },
  fields: (t) => ({
    event: t.relation('event', {
      nullable: true,
      description: 'The sales event; null where it is an event of an agent you may not see.',
    }),
    agent: t.relation('agent', { description: 'The agent.' }),
    role: t.exposeString('role', { description: 'As what the agent took part.' }),
    reason: t.exposeString('reason', { description: 'Why nothing was paid: a code, as in NO_AGREEMENT.' }),
  }),
});

const UnpaidEventConnection = builder.connectionObject(
  {
    type: UnpaidEvent,
    name: 'UnpaidEventConnection',
    description: 'A page of unpaid events.',
    authScopes: { signedIn: true },
  },
  { description: 'An unpaid event in a page.', authScopes: { signedIn: true } },
);

const unpaidOrder: PageOrder<typeof unpaidEvent> = {
  name: 'unpaidEvents',
  direction: 'asc',
  keys: [
    { column: 'runId', type: 'integer' },
    { column: 'agentId', type: 'integer' },
    { column: 'eventId', type: 'bigint' },
    { column: 'role', type: 'text' },
  ],
};

builder.queryField('unpaidEvents', (t) =>
  t.connection(
    {
      type: UnpaidEvent,
      nullable: true,
      description:
        'The sales events you may see that paid nothing, or less than they could, in the run of a period, with the reason.',
      authScopes: { signedIn: true },
      args: {
        period: t.arg({ type: 'Period', required: true, description: 'Of this period.' }),
        agent: t.arg.string({ description: 'Of this agent (code).' }),
        reason: t.arg.string({ description: 'For this reason (code).' }),
      },
      resolve: async (_root, args, context, info) => {
        const runs = await wantedRun(context.transaction, args.period);
        const agents = await wantedAgent(context.transaction, args.agent);
        return readConnection(UnpaidEvent, unpaidOrder, { args, context, info }, (table) => [
          among(table.runId, runs),
          among(table.agentId, agents),
          equals(table.reason, args.reason),
        ]);
      },
    },
    UnpaidEventConnection,
  ),
);
