import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import type { ErrorCode } from '../errors.ts';
import { Decimal } from '../money.ts';
import { eachRow, type StagedRow } from './staging.ts';

// What the staged REFUNDs and REVERSALs may refer to (DOMAIN.md §9.5). A few set-based statements over these rows alone, which
// are gathered first; imports without such rows pay nothing for it.

/** What is told of a staged row that may not land. */
export type OnFault = (row: StagedRow & { readonly code: ErrorCode; readonly message: string }) => void | Promise<void>;

/**
 * Waits for other imports that bring REFUNDs or REVERSALs, until the transaction ends: what is left of an original is then
 * known. Originals themselves cannot be locked by who may not change them.
 */
export async function lockOriginals(transaction: Transaction): Promise<void> {
  await rawSql(transaction)`select pg_advisory_xact_lock(${lockKey('tributary originals')}::bigint)`;
}

/**
 * Takes out the staged rows that name an original which is neither in sales_event nor staged itself.
 * Taking one out can leave others without their original, so it goes on until none is found.
 */
export async function takeOutUnknownOriginals(
  transaction: Transaction,
  onRow: (row: StagedRow) => void | Promise<void>,
): Promise<number> {
  for (let total = 0; ; ) {
    const found = await eachRow(
      transaction,
      `delete from import_staging event
       where original_external_id is not null
         and not exists (select from import_staging original
                         where original.source = event.source and original.external_id = event.original_external_id)
         and not exists (select from sales_event original
                         where original.source = event.source and original.external_id = event.original_external_id)
       returning row, line, source, external_id as "externalId", original_external_id as "originalExternalId"`,
      [],
      onRow,
    );
    if (found === 0) return total;
    total += found;
  }
}

/**
 * Takes out the staged REFUNDs and REVERSALs that their originals do not allow: a reversed REVERSAL, a refunded REFUND or
 * REVERSAL, a refund in another currency (ORIGINAL_UNFIT), a second REVERSAL (ALREADY_REVERSED) and, in the order of the rows, each
 * REFUND that no longer fits into the original's amount (REFUND_TOO_LARGE). Reversed REFUNDs do not count. The caller holds
 * `lockOriginals`; every staged original is known.
 */
export async function takeOutUnfitReferences(transaction: Transaction, onFault: OnFault): Promise<number> {
  const sql = rawSql(transaction);
  const isMany = await hasManyReferences(transaction);
  if (isMany) await sql`set local enable_nestloop = off`;
  await sql.unsafe(gatherReferences);
  const unfit = await eachRow(transaction, deleteUnfit, [], (row: UnfitRow) =>
    onFault({ ...row, message: unfitMessage(row) }),
  );
  const excess = await takeOutExcess(transaction, onFault);
  await sql.unsafe('drop table import_reference');
  if (isMany) await sql`set local enable_nestloop to default`;
  return unfit + excess;
}

const manyReferences = 2000;

/**
 * Whether there are so many that going through a table for each of them would take longer than reading all tables once. The
 * planner cannot tell: it takes what is left after three conditions on one key for a single row. For few, looking up is right, however
 * many events are stored.
 */
async function hasManyReferences(transaction: Transaction): Promise<boolean> {
  const [references] = await rawSql(transaction)<{ many: boolean }[]>`
    select count(*) > ${manyReferences} as many from import_staging where type in ('REFUND', 'REVERSAL')`;
  return references?.many ?? false;
}

/**
 * Whether, after the insert, the originals of the staged rows bear their REFUNDs and have one REVERSAL at most. They do unless another
 * import brought in one of those originals with other content in the same moment.
 */
export async function referencesHold(transaction: Transaction): Promise<boolean> {
  const [row] = await rawSql(transaction).unsafe<{ hold: boolean }[]>(
    `select not exists (
       select from ${stateOfOriginals} state
       join sales_event original using (source, external_id)
       where original.amount < state.refunded or state.reversal_count > 1
     ) as hold`,
  );
  return row?.hold ?? false;
}

/**
 * SQL of what is stored about the originals of the staged rows: source, external_id, refunded, reversal_count. The database counts
 * what other regions brought in too, which the importer may not see.
 */
const stateOfOriginals = `(
  select state.* from (
    select array_agg(source) as sources, array_agg(original_external_id) as external_ids
    from (select distinct source, original_external_id from import_staging where type in ('REFUND', 'REVERSAL')) distinct_key
  ) named cross join lateral state_of_originals(named.sources, named.external_ids) state
)`;

/**
 * The staged REFUNDs and REVERSALs that are new: of several rows with one key the first, and no key that is stored. Each with its
 * original, the stored one before a staged one.
 */
