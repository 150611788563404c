// Made from LineExplained.graphql by `npm run generate`.
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

/** Where an issued statement stands. */
export type StatementState =
  /** It counts: what it comes to can be paid. */
  | 'CONFIRMED'
  /** The agent objects; it is confirmed once the last dispute about it is settled. */
  | 'DISPUTED'
  /** The agent has it and may confirm or dispute it. */
  | 'ISSUED';

export type EarningsLineQueryVariables = Exact<{
  id: string;
}>;


export type EarningsLineQuery = { node:
    | { id: string, lineId: string, kind: LineKind, amount: string, currency: string, base: string, share: string, factor: string, role: string, instalment: number | null, originPeriod: string | null, run: { id: string, period: string }, agent: { code: string, name: string }, component: { code: string, kind: ComponentKind }, sourceAgent: { code: string, name: string } | null, event: { id: string, source: string, externalId: string, type: SalesEventType, occurredAt: string, quantity: string, amount: string, currency: string, monthlyFee: string | null, listPrice: string | null, contractMonths: number | null, customerId: string | null, subscriptionId: string | null, originalExternalId: string | null, late: boolean, product: { code: string, name: string }, region: { code: string, name: string } | null, segment: { code: string, name: string } | null, campaign: { code: string, name: string } | null } | null, originalEvent: { id: string, source: string, externalId: string, type: SalesEventType, occurredAt: string, quantity: string, amount: string, currency: string, monthlyFee: string | null, listPrice: string | null, contractMonths: number | null, customerId: string | null, subscriptionId: string | null, originalExternalId: string | null, late: boolean, product: { code: string, name: string }, region: { code: string, name: string } | null, segment: { code: string, name: string } | null, campaign: { code: string, name: string } | null } | null, rule: { code: string, percent: string, flat: string, minimum: string | null, maximum: string | null, baseFrom: string | null, baseTo: string | null, baseUpTo: string | null, eventType: SalesEventType | null, contractMonths: number | null, product: { code: string } | null, productCategory: { code: string } | null, channelType: { code: string } | null, tier: { code: string } | null, region: { code: string } | null, segment: { code: string } | null, campaign: { code: string } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type EarningsEventFragment = { id: string, source: string, externalId: string, type: SalesEventType, occurredAt: string, quantity: string, amount: string, currency: string, monthlyFee: string | null, listPrice: string | null, contractMonths: number | null, customerId: string | null, subscriptionId: string | null, originalExternalId: string | null, late: boolean, product: { code: string, name: string }, region: { code: string, name: string } | null, segment: { code: string, name: string } | null, campaign: { code: string, name: string } | null };

export type EarningsExplanationQueryVariables = Exact<{
  lineId: string;
}>;


export type EarningsExplanationQuery = { explainLine:
    | { lineId: string, period: string, agentCode: string, componentCode: string, kind: LineKind, amount: string, currency: string, formula: string, sentenceEn: string, sentenceZh: string, steps: Array<{ label: string, value: string }> }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type EarningsStatementOfQueryVariables = Exact<{
  period: string;
  agent: string;
}>;


export type EarningsStatementOfQuery = { statements: { edges: Array<{ node: { id: string, currency: string, issued: { state: StatementState, disputableUntil: string } | null } }> } | null };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const EarningsLineDocument = documentOf<EarningsLineQuery, EarningsLineQueryVariables>('EarningsLine', `query EarningsLine($id: ID!) { node(id: $id) { ... on CommissionLine { id lineId kind amount currency base share factor role instalment originPeriod run { id period } agent { code name } component { code kind } sourceAgent { code name } event { ...EarningsEvent } originalEvent { ...EarningsEvent } rule { code percent flat minimum maximum baseFrom baseTo baseUpTo eventType contractMonths product { code } productCategory { code } channelType { code } tier { code } region { code } segment { code } campaign { code } } } } } fragment EarningsEvent on SalesEvent { id source externalId type occurredAt quantity amount currency monthlyFee listPrice contractMonths customerId subscriptionId originalExternalId late product { code name } region { code name } segment { code name } campaign { code name } }`);
export const EarningsExplanationDocument = documentOf<EarningsExplanationQuery, EarningsExplanationQueryVariables>('EarningsExplanation', `query EarningsExplanation($lineId: String!) { explainLine(lineId: $lineId) { ... on Explanation { lineId period agentCode componentCode kind amount currency formula sentenceEn sentenceZh steps { label value } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
export const EarningsStatementOfDocument = documentOf<EarningsStatementOfQuery, EarningsStatementOfQueryVariables>('EarningsStatementOf', `query EarningsStatementOf($period: Period!, $agent: String!) { statements(period: $period, agent: $agent, first: 10) { edges { node { id currency issued { state disputableUntil } } } } }`);
