import type { Transaction } from '../src/db/client.ts';

// Filters name agents, components and periods as people do; tables know them by number. What a request may not see is
// not found here either.

/** What a filter on a code comes down to: no filter, or the numbers of what has that code (none where nothing has). */
export type Wanted = readonly number[] | undefined;

/** The agent with a code, as a filter. */
export async function wantedAgent(transaction: Transaction, code: string | null | undefined): Promise<Wanted> {
  if (code == null) return undefined;
  const rows = await transaction.query.agent.findMany({ columns: { id: true }, where: { code } });
  return rows.map((row) => row.id);
}

/** The components with a code (several plans may have one), as a filter. */
export async function wantedComponents(transaction: Transaction, code: string | null | undefined): Promise<Wanted> {
  if (code == null) return undefined;
  const rows = await transaction.query.component.findMany({ columns: { id: true }, where: { code } });
  return rows.map((row) => row.id);
}

/** The states in which a run's result stands. */
export const liveStatuses = ['CALCULATED', 'APPROVED', 'PAID'] as const;

/** The run that stands for a period, as a filter; nothing where it has none that the request may see. */
export async function wantedRun(transaction: Transaction, period: string | null | undefined): Promise<Wanted> {
  if (period == null) return undefined;
  const rows = await transaction.query.commissionRun.findMany({
    columns: { id: true },
    where: { period, status: { in: [...liveStatuses] } },
  });
  return rows.map((row) => row.id);
}
