import type { Role } from '../src/db/transaction.ts';
import { decideDisputes, disputeOutcomes, withdrawDispute } from '../src/disputes/decide.ts';
import { addDisputeComment, fileDispute } from '../src/disputes/disputes.ts';
import { builder } from './builder.ts';
import { Dispute, DisputeEffectEnum, DisputeSubjectEnum, disputeReaders } from './dispute.ts';
import { describedEnum } from './enums.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

/** Who decides disputes, up to the limits of the settlement policy. */
const deciders: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE'];
const speakers: readonly Role[] = [...deciders, 'AGENT'];

const keyOf = (id: string | number): number => keyOfNode('Dispute', String(id), 'disputeId');
const documentKeyOf = (id: string | number): number => keyOfNode('Document', String(id), 'documentId');

const DisputeOutcomeEnum = describedEnum('DisputeOutcome', 'How a dispute is decided.', disputeOutcomes, {
  ACCEPTED: 'The agent is right.',
  PARTLY_ACCEPTED: 'The agent is right in part.',
  REJECTED: 'The statement is right.',
});

type DisputesAnswer = { readonly disputeIds: readonly number[] };

const DisputePayload = builder.objectRef<{ readonly disputeId: number }>('DisputePayload').implement({
  description: 'The dispute that something was done with.',
  authScopes: { roles: disputeReaders },
  fields: (t) => ({
    dispute: t.drizzleField({
      type: Dispute,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { disputeId }, _args, { transaction }) =>
        transaction.query.dispute.findFirst(query({ where: { id: disputeId } })),
    }),
  }),
});

const DisputesPayload = builder.objectRef<DisputesAnswer>('DisputesPayload').implement({
  description: 'The disputes that were decided.',
  authScopes: { roles: deciders },
  fields: (t) => ({
    count: t.int({ description: 'How many.', resolve: ({ disputeIds }) => disputeIds.length }),
    disputes: t.drizzleField({
      type: [Dispute],
      description: 'They as they are now, at most the first 200.',
      resolve: (query, { disputeIds }, _args, { transaction }) =>
        transaction.query.dispute.findMany(
          query({ where: { id: { in: disputeIds.slice(0, 200) } }, orderBy: { id: 'asc' } }),
        ),
    }),
  }),
});

const DisputeInput = builder.inputType('DisputeInput', {
  description: 'A dispute to file, about an issued statement.',
  fields: (t) => ({
    agentCode: t.string({ required: true, description: 'The agent (code); agents name themselves.' }),
    period: t.field({ type: 'Period', required: true, description: 'The month of the statement.' }),
    currency: t.string({ description: 'Its currency, where the agent has statements in several.' }),
    subject: t.field({ type: DisputeSubjectEnum, required: true, description: 'What is objected to.' }),
    lineId: t.string({ description: 'LINE: the readable id of the line.' }),
    scorePeriod: t.field({
      type: 'Period',
      description: "SCORE: the month of the score; the statement's unless told.",
    }),
    source: t.string({ description: 'MISSING_CREDIT: the source of the sale.' }),
    externalId: t.string({ description: 'MISSING_CREDIT: its external id; this or the subscription is needed.' }),
    subscriptionId: t.string({ description: 'MISSING_CREDIT: the subscription.' }),
    productCode: t.string({ description: 'MISSING_CREDIT: the product, as the agent knows it.' }),
    soldOn: t.field({ type: 'Date', description: 'MISSING_CREDIT: the local day of the sale.' }),
    claimedAmount: t.field({ type: 'Decimal', description: 'What the agent thinks is due.' }),
    reason: t.string({ required: true, description: 'Why, in at most 2,000 characters.' }),
    documentIds: t.idList({ description: "Stored papers of the agent's that speak for it." }),
  }),
});

