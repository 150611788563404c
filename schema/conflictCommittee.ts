import { proposeDecision, setCommittee, voteOnProposal } from '../src/conflicts/cases/committee.ts';
import type { ShownProposal, ShownVote } from '../src/conflicts/cases/readCases.ts';
import { builder, managers, staff } from './builder.ts';
import { type CaseAnswer, ConflictCase, ConflictCasePayload, caseIdArgument } from './conflictCase.ts';
import { isStaff, proposalsOf, seatsOf } from './conflictCaseLoaders.ts';
import { caseKeyOf } from './conflictCaseMutations.ts';
import { ConflictDecisionInput, decisionOf } from './conflictDecision.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId, keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

const VoteType = builder.objectRef<ShownVote>('ConflictVote').implement({
  description: 'A vote of a member of the committee.',
  authScopes: { roles: staff },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Who voted.' }),
    inFavour: t.exposeBoolean('inFavour', { description: 'Whether in favour.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => new Date(at).toISOString() }),
  }),
});

const ProposalType = builder.objectRef<ShownProposal>('ConflictProposal').implement({
  description: 'A decision that the committee of a case is asked to vote on.',
  authScopes: { roles: staff },
  fields: (t) => ({
    id: t.id({ description: 'Its id, to vote on it.', resolve: ({ id }) => encodeNodeId('ConflictProposal', id) }),
    content: t.field({
      type: 'Json',
      description: 'The decision, as ConflictDecisionInput takes it.',
      resolve: ({ content }) => content,
    }),
    proposedBy: t.exposeString('proposedBy', { description: 'Who proposed it.' }),
    proposedAt: t.field({
      type: 'DateTime',
      description: 'When.',
      resolve: ({ proposedAt }) => new Date(proposedAt).toISOString(),
    }),
    settledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was taken, or could not be any more; null: it is open.',
      resolve: ({ settledAt }) => (settledAt === null ? null : new Date(settledAt).toISOString()),
    }),
    votes: t.field({ type: [VoteType], description: 'The votes.', resolve: ({ votes }) => [...votes] }),
  }),
});

builder.drizzleObjectFields(ConflictCase, (t) => ({
  committee: t.stringList({
    description: 'Who sits on its committee; none for agents.',
    select: { columns: { id: true } },
    resolve: async ({ id }, _args, context) =>
      isStaff(context) ? ((await seatsOf(context, id)) ?? []).map(({ name }) => name) : [],
  }),
  proposals: t.field({
    type: [ProposalType],
    description: 'What the committee was asked to vote on; none for agents.',
    select: { columns: { id: true } },
    resolve: async ({ id }, _args, context) => (isStaff(context) ? [...((await proposalsOf(context, id)) ?? [])] : []),
  }),
}));

const outcomes = ['OPEN', 'DECIDED', 'SETTLED'] as const;
const VoteOutcomeEnum = describedEnum('ConflictVoteOutcome', 'What the votes have come to.', outcomes, {
  OPEN: 'Others have to vote.',
  DECIDED: 'More than half of the seats are in favour: the decision was taken.',
  SETTLED: 'More than half cannot be reached any more: it was not taken.',
});

type VoteAnswer = { readonly outcome: (typeof outcomes)[number] };
const VotePayload = builder.objectRef<VoteAnswer>('ConflictVotePayload').implement({
  description: 'What became of the proposal.',
  authScopes: { roles: managers },
  fields: (t) => ({
    outcome: t.expose('outcome', { type: VoteOutcomeEnum, description: 'What the votes have come to.' }),
  }),
});

builder.mutationFields((t) => ({
  setConflictCommittee: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('setConflictCommittee'),
    description:
      'Sets who sits on the committee of a case: managers and administrators, of any region. From then on its votes decide the case.',
    authScopes: { roles: managers },
    args: {
      ...caseIdArgument,
      members: t.arg.stringList({
        required: true,
        description: 'The e-mail addresses of 2 to 15 accounts; none dissolves the committee.',
      }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'setConflictCommittee',
      async (transaction, actor, { caseId, members }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await setCommittee(transaction, actor, now, id, members);
        return { caseId: id };
      },
    ),
  }),
  proposeConflictDecision: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('proposeConflictDecision'),
    description: 'Asks the committee of a case to vote on a decision; one at a time.',
    authScopes: { roles: managers },
    args: {
      ...caseIdArgument,
      decision: t.arg({ type: ConflictDecisionInput, required: true, description: 'What would be decided.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'proposeConflictDecision',
      async (transaction, actor, { caseId, decision }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await proposeDecision(transaction, actor, now, id, decisionOf(decision));
        return { caseId: id };
      },
    ),
  }),
  voteOnConflictProposal: t.field({
    type: VotePayload,
    errors: resultUnion('voteOnConflictProposal'),
    description:
      'Votes on a proposal, as a member of the committee, once. With more than half of the seats in favour it is taken at once.',
    authScopes: { roles: managers },
    args: {
      proposalId: t.arg.id({ required: true, description: 'Which proposal.' }),
      inFavour: t.arg.boolean({ required: true, description: 'Whether you are in favour.' }),
      reason: t.arg.string({ description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'voteOnConflictProposal',
      async (transaction, actor, { proposalId, inFavour, reason }, { now }): Promise<VoteAnswer> => {
        const id = keyOfNode('ConflictProposal', String(proposalId), 'proposalId');
        return {
          outcome: await voteOnProposal(transaction, actor, now, id, { inFavour, reason: reason ?? undefined }),
        };
      },
    ),
  }),
}));
