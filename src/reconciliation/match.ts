import { rawSql, type Transaction } from '../db/client.ts';

/**
 * Finds for each row of list_staging its sale in sale_candidate: by id, then by subscription, product and day, the rows that say more first;
 * of several sales the first in the order of DOMAIN.md §9.1. A sale is found once: `note` says of a later row LISTED_TWICE, and of an
 * id that several sources have, AMBIGUOUS.
 */
export async function matchRows(transaction: Transaction): Promise<void> {
  await matchById(transaction);
  for (const [byProduct, byDay] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const)
    await matchBySubscription(transaction, byProduct, byDay);
  await rawSql(transaction)`
    update list_staging staged set note = 'LISTED_TWICE'
    where event_id is null and note is null and exists (
      select from sale_candidate candidate where candidate.subscription_id = staged.subscription_id
        and (staged.product_code is null or candidate.product_code = staged.product_code)
        and (staged.sold_on is null or candidate.sold_on = staged.sold_on))`;
}

async function matchById(transaction: Transaction): Promise<void> {
  const sql = rawSql(transaction);
  await sql`
    update list_staging staged set note = placed.note, event_id = placed.event_id, matched_by = placed.matched_by
    from (
      select row, case when sales = 1 then id end as event_id, case when sales = 1 then 'ID'::reconciliation_match end as matched_by,
        case when sales > 1 then 'AMBIGUOUS' when row_number() over (partition by id, sales = 1 order by row) > 1 then 'LISTED_TWICE' end as note
      from (
        select staged.row, min(candidate.id) as id, count(*) as sales
        from list_staging staged join sale_candidate candidate on candidate.external_id = staged.external_id
          and (staged.source is null or candidate.source = staged.source)
        group by staged.row
      ) found
    ) placed where placed.row = staged.row`;
  await sql`create index on list_staging (event_id)`;
  await sql`analyze list_staging`;
}

async function matchBySubscription(transaction: Transaction, byProduct: boolean, byDay: boolean): Promise<void> {
  const sql = rawSql(transaction);
  const keys = ['subscription_id', ...(byProduct ? ['product_code'] : []), ...(byDay ? ['sold_on'] : [])].join(', ');
  await sql.unsafe(`
    update list_staging staged set event_id = placed.id, matched_by = 'SUBSCRIPTION', note = null
    from (
      select wanted.row, free.id
      from (
        select row, ${keys}, row_number() over (partition by ${keys} order by row) as nth from list_staging
        where event_id is null and subscription_id is not null and (product_code is not null) = ${byProduct} and (sold_on is not null) = ${byDay}
      ) wanted
      join (
        select id, ${keys}, row_number() over (partition by ${keys} order by place) as nth from sale_candidate
        where subscription_id is not null and id not in (select event_id from list_staging where event_id is not null)
      ) free using (${keys}, nth)
    ) placed where placed.row = staged.row`);
}
