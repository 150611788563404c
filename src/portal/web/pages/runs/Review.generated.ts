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

export type RunsRetroQueryVariables = Exact<{ [key: string]: never; }>;


export type RunsRetroQuery = { retroPreview:
    | { __typename: 'RetroPreview', period: string, causeCount: number, differenceCount: number, totals: Array<{ originPeriod: string, currency: string, amount: string }>, causes: Array<{ agentCode: string, reason: string, since: string }>, agents: Array<{ agentCode: string, planCode: string | null, componentCode: string, originPeriod: string, currency: string, amount: string }> }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const RunPageReviewDocument = documentOf<RunPageReviewQuery, RunPageReviewQueryVariables>('RunPageReview', `query RunPageReview($runId: ID!, $after: String) { runReview(runId: $runId) { comparedTo { id period } currencies { currency agentCount agentCountBefore earned earnedBefore change distribution { from to agentCount agentCountBefore } components { planCode componentCode amount amountBefore change agentCount } } outliers(first: 25, after: $after) { edges { node { agentCode agentName currency amount amountBefore change changePercent deviation lineCount reason } } pageInfo { hasNextPage endCursor } } } }`);
export const RunsRetroDocument = documentOf<RunsRetroQuery, RunsRetroQueryVariables>('RunsRetro', `query RunsRetro { retroPreview { __typename ... on RetroPreview { period causeCount differenceCount totals { originPeriod currency amount } causes(first: 200) { agentCode reason since } agents(first: 200) { agentCode planCode componentCode originPeriod currency amount } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
