import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';

export type ChainFault = { readonly position: number; readonly fault: string };

/**
 * Recomputes the whole chain of audit records.
 * @returns the first faults found (at most ten); empty where every record stands in the chain, unaltered and in order.
 */
export async function verifyAuditChain(transaction: Transaction): Promise<ChainFault[]> {
  const rows = await transaction.execute<{ position: number; fault: string }>(sql`
    with linked as (
      select chain.position, chain.hash, chain.previous_hash, chain.record_id, record.id as found,
             lag(chain.hash, 1, repeat('0', 64)) over (order by chain.position) as expected_previous,
             lag(chain.position, 1, 0::bigint) over (order by chain.position) as position_before,
             case when record.id is not null then audit_hash(chain.previous_hash, record) end as expected_hash
      from audit_chain chain left join audit_record record on record.id = chain.record_id
    )
    select position::float8 as position,
           case when found is null then 'its record is gone'
                when position <> position_before + 1 then 'a position before it is missing'
                when previous_hash <> expected_previous then 'it does not follow its predecessor'
                else 'its record was altered' end as fault
    from linked
    where found is null or position <> position_before + 1 or previous_hash <> expected_previous or hash <> expected_hash
    union all
    select 0, 'record ' || record.id || ' is not in the chain'
    from audit_record record where not exists (select from audit_chain chain where chain.record_id = record.id)
    order by 1 limit 10`);
  return [...rows].map((row) => ({ position: Number(row.position), fault: row.fault }));
}
