// Made from Review.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What may explain that an agent earned more or less. */
export type RunChangeReason =
  /** It had no statement the month before. */
  | 'NEW_AGENT'
  /** It earned nothing in the period. */
  | 'NO_SALES'
  /** It is suspended at the end of the period. */
  | 'SUSPENDED'
  /** It has no statement any more, or is terminated at the end of the period. */
  | 'TERMINATED'
  /** Its tier at the end of the period is not the one of a month before. */
  | 'TIER_CHANGED';

export type RunPageReviewQueryVariables = Exact<{
  runId: string;
  after?: string | null | undefined;
}>;


export type RunPageReviewQuery = { runReview: { comparedTo: { id: string, period: string } | null, currencies: Array<{ currency: string, agentCount: number, agentCountBefore: number, earned: string, earnedBefore: string, change: string, distribution: Array<{ from: string, to: string, agentCount: number, agentCountBefore: number }>, components: Array<{ planCode: string | null, componentCode: string, amount: string, amountBefore: string, change: string, agentCount: number }> }>, outliers: { edges: Array<{ node: { agentCode: string, agentName: string, currency: string, amount: string, amountBefore: string, change: string, changePercent: string | null, deviation: string, lineCount: number, reason: RunChangeReason | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export const RunPageReviewDocument = documentOf<RunPageReviewQuery, RunPageReviewQueryVariables>('RunPageReview', `query RunPageReview($runId: ID!, $after: String) { runReview(runId: $runId) { comparedTo { id period } currencies { currency agentCount agentCountBefore earned earnedBefore change distribution { from to agentCount agentCountBefore } components { planCode componentCode amount amountBefore change agentCount } } outliers(first: 25, after: $after) { edges { node { agentCode agentName currency amount amountBefore change changePercent deviation lineCount reason } } pageInfo { hasNextPage endCursor } } } }`);
