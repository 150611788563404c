/** One page of a connection, as the API answers it. */
export type Connection<Row> = {
  readonly edges: readonly ({ readonly node: Row } | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
};

/** The rows of a connection's page. */
export const rowsOf = <Row>(connection: Pick<Connection<Row>, 'edges'> | null | undefined): Row[] =>
  connection?.edges.flatMap((edge) => (edge ? [edge.node] : [])) ?? [];

/** A connection's page from its end, with where the page before it ends. */
type PageFromEnd<Row> = {
  readonly edges: readonly { readonly node: Row }[];
  readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
};

/** Lists that the API gives oldest first are read from their end (`last`, `before`) and shown newest first. */
export const newestFirst = <Row>(page: PageFromEnd<Row> | null): Connection<Row> | null =>
  page && {
    edges: [...page.edges].reverse(),
    pageInfo: { hasNextPage: page.pageInfo.hasPreviousPage, endCursor: page.pageInfo.startCursor },
  };
