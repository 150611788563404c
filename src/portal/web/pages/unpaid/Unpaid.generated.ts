// Made from Unpaid.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

export type UnpaidEventsQueryVariables = Exact<{
  period: string;
  reason?: string | null | undefined;
  agent?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type UnpaidEventsQuery = { unpaidEvents: { edges: Array<{ node: { id: string, reason: string, role: string, agent: { code: string, name: string }, event: { source: string, externalId: string, type: SalesEventType, occurredAt: string, amount: string, currency: string, product: { name: string } } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export const UnpaidEventsDocument = documentOf<UnpaidEventsQuery, UnpaidEventsQueryVariables>('UnpaidEvents', `query UnpaidEvents($period: Period!, $reason: String, $agent: String, $after: String) { unpaidEvents( period: $period reason: $reason agent: $agent first: 25 after: $after ) { edges { node { id reason role agent { code name } event { source externalId type occurredAt amount currency product { name } } } } pageInfo { hasNextPage endCursor } } }`);
