import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { decideTierOverride, requestTierOverride, withdrawTierOverride } from '../src/tiers/overrides.ts';
import { type tierOverride, tierOverrideState } from '../src/tiers/tables.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { wantedAgent } from './lookups.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

/** Who sees which tier somebody has by hand; agents once it is approved. */
const readers: readonly Role[] = [...managers, 'FINANCE', 'AUDITOR', 'AGENT'];

const TierOverrideStateEnum = describedEnum(
  'TierOverrideState',
  'Where a tier by hand stands.',
  tierOverrideState.enumValues,
  {
    REQUESTED: 'Somebody else has to decide about it.',
    APPROVED: 'The agent has the tier on its days.',
    REJECTED: 'It was refused.',
    WITHDRAWN: 'It was taken back before it was decided.',
  },
);

const TierOverride = builder.drizzleNode('tierOverride', {
  name: 'TierOverride',
  description: 'A tier given by hand for a time. While it holds, evaluations leave the tier of the agent alone.',
  authScopes: { roles: readers },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    tier: t.relation('tier', { description: 'The tier it has meanwhile.' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', { type: 'Date', description: 'The first day on which it no longer holds.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    state: t.expose('state', { type: TierOverrideStateEnum, description: 'Where it stands.' }),
    requestedBy: t.exposeString('requestedBy', { description: 'Who asked for it.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided, or took it back.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'What was said about the decision.' }),
  }),
});

const TierOverrideConnection = builder.connectionObject(
  {
    type: TierOverride,
    name: 'TierOverrideConnection',
    description: 'A page of tiers given by hand.',
    authScopes: { roles: readers },
  },
  { description: 'A tier given by hand in a page.', authScopes: { roles: readers } },
);

const overrideOrder: PageOrder<typeof tierOverride> = {
  name: 'tierOverrides',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('tierOverrides', (t) =>
  t.connection(
    {
      type: TierOverride,
      nullable: true,
      description: 'Tiers given by hand of agents you may see, the latest first; agents see the approved ones.',
      authScopes: { roles: readers },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        state: t.arg({ type: TierOverrideStateEnum, description: 'Only those that stand there.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(TierOverride, overrideOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, args.state),
        ]);
      },
    },
    TierOverrideConnection,
  ),
);

type OverrideAnswer = { readonly overrideId: number };

const TierOverridePayload = builder.objectRef<OverrideAnswer>('TierOverridePayload').implement({
  description: 'The tier by hand that was asked for or decided about.',
  authScopes: { roles: managers },
  fields: (t) => ({
    override: t.drizzleField({
      type: TierOverride,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { overrideId }, _args, { transaction }) =>
        transaction.query.tierOverride.findFirst(query({ where: { id: overrideId } })),
    }),
  }),
});

const overrideIdArgument = builder.args((t) => ({
  overrideId: t.id({ required: true, description: 'Which one.' }),
}));
const keyOf = (id: string | number) => keyOfNode('TierOverride', String(id), 'overrideId');

builder.mutationFields((t) => ({
  requestTierOverride: t.field({
    type: TierOverridePayload,
    errors: resultUnion('requestTierOverride'),
    description: 'Asks for a tier by hand for an agent that you may see; somebody else decides about it.',
    authScopes: { roles: managers },
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      tier: t.arg.string({ required: true, description: 'The tier (code) it is to have.' }),
      from: t.arg({
        type: 'Date',
        required: true,
        description:
          'The first day on which it has it; a day of a closed period is followed by what comes late (RETRO).',
      }),
      to: t.arg({ type: 'Date', required: true, description: 'The first day on which it no longer has it.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'requestTierOverride',
      async (transaction, actor, args, { now }): Promise<OverrideAnswer> => ({
        overrideId: await requestTierOverride(transaction, actor, now, args),
      }),
    ),
  }),
  decideTierOverride: t.field({
    type: TierOverridePayload,
    errors: resultUnion('decideTierOverride'),
    description:
      'Approves or rejects a tier by hand that somebody else asked for. Approving gives the agent the tier on its days and puts back after them what was there.',
    authScopes: { roles: managers },
    args: {
      ...overrideIdArgument,
      approve: t.arg.boolean({ required: true, description: 'Whether it is approved.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'decideTierOverride',
      async (transaction, actor, { overrideId, approve, reason }, { now }): Promise<OverrideAnswer> => {
        const id = keyOf(overrideId);
        await decideTierOverride(transaction, actor, now, { id, approve, reason });
        return { overrideId: id };
      },
    ),
  }),
  withdrawTierOverride: t.field({
    type: TierOverridePayload,
    errors: resultUnion('withdrawTierOverride'),
    description: 'Takes back a tier by hand that nobody has decided about: by who asked for it, or an administrator.',
    authScopes: { roles: managers },
    args: { ...overrideIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'withdrawTierOverride',
      async (transaction, actor, { overrideId }, { now }): Promise<OverrideAnswer> => {
        const id = keyOf(overrideId);
        await withdrawTierOverride(transaction, actor, now, id);
        return { overrideId: id };
      },
    ),
  }),
}));
