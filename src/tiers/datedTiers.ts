import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';

type DatedTier = {
  readonly id: number;
  readonly tierId: number;
  readonly from: string;
  readonly to: string | null;
};

/**
 * Gives an agent a tier on [from, to), to null: without end. What stood there before ends at `from`, and what reaches beyond `to` goes
 * on from `to`. The caller holds the programme's lock. @throws UserError FORBIDDEN where row-level security lets the rows not be changed.
 */
export async function setTierBetween(
  transaction: Transaction,
  {
    agentId,
    tierId,
    from,
    to,
  }: { readonly agentId: number; readonly tierId: number; readonly from: string; readonly to: string | null },
): Promise<void> {
  const sql = rawSql(transaction);
  const present = await sql<DatedTier[]>`
    select id, tier_id as "tierId", valid_from::text as "from", valid_to::text as "to" from agent_tier
    where agent_id = ${agentId} and daterange(valid_from, valid_to) && daterange(${from}::date, ${to}::date) order by valid_from`;
  for (const row of present) {
    const changed =
      row.from < from
        ? await sql`update agent_tier set valid_to = ${from} where id = ${row.id} returning id`
        : await sql`delete from agent_tier where id = ${row.id} returning id`;
    if (changed.length === 0) throw new UserError('FORBIDDEN', 'You may not change the tier of this agent.');
  }
  const last = present.at(-1);
  const rest = last && to !== null && (last.to === null || last.to > to) ? [{ ...last, from: to }] : [];
  for (const row of [{ tierId, from, to }, ...rest]) {
    await sql`
      insert into agent_tier (agent_id, tier_id, valid_from, valid_to) values (${agentId}, ${row.tierId}, ${row.from}, ${row.to})`;
  }
}
