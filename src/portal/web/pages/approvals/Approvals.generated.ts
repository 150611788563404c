// Made from Approvals.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

/** What moves a deposit. */
export type DepositEntryKind =
  /** A payment was less by it. It does not count where that payment was cancelled. */
  | 'COLLECTED'
  /** The agent paid it in. */
  | 'PAID_IN'
  /** It is given back to the agent. */
  | 'REFUNDED'
  /** A debt was paid from it. */
  | 'SET_OFF';

/** What is settled out of turn. */
export type OffCycleKind =
  /** Paid ahead, on what is earned later. */
  | 'ADVANCE'
  /** What is carried below the minimum payout, or a part of it. */
  | 'BALANCE'
  /** All that is carried, of an agent that left. */
  | 'FINAL';

/** What becomes of a proposal. */
export type ProposalDecision =
  /** It is booked at once. By somebody who has not proposed it. */
  | 'APPROVED'
  /** It is not booked. By somebody who has not proposed it. */
  | 'REJECTED'
  /** Who proposed it takes it back. */
  | 'WITHDRAWN';

export type ApprovalsMoneyQueryVariables = Exact<{
  payees?: string | null | undefined;
  offCycle?: string | null | undefined;
  deposits?: string | null | undefined;
  repayments?: string | null | undefined;
  invoices?: string | null | undefined;
}>;


