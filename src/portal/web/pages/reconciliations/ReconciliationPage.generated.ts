// Made from ReconciliationPage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

/** What became of a row of an agent's own list. */
export type ReconciliationVerdict =
  /** The sale is there and paid nothing, or the list has it twice. */
  | 'DISQUALIFIED'
  /** The sale is there and paid, with the amount that was expected where one was. */
  | 'MATCHED'
  /** The agent is credited with no such sale in the month. */
  | 'MISSING'
  /** More was paid than the list expects. */
  | 'OVERPAID'
  /** Less was paid than the list expects. */
  | 'UNDERPAID';

export type ReconciliationPageListQueryVariables = Exact<{
  code: string;
}>;


export type ReconciliationPageListQuery = { reconciliations: { edges: Array<{ node: { code: string, period: string, fileName: string, downloadPath: string, rowCount: number, unlistedCount: number, uploadedAt: string, uploadedBy: string, agent: { code: string, name: string }, totals: Array<{ verdict: ReconciliationVerdict, currency: string, rowCount: number, expected: string, paid: string, difference: string }> } }> } | null };

export type ReconciliationPageRowsQueryVariables = Exact<{
  code: string;
  verdict?: ReconciliationVerdict | null | undefined;
  disputed?: boolean | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationPageRowsQuery = { reconciliationRows: { edges: Array<{ node: { row: number, verdict: ReconciliationVerdict, reason: string | null, source: string | null, externalId: string | null, subscriptionId: string | null, productCode: string | null, soldOn: string | null, expectedAmount: string | null, paidAmount: string | null, currency: string, dispute: { code: string, state: DisputeState } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ReconciliationPageDisputeMutationVariables = Exact<{
  code: string;
  rows: Array<number> | number;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ReconciliationPageDisputeMutation = { disputeReconciliationRows:
    | { disputes: Array<{ code: string }> }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ReconciliationPageUnlistedQueryVariables = Exact<{
  code: string;
}>;


export type ReconciliationPageUnlistedQuery = { unlistedSales: Array<{ source: string, externalId: string, type: string, occurredAt: string, productCode: string, currency: string, paid: string, reason: string | null }> };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ReconciliationPageListDocument = documentOf<ReconciliationPageListQuery, ReconciliationPageListQueryVariables>('ReconciliationPageList', `query ReconciliationPageList($code: String!) { reconciliations(code: $code, first: 1) { edges { node { code period fileName downloadPath rowCount unlistedCount uploadedAt uploadedBy agent { code name } totals { verdict currency rowCount expected paid difference } } } } }`);
export const ReconciliationPageRowsDocument = documentOf<ReconciliationPageRowsQuery, ReconciliationPageRowsQueryVariables>('ReconciliationPageRows', `query ReconciliationPageRows($code: String!, $verdict: ReconciliationVerdict, $disputed: Boolean, $after: String) { reconciliationRows( code: $code verdict: $verdict disputed: $disputed first: 25 after: $after ) { edges { node { row verdict reason source externalId subscriptionId productCode soldOn expectedAmount paidAmount currency dispute { code state } } } pageInfo { hasNextPage endCursor } } }`);
export const ReconciliationPageDisputeDocument = documentOf<ReconciliationPageDisputeMutation, ReconciliationPageDisputeMutationVariables>('ReconciliationPageDispute', `mutation ReconciliationPageDispute($code: String!, $rows: [Int!]!, $reason: String!, $idempotencyKey: String) { disputeReconciliationRows( code: $code rows: $rows reason: $reason idempotencyKey: $idempotencyKey ) { ... on ReconciliationDisputesPayload { disputes { code } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ReconciliationPageUnlistedDocument = documentOf<ReconciliationPageUnlistedQuery, ReconciliationPageUnlistedQueryVariables>('ReconciliationPageUnlisted', `query ReconciliationPageUnlisted($code: String!) { unlistedSales(code: $code) { source externalId type occurredAt productCode currency paid reason } }`);
