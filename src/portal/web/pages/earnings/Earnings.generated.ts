// Made from Earnings.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a line is. */
export type LineKind =
  /** A penalty, a price difference, or what takes one back. */
  | 'ADJUSTMENT'
  /** What a cap cuts; negative. */
  | 'CAP'
  /** What is taken back after a churn or refund, or given back after a reactivation. */
  | 'CLAWBACK'
  /** A top-up to the minimum, or its recovery. */
  | 'DRAW'
  /** Commission for a sales event, whole, before caps and instalments. */
  | 'EARNING'
  /** What lifts a component to its floor. */
  | 'FLOOR'
  /** A part in the sales of agents below. */
  | 'OVERRIDE'
  /** A share of a pool. */
  | 'POOL'
  /** A part that has fallen due. */
  | 'RELEASE'
  /** The difference that what came to light later makes to a closed period. */
  | 'RETRO'
  /** Tax that is withheld; negative. */
  | 'TAX'
  /** Commission for a volume or an attainment. */
  | 'VOLUME'
  /** A part that is not yet due; negative. */
  | 'WITHHOLDING';

/** Where a run stands. */
export type RunStatus =
  /** Its period is locked. */
  | 'APPROVED'
  /** Its result waits for approval. */
  | 'CALCULATED'
  /** It is being calculated. */
  | 'CALCULATING'
  /** The calculation stopped with an error; nothing was published. */
  | 'FAILED'
  /** Its statements were paid. */
  | 'PAID'
  /** Its result no longer counts. */
  | 'VOIDED';

/** Where an issued statement stands. */
export type StatementState =
  /** It counts: what it comes to can be paid. */
  | 'CONFIRMED'
  /** The agent objects; it is confirmed once the last dispute about it is settled. */
  | 'DISPUTED'
  /** The agent has it and may confirm or dispute it. */
  | 'ISSUED';

export type EarningsStatementsQueryVariables = Exact<{
  agent: string;
  before?: string | null | undefined;
}>;


export type EarningsStatementsQuery = { statements: { edges: Array<{ node: { id: string, period: string, currency: string, earned: string, payable: string, run: { id: string, status: RunStatus }, issued: { number: string, state: StatementState, confirmsOn: string } | null } }>, pageInfo: { hasPreviousPage: boolean, startCursor: string | null } } | null };

export type EarningsYearQueryVariables = Exact<{
  agent: string;
}>;


export type EarningsYearQuery = { statements: { edges: Array<{ node: { id: string, period: string, currency: string, opening: string, earned: string, released: string, withheld: string, clawedBack: string, adjustments: string, tax: string, closing: string, payable: string, totals: Array<{ kind: LineKind, originPeriod: string | null, lineCount: number, amount: string, component: { code: string } }> } }> } | null };

export type EarningsBelowQueryVariables = Exact<{
  agent: string;
}>;


export type EarningsBelowQuery = { descendants: { edges: Array<{ node: { code: string } }> } | null };

export const EarningsStatementsDocument = documentOf<EarningsStatementsQuery, EarningsStatementsQueryVariables>('EarningsStatements', `query EarningsStatements($agent: String!, $before: String) { statements(agent: $agent, last: 25, before: $before) { edges { node { id period currency earned payable run { id status } issued { number state confirmsOn } } } pageInfo { hasPreviousPage startCursor } } }`);
export const EarningsYearDocument = documentOf<EarningsYearQuery, EarningsYearQueryVariables>('EarningsYear', `query EarningsYear($agent: String!) { statements(agent: $agent, last: 12) { edges { node { id period currency opening earned released withheld clawedBack adjustments tax closing payable totals { kind originPeriod lineCount amount component { code } } } } } }`);
export const EarningsBelowDocument = documentOf<EarningsBelowQuery, EarningsBelowQueryVariables>('EarningsBelow', `query EarningsBelow($agent: String!) { descendants(code: $agent, first: 1) { edges { node { code } } } }`);
