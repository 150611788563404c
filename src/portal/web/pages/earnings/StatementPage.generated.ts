// Made from StatementPage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How a component pays. */
export type ComponentKind =
  /** Penalties, price differences and other amounts that were decided. */
  | 'ADJUSTMENT'
  /** By brackets of an agent's volume. */
  | 'BRACKET'
  /** A top-up to a minimum, recovered later. */
  | 'DRAW'
  /** To agents for the sales of those below them. */
  | 'OVERRIDE'
  /** A share of a pool. */
  | 'POOL'
  /** For an agent's attainment of its target. */
  | 'QUOTA_BONUS'
  /** A rate per credit of a sales event. */
  | 'RATE'
  /** A rate per bill in a subscription's first months. */
  | 'RESIDUAL'
  /** A rate within a campaign's dates until its budget is used up. */
  | 'SPIFF'
  /** Tax that is withheld. */
  | 'TAX';

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

/** What happened. */
export type SalesEventType =
  /** A subscription began. */
  | 'ACTIVATION'
  /** A customer was billed. */
  | 'BILL'
  /** A customer left. */
  | 'CHURN'
  /** A device was sold. */
  | 'DEVICE_SALE'
  /** A customer paid. */
  | 'PAYMENT'
  /** A customer changed the tariff. */
  | 'PLAN_CHANGE'
  /** A customer came back. */
  | 'REACTIVATION'
  /** Prepaid money was added. */
  | 'RECHARGE'
  /** Money was given back for another event. */
  | 'REFUND'
  /** A contract was renewed. */
  | 'RENEWAL'
  /** Another event is undone. */
  | 'REVERSAL'
  /** A subscription changed hands. */
  | 'TRANSFER';

/** By what a statement was confirmed. */
export type StatementConfirmation =
  /** The agent agreed. */
  | 'AGENT'
  /** The last dispute about it was settled. */
  | 'SETTLEMENT'
  /** Its days were over and nobody had objected. */
  | 'TIME';

/** Where an issued statement stands. */
export type StatementState =
  /** It counts: what it comes to can be paid. */
  | 'CONFIRMED'
  /** The agent objects; it is confirmed once the last dispute about it is settled. */
  | 'DISPUTED'
  /** The agent has it and may confirm or dispute it. */
  | 'ISSUED';

export type EarningsStatementQueryVariables = Exact<{
  id: string;
}>;


export type EarningsStatementQuery = { node:
    | { id: string, period: string, currency: string, opening: string, returned: string, earned: string, released: string, withheld: string, clawedBack: string, adjustments: string, tax: string, closing: string, payable: string, heldTotal: string, lineCount: number, agent: { code: string, name: string }, run: { id: string, status: RunStatus, paidAt: string | null }, totals: Array<{ kind: LineKind, originPeriod: string | null, lineCount: number, amount: string, component: { code: string } }>, issued: { number: string, state: StatementState, issuedAt: string, confirmsOn: string, confirmedAt: string | null, confirmation: StatementConfirmation | null, disputableUntil: string, net: string, vat: string, gross: string, invoiceRequired: boolean } | null, steps: Array<{ action: string, at: string, reason: string | null, toState: StatementState }> }
    | Record<PropertyKey, never>
   | null };

export type EarningsLinesQueryVariables = Exact<{
  period: string;
  agent: string;
  component?: string | null | undefined;
  kind?: LineKind | null | undefined;
  after?: string | null | undefined;
}>;


export type EarningsLinesQuery = { commissionLines: { edges: Array<{ node: { id: string, lineId: string, kind: LineKind, amount: string, currency: string, role: string, instalment: number | null, originPeriod: string | null, component: { code: string, kind: ComponentKind }, event: { id: string, externalId: string, type: SalesEventType, occurredAt: string } | null, sourceAgent: { code: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type EarningsHeldQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type EarningsHeldQuery = { node:
    | { held: { edges: Array<{ node: { caseCode: string, role: string, amount: string, currency: string, component: { code: string }, event: { externalId: string, type: SalesEventType, occurredAt: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } }
    | Record<PropertyKey, never>
   | null };

export type EarningsConfirmMutationVariables = Exact<{
  statementId: string;
  idempotencyKey: string;
}>;


export type EarningsConfirmMutation = { confirmStatement:
    | { statement: { id: string, issued: { state: StatementState } | null } | null }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const EarningsStatementDocument = documentOf<EarningsStatementQuery, EarningsStatementQueryVariables>('EarningsStatement', `query EarningsStatement($id: ID!) { node(id: $id) { ... on Statement { id period currency agent { code name } run { id status paidAt } opening returned earned released withheld clawedBack adjustments tax closing payable heldTotal lineCount totals { kind originPeriod lineCount amount component { code } } issued { number state issuedAt confirmsOn confirmedAt confirmation disputableUntil net vat gross invoiceRequired } steps { action at reason toState } } } }`);
export const EarningsLinesDocument = documentOf<EarningsLinesQuery, EarningsLinesQueryVariables>('EarningsLines', `query EarningsLines($period: Period!, $agent: String!, $component: String, $kind: LineKind, $after: String) { commissionLines( period: $period agent: $agent component: $component kind: $kind first: 25 after: $after ) { edges { node { id lineId kind amount currency role instalment originPeriod component { code kind } event { id externalId type occurredAt } sourceAgent { code name } } } pageInfo { hasNextPage endCursor } } }`);
export const EarningsHeldDocument = documentOf<EarningsHeldQuery, EarningsHeldQueryVariables>('EarningsHeld', `query EarningsHeld($id: ID!, $after: String) { node(id: $id) { ... on Statement { held(first: 25, after: $after) { edges { node { caseCode role amount currency component { code } event { externalId type occurredAt } } } pageInfo { hasNextPage endCursor } } } } }`);
export const EarningsConfirmDocument = documentOf<EarningsConfirmMutation, EarningsConfirmMutationVariables>('EarningsConfirm', `mutation EarningsConfirm($statementId: ID!, $idempotencyKey: String!) { confirmStatement(statementId: $statementId, idempotencyKey: $idempotencyKey) { ... on StatementPayload { statement { id issued { state } } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
