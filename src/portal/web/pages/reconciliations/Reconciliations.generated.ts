// Made from Reconciliations.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ReconciliationsListQueryVariables = Exact<{
  agentCode?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationsListQuery = { reconciliations: { edges: Array<{ node: { code: string, period: string, fileName: string, rowCount: number, unlistedCount: number, uploadedAt: string, uploadedBy: string, agent: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export const ReconciliationsListDocument = documentOf<ReconciliationsListQuery, ReconciliationsListQueryVariables>('ReconciliationsList', `query ReconciliationsList($agentCode: String, $after: String) { reconciliations(agentCode: $agentCode, first: 25, after: $after) { edges { node { code period fileName rowCount unlistedCount uploadedAt uploadedBy agent { code name } } } pageInfo { hasNextPage endCursor } } }`);
