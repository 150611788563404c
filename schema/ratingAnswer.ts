import type { Transaction } from '../src/db/client.ts';
import { asUserError } from '../src/db/constraints.ts';
import {
  answerRating,
  findRatingForm,
  giveRating,
  type RatingForm,
  type RatingToGive,
  ratingsToGive,
} from '../src/scorecards/ratingAnswers.ts';
import { builder } from './builder.ts';
import { RaterGroupEnum } from './enums.ts';
import { idempotencyKeyArgument, ownerMutationResolver, resultUnion } from './mutations.ts';

// What raters see and do: without an account, by the token that they were given, or signed in.

export const opensOn = 'The first local day on which raters may answer.';
export const closesOn = 'The first local day on which they may no longer answer.';
export const aspect = 'What is rated; items of scorecards name it.';
export const period = 'The month whose scores it counts in.';
const points = 'Points from 0 (worst) to 100 (best).';
const comment = 'Words, at most 2,000 characters. The agent sees them only if they are released.';

const RatingFormType = builder.objectRef<RatingForm>('RatingForm').implement({
  description: 'What somebody who was invited to rate an agent is asked.',
  authScopes: { public: true },
  fields: (t) => ({
    roundName: t.exposeString('roundName', { description: 'The name of the round.' }),
    aspect: t.exposeString('aspect', { description: aspect }),
    period: t.expose('period', { type: 'Period', description: period }),
    agentName: t.exposeString('agentName', { description: 'The agent to be rated.' }),
    opensOn: t.expose('opensOn', { type: 'Date', description: opensOn }),
    closesOn: t.expose('closesOn', { type: 'Date', description: closesOn }),
    answered: t.exposeBoolean('answered', { description: 'Whether it was answered already: that goes once.' }),
  }),
});

const RatingToGiveType = builder.objectRef<RatingToGive>('RatingToGive').implement({
  description: 'An agent that you are asked to rate.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    roundCode: t.exposeString('roundCode', { description: 'The round (code).' }),
    roundName: t.exposeString('roundName', { description: 'The name of the round.' }),
    aspect: t.exposeString('aspect', { description: aspect }),
    period: t.expose('period', { type: 'Period', description: period }),
    agentCode: t.exposeString('agentCode', { description: 'The agent (code).' }),
    agentName: t.exposeString('agentName', { description: 'The name of the agent.' }),
    group: t.expose('group', { type: RaterGroupEnum, description: 'As whom you rate.' }),
    opensOn: t.expose('opensOn', { type: 'Date', description: opensOn }),
    closesOn: t.expose('closesOn', { type: 'Date', description: closesOn }),
  }),
});

builder.queryFields((t) => ({
  ratingForm: t.field({
    type: RatingFormType,
    nullable: true,
    description:
      'What an invitation to rate asks. Needs no account: the token is the right. null where there is no such invitation.',
    authScopes: { public: true },
    args: { token: t.arg.string({ required: true, description: 'The token of the invitation.' }) },
    // The request role reads no tokens.
    resolve: (_root, { token }, { databases }) =>
      databases.owner.transaction((transaction) => findRatingForm(transaction, token)),
  }),
  ratingsToGive: t.field({
    type: [RatingToGiveType],
    nullable: true,
    description: 'Whom you are still asked to rate, by your e-mail address, in rounds that have not closed.',
    authScopes: { signedIn: true },
    resolve: (_root, _args, { transaction, today }) => ratingsToGive(transaction, today),
  }),
}));

type Answered = { readonly answered: boolean };

const RatingAnsweredType = builder.objectRef<Answered>('RatingAnswered').implement({
  description: 'That a rating was kept.',
  authScopes: { public: true },
  fields: (t) => ({ answered: t.exposeBoolean('answered', { description: 'Always true.' }) }),
});

builder.mutationFields((t) => ({
  answerRating: t.field({
    type: RatingAnsweredType,
    errors: resultUnion('answerRating'),
    description: 'Answers an invitation to rate an agent, once. Needs no account: the token is the right.',
    authScopes: { public: true },
    args: {
      token: t.arg.string({ required: true, description: 'The token of the invitation.' }),
      points: t.arg({ type: 'Decimal', required: true, description: points }),
      comment: t.arg.string({ description: comment }),
      idempotencyKey: t.arg.string({ description: 'Changes nothing here: an invitation is answered once anyway.' }),
    },
    resolve: async (_root, { token, ...rating }, { databases, now }) => {
      const work = (transaction: Transaction) => answerRating(transaction, now, token, rating);
      await databases.owner.transaction(work).catch((error: unknown) => {
        throw asUserError(error);
      });
      return { answered: true };
    },
  }),
  giveRating: t.field({
    type: RatingAnsweredType,
    errors: resultUnion('giveRating'),
    description: 'Rates an agent that you are asked to rate, once. No record says what you gave, nor that it was you.',
    authScopes: { signedIn: true },
    args: {
      roundCode: t.arg.string({ required: true, description: 'The round (code).' }),
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      points: t.arg({ type: 'Decimal', required: true, description: points }),
      comment: t.arg.string({ description: comment }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'giveRating',
      async (transaction, actor, { roundCode, agentCode, points: given, comment: words }: GiveArgs, { now }) => {
        await giveRating(transaction, actor, now, { roundCode, agentCode, points: given, comment: words });
        return { answered: true };
      },
      { secrets: ['points', 'comment'] },
    ),
  }),
}));

type GiveArgs = {
  readonly roundCode: string;
  readonly agentCode: string;
  readonly points: string;
  readonly comment?: string | null | undefined;
};
