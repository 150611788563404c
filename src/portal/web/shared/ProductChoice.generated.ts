// Made from ProductChoice.graphql by `npm run generate`.
import { documentOf } from '../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ProductChoiceQueryVariables = Exact<{
  search: string;
}>;


export type ProductChoiceQuery = { products: { edges: Array<{ node: { code: string, name: string } }> } | null };

export const ProductChoiceDocument = documentOf<ProductChoiceQuery, ProductChoiceQueryVariables>('ProductChoice', `query ProductChoice($search: String!) { products(search: $search, first: 50) { edges { node { code name } } } }`);