// Without statistics the planner looks through all staged rows for each.
const gatherReferences = `
  analyze import_staging;
  create temporary table import_reference on commit drop as
  with state as materialized (select * from ${stateOfOriginals} state)
  select staged.row, staged.source, staged.external_id, staged.type, staged.amount, staged.currency, staged.original_external_id,
    coalesce(known.type, sibling.type) as original_type, coalesce(known.amount, sibling.amount) as original_amount,
    coalesce(known.currency, sibling.currency) as original_currency, known.original_external_id as refunded_external_id,
    coalesce(state.refunded, 0) as original_refunded, coalesce(state.reversal_count, 0) as reversal_count
  from import_staging staged
  left join state on state.source = staged.source and state.external_id = staged.original_external_id
  left join sales_event known on known.source = staged.source and known.external_id = staged.original_external_id
  left join (
    select distinct on (source, external_id) source, external_id, type, amount, currency from import_staging
    where (source, external_id) in (select source, original_external_id from import_staging where type in ('REFUND', 'REVERSAL'))
    order by source, external_id, row
  ) sibling on sibling.source = staged.source and sibling.external_id = staged.original_external_id
  where staged.type in ('REFUND', 'REVERSAL')
    and not exists (select from import_staging earlier
                    where earlier.source = staged.source and earlier.external_id = staged.external_id and earlier.row < staged.row)
    and not exists (select from sales_event event
                    where event.source = staged.source and event.external_id = staged.external_id);
  analyze import_reference`;

const deleteUnfit = `
  with fault as (
    delete from import_reference using (
      select row, case
        when type = 'REVERSAL' and original_type = 'REVERSAL' then 'ORIGINAL_UNFIT'
        when type = 'REFUND' and (original_type in ('REFUND', 'REVERSAL') or currency <> original_currency) then 'ORIGINAL_UNFIT'
        when type = 'REVERSAL' and (
          row_number() over (partition by type, source, original_external_id order by row) > 1
          or reversal_count > 0
        ) then 'ALREADY_REVERSED'
      end as code
      from import_reference reference
    ) judged
    where import_reference.row = judged.row and judged.code is not null
    returning judged.row, judged.code, import_reference.type, original_type, original_currency
  )
  delete from import_staging staged using fault where staged.row = fault.row
  returning staged.row, line, source, external_id as "externalId", original_external_id as "originalExternalId", code,
    fault.type, original_type as "originalType", original_currency as "originalCurrency"`;

type UnfitRow = StagedRow & {
  readonly code: ErrorCode;
  readonly type: string;
  readonly originalType: string;
  readonly originalCurrency: string;
};

function unfitMessage({ code, type, originalType, originalCurrency, originalExternalId }: UnfitRow): string {
  if (code === 'ALREADY_REVERSED') return `The event ${originalExternalId} is reversed already.`;
  const refers = type === 'REFUND' && ['REFUND', 'REVERSAL'].includes(originalType);
  if (type === 'REVERSAL' || refers) return `The event ${originalExternalId} is a ${originalType}.`;
  return `The event ${originalExternalId} is in ${originalCurrency}.`;
}

type Refund = StagedRow & { readonly amount: string; readonly originalAmount: string; readonly refunded: string };

/**
 * Only originals whose refunds come to too much are looked at row by row.
 */
const overdrawn = `
  with refund as materialized (
    select reference.* from import_reference reference
    where type = 'REFUND'
      and not exists (select from import_reference reversal where reversal.type = 'REVERSAL' and reversal.source = reference.source
                      and reversal.original_external_id = reference.external_id)
  ), wanted as materialized (
    select source, original_external_id, original_amount, original_refunded, sum(amount) as amount
    from refund group by source, original_external_id, original_amount, original_refunded
  ), freed as materialized (
    select source, refunded_external_id as original_external_id, sum(original_amount) as amount
    from import_reference where type = 'REVERSAL' and original_type = 'REFUND' and refunded_external_id is not null
    group by source, refunded_external_id
  ), original as materialized (
    select wanted.source, wanted.original_external_id, original_amount, wanted.amount as wanted,
      original_refunded - coalesce(freed.amount, 0) as refunded
    from wanted
    left join freed on freed.source = wanted.source and freed.original_external_id = wanted.original_external_id
  )
  select staged.row, staged.line, staged.source, staged.external_id as "externalId", staged.original_external_id as "originalExternalId",
    staged.amount, original.original_amount as "originalAmount", refunded
  from original
  join refund on refund.source = original.source and refund.original_external_id = original.original_external_id
  join import_staging staged on staged.row = refund.row
  where refunded + wanted > original.original_amount
  order by staged.source, staged.original_external_id, staged.row`;

async function takeOutExcess(transaction: Transaction, onFault: OnFault): Promise<number> {
  const rows: number[] = [];
  let original = '';
  let left = new Decimal(0);
  await eachRow(transaction, overdrawn, [], (refund: Refund) => {
    const key = `${refund.source}/${refund.originalExternalId}`;
    if (key !== original) left = new Decimal(refund.originalAmount).minus(refund.refunded);
    original = key;
    if (left.gte(refund.amount)) {
      left = left.minus(refund.amount);
      return undefined;
    }
    rows.push(refund.row);
    const message = `Of the ${refund.originalAmount} of ${refund.originalExternalId} ${left.toFixed()} are left to be refunded.`;
    return onFault({ ...refund, code: 'REFUND_TOO_LARGE', message });
  });
  if (rows.length > 0) await rawSql(transaction)`delete from import_staging where row = any(${rows}::integer[])`;
  return rows.length;
}
