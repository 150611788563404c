// Made from Rounds.graphql by `npm run generate`.
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

/** Which scores. Everything named must hold. */
export type ScoreFilter = {
  /** Of this agent (code). */
  agentCode?: string | null | undefined;
  /** Whether a missing value keeps them from being calculated. */
  blocked?: boolean | null | undefined;
  /** Of this month. */
  period?: string | null | undefined;
  /** Of agents who were placed in this region (code) or one under it at the end of the month. */
  region?: string | null | undefined;
  /** Also those that a decided appeal put another in place of. */
  superseded?: boolean | null | undefined;
  /** By this template (code). */
  template?: string | null | undefined;
};

/** Where the scores of a month stand. */
export type ScoreState =
  /** They can be looked at, calculated again or published. */
  | 'CALCULATED'
  /** Nothing changes them any more. */
  | 'FINAL'
  /** They are not calculated yet. */
  | 'OPEN'
  /** Agents see them, commission uses them; only a decided appeal changes one. */
  | 'PUBLISHED';

export type RoundsMonthQueryVariables = Exact<{
  period: string;
}>;


export type RoundsMonthQuery = { scoreRound: { period: string, state: ScoreState, calculatedBy: string | null, calculatedAt: string | null, publishedBy: string | null, publishedAt: string | null, appealsUntil: string | null, finalisedBy: string | null, finalisedAt: string | null, agentCount: number | null, blockedCount: number | null, inputsHash: string | null, scoresHash: string | null } | null, scoreTemplates: Array<{ code: string, name: string }> | null };

