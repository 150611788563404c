// Made from Cases.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where a case stands. */
export type ConflictCaseState =
  /** A party appealed: somebody else has to decide. */
  | 'APPEALED'
  /** It is settled for good, or what it was about is no more. */
  | 'CLOSED'
  /** Somebody mediates. */
  | 'IN_MEDIATION'
  /** It was found, or opened again. */
  | 'OPEN'
  /** It was decided; its parties may appeal for some days. */
  | 'RESOLVED';

/** What a decision does to the credits of a case's events. */
export type ConflictCredits =
  /** One agent is credited for the event that stays; the other events of the case are not credited. */
  | 'AWARD'
  /** They stay as they came; without deductions the case is dismissed. */
  | 'KEEP'
  /** Several agents are, by percents that total exactly 100; the other events of the case are not credited. */
  | 'SPLIT'
  /** The event that was found is not credited. */
  | 'VOID';

/** What is decided about a case. */
export type ConflictDecisionInput = {
  /** What becomes of the credits. */
  credits: ConflictCredits;
  /** AWARD and SPLIT: the event of the case that stays; else the own one of the awarded agent, or the earliest. */
  keptEvent?: ConflictEventKeyInput | null | undefined;
  /** What is taken from agents. */
  penalties?: Array<ConflictPenaltyInput> | null | undefined;
  /** PRICE_FLOOR: whether what is missing to the floor price is taken from whoever is credited, by their shares. */
  priceDifference?: boolean | null | undefined;
  /** Why; all parties read it. */
  reason: string;
  /** AWARD: the one agent; SPLIT: two or more. */
  shares?: Array<ConflictShareInput> | null | undefined;
};

/** What a conflict does to the commission until it is settled. */
export type ConflictEffect =
  /** Nothing. */
  | 'FLAG'
  /** It is not paid, and shown as held. */
  | 'HOLD'
  /** It is not paid. */
  | 'REJECT';

/** An event, by its key. */
export type ConflictEventKeyInput = {
  /** Its id there. */
  externalId: string;
  /** The system it came from. */
  source: string;
};

/** What a conflict is about. */
export type ConflictKind =
  /** Sold what the channel or the agent may not sell. */
  | 'AUTHORISATION'
  /** One sale claimed under two campaigns. */
  | 'CAMPAIGN_OVERLAP'
  /** Two agents claim one customer and product. */
  | 'DUPLICATE'
  /** Sold to a customer who is protected for another agent. */
  | 'OWNERSHIP'
  /** Sold below the floor price. */
  | 'PRICE_FLOOR'
  /** Sold outside the agent's territory, or inside another's exclusive one. */
  | 'TERRITORY';

/** A penalty. Name the agent by its code, or by its side where that has one agent. */
export type ConflictPenaltyInput = {
  /** The agent (code): of the case, or for administrators any. */
  agentCode?: string | null | undefined;
  /** How much, not finer than the currency. */
  amount: string;
  /** In which currency (ISO 4217). */
  currency: string;
  /** The one agent of this side. */
  side?: ConflictSide | null | undefined;
};

/** How an agent is credited. Name it by its code, or by its side where that has one agent. */
export type ConflictShareInput = {
  /** The agent (code): of the case, or for administrators any. */
  agentCode?: string | null | undefined;
  /** SPLIT: its part; all parts total exactly 100. */
  percent?: string | null | undefined;
  /** As what: SELLER unless told. */
  role?: string | null | undefined;
  /** The one agent of this side. */
  side?: ConflictSide | null | undefined;
};

/** Which side an agent is on. */
export type ConflictSide =
  /** It sold. */
  | 'ACCUSED'
  /** It is its customer, territory or earlier sale. */
  | 'CLAIMANT';

export type CasesListQueryVariables = Exact<{
  state?: ConflictCaseState | null | undefined;
  kind?: ConflictKind | null | undefined;
  overdue?: boolean | null | undefined;
  mine?: boolean | null | undefined;
  period?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type CasesListQuery = { conflictCases: { edges: Array<{ node: { id: string, code: string, kind: ConflictKind, state: ConflictCaseState, effect: ConflictEffect, period: string, dueAt: string, isOverdue: boolean, openedAt: string, ruleName: string, mediatorName: string | null, parties: Array<{ agentCode: string, side: ConflictSide }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CasesDecideTogetherMutationVariables = Exact<{
  caseIds: Array<string> | string;
  decision: ConflictDecisionInput;
  idempotencyKey?: string | null | undefined;
}>;


export type CasesDecideTogetherMutation = { decideConflictCases:
    | { codes: Array<string>, decidedCount: number }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const CasesListDocument = documentOf<CasesListQuery, CasesListQueryVariables>('CasesList', `query CasesList($state: ConflictCaseState, $kind: ConflictKind, $overdue: Boolean, $mine: Boolean, $period: Period, $after: String) { conflictCases( state: $state kind: $kind overdue: $overdue mine: $mine period: $period first: 25 after: $after ) { edges { node { id code kind state effect period dueAt isOverdue openedAt ruleName mediatorName parties { agentCode side } } } pageInfo { hasNextPage endCursor } } }`);
export const CasesDecideTogetherDocument = documentOf<CasesDecideTogetherMutation, CasesDecideTogetherMutationVariables>('CasesDecideTogether', `mutation CasesDecideTogether($caseIds: [ID!]!, $decision: ConflictDecisionInput!, $idempotencyKey: String) { decideConflictCases( choice: {caseIds: $caseIds} decision: $decision idempotencyKey: $idempotencyKey ) { ... on ConflictCasesPayload { codes decidedCount } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
