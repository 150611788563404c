// Made from Payments.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where a batch stands. */
export type PaymentBatchState =
  /** Its bank file can be fetched. */
  | 'APPROVED'
  /** It was taken back. */
  | 'CANCELLED'
  /** Its amounts are fixed; somebody else has to approve it. */
  | 'CREATED'
  /** The bank has answered for every payment. */
  | 'SETTLED';

/** What a payment is for. */
export type PaymentKind =
  /** A deposit that is given back. */
  | 'DEPOSIT_REFUND'
  /** An approved settlement outside the monthly cycle. */
  | 'OFF_CYCLE'
  /** What an issued statement comes to. */
  | 'STATEMENT';

/** Why something that is due is not paid now. */
export type PaymentObstacle =
  /** An account stands in the partner file; it is paid once two people made it a payee. */
  | 'ACCOUNT_UNCONFIRMED'
  /** It is in a batch whose answer is awaited. */
  | 'ALREADY'
  /** It is paid so many days after its confirmation. */
  | 'DELAY'
  /** A dispute about the statement is open. */
  | 'DISPUTED'
  /** The statement is not confirmed yet. */
  | 'NOT_CONFIRMED'
  /** Nobody knows an account of the agent. */
  | 'NO_ACCOUNT'
  /** The invoice that is required is missing, or not accepted. */
  | 'NO_INVOICE';

/** Where a payment stands. */
export type PaymentState =
  /** Its batch was taken back. */
  | 'CANCELLED'
  /** The bank did not pay, or gave it back. */
  | 'FAILED'
  /** The bank has not answered yet. */
  | 'INSTRUCTED'
  /** The bank has paid. */
  | 'PAID'
  /** Nothing was left to pay after the deposit took its part. */
  | 'SET_OFF';

export type PaymentsCandidatesQueryVariables = Exact<{
  currency: string;
}>;


export type PaymentsCandidatesQuery = { paymentCandidates: { payableCount: number, payableGross: string, blockedCount: number, blockedGross: string } | null, settlementPolicy: { debtorAccounts: Array<{ code: string, currency: string, holderName: string }>, bankLayouts: Array<{ code: string }> } | null };

export type PaymentsDueQueryVariables = Exact<{
  currency: string;
  obstacle?: PaymentObstacle | null | undefined;
  first: number;
  skip: number;
}>;


export type PaymentsDueQuery = { paymentCandidates: { entries: Array<{ reference: string, agentCode: string, gross: string, kind: PaymentKind, obstacle: PaymentObstacle | null, delayedUntil: string | null }> } | null };

export type PaymentsBatchesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PaymentsBatchesQuery = { paymentBatches: { edges: Array<{ node: { id: string, code: string, state: PaymentBatchState, currency: string, executesOn: string, paymentCount: number, controlSum: string, createdBy: string, createdAt: string, approvedBy: string | null, cancelAskedBy: string | null, downloadPath: string, fileSha256: string, format: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type PaymentsListQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PaymentsListQuery = { payments: { edges: Array<{ node: { id: string, endToEndId: string, agentCode: string, holderName: string, account: string, amount: string, currency: string, state: PaymentState, settledAt: string | null, failureCode: string | null, failureText: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type PaymentsAnswersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PaymentsAnswersQuery = { paymentStatusImports: { edges: Array<{ node: { id: string, fileName: string, importedBy: string, importedAt: string, paidCount: number, failedCount: number, knownCount: number, exceptionCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type PaymentsCreateBatchMutationVariables = Exact<{
  currency: string;
  debtorAccount: string;
  executesOn: string;
  format?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type PaymentsCreateBatchMutation = { createPaymentBatch:
    | { __typename: 'PaymentBatchPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PaymentsApproveBatchMutationVariables = Exact<{
  batchId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PaymentsApproveBatchMutation = { approvePaymentBatch:
    | { __typename: 'PaymentBatchPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type PaymentsCancelBatchMutationVariables = Exact<{
  batchId: string;
  reason: string;
  bankWillNotPay?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type PaymentsCancelBatchMutation = { cancelPaymentBatch:
    | { __typename: 'PaymentBatchPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const PaymentsCandidatesDocument = documentOf<PaymentsCandidatesQuery, PaymentsCandidatesQueryVariables>('PaymentsCandidates', `query PaymentsCandidates($currency: String!) { paymentCandidates(currency: $currency) { payableCount payableGross blockedCount blockedGross } settlementPolicy { debtorAccounts { code currency holderName } bankLayouts { code } } }`);
export const PaymentsDueDocument = documentOf<PaymentsDueQuery, PaymentsDueQueryVariables>('PaymentsDue', `query PaymentsDue($currency: String!, $obstacle: PaymentObstacle, $first: Int!, $skip: Int!) { paymentCandidates(currency: $currency) { entries(first: $first, skip: $skip, obstacle: $obstacle) { reference agentCode gross kind obstacle delayedUntil } } }`);
export const PaymentsBatchesDocument = documentOf<PaymentsBatchesQuery, PaymentsBatchesQueryVariables>('PaymentsBatches', `query PaymentsBatches($after: String) { paymentBatches(first: 25, after: $after) { edges { node { id code state currency executesOn paymentCount controlSum createdBy createdAt approvedBy cancelAskedBy downloadPath fileSha256 format } } pageInfo { hasNextPage endCursor } } }`);
export const PaymentsListDocument = documentOf<PaymentsListQuery, PaymentsListQueryVariables>('PaymentsList', `query PaymentsList($after: String) { payments(first: 25, after: $after) { edges { node { id endToEndId agentCode holderName account amount currency state settledAt failureCode failureText } } pageInfo { hasNextPage endCursor } } }`);
export const PaymentsAnswersDocument = documentOf<PaymentsAnswersQuery, PaymentsAnswersQueryVariables>('PaymentsAnswers', `query PaymentsAnswers($after: String) { paymentStatusImports(first: 25, after: $after) { edges { node { id fileName importedBy importedAt paidCount failedCount knownCount exceptionCount } } pageInfo { hasNextPage endCursor } } }`);
export const PaymentsCreateBatchDocument = documentOf<PaymentsCreateBatchMutation, PaymentsCreateBatchMutationVariables>('PaymentsCreateBatch', `mutation PaymentsCreateBatch($currency: String!, $debtorAccount: String!, $executesOn: Date!, $format: String, $idempotencyKey: String) { createPaymentBatch( currency: $currency debtorAccount: $debtorAccount executesOn: $executesOn format: $format idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PaymentsApproveBatchDocument = documentOf<PaymentsApproveBatchMutation, PaymentsApproveBatchMutationVariables>('PaymentsApproveBatch', `mutation PaymentsApproveBatch($batchId: ID!, $idempotencyKey: String) { approvePaymentBatch(batchId: $batchId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const PaymentsCancelBatchDocument = documentOf<PaymentsCancelBatchMutation, PaymentsCancelBatchMutationVariables>('PaymentsCancelBatch', `mutation PaymentsCancelBatch($batchId: ID!, $reason: String!, $bankWillNotPay: Boolean, $idempotencyKey: String) { cancelPaymentBatch( batchId: $batchId reason: $reason bankWillNotPay: $bankWillNotPay idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
