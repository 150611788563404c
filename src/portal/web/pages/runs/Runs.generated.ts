// Made from Runs.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where a run stands. */
export type RunStatus =
  /** Its period is locked. */
  | 'APPROVED'
  /** Its result waits for approval. */
  | 'CALCULATED'
  /** It is being calculated. */
  | 'CALCULATING'
  /** The calculation stopped with an error; nothing was published. */
  | 'FAILED'
  /** Its statements were paid. */
  | 'PAID'
  /** Its result no longer counts. */
  | 'VOIDED';

/** Where an issued statement stands. */
export type StatementState =
  /** It counts: what it comes to can be paid. */
  | 'CONFIRMED'
  /** The agent objects; it is confirmed once the last dispute about it is settled. */
  | 'DISPUTED'
  /** The agent has it and may confirm or dispute it. */
  | 'ISSUED';

export type RunsListQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RunsListQuery = { runs: { edges: Array<{ node: { id: string, period: string, status: RunStatus, calculatedAt: string | null, approvedBy: string | null, approvedAt: string | null, eventCount: number | null, lineCount: number | null, progressPercent: number | null, step: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RunsCloseRequestQueryVariables = Exact<{
  period: string;
}>;


export type RunsCloseRequestQuery = { closeRequest: { period: string, requestedAt: string, requestedBy: string, failure: string | null } | null };

export type RunsClosePeriodMutationVariables = Exact<{
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RunsClosePeriodMutation = { closePeriod:
    | { __typename: 'ClosePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RunPageRunQueryVariables = Exact<{
  id: string;
}>;


export type RunPageRunQuery = { run: { id: string, period: string, status: RunStatus, calculatedBy: string | null, calculatedAt: string | null, approvedBy: string | null, approvedAt: string | null, paidAt: string | null, voidedBy: string | null, voidReason: string | null, eventCount: number | null, lineCount: number | null, unpaidCount: number | null, inputsHash: string | null, linesHash: string | null, error: string | null, step: string | null, progressPercent: number | null, totals: Array<{ currency: string, amount: string, lineCount: number, component: { code: string, planCode: string | null, poolCode: string | null } }> | null, checks: Array<{ name: string, currency: string | null, expected: string, actual: string, holds: boolean }> | null } | null };

export type RunPageStatementsQueryVariables = Exact<{
  period: string;
  after?: string | null | undefined;
}>;


export type RunPageStatementsQuery = { statements: { edges: Array<{ node: { id: string, currency: string, earned: string, payable: string, agent: { code: string, name: string }, issued: { number: string, state: StatementState } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RunPageApproveMutationVariables = Exact<{
  runId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RunPageApproveMutation = { approveRun:
    | { __typename: 'RunPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RunPageVoidMutationVariables = Exact<{
  runId: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RunPageVoidMutation = { voidRun:
    | { __typename: 'RunPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RunPageIssueMutationVariables = Exact<{
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RunPageIssueMutation = { issueStatements:
    | { __typename: 'IssueStatementsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const RunsListDocument = documentOf<RunsListQuery, RunsListQueryVariables>('RunsList', `query RunsList($after: String) { runs(first: 25, after: $after) { edges { node { id period status calculatedAt approvedBy approvedAt eventCount lineCount progressPercent step } } pageInfo { hasNextPage endCursor } } }`);
export const RunsCloseRequestDocument = documentOf<RunsCloseRequestQuery, RunsCloseRequestQueryVariables>('RunsCloseRequest', `query RunsCloseRequest($period: Period!) { closeRequest(period: $period) { period requestedAt requestedBy failure } }`);
export const RunsClosePeriodDocument = documentOf<RunsClosePeriodMutation, RunsClosePeriodMutationVariables>('RunsClosePeriod', `mutation RunsClosePeriod($period: Period!, $idempotencyKey: String) { closePeriod(period: $period, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RunPageRunDocument = documentOf<RunPageRunQuery, RunPageRunQueryVariables>('RunPageRun', `query RunPageRun($id: ID!) { run(id: $id) { id period status calculatedBy calculatedAt approvedBy approvedAt paidAt voidedBy voidReason eventCount lineCount unpaidCount inputsHash linesHash error step progressPercent totals { currency amount lineCount component { code planCode poolCode } } checks { name currency expected actual holds } } }`);
export const RunPageStatementsDocument = documentOf<RunPageStatementsQuery, RunPageStatementsQueryVariables>('RunPageStatements', `query RunPageStatements($period: Period!, $after: String) { statements(period: $period, first: 25, after: $after) { edges { node { id currency earned payable agent { code name } issued { number state } } } pageInfo { hasNextPage endCursor } } }`);
export const RunPageApproveDocument = documentOf<RunPageApproveMutation, RunPageApproveMutationVariables>('RunPageApprove', `mutation RunPageApprove($runId: ID!, $idempotencyKey: String) { approveRun(runId: $runId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RunPageVoidDocument = documentOf<RunPageVoidMutation, RunPageVoidMutationVariables>('RunPageVoid', `mutation RunPageVoid($runId: ID!, $reason: String!, $idempotencyKey: String) { voidRun(runId: $runId, reason: $reason, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RunPageIssueDocument = documentOf<RunPageIssueMutation, RunPageIssueMutationVariables>('RunPageIssue', `mutation RunPageIssue($period: Period!, $idempotencyKey: String) { issueStatements(period: $period, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
