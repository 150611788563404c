// Made from Disputes.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How disputes are decided. */
export type DisputeDecisionInput = {
  /** ADJUSTMENT: what is added or, negative, taken. */
  amount?: string | null | undefined;
  /** What the agent is told, in at most 2,000 characters. */
  decision: string;
  /** What it does; of REJECTED always NONE. */
  effect: DisputeEffect;
  /** Who is right. */
  outcome: DisputeOutcome;
};

/** What a decision does. */
export type DisputeEffect =
  /** An amount is booked with the next run. */
  | 'ADJUSTMENT'
  /** Nothing more. */
  | 'NONE'
  /** The month is calculated again; the difference is booked with the next run. */
  | 'RECALCULATION';

/** A dispute to file, about an issued statement. */
export type DisputeInput = {
  /** The agent (code); agents name themselves. */
  agentCode: string;
  /** What the agent thinks is due. */
  claimedAmount?: string | null | undefined;
  /** Its currency, where the agent has statements in several. */
  currency?: string | null | undefined;
  /** Stored papers of the agent's that speak for it. */
  documentIds?: Array<string> | null | undefined;
  /** MISSING_CREDIT: its external id; this or the subscription is needed. */
  externalId?: string | null | undefined;
  /** LINE: the readable id of the line. */
  lineId?: string | null | undefined;
  /** The month of the statement. */
  period: string;
  /** MISSING_CREDIT: the product, as the agent knows it. */
  productCode?: string | null | undefined;
  /** Why, in at most 2,000 characters. */
  reason: string;
  /** SCORE: the month of the score; the statement's unless told. */
  scorePeriod?: string | null | undefined;
  /** MISSING_CREDIT: the local day of the sale. */
  soldOn?: string | null | undefined;
  /** MISSING_CREDIT: the source of the sale. */
  source?: string | null | undefined;
  /** What is objected to. */
  subject: DisputeSubject;
  /** MISSING_CREDIT: the subscription. */
  subscriptionId?: string | null | undefined;
};

/** How a dispute is decided. */
export type DisputeOutcome =
  /** The agent is right. */
  | 'ACCEPTED'
  /** The agent is right in part. */
  | 'PARTLY_ACCEPTED'
  /** The statement is right. */
  | 'REJECTED';

/** Where a dispute stands. */
export type DisputeState =
  /** The agent was right. */
  | 'ACCEPTED'
  /** Somebody has to decide. */
  | 'OPEN'
  /** The agent was right in part. */
  | 'PARTLY_ACCEPTED'
  /** The statement was right. */
  | 'REJECTED'
  /** It was taken back. */
  | 'WITHDRAWN';

/** What is objected to. */
export type DisputeSubject =
  /** One line of the statement. */
  | 'LINE'
  /** A sale that the statement leaves out. */
  | 'MISSING_CREDIT'
  /** A score that the statement rests on. */
  | 'SCORE'
  /** The statement as a whole. */
  | 'STATEMENT';

/** Where an issued statement stands. */
export type StatementState =
  /** It counts: what it comes to can be paid. */
  | 'CONFIRMED'
  /** The agent objects; it is confirmed once the last dispute about it is settled. */
  | 'DISPUTED'
  /** The agent has it and may confirm or dispute it. */
  | 'ISSUED';

export type DisputesListQueryVariables = Exact<{
  state?: DisputeState | null | undefined;
  subject?: DisputeSubject | null | undefined;
  overdue?: boolean | null | undefined;
  after?: string | null | undefined;
}>;


export type DisputesListQuery = { disputes: { edges: Array<{ node: { id: string, code: string, state: DisputeState, subject: DisputeSubject, period: string, statementNumber: string, lineId: string | null, externalId: string | null, subscriptionId: string | null, scorePeriod: string | null, claimedAmount: string | null, decidedAmount: string | null, currency: string, filedAt: string, dueAt: string, isOverdue: boolean, agent: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type DisputesStatementsQueryVariables = Exact<{
  agent: string;
}>;


export type DisputesStatementsQuery = { statements: { edges: Array<{ node: { id: string, period: string, currency: string, payable: string, issued: { number: string, state: StatementState, disputableUntil: string } | null } }> } | null };

export type DisputesFileMutationVariables = Exact<{
  input: DisputeInput;
  idempotencyKey?: string | null | undefined;
}>;


export type DisputesFileMutation = { fileDispute:
    | { dispute: { code: string } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type DisputesDecideTogetherMutationVariables = Exact<{
  disputeIds: Array<string> | string;
  decision: DisputeDecisionInput;
  idempotencyKey?: string | null | undefined;
}>;


export type DisputesDecideTogetherMutation = { decideDisputes:
    | { disputes: Array<{ id: string, code: string, state: DisputeState, effect: DisputeEffect | null, decidedAmount: string | null, currency: string, agent: { code: string, name: string } }> }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const DisputesListDocument = documentOf<DisputesListQuery, DisputesListQueryVariables>('DisputesList', `query DisputesList($state: DisputeState, $subject: DisputeSubject, $overdue: Boolean, $after: String) { disputes( state: $state subject: $subject overdue: $overdue first: 25 after: $after ) { edges { node { id code state subject period statementNumber agent { code name } lineId externalId subscriptionId scorePeriod claimedAmount decidedAmount currency filedAt dueAt isOverdue } } pageInfo { hasNextPage endCursor } } }`);
export const DisputesStatementsDocument = documentOf<DisputesStatementsQuery, DisputesStatementsQueryVariables>('DisputesStatements', `query DisputesStatements($agent: String!) { statements(agent: $agent, last: 36) { edges { node { id period currency payable issued { number state disputableUntil } } } } }`);
export const DisputesFileDocument = documentOf<DisputesFileMutation, DisputesFileMutationVariables>('DisputesFile', `mutation DisputesFile($input: DisputeInput!, $idempotencyKey: String) { fileDispute(input: $input, idempotencyKey: $idempotencyKey) { ... on DisputePayload { dispute { code } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const DisputesDecideTogetherDocument = documentOf<DisputesDecideTogetherMutation, DisputesDecideTogetherMutationVariables>('DisputesDecideTogether', `mutation DisputesDecideTogether($disputeIds: [ID!]!, $decision: DisputeDecisionInput!, $idempotencyKey: String) { decideDisputes( disputeIds: $disputeIds decision: $decision idempotencyKey: $idempotencyKey ) { ... on DisputesPayload { disputes { id code state effect decidedAmount currency agent { code name } } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
