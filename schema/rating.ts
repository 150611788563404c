import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import {
  inviteRaters,
  loadAccountAgents,
  type RatingInvitation as NewInvitation,
  type RatersInvited,
  withdrawRater,
} from '../src/scorecards/ratingInvitations.ts';
import { saveRatingRound } from '../src/scorecards/ratingRounds.ts';
import type { ratingInvitation, ratingRound } from '../src/scorecards/tables.ts';
import type { RaterGroup } from '../src/scorecards/template.ts';
import { builder, managers } from './builder.ts';
import type { Context } from './context.ts';
import { RaterGroupEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { RejectedRowType, rejectedRows } from './metric.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';
import { aspect, closesOn, opensOn, period } from './ratingAnswer.ts';

// Rating rounds and who is asked in them, for those who manage agents.

/** Who reads who rates agents; agents never do. */
export const ratingReaders: readonly Role[] = [...managers, 'AUDITOR'];

const RatingRound = builder.drizzleObject('ratingRound', {
  name: 'RatingRound',
  description: 'A window in which raters rate agents in one aspect for one month (360° rating).',
  authScopes: { roles: ratingReaders },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    aspect: t.exposeString('aspect', { description: aspect }),
    period: t.expose('period', { type: 'Period', description: period }),
    opensOn: t.expose('opensOn', { type: 'Date', description: opensOn }),
    closesOn: t.expose('closesOn', { type: 'Date', description: closesOn }),
  }),
});

const RatingRoundConnection = builder.connectionObject(
  {
    type: RatingRound,
    name: 'RatingRoundConnection',
    description: 'A page of rating rounds.',
    authScopes: { roles: ratingReaders },
  },
  { description: 'A rating round in a page.', authScopes: { roles: ratingReaders } },
);

const roundOrder: PageOrder<typeof ratingRound> = {
  name: 'ratingRounds',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

const RatingInvitation = builder.drizzleObject('ratingInvitation', {
  name: 'RatingInvitation',
  description: 'Somebody who is asked to rate an agent.',
  authScopes: { roles: ratingReaders },
  // Named one by one: nobody may read the token's hash.
  select: { columns: { agentId: true, rater: true, answeredAt: true } },
  fields: (t) => ({
    agentCode: t.string({
      description: 'The agent (code).',
      select: {
        extras: { agentCode: (table) => sql<string>`(select code from agent where agent.id = ${table.agentId})` },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    group: t.expose('raterGroup', { type: RaterGroupEnum, description: 'As whom.' }),
    rater: t.exposeString('rater', { description: 'Who: an e-mail address.' }),
    invitedAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    answered: t.boolean({
      description:
        'Whether it was answered. Who said what is not told; once the round has closed, those who manage the agent see the mean and the words of each group.',
      resolve: ({ answeredAt }) => answeredAt !== null,
    }),
  }),
});

const RatingInvitationConnection = builder.connectionObject(
  {
    type: RatingInvitation,
    name: 'RatingInvitationConnection',
    description: 'A page of invitations to rate.',
    authScopes: { roles: ratingReaders },
  },
  { description: 'An invitation in a page.', authScopes: { roles: ratingReaders } },
);

/** By agent and rater: the order in which they were invited would help to tell who said what. */
const invitationOrder: PageOrder<typeof ratingInvitation> = {
  name: 'ratingInvitations',
  direction: 'asc',
  keys: [
    { column: 'agentId', type: 'integer' },
    { column: 'rater', type: 'text' },
  ],
};

builder.queryFields((t) => ({
  ratingRounds: t.connection(
    {
      type: RatingRound,
      nullable: true,
      description: 'All rating rounds, by code.',
      authScopes: { roles: ratingReaders },
      args: {
        period: t.arg({ type: 'Period', description: 'Of this month.' }),
        aspect: t.arg.string({ description: 'About this aspect.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(RatingRound, roundOrder, { args, context, info }, (table) => [
          equals(table.period, args.period),
          equals(table.aspect, args.aspect),
        ]),
    },
    RatingRoundConnection,
  ),
  ratingInvitations: t.connection(
    {
      type: RatingInvitation,
      nullable: true,
      description: 'Who is asked in a round about agents that you may see, by agent and e-mail address.',
      authScopes: { roles: ratingReaders },
      args: {
        roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
        agentCode: t.arg.string({ description: 'About this agent (code).' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        return readConnection(RatingInvitation, invitationOrder, { args, context, info }, (table) => [
          sql`${table.roundId} in (select id from rating_round where code = ${args.roundCode})`,
          among(table.agentId, agents),
        ]);
      },
    },
    RatingInvitationConnection,
  ),
}));

const RatingRoundInput = builder.inputType('RatingRoundInput', {
  description: 'A rating round to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code: the key by which everything else refers to it.' }),
    name: t.string({ required: true, description: 'Its name, for people; raters see it.' }),
    aspect: t.string({ required: true, description: `${aspect} A code; one round a month.` }),
    period: t.field({ type: 'Period', required: true, description: period }),
    opensOn: t.field({ type: 'Date', required: true, description: opensOn }),
    closesOn: t.field({ type: 'Date', required: true, description: closesOn }),
  }),
});

const RatingRoundPayload = builder
  .objectRef<{ readonly code: string; readonly outcome: string }>('RatingRoundPayload')
  .implement({
    description: 'What became of a rating round.',
    authScopes: { roles: ['ADMIN'] },
    fields: (t) => ({
      round: t.drizzleField({
        type: RatingRound,
        nullable: true,
        description: 'The round as it is now.',
        resolve: (query, { code }, _args, { transaction }) =>
          transaction.query.ratingRound.findFirst(query({ where: { code } })),
      }),
      outcome: t.exposeString('outcome', { description: 'created, changed or unchanged.' }),
    }),
  });

const RaterInput = builder.inputType('RaterInput', {
  description: 'Somebody to rate an agent.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'The agent (code).' }),
    group: t.field({ type: RaterGroupEnum, required: true, description: 'As whom.' }),
    rater: t.string({ required: true, description: 'Who: an e-mail address, of an account or not.' }),
  }),
});

type Offered = Omit<NewInvitation, 'token'> & { readonly token: string | null };

const NewRatingInvitation = builder.objectRef<Offered>('NewRatingInvitation').implement({
  description: 'An invitation to rate that was made.',
  authScopes: { roles: managers },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    group: t.expose('group', { type: RaterGroupEnum, description: 'As whom.' }),
    rater: t.exposeString('rater', { description: 'Who is asked.' }),
    token: t.exposeString('token', {
      nullable: true,
      description:
        'What lets the rater answer without an account. Only in the first answer to inviteRaters: it is kept nowhere.',
    }),
  }),
});

