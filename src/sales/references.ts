import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { References } from './rows.ts';

type CodedId = { readonly code: string; readonly id: number };

/**
 * Ids by code of everything the events of an import can name. `agentCodes` limits the agents to those; without, all are
 * read. Under row-level security agents whose events the caller may not write are left out.
 */
export async function loadReferences(transaction: Transaction, agentCodes?: readonly string[]): Promise<References> {
  const sql = rawSql(transaction);
  const wanted = agentCodes ? sql`and code = any(${[...agentCodes]}::text[])` : sql``;
  const agents = await sql<CodedId[]>`
    select code, id from agent
    where (not row_security_active('sales_event') or id in (select visible_agents())) ${wanted}`;
  const [products, regions, segments, campaigns] = [
    await sql<CodedId[]>`select code, id from product`,
    await sql<CodedId[]>`select code, id from region`,
    await sql<CodedId[]>`select code, id from segment`,
    await sql<CodedId[]>`select code, id from campaign`,
  ];
  return {
    agents: byCode(agents),
    products: byCode(products),
    regions: byCode(regions),
    segments: byCode(segments),
    campaigns: byCode(campaigns),
  };
}

function byCode(rows: readonly CodedId[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ code, id }) => [code, id]));
}
