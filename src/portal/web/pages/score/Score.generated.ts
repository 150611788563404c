// Made from Score.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where an appeal against a score stands. */
export type ScoreAppealState =
  /** The agent was scored again with corrected values. */
  | 'ACCEPTED'
  /** Somebody has to decide about it. */
  | 'FILED'
  /** The score stays. */
  | 'REJECTED'
  /** The agent took it back. */
  | 'WITHDRAWN';

export type ScoreOfAgentQueryVariables = Exact<{
  agent: string;
}>;


export type ScoreOfAgentQuery = { scores: { edges: Array<{ node: { id: string, period: string, total: string | null, templateCode: string, revision: number, blockedBy: Array<string>, items: Array<{ code: string, name: string, weight: string, effectiveWeight: string, target: string | null, input: string | null, points: string | null, contribution: string, rank: string | null, peerCount: number | null, peerMean: string | null }>, bonuses: Array<{ code: string, name: string, points: string, input: string | null }>, deductions: Array<{ code: string, name: string, points: string, input: string | null }>, vetoes: Array<{ code: string, name: string, triggered: boolean }>, explanation: { formula: string, summaryEn: string, summaryZh: string, items: Array<{ code: string, formula: string, sentenceEn: string, sentenceZh: string }> }, appeals: Array<{ id: string, state: ScoreAppealState, reason: string, filedAt: string, dueOn: string, decision: string | null, items: Array<string> }> } }> } | null };

export type ScoreAppealMutationVariables = Exact<{
  period: string;
  items?: Array<string> | string | null | undefined;
  reason: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ScoreAppealMutation = { fileScoreAppeal:
    | { __typename: 'ScoreAppealPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ScoreWithdrawAppealMutationVariables = Exact<{
  appealId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ScoreWithdrawAppealMutation = { withdrawScoreAppeal:
    | { __typename: 'ScoreAppealPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type ScorePeersQueryVariables = Exact<{
  scoreId: string;
}>;


export type ScorePeersQuery = { scoreDistribution: Array<{ from: number, to: number, peerCount: number, isOwn: boolean }> | null };

export type ScoreWordsQueryVariables = Exact<{
  agentCode: string;
}>;


export type ScoreWordsQuery = { releasedComments: Array<{ roundCode: string, aspect: string, period: string, words: string }> | null };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const ScoreOfAgentDocument = documentOf<ScoreOfAgentQuery, ScoreOfAgentQueryVariables>('ScoreOfAgent', `query ScoreOfAgent($agent: String!) { scores(filter: {agentCode: $agent, superseded: false}, last: 12) { edges { node { id period total templateCode revision blockedBy items { code name weight effectiveWeight target input points contribution rank peerCount peerMean } bonuses { code name points input } deductions { code name points input } vetoes { code name triggered } explanation { formula summaryEn summaryZh items { code formula sentenceEn sentenceZh } } appeals { id state reason filedAt dueOn decision items } } } } }`);
export const ScoreAppealDocument = documentOf<ScoreAppealMutation, ScoreAppealMutationVariables>('ScoreAppeal', `mutation ScoreAppeal($period: Period!, $items: [String!], $reason: String!, $idempotencyKey: String) { fileScoreAppeal( period: $period items: $items reason: $reason idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ScoreWithdrawAppealDocument = documentOf<ScoreWithdrawAppealMutation, ScoreWithdrawAppealMutationVariables>('ScoreWithdrawAppeal', `mutation ScoreWithdrawAppeal($appealId: ID!, $idempotencyKey: String) { withdrawScoreAppeal(appealId: $appealId, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const ScorePeersDocument = documentOf<ScorePeersQuery, ScorePeersQueryVariables>('ScorePeers', `query ScorePeers($scoreId: ID!) { scoreDistribution(scoreId: $scoreId) { from to peerCount isOwn } }`);
export const ScoreWordsDocument = documentOf<ScoreWordsQuery, ScoreWordsQueryVariables>('ScoreWords', `query ScoreWords($agentCode: String!) { releasedComments(agentCode: $agentCode) { roundCode aspect period words } }`);
