// Made from DisputePage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How disputes are decided. */
export type DisputeDecisionInput = {
  /** ADJUSTMENT: what is added or, negative, taken. */
  amount?: string | null | undefined;
  /** What the agent is told, in at most 2,000 characters. */
  decision: string;
  /** What it does; of REJECTED always NONE. */
  effect: DisputeEffect;
  /** Who is right. */
  outcome: DisputeOutcome;
};

/** What a decision does. */
export type DisputeEffect =
  /** An amount is booked with the next run. */
  | 'ADJUSTMENT'
  /** Nothing more. */
  | 'NONE'
  /** The month is calculated again; the difference is booked with the next run. */
  | 'RECALCULATION';

/** How a dispute is decided. */
export type DisputeOutcome =
  /** The agent is right. */
  | 'ACCEPTED'
  /** The agent is right in part. */
  | 'PARTLY_ACCEPTED'
  /** The statement is right. */
  | 'REJECTED';

/** Where a dispute stands. */
export type DisputeState =
  /** The agent was right. */
  | 'ACCEPTED'
  /** Somebody has to decide. */
  | 'OPEN'
  /** The agent was right in part. */
  | 'PARTLY_ACCEPTED'
  /** The statement was right. */
  | 'REJECTED'
  /** It was taken back. */
  | 'WITHDRAWN';

/** What is objected to. */
export type DisputeSubject =
  /** One line of the statement. */
  | 'LINE'
  /** A sale that the statement leaves out. */
  | 'MISSING_CREDIT'
  /** A score that the statement rests on. */
  | 'SCORE'
  /** The statement as a whole. */
  | 'STATEMENT';

export type DisputePageDisputeQueryVariables = Exact<{
  code: string;
}>;


export type DisputePageDisputeQuery = { dispute: { id: string, code: string, state: DisputeState, subject: DisputeSubject, period: string, statementNumber: string, lineId: string | null, source: string | null, externalId: string | null, subscriptionId: string | null, productCode: string | null, soldOn: string | null, scorePeriod: string | null, reason: string, claimedAmount: string | null, currency: string, filedAt: string, filedBy: string, dueAt: string, isOverdue: boolean, decision: string | null, decidedAt: string | null, decidedBy: string | null, decidedAmount: string | null, effect: DisputeEffect | null, agent: { code: string, name: string }, comments: Array<{ at: string, by: string, internal: boolean, text: string, document: { fileName: string, downloadPath: string } | null }> } | null };

export type DisputePageSayMutationVariables = Exact<{
  disputeId: string;
  text: string;
  documentId?: string | null | undefined;
  internal?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type DisputePageSayMutation = { addDisputeComment:
    | { dispute: { code: string } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DisputePageWithdrawMutationVariables = Exact<{
  disputeId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type DisputePageWithdrawMutation = { withdrawDispute:
    | { dispute: { code: string } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DisputePageDecideMutationVariables = Exact<{
  disputeIds: Array<string> | string;
  decision: DisputeDecisionInput;
  idempotencyKey?: string | null | undefined;
}>;


export type DisputePageDecideMutation = { decideDisputes:
    | { count: number }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const DisputePageDisputeDocument = documentOf<DisputePageDisputeQuery, DisputePageDisputeQueryVariables>('DisputePageDispute', `query DisputePageDispute($code: String!) { dispute(code: $code) { id code state subject period statementNumber agent { code name } lineId source externalId subscriptionId productCode soldOn scorePeriod reason claimedAmount currency filedAt filedBy dueAt isOverdue decision decidedAt decidedBy decidedAmount effect comments { at by internal text document { fileName downloadPath } } } }`);
export const DisputePageSayDocument = documentOf<DisputePageSayMutation, DisputePageSayMutationVariables>('DisputePageSay', `mutation DisputePageSay($disputeId: ID!, $text: String!, $documentId: ID, $internal: Boolean, $idempotencyKey: String) { addDisputeComment( disputeId: $disputeId text: $text documentId: $documentId internal: $internal idempotencyKey: $idempotencyKey ) { ... on DisputePayload { dispute { code } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DisputePageWithdrawDocument = documentOf<DisputePageWithdrawMutation, DisputePageWithdrawMutationVariables>('DisputePageWithdraw', `mutation DisputePageWithdraw($disputeId: ID!, $idempotencyKey: String) { withdrawDispute(disputeId: $disputeId, idempotencyKey: $idempotencyKey) { ... on DisputePayload { dispute { code } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DisputePageDecideDocument = documentOf<DisputePageDecideMutation, DisputePageDecideMutationVariables>('DisputePageDecide', `mutation DisputePageDecide($disputeIds: [ID!]!, $decision: DisputeDecisionInput!, $idempotencyKey: String) { decideDisputes( disputeIds: $disputeIds decision: $decision idempotencyKey: $idempotencyKey ) { ... on DisputesPayload { count } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
