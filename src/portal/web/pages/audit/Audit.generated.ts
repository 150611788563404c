// Made from Audit.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which audit records. Everything named must hold. */
export type AuditFilter = {
  /** Of this action. */
  action?: string | null | undefined;
  /** Done by this person. */
  actor?: string | null | undefined;
  /** Of this kind of thing. */
  entity?: string | null | undefined;
  /** Of the thing with this natural key. */
  entityKey?: string | null | undefined;
  /** Done at or after this instant. */
  from?: string | null | undefined;
  /** Done before this instant. */
  to?: string | null | undefined;
};

export type AuditRecordsQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditRecordsQuery = { auditRecords: { edges: Array<{ node: { id: string, at: string, actor: string, action: string, entity: string, entityKey: string, before: unknown, after: unknown, reason: string | null, requestId: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export const AuditRecordsDocument = documentOf<AuditRecordsQuery, AuditRecordsQueryVariables>('AuditRecords', `query AuditRecords($filter: AuditFilter, $after: String) { auditRecords(filter: $filter, first: 25, after: $after) { edges { node { id at actor action entity entityKey before after reason requestId } } pageInfo { hasNextPage endCursor } } }`);
