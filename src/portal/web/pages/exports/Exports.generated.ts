// Made from Exports.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A file that a period has. */
export type ExportKind =
  /** What is earned and not yet due, by age. */
  | 'ACCRUALS_CSV'
  /** A ZIP file of all the others, with a manifest. */
  | 'ARCHIVE'
  /** The journal, double entry. */
  | 'JOURNAL_CSV'
  /** lines.csv: a row for each line of commission. */
  | 'LINES_CSV'
  /** statements.csv: a row for each statement. */
  | 'STATEMENTS_CSV'
  /** A PDF statement for each agent, all in one ZIP file. */
  | 'STATEMENT_PDFS'
  /** unpaid-events.csv: the events that paid nothing or less, with the reason. */
  | 'UNPAID_EVENTS_CSV'
  /** A workbook (XLSX) with summary and details. */
  | 'WORKBOOK';

/** How far a request for files is. */
export type ExportState =
  /** The files are there. */
  | 'DONE'
  /** They could not be made. */
  | 'FAILED'
  /** It waits in the queue. */
  | 'REQUESTED'
  /** The files are being made. */
  | 'RUNNING';

/** How characters of text files are written. */
export type TextEncoding =
  /** GB18030, as older Chinese desktop programs want it. */
  | 'GB18030'
  /** UTF-8. */
  | 'UTF_8';

export type ExportsOfPeriodQueryVariables = Exact<{
  period: string;
}>;


export type ExportsOfPeriodQuery = { exportRequests: Array<{ id: string, state: ExportState, step: string | null, progressPercent: number | null, kinds: Array<ExportKind>, requestedBy: string, requestedAt: string, finishedAt: string | null, failure: string | null, files: Array<{ id: string, name: string, kind: ExportKind, sizeBytes: string, sha256: string, madeAt: string, downloadPath: string, warnings: Array<string> }> }> };

export type ExportsRequestMutationVariables = Exact<{
  period: string;
  kinds?: Array<ExportKind> | ExportKind | null | undefined;
  encoding?: TextEncoding | null | undefined;
  byteOrderMark?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ExportsRequestMutation = { requestExports:
    | { __typename: 'ExportRequestPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ExportsOfPeriodDocument = documentOf<ExportsOfPeriodQuery, ExportsOfPeriodQueryVariables>('ExportsOfPeriod', `query ExportsOfPeriod($period: Period!) { exportRequests(period: $period) { id state step progressPercent kinds requestedBy requestedAt finishedAt failure files { id name kind sizeBytes sha256 madeAt downloadPath warnings } } }`);
export const ExportsRequestDocument = documentOf<ExportsRequestMutation, ExportsRequestMutationVariables>('ExportsRequest', `mutation ExportsRequest($period: Period!, $kinds: [ExportKind!], $encoding: TextEncoding, $byteOrderMark: Boolean, $idempotencyKey: String) { requestExports( period: $period kinds: $kinds encoding: $encoding byteOrderMark: $byteOrderMark idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
