// Made from Notices.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a notice is about. */
export type NoticeKind =
  /** An award was given. */
  | 'AWARD_GRANTED'
  /** A conflict is settled for good, or is none any more. */
  | 'CONFLICT_CLOSED'
  /** A conflict was decided. */
  | 'CONFLICT_DECIDED'
  /** A conflict concerns the agent. */
  | 'CONFLICT_OPENED'
  /** Somebody answered in a dispute. */
  | 'DISPUTE_ANSWERED'
  /** A dispute was decided. */
  | 'DISPUTE_DECIDED'
  /** A dispute was filed. */
  | 'DISPUTE_FILED'
  /** A dispute is not decided in time. */
  | 'DISPUTE_OVERDUE'
  /** Words of a rater were released. */
  | 'RATING_COMMENT_RELEASED'
  /** A registered deal was protected, queued or refused. */
  | 'REGISTRATION_DECIDED'
  /** The protection of a registered deal has ended. */
  | 'REGISTRATION_EXPIRED'
  /** The protection of a registered deal ends soon. */
  | 'REGISTRATION_EXPIRING'
  /** An appeal about a score was decided. */
  | 'SCORE_APPEAL_DECIDED'
  /** A score was published. */
  | 'SCORE_PUBLISHED'
  /** A statement was issued. */
  | 'STATEMENT_ISSUED'
  /** The tier changes. */
  | 'TIER_CHANGED'
  /** What keeps the tier was missed. */
  | 'TIER_MISSED'
  /** The tier was set by hand. */
  | 'TIER_OVERRIDE';

export type NoticesListQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type NoticesListQuery = { notices: { edges: Array<{ node: { id: string, kind: NoticeKind, agentCode: string, createdAt: string, readAt: string | null, textEn: string, textZh: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type NoticesReadMutationVariables = Exact<{
  noticeIds: Array<string> | string;
  idempotencyKey?: string | null | undefined;
}>;


export type NoticesReadMutation = { markNoticesRead:
    | { __typename: 'NoticesReadPayload' }
    | { __typename: 'UserError', code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> }
   };

export type FaultsFragment = { code: string, message: string, remedy: string, at: string | null, faults: Array<{ code: string, message: string, remedy: string, at: string | null }> };

export const NoticesListDocument = documentOf<NoticesListQuery, NoticesListQueryVariables>('NoticesList', `query NoticesList($after: String) { notices(first: 25, after: $after) { edges { node { id kind agentCode createdAt readAt textEn textZh } } pageInfo { hasNextPage endCursor } } }`);
export const NoticesReadDocument = documentOf<NoticesReadMutation, NoticesReadMutationVariables>('NoticesRead', `mutation NoticesRead($noticeIds: [ID!]!, $idempotencyKey: String) { markNoticesRead(noticeIds: $noticeIds, idempotencyKey: $idempotencyKey) { __typename ...Faults } } fragment Faults on UserError { code message remedy at faults { code message remedy at } }`);
