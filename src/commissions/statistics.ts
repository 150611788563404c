import type { Database } from '../db/client.ts';

/** Fewer rows than these are found quickly by whatever plan. */
const fewRows = 1000;
/** What was never looked at and is larger is not empty, whatever the counters say: they may be late, or lost with a crash. */
const largeBytes = 1_048_576;

/**
 * Has the server look at the tables that were mostly filled or changed since it last did: what it does by itself comes a minute late, and a
 * calculation that is planned for tables taken to be empty takes many times as long. As owner, outside a transaction.
 * @returns the tables' names, in order.
 */
export async function refreshStatistics(owner: Database): Promise<string[]> {
  const sql = owner.$client;
  // what this session did itself is counted late
  await sql`select pg_stat_force_next_flush()`;
  const tables = await sql<{ name: string }[]>`
    select quote_ident(stat.relname) as name
    from pg_stat_user_tables stat join pg_class class on class.oid = stat.relid
    where stat.schemaname = 'public' and class.relkind = 'r'
      and (stat.n_mod_since_analyze >= greatest(${fewRows}, class.reltuples / 2)
        or class.reltuples < 0 and pg_relation_size(class.oid) > ${largeBytes})
    order by stat.relname`;
  const names = tables.map(({ name }) => name);
  for (const name of names) await sql.unsafe(`analyze public.${name}`);
  return names;
}
