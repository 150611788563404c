// Made from FindSale.graphql by `npm run generate`.
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

export type FindSaleEventsQueryVariables = Exact<{
  externalId?: string | null | undefined;
  customer?: string | null | undefined;
  subscription?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type FindSaleEventsQuery = { salesEvents: { edges: Array<{ node: { id: string, source: string, externalId: string, type: SalesEventType, occurredAt: string, period: string, quantity: string, amount: string, currency: string, late: boolean, customerId: string | null, subscriptionId: string | null, product: { code: string, name: string }, agent: { code: string, name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type FindSaleEventFragment = { id: string, source: string, externalId: string, type: SalesEventType, occurredAt: string, period: string, quantity: string, amount: string, currency: string, late: boolean, customerId: string | null, subscriptionId: string | null, product: { code: string, name: string }, agent: { code: string, name: string } | null };

export type FindSaleFateQueryVariables = Exact<{
  source: string;
  externalId: string;
}>;


export type FindSaleFateQuery = { salesEvent: { id: string, lines: Array<{ id: string, kind: LineKind, amount: string, currency: string, role: string, instalment: number | null, originPeriod: string | null, run: { id: string, period: string }, agent: { code: string, name: string }, component: { code: string } }>, unpaid: Array<{ id: string, reason: string, role: string, agent: { code: string } }> } | null, explainRule:
    | { period: string, isReversed: boolean, credits: Array<{ agentCode: string, role: string, share: string, planCode: string | null, planVersion: number | null, reason: string | null, caseCode: string | null, components: Array<{ componentCode: string, kind: ComponentKind, reads: boolean, winner: string | null, base: string | null, reason: string | null, sentenceEn: string, sentenceZh: string }> }> }
    | { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const FindSaleEventsDocument = documentOf<FindSaleEventsQuery, FindSaleEventsQueryVariables>('FindSaleEvents', `query FindSaleEvents($externalId: String, $customer: String, $subscription: String, $after: String) { salesEvents( filter: {externalId: $externalId, customer: $customer, subscription: $subscription} first: 25 after: $after ) { edges { node { ...FindSaleEvent } } pageInfo { hasNextPage endCursor } } } fragment FindSaleEvent on SalesEvent { id source externalId type occurredAt period quantity amount currency late customerId subscriptionId product { code name } agent { code name } }`);
export const FindSaleFateDocument = documentOf<FindSaleFateQuery, FindSaleFateQueryVariables>('FindSaleFate', `query FindSaleFate($source: String!, $externalId: String!) { salesEvent(source: $source, externalId: $externalId) { id lines { id kind amount currency role instalment originPeriod run { id period } agent { code name } component { code } } unpaid { id reason role agent { code } } } explainRule(source: $source, externalId: $externalId) { ... on RuleExplanation { period isReversed credits { agentCode role share planCode planVersion reason caseCode components { componentCode kind reads winner base reason sentenceEn sentenceZh } } } ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
