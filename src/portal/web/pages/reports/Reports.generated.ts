// Made from Reports.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where a report of misconduct stands. */
export type MisconductState =
  /** There was nothing in it. */
  | 'DISMISSED'
  /** Nobody has taken it up yet. */
  | 'FILED'
  /** Compliance is looking into it. */
  | 'IN_REVIEW'
  /** It was right, and was dealt with. */
  | 'SETTLED';

export type ReportsListQueryVariables = Exact<{
  state?: MisconductState | null | undefined;
  after?: string | null | undefined;
}>;


export type ReportsListQuery = { misconductReports: { edges: Array<{ node: { id: string, category: string, about: string | null, state: MisconductState, filedOn: string, messages: Array<{ fromReporter: boolean, writtenOn: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ReportsOneQueryVariables = Exact<{
  id: string;
}>;


export type ReportsOneQuery = { node:
    | { __typename: 'Account' }
    | { __typename: 'Adjustment' }
    | { __typename: 'AdjustmentProposal' }
    | { __typename: 'Agent' }
    | { __typename: 'AgentContact' }
    | { __typename: 'Agreement' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Application' }
    | { __typename: 'AuditRecord' }
    | { __typename: 'BalanceEntry' }
    | { __typename: 'CommissionLine' }
    | { __typename: 'ConflictAppeal' }
    | { __typename: 'ConflictCase' }
    | { __typename: 'DealRegistration' }
    | { __typename: 'DepositEntry' }
    | { __typename: 'Dispute' }
    | { __typename: 'Document' }
    | { __typename: 'EventImport' }
    | { __typename: 'ExportFile' }
    | { __typename: 'ExportRequest' }
    | { __typename: 'Invoice' }
    | { __typename: 'MisconductReport', id: string, category: string, about: string | null, state: MisconductState, filedOn: string, messages: Array<{ fromReporter: boolean, by: string | null, words: string, writtenOn: string }> }
    | { __typename: 'Notice' }
    | { __typename: 'OffCycleSettlement' }
    | { __typename: 'Payee' }
    | { __typename: 'Payment' }
    | { __typename: 'PaymentBatch' }
    | { __typename: 'PaymentStatusImport' }
    | { __typename: 'Plan' }
    | { __typename: 'Pool' }
    | { __typename: 'Product' }
    | { __typename: 'Region' }
    | { __typename: 'Reminder' }
    | { __typename: 'Repayment' }
    | { __typename: 'Run' }
    | { __typename: 'SalesEvent' }
    | { __typename: 'Score' }
    | { __typename: 'ScoreAppeal' }
    | { __typename: 'Statement' }
    | { __typename: 'Territory' }
    | { __typename: 'Tier' }
    | { __typename: 'TierEvaluation' }
    | { __typename: 'TierOverride' }
    | { __typename: 'UnpaidEvent' }
   | null };

export type ReportsAnswerMutationVariables = Exact<{
  reportId: string;
  words: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ReportsAnswerMutation = { answerMisconductReport:
    | { __typename: 'MisconductReportPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ReportsSetStateMutationVariables = Exact<{
  reportId: string;
  state: MisconductState;
  words: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ReportsSetStateMutation = { setMisconductReportState:
    | { __typename: 'MisconductReportPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ReportsListDocument = documentOf<ReportsListQuery, ReportsListQueryVariables>('ReportsList', `query ReportsList($state: MisconductState, $after: String) { misconductReports(state: $state, first: 25, after: $after) { edges { node { id category about state filedOn messages { fromReporter writtenOn } } } pageInfo { hasNextPage endCursor } } }`);
export const ReportsOneDocument = documentOf<ReportsOneQuery, ReportsOneQueryVariables>('ReportsOne', `query ReportsOne($id: ID!) { node(id: $id) { __typename ... on MisconductReport { id category about state filedOn messages { fromReporter by words writtenOn } } } }`);
export const ReportsAnswerDocument = documentOf<ReportsAnswerMutation, ReportsAnswerMutationVariables>('ReportsAnswer', `mutation ReportsAnswer($reportId: ID!, $words: String!, $idempotencyKey: String) { answerMisconductReport( reportId: $reportId words: $words idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ReportsSetStateDocument = documentOf<ReportsSetStateMutation, ReportsSetStateMutationVariables>('ReportsSetState', `mutation ReportsSetState($reportId: ID!, $state: MisconductState!, $words: String!, $idempotencyKey: String) { setMisconductReportState( reportId: $reportId state: $state words: $words idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