export type RoundsMonthsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RoundsMonthsQuery = { scoreRounds: { edges: Array<{ node: { period: string, state: ScoreState, agentCount: number | null, blockedCount: number | null, calculatedAt: string | null, publishedAt: string | null, appealsUntil: string | null, finalisedAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RoundsScoresQueryVariables = Exact<{
  filter: ScoreFilter;
  after?: string | null | undefined;
}>;


export type RoundsScoresQuery = { scores: { edges: Array<{ node: { id: string, agentCode: string, total: string | null, templateCode: string, templateVersion: number, revision: number, blockedBy: Array<string>, items: Array<{ code: string, name: string, input: string | null, points: string | null }>, vetoes: Array<{ name: string, triggered: boolean }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RoundsScoreQueryVariables = Exact<{
  filter: ScoreFilter;
}>;


export type RoundsScoreQuery = { scores: { edges: Array<{ node: { id: string, agentCode: string, period: string, total: string | null, blockedBy: Array<string>, items: Array<{ code: string, name: string, input: string | null, target: string | null, points: string | null, effectiveWeight: string, contribution: string }>, explanation: { summaryEn: string, summaryZh: string, items: Array<{ code: string, sentenceEn: string, sentenceZh: string }> } } }> } | null };

export type RoundsPeersQueryVariables = Exact<{
  scoreId: string;
}>;


export type RoundsPeersQuery = { scoreDistribution: Array<{ from: number, to: number, peerCount: number, isOwn: boolean }> | null };

export type RoundsSpreadQueryVariables = Exact<{
  template: string;
  period: string;
}>;


export type RoundsSpreadQuery = { scoreTemplateReview:
    | { __typename: 'ScoreTemplateReview', items: Array<{ code: string, name: string, tellsApart: boolean, spreads: Array<{ agentCount: number, mean: string, standardDeviation: string, minimum: string, lowerQuartile: string, median: string, upperQuartile: string, maximum: string, mostFrequentPercent: string }> }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RoundsAppealsQueryVariables = Exact<{
  period: string;
  state?: ScoreAppealState | null | undefined;
  after?: string | null | undefined;
}>;


export type RoundsAppealsQuery = { scoreAppeals: { edges: Array<{ node: { id: string, agentCode: string, state: ScoreAppealState, items: Array<string>, reason: string, filedAt: string, dueOn: string, decision: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RoundsCalculateMutationVariables = Exact<{
  period: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RoundsCalculateMutation = { calculateScores:
    | { __typename: 'ScoreRoundPayload', unscoredCount: number | null }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RoundsPublishMutationVariables = Exact<{
  period: string;
  appealDays: number;
  allowBlocked?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type RoundsPublishMutation = { publishScores:
    | { __typename: 'ScoreRoundPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type RoundsFinaliseMutationVariables = Exact<{
  period: string;
  early?: boolean | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type RoundsFinaliseMutation = { finaliseScores:
    | { __typename: 'ScoreRoundPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const RoundsMonthDocument = documentOf<RoundsMonthQuery, RoundsMonthQueryVariables>('RoundsMonth', `query RoundsMonth($period: Period!) { scoreRound(period: $period) { period state calculatedBy calculatedAt publishedBy publishedAt appealsUntil finalisedBy finalisedAt agentCount blockedCount inputsHash scoresHash } scoreTemplates { code name } }`);
export const RoundsMonthsDocument = documentOf<RoundsMonthsQuery, RoundsMonthsQueryVariables>('RoundsMonths', `query RoundsMonths($after: String) { scoreRounds(first: 25, after: $after) { edges { node { period state agentCount blockedCount calculatedAt publishedAt appealsUntil finalisedAt } } pageInfo { hasNextPage endCursor } } }`);
export const RoundsScoresDocument = documentOf<RoundsScoresQuery, RoundsScoresQueryVariables>('RoundsScores', `query RoundsScores($filter: ScoreFilter!, $after: String) { scores(filter: $filter, first: 25, after: $after) { edges { node { id agentCode total templateCode templateVersion revision blockedBy items { code name input points } vetoes { name triggered } } } pageInfo { hasNextPage endCursor } } }`);
export const RoundsScoreDocument = documentOf<RoundsScoreQuery, RoundsScoreQueryVariables>('RoundsScore', `query RoundsScore($filter: ScoreFilter!) { scores(filter: $filter, first: 1) { edges { node { id agentCode period total blockedBy items { code name input target points effectiveWeight contribution } explanation { summaryEn summaryZh items { code sentenceEn sentenceZh } } } } } }`);
export const RoundsPeersDocument = documentOf<RoundsPeersQuery, RoundsPeersQueryVariables>('RoundsPeers', `query RoundsPeers($scoreId: ID!) { scoreDistribution(scoreId: $scoreId) { from to peerCount isOwn } }`);
export const RoundsSpreadDocument = documentOf<RoundsSpreadQuery, RoundsSpreadQueryVariables>('RoundsSpread', `query RoundsSpread($template: String!, $period: Period!) { scoreTemplateReview(template: $template, from: $period) { __typename ... on ScoreTemplateReview { items { code name tellsApart spreads { agentCount mean standardDeviation minimum lowerQuartile median upperQuartile maximum mostFrequentPercent } } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RoundsAppealsDocument = documentOf<RoundsAppealsQuery, RoundsAppealsQueryVariables>('RoundsAppeals', `query RoundsAppeals($period: Period!, $state: ScoreAppealState, $after: String) { scoreAppeals(period: $period, state: $state, first: 25, after: $after) { edges { node { id agentCode state items reason filedAt dueOn decision } } pageInfo { hasNextPage endCursor } } }`);
export const RoundsCalculateDocument = documentOf<RoundsCalculateMutation, RoundsCalculateMutationVariables>('RoundsCalculate', `mutation RoundsCalculate($period: Period!, $idempotencyKey: String) { calculateScores(period: $period, idempotencyKey: $idempotencyKey) { __typename ... on ScoreRoundPayload { unscoredCount } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RoundsPublishDocument = documentOf<RoundsPublishMutation, RoundsPublishMutationVariables>('RoundsPublish', `mutation RoundsPublish($period: Period!, $appealDays: Int!, $allowBlocked: Boolean, $idempotencyKey: String) { publishScores( period: $period appealDays: $appealDays allowBlocked: $allowBlocked idempotencyKey: $idempotencyKey ) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const RoundsFinaliseDocument = documentOf<RoundsFinaliseMutation, RoundsFinaliseMutationVariables>('RoundsFinalise', `mutation RoundsFinalise($period: Period!, $early: Boolean, $idempotencyKey: String) { finaliseScores(period: $period, early: $early, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
