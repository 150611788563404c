// Made from Report.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a report of misconduct is about. */
export type MisconductCategory =
  /** Money or favours given, taken or asked for. */
  | 'BRIBERY'
  /** Somebody decides on what is to the own advantage. */
  | 'CONFLICT_OF_INTEREST'
  /** Customers' data misused. */
  | 'CUSTOMER_DATA'
  /** Sales that are not what they seem. */
  | 'FALSE_SALES'
  /** Somebody is threatened, harassed or put at a disadvantage. */
  | 'MISTREATMENT'
  /** Anything else. */
  | 'OTHER';

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

export type ReportFileMutationVariables = Exact<{
  category: MisconductCategory;
  about?: string | null | undefined;
  words: string;
}>;


export type ReportFileMutation = { fileMisconductReport:
    | { __typename: 'MisconductReceipt', receipt: string }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ReportFollowedQueryVariables = Exact<{
  receipt: string;
}>;


export type ReportFollowedQuery = { followMisconductReport: { category: string, about: string | null, state: MisconductState, filedOn: string, messages: Array<{ fromReporter: boolean, words: string, writtenOn: string }> } | null };

export type ReportAddMutationVariables = Exact<{
  receipt: string;
  words: string;
}>;


export type ReportAddMutation = { addToMisconductReport:
    | { __typename: 'FollowedMisconductReport', state: MisconductState }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ReportFileDocument = documentOf<ReportFileMutation, ReportFileMutationVariables>('ReportFile', `mutation ReportFile($category: MisconductCategory!, $about: String, $words: String!) { fileMisconductReport(category: $category, about: $about, words: $words) { __typename ... on MisconductReceipt { receipt } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ReportFollowedDocument = documentOf<ReportFollowedQuery, ReportFollowedQueryVariables>('ReportFollowed', `query ReportFollowed($receipt: String!) { followMisconductReport(receipt: $receipt) { category about state filedOn messages { fromReporter words writtenOn } } }`);
export const ReportAddDocument = documentOf<ReportAddMutation, ReportAddMutationVariables>('ReportAdd', `mutation ReportAdd($receipt: String!, $words: String!) { addToMisconductReport(receipt: $receipt, words: $words) { __typename ... on FollowedMisconductReport { state } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
