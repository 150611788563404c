import { sql } from 'drizzle-orm';
import { type Decided, resumeAgent, suspendAgent, terminateAgent, withdrawDecision } from '../src/agents/life.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { agentDecision } from '../src/partners/tables.ts';
import { builder, managers } from './builder.ts';
import { AgentStatusEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, readConnection } from './pages.ts';

const AgentDecision = builder.drizzleObject('agentDecision', {
  name: 'AgentDecision',
  description: "A decision about an agent's life: what, from when on, who and why.",
  authScopes: { signedIn: true },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    action: t.exposeString('action', { description: 'SUSPEND, RESUME, TERMINATE or WITHDRAW.' }),
    from: t.expose('effectiveFrom', { type: 'Date', description: 'The first day of the new state.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    by: t.exposeString('by', { description: 'Who decided.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was decided.' }),
  }),
});

const AgentDecisionConnection = builder.connectionObject(
  {
    type: AgentDecision,
    name: 'AgentDecisionConnection',
    description: 'A page of decisions.',
    authScopes: { signedIn: true },
  },
  { description: 'A decision in a page.', authScopes: { signedIn: true } },
);

const decisionOrder: PageOrder<typeof agentDecision> = {
  name: 'agentDecisions',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('agentDecisions', (t) =>
  t.connection(
    {
      type: AgentDecision,
      nullable: true,
      description: 'Decisions about the lives of agents you may see, the latest first.',
      authScopes: { signedIn: true },
      args: { agentCode: t.arg.string({ description: 'About this agent (code).' }) },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(AgentDecision, decisionOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
        ]);
      },
    },
    AgentDecisionConnection,
  ),
);

const AgentLifePayload = builder.objectRef<Decided>('AgentLifePayload').implement({
  description: 'What a decision about an agent did.',
  authScopes: { roles: managers },
  fields: (t) => ({
    agent: t.drizzleField({
      type: 'agent',
      nullable: true,
      description: 'The agent as it is now.',
      resolve: (query, { agentId }, _args, { transaction }) =>
        transaction.query.agent.findFirst(query({ where: { id: agentId } })),
    }),
    status: t.expose('status', { type: AgentStatusEnum, description: 'The state from the day on.' }),
    from: t.expose('from', { type: 'Date', description: 'The first day of the state.' }),
    endedAgreements: t.exposeStringList('endedAgreements', { description: 'The agreements (codes) that end with it.' }),
    endedTerritoryCount: t.exposeInt('endedTerritoryCount', { description: 'How many territories end with it.' }),
    blacklistedCount: t.exposeInt('blacklistedCount', {
      description: 'How many of its numbers went on the blacklist.',
    }),
  }),
});

const agentCodeArgument = builder.args((t) => ({
  agentCode: t.string({ required: true, description: 'The agent (code).' }),
  reason: t.string({ required: true, description: 'Why.' }),
}));
const fromDescription = 'The first day of the new state; it may lie ahead.';

builder.mutationFields((t) => ({
  suspendAgent: t.field({
    type: AgentLifePayload,
    errors: resultUnion('suspendAgent'),
    description: 'Suspends an active agent: it earns nothing from a day on.',
    authScopes: { roles: managers },
    args: {
      ...agentCodeArgument,
      from: t.arg({ type: 'Date', required: true, description: fromDescription }),
      until: t.arg({
        type: 'Date',
        description: 'The day from which on it sells again; without it, until it is resumed.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('suspendAgent', (transaction, actor, decision, { now }) =>
      suspendAgent(transaction, actor, now, decision),
    ),
  }),
  resumeAgent: t.field({
    type: AgentLifePayload,
    errors: resultUnion('resumeAgent'),
    description: 'Lets a suspended agent sell again from a day on.',
    authScopes: { roles: managers },
    args: {
      ...agentCodeArgument,
      from: t.arg({ type: 'Date', required: true, description: fromDescription }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('resumeAgent', (transaction, actor, decision, { now }) =>
      resumeAgent(transaction, actor, now, decision),
    ),
  }),
  terminateAgent: t.field({
    type: AgentLifePayload,
    errors: resultUnion('terminateAgent'),
    description:
      'Terminates an agent for good: its territories and agreements end, but for agreements whose trailing commission goes on, and the month is its final settlement.',
    authScopes: { roles: managers },
    args: {
      ...agentCodeArgument,
      from: t.arg({ type: 'Date', required: true, description: fromDescription }),
      forCause: t.arg.boolean({
        defaultValue: false,
        description: 'Whether its numbers go on the blacklist, so that it is not taken on again.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('terminateAgent', (transaction, actor, { forCause, ...decision }, { now }) =>
      terminateAgent(transaction, actor, now, { ...decision, forCause: forCause ?? false }),
    ),
  }),
  withdrawAgentDecision: t.field({
    type: AgentLifePayload,
    errors: resultUnion('withdrawAgentDecision'),
    description: 'Withdraws the last decision about an agent before its day has come, and puts back what it ended.',
    authScopes: { roles: managers },
    args: { ...agentCodeArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('withdrawAgentDecision', (transaction, actor, decision, { now, today }) =>
      withdrawDecision(transaction, actor, now, { ...decision, today }),
    ),
  }),
}));
