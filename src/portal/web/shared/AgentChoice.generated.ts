// Made from AgentChoice.graphql by `npm run generate`.
import { documentOf } from '../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AgentChoiceQueryVariables = Exact<{
  search: string;
}>;


export type AgentChoiceQuery = { agents: { edges: Array<{ node: { code: string, name: string } }> } | null };

export const AgentChoiceDocument = documentOf<AgentChoiceQuery, AgentChoiceQueryVariables>('AgentChoice', `query AgentChoice($search: String!) { agents(filter: {search: $search}, first: 20) { edges { node { code name } } } }`);