type InvitedAnswer = {
  readonly invitations: readonly Offered[];
  readonly knownCount: number;
  readonly rejections: ReturnType<typeof rejectedRows>;
};

const RatersInvitedPayload = builder.objectRef<InvitedAnswer>('RatersInvitedPayload').implement({
  description: 'What became of the raters: each is invited, was invited before or is rejected.',
  authScopes: { roles: managers },
  fields: (t) => ({
    invitations: t.field({
      type: [NewRatingInvitation],
      description: 'The new invitations.',
      resolve: ({ invitations }) => [...invitations],
    }),
    knownCount: t.exposeInt('knownCount', { description: 'How many had been invited before.' }),
    rejections: t.field({
      type: [RejectedRowType],
      description: 'What was wrong with the rejected ones.',
      resolve: ({ rejections }) => rejections,
    }),
  }),
});

type GivenRater = { readonly agentCode: string; readonly group: RaterGroup; readonly rater: string };
type InviteArgs = {
  readonly roundCode: string;
  readonly raters: readonly GivenRater[];
  readonly idempotencyKey?: string | null | undefined;
};

/** Tokens go to the client past the stored answer: a repeated request gets the invitations, but never the tokens again. */
async function invite(root: unknown, args: InviteArgs, context: Context): Promise<InvitedAnswer> {
  let made: RatersInvited | undefined;
  const answer = await mutationResolver(
    'inviteRaters',
    async (transaction, actor, { roundCode, raters }: InviteArgs, { now, databases }) => {
      const accounts = await databases.owner.transaction((owner) => loadAccountAgents(owner, raters));
      made = await inviteRaters(transaction, accounts, actor, now, roundCode, raters);
      const invitations = made.invitations.map(({ agentCode, group, rater }) => ({ agentCode, group, rater }));
      return { invitations, knownCount: made.knownCount, rejections: rejectedRows(made.rejections) };
    },
  )(root, args, context);
  const invitations = answer.invitations.map((each, index) => {
    return { ...each, token: made?.invitations[index]?.token ?? null };
  });
  return { ...answer, invitations };
}

type Withdrawn = { readonly roundCode: string; readonly agentCode: string; readonly rater: string };

const RaterWithdrawnPayload = builder.objectRef<Withdrawn>('RaterWithdrawnPayload').implement({
  description: 'The invitation that was taken back.',
  authScopes: { roles: managers },
  fields: (t) => ({
    roundCode: t.exposeString('roundCode', { description: 'The round (code).' }),
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    rater: t.exposeString('rater', { description: 'Who is asked no longer.' }),
  }),
});

builder.mutationFields((t) => ({
  saveRatingRound: t.field({
    type: RatingRoundPayload,
    errors: resultUnion('saveRatingRound'),
    description: 'Declares or changes a rating round; once somebody was invited it stays as it is.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      round: t.arg({ type: RatingRoundInput, required: true, description: 'The round.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveRatingRound', async (transaction, actor, { round }, { now }) => {
      return { code: round.code, outcome: await saveRatingRound(transaction, actor, now, round) };
    }),
  }),
  inviteRaters: t.field({
    type: RatersInvitedPayload,
    errors: resultUnion('inviteRaters'),
    description:
      'Invites up to 1,000 raters to a round, each about an agent that you may see, and gives each a token. Nobody rates the agent whose account they have.',
    authScopes: { roles: managers },
    args: {
      roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
      raters: t.arg({ type: [RaterInput], required: true, description: 'Who is asked about whom.' }),
      ...idempotencyKeyArgument,
    },
    resolve: invite,
  }),
  withdrawRater: t.field({
    type: RaterWithdrawnPayload,
    errors: resultUnion('withdrawRater'),
    description: 'Takes back an invitation to rate that was not answered.',
    authScopes: { roles: managers },
    args: {
      roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      rater: t.arg.string({ required: true, description: 'Who was asked.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'withdrawRater',
      async (transaction, actor, { roundCode, agentCode, rater }: Withdrawn, { now }) => {
        await withdrawRater(transaction, actor, now, { roundCode, agentCode, rater });
        return { roundCode, agentCode, rater };
      },
    ),
  }),
}));