const DisputeDecisionInput = builder.inputType('DisputeDecisionInput', {
  description: 'How disputes are decided.',
  fields: (t) => ({
    outcome: t.field({ type: DisputeOutcomeEnum, required: true, description: 'Who is right.' }),
    effect: t.field({ type: DisputeEffectEnum, required: true, description: 'What it does; of REJECTED always NONE.' }),
    amount: t.field({ type: 'Decimal', description: 'ADJUSTMENT: what is added or, negative, taken.' }),
    decision: t.string({ required: true, description: 'What the agent is told, in at most 2,000 characters.' }),
  }),
});

const disputeIdArgument = builder.args((t) => ({ disputeId: t.id({ required: true, description: 'The dispute.' }) }));

/** What clients leave out they may also send as null. */
const given = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined;

builder.mutationFields((t) => ({
  fileDispute: t.field({
    type: DisputePayload,
    errors: resultUnion('fileDispute'),
    description: 'Files a dispute about an issued statement: an agent for itself, staff for an agent.',
    authScopes: { roles: speakers },
    args: {
      input: t.arg({ type: DisputeInput, required: true, description: 'The dispute.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('fileDispute', async (transaction, actor, { input }, { now }) => {
      const { agentCode, period, subject, reason, documentIds, ...rest } = input;
      const disputeId = await fileDispute(transaction, actor, now, {
        agentCode,
        period,
        subject,
        reason,
        currency: given(rest.currency),
        lineId: given(rest.lineId),
        scorePeriod: given(rest.scorePeriod),
        source: given(rest.source),
        externalId: given(rest.externalId),
        subscriptionId: given(rest.subscriptionId),
        productCode: given(rest.productCode),
        soldOn: given(rest.soldOn),
        claimedAmount: given(rest.claimedAmount),
        documentIds: documentIds?.map(documentKeyOf),
      });
      return { disputeId };
    }),
  }),
  addDisputeComment: t.field({
    type: DisputePayload,
    errors: resultUnion('addDisputeComment'),
    description: 'Says something in a dispute, or brings a paper as evidence.',
    authScopes: { roles: speakers },
    args: {
      ...disputeIdArgument,
      text: t.arg.string({ required: true, description: 'What is said, in at most 2,000 characters.' }),
      documentId: t.arg.id({ description: "A stored paper of the agent's." }),
      internal: t.arg.boolean({ defaultValue: false, description: 'From staff: whether only staff reads it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('addDisputeComment', async (transaction, actor, args, { now }) => {
      const disputeId = keyOf(args.disputeId);
      const documentId = args.documentId == null ? undefined : documentKeyOf(args.documentId);
      const internal = given(args.internal);
      await addDisputeComment(transaction, actor, now, { disputeId, text: args.text, documentId, internal });
      return { disputeId };
    }),
  }),
  withdrawDispute: t.field({
    type: DisputePayload,
    errors: resultUnion('withdrawDispute'),
    description: 'Takes a dispute back: the agent, or who filed it.',
    authScopes: { roles: speakers },
    args: { ...disputeIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('withdrawDispute', async (transaction, actor, args, { now }) => {
      const disputeId = keyOf(args.disputeId);
      await withdrawDispute(transaction, actor, now, disputeId);
      return { disputeId };
    }),
  }),
  decideDisputes: t.field({
    type: DisputesPayload,
    errors: resultUnion('decideDisputes'),
    description:
      'Decides up to 1,000 disputes alike, all of them or none: never by who filed one, and about amounts up to the limit of your role.',
    authScopes: { roles: deciders },
    args: {
      disputeIds: t.arg.idList({ required: true, description: 'The disputes.' }),
      decision: t.arg({ type: DisputeDecisionInput, required: true, description: 'How they are decided.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'decideDisputes',
      async (transaction, actor, { disputeIds, decision }, { now }): Promise<DisputesAnswer> => {
        const { outcome, effect, decision: said } = decision;
        const asked = { outcome, effect, decision: said, amount: given(decision.amount) };
        const decided = await decideDisputes(transaction, actor, now, disputeIds.map(keyOf), asked);
        return { disputeIds: [...decided] };
      },
    ),
  }),
}));
