// Made from Imports.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A value of a metric to save. Every field is text, as a cell of a file would have it. */
export type MetricValueInput = {
  /** The agent (code). */
  agentCode: string;
  /** The metric (a code); SCORE is the score. */
  metric: string;
  /** The month (2026-10), quarter (2026-Q4) or year (2026). */
  period: string;
  /** The value: a plain decimal number. */
  value: string;
};

/** A floor price to save, of a product or of a category: exactly one of the two. Every field is text, as a cell of a file would have it. */
export type PriceFloorInput = {
  /** Only sales of this channel type (code); without it of any. */
  channelType?: string | null | undefined;
  /** The currency (ISO 4217). */
  currency: string;
  /** The lowest price of one unit: a plain decimal number above zero. */
  price: string;
  /** The product category (code), instead of a product. */
  productCategory?: string | null | undefined;
  /** The product (code); or a category. */
  productCode?: string | null | undefined;
  /** Only in this region (code) and the regions under it; without it anywhere. */
  regionCode?: string | null | undefined;
  /** The first day (YYYY-MM-DD) on which it holds. */
  validFrom: string;
  /** The first day on which it no longer holds; without it, until the next one of the same begins. */
  validTo?: string | null | undefined;
};

/** A sales event to import. Every field is text, as a cell of an event file would have it. */
export type SalesEventInput = {
  /** The agent (code) that sold. */
  agentCode: string;
  /** Its amount as a whole: a plain decimal number, never negative. */
  amount: string;
  /** The campaign (code) it belongs to. */
  campaignCode?: string | null | undefined;
  /** The length of the contract: a whole number. */
  contractMonths?: string | null | undefined;
  /** The cost per unit: a plain decimal number. */
  cost?: string | null | undefined;
  /** Who shares it, as in A001:SELLER:0.7|A002:REFERRER:0.3; without it the agent has all of it. */
  credits?: string | null | undefined;
  /** The currency of its amounts (ISO 4217). */
  currency: string;
  /** The customer. */
  customerId?: string | null | undefined;
  /** Its id there; unique together with the source. */
  externalId: string;
  /** The list price per unit: a plain decimal number. */
  listPrice?: string | null | undefined;
  /** The monthly fee: a plain decimal number. */
  monthlyFee?: string | null | undefined;
  /** When it happened: ISO 8601 with an offset. */
  occurredAt: string;
  /** The event of the same source that it refers to. */
  originalExternalId?: string | null | undefined;
  /** What was sold (code). */
  productCode: string;
  /** How many units: a plain decimal number. */
  quantity: string;
  /** Where it was sold (code). */
  regionCode?: string | null | undefined;
  /** The segment (code) of the customer. */
  segment?: string | null | undefined;
  /** The system it comes from. */
  source: string;
  /** The subscription. */
  subscriptionId?: string | null | undefined;
  /** What happened: a SalesEventType. */
  type: string;
};

/** A result to save. Every field is text, as a cell of a file would have it. */
export type TrainingResultInput = {
  /** The agent (code); this or the application. */
  agentCode?: string | null | undefined;
  /** The application (code); this or the agent. */
  applicationCode?: string | null | undefined;
  /** The course (code). */
  courseCode: string;
  /** Whether it was passed: true or false. */
  passed: string;
  /** The score: a plain decimal number. */
  score?: string | null | undefined;
  /** The day it was taken, YYYY-MM-DD. */
  takenOn: string;
};

export type ImportsOfEventsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ImportsOfEventsQuery = { eventImports: { edges: Array<{ node: { id: string, name: string, importedBy: string, importedAt: string, rowCount: number, acceptedCount: number, duplicateCount: number, rejectedCount: number, lateCount: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type ImportsEventsMutationVariables = Exact<{
  events: Array<SalesEventInput> | SalesEventInput;
  atomic?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ImportsEventsMutation = { importSalesEvents:
    | { __typename: 'ImportPayload', acceptedCount: number, duplicateCount: number, lateCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string, key: string | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ImportsMetricsMutationVariables = Exact<{
  input: Array<MetricValueInput> | MetricValueInput;
  atomic?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ImportsMetricsMutation = { saveMetricValues:
    | { __typename: 'MetricValuesPayload', createdCount: number, changedCount: number, unchangedCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string, key: string | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ImportsTrainingMutationVariables = Exact<{
  input: Array<TrainingResultInput> | TrainingResultInput;
  atomic?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ImportsTrainingMutation = { saveTrainingResults:
    | { __typename: 'TrainingResultsPayload', createdCount: number, changedCount: number, unchangedCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string, key: string | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ImportsPriceFloorsMutationVariables = Exact<{
  input: Array<PriceFloorInput> | PriceFloorInput;
  atomic?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ImportsPriceFloorsMutation = { savePriceFloors:
    | { __typename: 'DatedRowsPayload', createdCount: number, changedCount: number, unchangedCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string, key: string | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export type RejectionFragment = { row: number, column: string | null, code: string, message: string, key: string | null };

export const ImportsOfEventsDocument = documentOf<ImportsOfEventsQuery, ImportsOfEventsQueryVariables>('ImportsOfEvents', `query ImportsOfEvents($after: String) { eventImports(first: 25, after: $after) { edges { node { id name importedBy importedAt rowCount acceptedCount duplicateCount rejectedCount lateCount } } pageInfo { hasNextPage endCursor } } }`);
export const ImportsEventsDocument = documentOf<ImportsEventsMutation, ImportsEventsMutationVariables>('ImportsEvents', `mutation ImportsEvents($events: [SalesEventInput!]!, $atomic: Boolean, $idempotencyKey: String) { importSalesEvents( events: $events atomic: $atomic idempotencyKey: $idempotencyKey ) { __typename ... on ImportPayload { acceptedCount duplicateCount lateCount rejectedCount rejections { row column code message key } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ImportsMetricsDocument = documentOf<ImportsMetricsMutation, ImportsMetricsMutationVariables>('ImportsMetrics', `mutation ImportsMetrics($input: [MetricValueInput!]!, $atomic: Boolean, $idempotencyKey: String) { saveMetricValues( input: $input atomic: $atomic idempotencyKey: $idempotencyKey ) { __typename ... on MetricValuesPayload { createdCount changedCount unchangedCount rejectedCount rejections { ...Rejection } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } } fragment Rejection on RejectedRow { row column code message key }`);
export const ImportsTrainingDocument = documentOf<ImportsTrainingMutation, ImportsTrainingMutationVariables>('ImportsTraining', `mutation ImportsTraining($input: [TrainingResultInput!]!, $atomic: Boolean, $idempotencyKey: String) { saveTrainingResults( input: $input atomic: $atomic idempotencyKey: $idempotencyKey ) { __typename ... on TrainingResultsPayload { createdCount changedCount unchangedCount rejectedCount rejections { ...Rejection } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } } fragment Rejection on RejectedRow { row column code message key }`);
export const ImportsPriceFloorsDocument = documentOf<ImportsPriceFloorsMutation, ImportsPriceFloorsMutationVariables>('ImportsPriceFloors', `mutation ImportsPriceFloors($input: [PriceFloorInput!]!, $atomic: Boolean, $idempotencyKey: String) { savePriceFloors(input: $input, atomic: $atomic, idempotencyKey: $idempotencyKey) { __typename ... on DatedRowsPayload { createdCount changedCount unchangedCount rejectedCount rejections { ...Rejection } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } } fragment Rejection on RejectedRow { row column code message key }`);
