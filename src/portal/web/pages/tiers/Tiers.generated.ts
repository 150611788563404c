// Made from Tiers.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where an evaluation stands. */
export type TierEvaluationState =
  /** The tiers hold from the first day after the month on. */
  | 'APPLIED'
  /** It was discarded, or another preview took its place. */
  | 'DISCARDED'
  /** It can be looked at, applied or discarded; no tier has changed. */
  | 'PREVIEW';

/** What an evaluation made of a tier. */
export type TierMoveKind =
  /** It falls, after as many misses in a row as the scheme says. */
  | 'DEMOTED'
  /** The agent had no tier of the scheme. */
  | 'ENTERED'
  /** It stays. */
  | 'KEPT'
  /** What keeps the tier was missed; the tier stays for now. */
  | 'MISSED'
  /** The tier was given by hand and stays. */
  | 'OVERRIDDEN'
  /** It rises. */
  | 'PROMOTED'
  /** What keeps the tier was missed, which does not count yet for a new agent. */
  | 'PROTECTED';

export type TiersKnownQueryVariables = Exact<{ [key: string]: never; }>;


export type TiersKnownQuery = { tierSchemes: Array<{ code: string, name: string }> | null, tiers: Array<{ code: string, name: string }> };

export type TiersEvaluationsQueryVariables = Exact<{
  scheme?: string | null | undefined;
  state?: TierEvaluationState | null | undefined;
  after?: string | null | undefined;
}>;


export type TiersEvaluationsQuery = { tierEvaluations: { edges: Array<{ node: { id: string, period: string, state: TierEvaluationState, effectiveOn: string, createdBy: string, createdAt: string, decidedBy: string | null, decidedAt: string | null, scheme: { code: string, name: string }, counts: Array<{ kind: TierMoveKind, count: number }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type TiersEvaluationQueryVariables = Exact<{
  id: string;
}>;


export type TiersEvaluationQuery = { tierEvaluation: { id: string, period: string, state: TierEvaluationState, effectiveOn: string, createdBy: string, createdAt: string, decidedBy: string | null, decidedAt: string | null, movesHash: string, scheme: { code: string, name: string }, version: { number: number }, counts: Array<{ kind: TierMoveKind, count: number }> } | null };

export type TiersMovesQueryVariables = Exact<{
  id: string;
  kind?: TierMoveKind | null | undefined;
  agentCode?: string | null | undefined;
  regionCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TiersMovesQuery = { tierEvaluation: { id: string, moves: { edges: Array<{ node: { agentCode: string, kind: TierMoveKind, fromTier: string | null, toTier: string, missesBefore: number, missesAfter: number, revision: number, reasonEn: string, reasonZh: string, facts: Array<{ tier: string, isEntry: boolean, held: boolean, sentenceEn: string, sentenceZh: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type TiersPreviewMutationVariables = Exact<{
  scheme: string;
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersPreviewMutation = { previewTiers:
    | { __typename: 'TierEvaluationPayload', evaluation: { id: string } | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type TiersApplyMutationVariables = Exact<{
  evaluationId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersApplyMutation = { applyTiers:
    | { __typename: 'TierEvaluationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type TiersDiscardMutationVariables = Exact<{
  evaluationId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type TiersDiscardMutation = { discardTiers:
    | { __typename: 'TierEvaluationPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const TiersKnownDocument = documentOf<TiersKnownQuery, TiersKnownQueryVariables>('TiersKnown', `query TiersKnown { tierSchemes { code name } tiers { code name } }`);
export const TiersEvaluationsDocument = documentOf<TiersEvaluationsQuery, TiersEvaluationsQueryVariables>('TiersEvaluations', `query TiersEvaluations($scheme: String, $state: TierEvaluationState, $after: String) { tierEvaluations(scheme: $scheme, state: $state, first: 25, after: $after) { edges { node { id scheme { code name } period state effectiveOn createdBy createdAt decidedBy decidedAt counts { kind count } } } pageInfo { hasNextPage endCursor } } }`);
export const TiersEvaluationDocument = documentOf<TiersEvaluationQuery, TiersEvaluationQueryVariables>('TiersEvaluation', `query TiersEvaluation($id: ID!) { tierEvaluation(id: $id) { id scheme { code name } version { number } period state effectiveOn createdBy createdAt decidedBy decidedAt movesHash counts { kind count } } }`);
export const TiersMovesDocument = documentOf<TiersMovesQuery, TiersMovesQueryVariables>('TiersMoves', `query TiersMoves($id: ID!, $kind: TierMoveKind, $agentCode: String, $regionCode: String, $after: String) { tierEvaluation(id: $id) { id moves( kind: $kind agentCode: $agentCode regionCode: $regionCode first: 25 after: $after ) { edges { node { agentCode kind fromTier toTier missesBefore missesAfter revision reasonEn reasonZh facts { tier isEntry held sentenceEn sentenceZh } } } pageInfo { hasNextPage endCursor } } } }`);
export const TiersPreviewDocument = documentOf<TiersPreviewMutation, TiersPreviewMutationVariables>('TiersPreview', `mutation TiersPreview($scheme: String!, $period: String!, $idempotencyKey: String) { previewTiers(scheme: $scheme, period: $period, idempotencyKey: $idempotencyKey) { __typename ... on TierEvaluationPayload { evaluation { id } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const TiersApplyDocument = documentOf<TiersApplyMutation, TiersApplyMutationVariables>('TiersApply', `mutation TiersApply($evaluationId: ID!, $idempotencyKey: String) { applyTiers(evaluationId: $evaluationId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const TiersDiscardDocument = documentOf<TiersDiscardMutation, TiersDiscardMutationVariables>('TiersDiscard', `mutation TiersDiscard($evaluationId: ID!, $idempotencyKey: String) { discardTiers(evaluationId: $evaluationId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
