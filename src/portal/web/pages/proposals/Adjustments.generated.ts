// Made from Adjustments.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** An adjustment to propose. Every field is text, as a cell of a file would have it. */
export type AdjustmentInput = {
  /** The agent (code). */
  agent: string;
  /** The amount; negative takes, as a penalty always does. */
  amount: string;
  /** Its currency (ISO 4217). */
  currency: string;
  /** The paper: the id that POST /documents?agent=…&subject=SETTLEMENT gave. */
  document: string;
  /** CORRECTION or PENALTY. */
  kind: string;
  /** Why; the agent reads it once it is approved. */
  reason: string;
};

/** What an adjustment is. */
export type AdjustmentKind =
  /** Corrects what an agent was paid, either way. */
  | 'CORRECTION'
  /** A penalty. */
  | 'PENALTY'
  /** The difference to a floor price. */
  | 'PRICE_DIFFERENCE'
  /** Takes another one back. */
  | 'REVERSED';

/** Which proposals: named ones, or all undecided ones of a batch; one of the two. */
export type AdjustmentProposalChoice = {
  /** All undecided ones of this batch. */
  batchHash?: string | null | undefined;
  /** These. */
  proposalIds?: Array<string> | null | undefined;
};

/** Where a proposed adjustment stands. */
export type AdjustmentProposalState =
  /** The next run that is approved books it. */
  | 'APPROVED'
  /** Somebody else has to decide. */
  | 'PROPOSED'
  /** It is not booked. */
  | 'REJECTED'
  /** It was taken back. */
  | 'WITHDRAWN';

/** Whether an adjustment is booked. */
export type AdjustmentState =
  /** An approved run booked it. */
  | 'BOOKED'
  /** The next run that is approved books it. */
  | 'DUE'
  /** It was taken back before a run booked it. */
  | 'WITHDRAWN';

export type ProposalsAdjustmentsQueryVariables = Exact<{
  state?: AdjustmentProposalState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalsAdjustmentsQuery = { adjustmentProposals: { edges: Array<{ node: { id: string, code: string, kind: AdjustmentKind, amount: string, currency: string, reason: string, state: AdjustmentProposalState, batchHash: string | null, proposedBy: string, proposedAt: string, decidedBy: string | null, decidedAt: string | null, decision: string | null, agent: { code: string, name: string }, document: { fileName: string, downloadPath: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProposalsBookedQueryVariables = Exact<{
  state?: AdjustmentState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalsBookedQuery = { adjustments: { edges: Array<{ node: { id: string, agentCode: string, kind: AdjustmentKind, amount: string, currency: string, reason: string, state: AdjustmentState, fromPeriod: string, bookedPeriod: string | null, proposalCode: string | null, disputeCode: string | null, createdAt: string, createdBy: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProposalsProposeAdjustmentsMutationVariables = Exact<{
  input: Array<AdjustmentInput> | AdjustmentInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsProposeAdjustmentsMutation = { proposeAdjustments:
    | { rowCount: number, createdCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string }> }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsReverseMutationVariables = Exact<{
  adjustmentId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsReverseMutation = { proposeAdjustmentReversal:
    | { __typename: 'ProposeAdjustmentsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsWithdrawAdjustmentsMutationVariables = Exact<{
  choice: AdjustmentProposalChoice;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsWithdrawAdjustmentsMutation = { withdrawAdjustments:
    | { __typename: 'AdjustmentProposalsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ProposalsAdjustmentsDocument = documentOf<ProposalsAdjustmentsQuery, ProposalsAdjustmentsQueryVariables>('ProposalsAdjustments', `query ProposalsAdjustments($state: AdjustmentProposalState, $agentCode: String, $after: String) { adjustmentProposals( state: $state agentCode: $agentCode first: 25 after: $after ) { edges { node { id code kind amount currency reason state batchHash proposedBy proposedAt decidedBy decidedAt decision agent { code name } document { fileName downloadPath } } } pageInfo { hasNextPage endCursor } } }`);
export const ProposalsBookedDocument = documentOf<ProposalsBookedQuery, ProposalsBookedQueryVariables>('ProposalsBooked', `query ProposalsBooked($state: AdjustmentState, $agentCode: String, $after: String) { adjustments(state: $state, agentCode: $agentCode, first: 25, after: $after) { edges { node { id agentCode kind amount currency reason state fromPeriod bookedPeriod proposalCode disputeCode createdAt createdBy } } pageInfo { hasNextPage endCursor } } }`);
export const ProposalsProposeAdjustmentsDocument = documentOf<ProposalsProposeAdjustmentsMutation, ProposalsProposeAdjustmentsMutationVariables>('ProposalsProposeAdjustments', `mutation ProposalsProposeAdjustments($input: [AdjustmentInput!]!, $idempotencyKey: String) { proposeAdjustments(input: $input, idempotencyKey: $idempotencyKey) { ... on ProposeAdjustmentsPayload { rowCount createdCount rejectedCount rejections { row column code message } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsReverseDocument = documentOf<ProposalsReverseMutation, ProposalsReverseMutationVariables>('ProposalsReverse', `mutation ProposalsReverse($adjustmentId: ID!, $reason: String!, $idempotencyKey: String) { proposeAdjustmentReversal( adjustmentId: $adjustmentId reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsWithdrawAdjustmentsDocument = documentOf<ProposalsWithdrawAdjustmentsMutation, ProposalsWithdrawAdjustmentsMutationVariables>('ProposalsWithdrawAdjustments', `mutation ProposalsWithdrawAdjustments($choice: AdjustmentProposalChoice!, $idempotencyKey: String) { withdrawAdjustments(choice: $choice, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