export type ApprovalsMoneyQuery = { payees: { edges: Array<{ node: { id: string, agentCode: string, holderName: string, account: string, bankName: string, from: string, reason: string, proposedBy: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, offCycleSettlements: { edges: Array<{ node: { id: string, code: string, currency: string, gross: string, net: string, reason: string, proposedBy: string | null, kind: OffCycleKind, agent: { code: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, depositEntries: { edges: Array<{ node: { id: string, kind: DepositEntryKind, amount: string, currency: string, reason: string, proposedBy: string | null, agent: { code: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, repayments: { edges: Array<{ node: { id: string, code: string, amount: string, currency: string, reason: string, proposedBy: string | null, agent: { code: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, invoices: { edges: Array<{ node: { id: string, number: string, gross: string, currency: string, issuedOn: string, statements: Array<string>, submittedBy: string | null, agent: { code: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ApprovalsAdjustmentsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ApprovalsAdjustmentsQuery = { adjustmentProposals: { edges: Array<{ node: { id: string, code: string, kind: AdjustmentKind, amount: string, currency: string, reason: string, proposedBy: string, agent: { code: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ApprovalsChannelQueryVariables = Exact<{
  overrides?: string | null | undefined;
  appeals?: string | null | undefined;
}>;


export type ApprovalsChannelQuery = { tierOverrides: { edges: Array<{ node: { id: string, agentCode: string, from: string, to: string, reason: string, requestedBy: string, tier: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, scoreAppeals: { edges: Array<{ node: { id: string, agentCode: string, dueOn: string, reason: string, items: Array<string>, filedBy: string, score: { period: string, total: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ApprovalsPayeeMutationVariables = Exact<{
  payeeId: string;
  approve: boolean;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsPayeeMutation = { decidePayee:
    | { __typename: 'PayeePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsOffCycleMutationVariables = Exact<{
  settlementId: string;
  decision: ProposalDecision;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsOffCycleMutation = { decideOffCycleSettlement:
    | { __typename: 'OffCycleSettlementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsDepositMutationVariables = Exact<{
  depositEntryId: string;
  approve: boolean;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsDepositMutation = { decideDepositEntry:
    | { __typename: 'DepositEntryPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsRepaymentMutationVariables = Exact<{
  repaymentId: string;
  decision: ProposalDecision;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsRepaymentMutation = { decideRepayment:
    | { __typename: 'RepaymentPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsInvoiceMutationVariables = Exact<{
  invoiceId: string;
  accept: boolean;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsInvoiceMutation = { decideInvoice:
    | { __typename: 'InvoicePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsApproveAdjustmentsMutationVariables = Exact<{
  choice: AdjustmentProposalChoice;
  decision?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsApproveAdjustmentsMutation = { approveAdjustments:
    | { __typename: 'AdjustmentProposalsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsRejectAdjustmentsMutationVariables = Exact<{
  choice: AdjustmentProposalChoice;
  decision: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsRejectAdjustmentsMutation = { rejectAdjustments:
    | { __typename: 'AdjustmentProposalsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsTierOverrideMutationVariables = Exact<{
  overrideId: string;
  approve: boolean;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsTierOverrideMutation = { decideTierOverride:
    | { __typename: 'TierOverridePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ApprovalsScoreAppealMutationVariables = Exact<{
  appealId: string;
  accept: boolean;
  decision: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ApprovalsScoreAppealMutation = { decideScoreAppeal:
    | { __typename: 'DecidedScoreAppealPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ApprovalsMoneyDocument = documentOf<ApprovalsMoneyQuery, ApprovalsMoneyQueryVariables>('ApprovalsMoney', `query ApprovalsMoney($payees: String, $offCycle: String, $deposits: String, $repayments: String, $invoices: String) { payees(first: 25, state: PROPOSED, after: $payees) { edges { node { id agentCode holderName account bankName from reason proposedBy } } pageInfo { hasNextPage endCursor } } offCycleSettlements(first: 25, state: PROPOSED, after: $offCycle) { edges { node { id code currency gross net reason proposedBy kind agent { code } } } pageInfo { hasNextPage endCursor } } depositEntries(first: 25, state: PROPOSED, after: $deposits) { edges { node { id kind amount currency reason proposedBy agent { code } } } pageInfo { hasNextPage endCursor } } repayments(first: 25, state: PROPOSED, after: $repayments) { edges { node { id code amount currency reason proposedBy agent { code } } } pageInfo { hasNextPage endCursor } } invoices(first: 25, state: SUBMITTED, after: $invoices) { edges { node { id number gross currency issuedOn statements submittedBy agent { code } } } pageInfo { hasNextPage endCursor } } }`);
export const ApprovalsAdjustmentsDocument = documentOf<ApprovalsAdjustmentsQuery, ApprovalsAdjustmentsQueryVariables>('ApprovalsAdjustments', `query ApprovalsAdjustments($after: String) { adjustmentProposals(first: 25, state: PROPOSED, after: $after) { edges { node { id code kind amount currency reason proposedBy agent { code } } } pageInfo { hasNextPage endCursor } } }`);
export const ApprovalsChannelDocument = documentOf<ApprovalsChannelQuery, ApprovalsChannelQueryVariables>('ApprovalsChannel', `query ApprovalsChannel($overrides: String, $appeals: String) { tierOverrides(first: 25, state: REQUESTED, after: $overrides) { edges { node { id agentCode from to reason requestedBy tier { code name } } } pageInfo { hasNextPage endCursor } } scoreAppeals(first: 25, state: FILED, after: $appeals) { edges { node { id agentCode dueOn reason items filedBy score { period total } } } pageInfo { hasNextPage endCursor } } }`);
export const ApprovalsPayeeDocument = documentOf<ApprovalsPayeeMutation, ApprovalsPayeeMutationVariables>('ApprovalsPayee', `mutation ApprovalsPayee($payeeId: ID!, $approve: Boolean!, $reason: String!, $idempotencyKey: String) { decidePayee( payeeId: $payeeId approve: $approve reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsOffCycleDocument = documentOf<ApprovalsOffCycleMutation, ApprovalsOffCycleMutationVariables>('ApprovalsOffCycle', `mutation ApprovalsOffCycle($settlementId: ID!, $decision: ProposalDecision!, $reason: String, $idempotencyKey: String) { decideOffCycleSettlement( settlementId: $settlementId decision: $decision reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsDepositDocument = documentOf<ApprovalsDepositMutation, ApprovalsDepositMutationVariables>('ApprovalsDeposit', `mutation ApprovalsDeposit($depositEntryId: ID!, $approve: Boolean!, $reason: String, $idempotencyKey: String) { decideDepositEntry( depositEntryId: $depositEntryId approve: $approve reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsRepaymentDocument = documentOf<ApprovalsRepaymentMutation, ApprovalsRepaymentMutationVariables>('ApprovalsRepayment', `mutation ApprovalsRepayment($repaymentId: ID!, $decision: ProposalDecision!, $reason: String, $idempotencyKey: String) { decideRepayment( repaymentId: $repaymentId decision: $decision reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsInvoiceDocument = documentOf<ApprovalsInvoiceMutation, ApprovalsInvoiceMutationVariables>('ApprovalsInvoice', `mutation ApprovalsInvoice($invoiceId: ID!, $accept: Boolean!, $reason: String, $idempotencyKey: String) { decideInvoice( invoiceId: $invoiceId accept: $accept reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsApproveAdjustmentsDocument = documentOf<ApprovalsApproveAdjustmentsMutation, ApprovalsApproveAdjustmentsMutationVariables>('ApprovalsApproveAdjustments', `mutation ApprovalsApproveAdjustments($choice: AdjustmentProposalChoice!, $decision: String, $idempotencyKey: String) { approveAdjustments( choice: $choice decision: $decision idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsRejectAdjustmentsDocument = documentOf<ApprovalsRejectAdjustmentsMutation, ApprovalsRejectAdjustmentsMutationVariables>('ApprovalsRejectAdjustments', `mutation ApprovalsRejectAdjustments($choice: AdjustmentProposalChoice!, $decision: String!, $idempotencyKey: String) { rejectAdjustments( choice: $choice decision: $decision idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsTierOverrideDocument = documentOf<ApprovalsTierOverrideMutation, ApprovalsTierOverrideMutationVariables>('ApprovalsTierOverride', `mutation ApprovalsTierOverride($overrideId: ID!, $approve: Boolean!, $reason: String!, $idempotencyKey: String) { decideTierOverride( overrideId: $overrideId approve: $approve reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ApprovalsScoreAppealDocument = documentOf<ApprovalsScoreAppealMutation, ApprovalsScoreAppealMutationVariables>('ApprovalsScoreAppeal', `mutation ApprovalsScoreAppeal($appealId: ID!, $accept: Boolean!, $decision: String!, $idempotencyKey: String) { decideScoreAppeal( appealId: $appealId accept: $accept decision: $decision idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
