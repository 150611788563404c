// Made from Coverage.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CoverageByChannelQueryVariables = Exact<{
  onlyMissing?: boolean | null | undefined;
  after?: string | null | undefined;
}>;


export type CoverageByChannelQuery = { channelCoverage: { edges: Array<{ node: { regionCode: string, regionName: string, channelTypeCode: string, plannedAgents: number | null, actualAgents: number, missingAgents: number | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CoverageWithoutAgentsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type CoverageWithoutAgentsQuery = { regionsWithoutAgents: { edges: Array<{ node: { code: string, name: string, parentCode: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CoverageTerritoriesQueryVariables = Exact<{
  exclusive?: boolean | null | undefined;
  on?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type CoverageTerritoriesQuery = { territories: { edges: Array<{ node: { id: string, exclusive: boolean, from: string, to: string | null, agent: { code: string, name: string } | null, region: { code: string, name: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export const CoverageByChannelDocument = documentOf<CoverageByChannelQuery, CoverageByChannelQueryVariables>('CoverageByChannel', `query CoverageByChannel($onlyMissing: Boolean, $after: String) { channelCoverage(onlyMissing: $onlyMissing, first: 25, after: $after) { edges { node { regionCode regionName channelTypeCode plannedAgents actualAgents missingAgents } } pageInfo { hasNextPage endCursor } } }`);
export const CoverageWithoutAgentsDocument = documentOf<CoverageWithoutAgentsQuery, CoverageWithoutAgentsQueryVariables>('CoverageWithoutAgents', `query CoverageWithoutAgents($after: String) { regionsWithoutAgents(first: 25, after: $after) { edges { node { code name parentCode } } pageInfo { hasNextPage endCursor } } }`);
export const CoverageTerritoriesDocument = documentOf<CoverageTerritoriesQuery, CoverageTerritoriesQueryVariables>('CoverageTerritories', `query CoverageTerritories($exclusive: Boolean, $on: Date, $after: String) { territories(filter: {exclusive: $exclusive, on: $on}, first: 25, after: $after) { edges { node { id exclusive from to agent { code name } region { code name } } } pageInfo { hasNextPage endCursor } } }`);
