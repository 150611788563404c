// Made from Targets.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A target to save, of an agent, a region or a channel type: exactly one of the three. Every field is text, as a cell of a file would have it. */
export type ScoreTargetInput = {
  /** The agent (code). */
  agentCode?: string | null | undefined;
  /** The channel type (code), for administrators. */
  channelType?: string | null | undefined;
  /** The metric (code). */
  metric: string;
  /** The region (code), for administrators. */
  regionCode?: string | null | undefined;
  /** The first day (YYYY-MM-DD) on which it holds. */
  validFrom: string;
  /** The first day on which it no longer holds; without it, until the next one of the same metric and scope. */
  validTo?: string | null | undefined;
  /** What is to be reached: a plain decimal number. */
  value: string;
};

export type RoundsMetricsQueryVariables = Exact<{ [key: string]: never; }>;


export type RoundsMetricsQuery = { metricDefinitions: Array<{ code: string, name: string, unit: string | null }> | null };

export type RoundsTargetsQueryVariables = Exact<{
  metric?: string | null | undefined;
  agentCode?: string | null | undefined;
  onDate?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type RoundsTargetsQuery = { scoreTargets: { edges: Array<{ node: { metric: string, agentCode: string | null, value: string, from: string, to: string | null, region: { code: string, name: string } | null, channelType: { code: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RoundsSaveTargetsMutationVariables = Exact<{
  input: Array<ScoreTargetInput> | ScoreTargetInput;
  atomic?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type RoundsSaveTargetsMutation = { saveScoreTargets:
    | { __typename: 'ScoreTargetsPayload', rowCount: number, createdCount: number, changedCount: number, unchangedCount: number, rejectedCount: number, rejections: Array<{ row: number, column: string | null, code: string, message: string, key: string | null }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export type RejectionFragment = { row: number, column: string | null, code: string, message: string, key: string | null };

export const RoundsMetricsDocument = documentOf<RoundsMetricsQuery, RoundsMetricsQueryVariables>('RoundsMetrics', `query RoundsMetrics { metricDefinitions { code name unit } }`);
export const RoundsTargetsDocument = documentOf<RoundsTargetsQuery, RoundsTargetsQueryVariables>('RoundsTargets', `query RoundsTargets($metric: String, $agentCode: String, $onDate: Date, $after: String) { scoreTargets( metric: $metric agentCode: $agentCode onDate: $onDate first: 25 after: $after ) { edges { node { metric agentCode region { code name } channelType { code name } value from to } } pageInfo { hasNextPage endCursor } } }`);
export const RoundsSaveTargetsDocument = documentOf<RoundsSaveTargetsMutation, RoundsSaveTargetsMutationVariables>('RoundsSaveTargets', `mutation RoundsSaveTargets($input: [ScoreTargetInput!]!, $atomic: Boolean, $idempotencyKey: String) { saveScoreTargets( input: $input atomic: $atomic idempotencyKey: $idempotencyKey ) { __typename ... on ScoreTargetsPayload { rowCount createdCount changedCount unchangedCount rejectedCount rejections { ...Rejection } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } } fragment Rejection on RejectedRow { row column code message key }`);
