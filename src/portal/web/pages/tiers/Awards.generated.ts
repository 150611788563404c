// Made from Awards.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What winners get. */
export type AwardPrizeKind =
  /** Something other than money. */
  | 'NON_CASH'
  /** A share of a pool. */
  | 'POOL';

export type TiersAwardRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type TiersAwardRulesQuery = { awardRules: Array<{ code: string, name: string }> | null };

export type TiersAwardsQueryVariables = Exact<{
  rule?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TiersAwardsQuery = { awards: { edges: Array<{ node: { period: string, agentCode: string, rankedAmong: string, place: number, value: string, grantedBy: string, grantedAt: string, rule: { code: string, name: string }, prize: { kind: AwardPrizeKind, text: string | null, pool: string | null } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type TiersAwardPreviewQueryVariables = Exact<{
  rule: string;
  period: string;
}>;


export type TiersAwardPreviewQuery = { previewAwards: { version: number, prize: { kind: AwardPrizeKind, text: string | null, pool: string | null }, winners: Array<{ agentCode: string, agentName: string, rankedAmong: string, place: number, value: string }> } | null };

export type TiersGrantAwardsMutationVariables = Exact<{
  rule: string;
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersGrantAwardsMutation = { grantAwards:
    | { __typename: 'AwardsPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const TiersAwardRulesDocument = documentOf<TiersAwardRulesQuery, TiersAwardRulesQueryVariables>('TiersAwardRules', `query TiersAwardRules { awardRules { code name } }`);
export const TiersAwardsDocument = documentOf<TiersAwardsQuery, TiersAwardsQueryVariables>('TiersAwards', `query TiersAwards($rule: String, $after: String) { awards(rule: $rule, first: 25, after: $after) { edges { node { rule { code name } period agentCode rankedAmong place value prize { kind text pool } grantedBy grantedAt } } pageInfo { hasNextPage endCursor } } }`);
export const TiersAwardPreviewDocument = documentOf<TiersAwardPreviewQuery, TiersAwardPreviewQueryVariables>('TiersAwardPreview', `query TiersAwardPreview($rule: String!, $period: String!) { previewAwards(rule: $rule, period: $period) { version prize { kind text pool } winners { agentCode agentName rankedAmong place value } } }`);
export const TiersGrantAwardsDocument = documentOf<TiersGrantAwardsMutation, TiersGrantAwardsMutationVariables>('TiersGrantAwards', `mutation TiersGrantAwards($rule: String!, $period: String!, $idempotencyKey: String) { grantAwards(rule: $rule, period: $period, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
