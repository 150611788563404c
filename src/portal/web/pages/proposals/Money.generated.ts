// Made from Money.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A movement of a deposit. */
export type DepositEntryInput = {
  /** Whose deposit (code). */
  agentCode: string;
  /** How much, above zero whatever its direction. */
  amount: string;
  /** The currency (ISO 4217). */
  currency: string;
  /** The id of a stored document of the agent that shows it. */
  documentId?: string | null | undefined;
  /** What it is. */
  kind: DepositProposal;
  /** Why. */
  reason: string;
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

/** Where it stands. */
export type DepositEntryState =
  /** It counts. */
  | 'APPROVED'
  /** Somebody else has to approve it. */
  | 'PROPOSED'
  /** It does not count. */
  | 'REJECTED';

/** What can be proposed of a deposit. */
export type DepositProposal =
  /** The agent paid it in. */
  | 'PAID_IN'
  /** It is given back to the agent. */
  | 'REFUNDED'
  /** A debt is paid from it. */
  | 'SET_OFF';

/** What is settled out of turn. */
export type OffCycleKind =
  /** Paid ahead, on what is earned later. */
  | 'ADVANCE'
  /** What is carried below the minimum payout, or a part of it. */
  | 'BALANCE'
  /** All that is carried, of an agent that left. */
  | 'FINAL';

/** What can be proposed to be settled out of turn. */
export type OffCycleProposal =
  /** A payment ahead. */
  | 'ADVANCE'
  /** What is carried, or a part of it. */
  | 'BALANCE';

/** A payment outside the monthly cycle. */
export type OffCycleSettlementInput = {
  /** Who is paid (code). */
  agentCode: string;
  /** The currency (ISO 4217). */
  currency: string;
  /** Before tax; without it, all that is carried. */
  gross?: string | null | undefined;
  /** What is settled. */
  kind: OffCycleProposal;
  /** Why. */
  reason: string;
};

/** Where a settlement stands. */
export type OffCycleState =
  /** It can be paid, and is taken from the next opening. */
  | 'APPROVED'
  /** Somebody else has to approve it. */
  | 'PROPOSED'
  /** It is not paid. */
  | 'REJECTED'
  /** It was taken back. */
  | 'WITHDRAWN';

/** Money that an agent paid towards its debt. */
export type RepaymentInput = {
  /** Who paid (code). */
  agentCode: string;
  /** How much, at most the debt. */
  amount: string;
  /** Its currency (ISO 4217). */
  currency: string;
  /** What for, and where it can be seen. */
  reason: string;
  /** The day on which it came in. */
  receivedOn: string;
};

/** Where a repayment stands. */
export type RepaymentState =
  /** It is booked. */
  | 'APPROVED'
  /** Somebody else has to approve it. */
  | 'PROPOSED'
  /** It is not booked. */
  | 'REJECTED'
  /** It was taken back. */
  | 'WITHDRAWN';

export type ProposalsBalanceQueryVariables = Exact<{
  agentCode: string;
  currency: string;
}>;


export type ProposalsBalanceQuery = { agentBalance: { amount: string, deposit: string } | null };

export type ProposalsOffCycleQueryVariables = Exact<{
  state?: OffCycleState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalsOffCycleQuery = { offCycleSettlements: { edges: Array<{ node: { id: string, code: string, kind: OffCycleKind, currency: string, gross: string, taxPercent: string, tax: string, net: string, reason: string, state: OffCycleState, proposedBy: string | null, proposedAt: string, decidedBy: string | null, decidedAt: string | null, agent: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProposalsDepositsQueryVariables = Exact<{
  state?: DepositEntryState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalsDepositsQuery = { depositEntries: { edges: Array<{ node: { id: string, kind: DepositEntryKind, amount: string, currency: string, reason: string, state: DepositEntryState, proposedBy: string | null, proposedAt: string, decidedBy: string | null, decidedAt: string | null, agent: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProposalsRepaymentsQueryVariables = Exact<{
  state?: RepaymentState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProposalsRepaymentsQuery = { repayments: { edges: Array<{ node: { id: string, code: string, amount: string, currency: string, receivedOn: string, reason: string, state: RepaymentState, proposedBy: string | null, decidedBy: string | null, decidedAt: string | null, agent: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ProposalsProposeOffCycleMutationVariables = Exact<{
  input: OffCycleSettlementInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsProposeOffCycleMutation = { proposeOffCycleSettlement:
    | { __typename: 'OffCycleSettlementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsProposeFinalMutationVariables = Exact<{
  agentCode: string;
  currency: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsProposeFinalMutation = { proposeFinalSettlement:
    | { __typename: 'FinalSettlementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsWithdrawOffCycleMutationVariables = Exact<{
  settlementId: string;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsWithdrawOffCycleMutation = { decideOffCycleSettlement:
    | { __typename: 'OffCycleSettlementPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsProposeDepositMutationVariables = Exact<{
  input: DepositEntryInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsProposeDepositMutation = { proposeDepositEntry:
    | { __typename: 'DepositEntryPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsProposeRepaymentMutationVariables = Exact<{
  input: RepaymentInput;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsProposeRepaymentMutation = { proposeRepayment:
    | { __typename: 'RepaymentPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ProposalsWithdrawRepaymentMutationVariables = Exact<{
  repaymentId: string;
  reason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ProposalsWithdrawRepaymentMutation = { decideRepayment:
    | { __typename: 'RepaymentPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ProposalsBalanceDocument = documentOf<ProposalsBalanceQuery, ProposalsBalanceQueryVariables>('ProposalsBalance', `query ProposalsBalance($agentCode: String!, $currency: String!) { agentBalance(agentCode: $agentCode, currency: $currency) { amount deposit } }`);
export const ProposalsOffCycleDocument = documentOf<ProposalsOffCycleQuery, ProposalsOffCycleQueryVariables>('ProposalsOffCycle', `query ProposalsOffCycle($state: OffCycleState, $agentCode: String, $after: String) { offCycleSettlements( state: $state agentCode: $agentCode first: 25 after: $after ) { edges { node { id code kind currency gross taxPercent tax net reason state proposedBy proposedAt decidedBy decidedAt agent { code name } } } pageInfo { hasNextPage endCursor } } }`);
export const ProposalsDepositsDocument = documentOf<ProposalsDepositsQuery, ProposalsDepositsQueryVariables>('ProposalsDeposits', `query ProposalsDeposits($state: DepositEntryState, $agentCode: String, $after: String) { depositEntries(state: $state, agentCode: $agentCode, first: 25, after: $after) { edges { node { id kind amount currency reason state proposedBy proposedAt decidedBy decidedAt agent { code name } } } pageInfo { hasNextPage endCursor } } }`);
export const ProposalsRepaymentsDocument = documentOf<ProposalsRepaymentsQuery, ProposalsRepaymentsQueryVariables>('ProposalsRepayments', `query ProposalsRepayments($state: RepaymentState, $agentCode: String, $after: String) { repayments(state: $state, agentCode: $agentCode, first: 25, after: $after) { edges { node { id code amount currency receivedOn reason state proposedBy decidedBy decidedAt agent { code name } } } pageInfo { hasNextPage endCursor } } }`);
export const ProposalsProposeOffCycleDocument = documentOf<ProposalsProposeOffCycleMutation, ProposalsProposeOffCycleMutationVariables>('ProposalsProposeOffCycle', `mutation ProposalsProposeOffCycle($input: OffCycleSettlementInput!, $idempotencyKey: String) { proposeOffCycleSettlement(input: $input, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsProposeFinalDocument = documentOf<ProposalsProposeFinalMutation, ProposalsProposeFinalMutationVariables>('ProposalsProposeFinal', `mutation ProposalsProposeFinal($agentCode: String!, $currency: String!, $reason: String!, $idempotencyKey: String) { proposeFinalSettlement( agentCode: $agentCode currency: $currency reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsWithdrawOffCycleDocument = documentOf<ProposalsWithdrawOffCycleMutation, ProposalsWithdrawOffCycleMutationVariables>('ProposalsWithdrawOffCycle', `mutation ProposalsWithdrawOffCycle($settlementId: ID!, $reason: String, $idempotencyKey: String) { decideOffCycleSettlement( settlementId: $settlementId decision: WITHDRAWN reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsProposeDepositDocument = documentOf<ProposalsProposeDepositMutation, ProposalsProposeDepositMutationVariables>('ProposalsProposeDeposit', `mutation ProposalsProposeDeposit($input: DepositEntryInput!, $idempotencyKey: String) { proposeDepositEntry(input: $input, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsProposeRepaymentDocument = documentOf<ProposalsProposeRepaymentMutation, ProposalsProposeRepaymentMutationVariables>('ProposalsProposeRepayment', `mutation ProposalsProposeRepayment($input: RepaymentInput!, $idempotencyKey: String) { proposeRepayment(input: $input, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ProposalsWithdrawRepaymentDocument = documentOf<ProposalsWithdrawRepaymentMutation, ProposalsWithdrawRepaymentMutationVariables>('ProposalsWithdrawRepayment', `mutation ProposalsWithdrawRepayment($repaymentId: ID!, $reason: String, $idempotencyKey: String) { decideRepayment( repaymentId: $repaymentId decision: WITHDRAWN reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
