// Made from Overrides.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where a tier by hand stands. */
export type TierOverrideState =
  /** The agent has the tier on its days. */
  | 'APPROVED'
  /** It was refused. */
  | 'REJECTED'
  /** Somebody else has to decide about it. */
  | 'REQUESTED'
  /** It was taken back before it was decided. */
  | 'WITHDRAWN';

export type TiersOverridesQueryVariables = Exact<{
  state?: TierOverrideState | null | undefined;
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TiersOverridesQuery = { tierOverrides: { edges: Array<{ node: { id: string, agentCode: string, from: string, to: string, reason: string, state: TierOverrideState, requestedBy: string, requestedAt: string, decidedBy: string | null, decidedAt: string | null, decision: string | null, tier: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type TiersRequestOverrideMutationVariables = Exact<{
  agentCode: string;
  tier: string;
  from: string;
  to: string;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersRequestOverrideMutation = { requestTierOverride:
    | { __typename: 'TierOverridePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type TiersWithdrawOverrideMutationVariables = Exact<{
  overrideId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersWithdrawOverrideMutation = { withdrawTierOverride:
    | { __typename: 'TierOverridePayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const TiersOverridesDocument = documentOf<TiersOverridesQuery, TiersOverridesQueryVariables>('TiersOverrides', `query TiersOverrides($state: TierOverrideState, $agentCode: String, $after: String) { tierOverrides(state: $state, agentCode: $agentCode, first: 25, after: $after) { edges { node { id agentCode tier { code name } from to reason state requestedBy requestedAt decidedBy decidedAt decision } } pageInfo { hasNextPage endCursor } } }`);
export const TiersRequestOverrideDocument = documentOf<TiersRequestOverrideMutation, TiersRequestOverrideMutationVariables>('TiersRequestOverride', `mutation TiersRequestOverride($agentCode: String!, $tier: String!, $from: Date!, $to: Date!, $reason: String!, $idempotencyKey: String) { requestTierOverride( agentCode: $agentCode tier: $tier from: $from to: $to reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const TiersWithdrawOverrideDocument = documentOf<TiersWithdrawOverrideMutation, TiersWithdrawOverrideMutationVariables>('TiersWithdrawOverride', `mutation TiersWithdrawOverride($overrideId: ID!, $idempotencyKey: String) { withdrawTierOverride(overrideId: $overrideId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
