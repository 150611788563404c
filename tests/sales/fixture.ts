import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { agent, agentRegion } from '../../src/agents/tables.ts';
import type { Database, Databases, Transaction } from '../../src/db/client.ts';
import { lockKey } from '../../src/db/roles.ts';
import { type Actor, localActor } from '../../src/db/transaction.ts';
import { campaign, channelType, operator, product, region, segment } from '../../src/reference/tables.ts';
import { type ImportOptions, type ImportResult, importEventFile } from '../../src/sales/import.ts';
import { eventCredit, salesEvent } from '../../src/sales/tables.ts';

// A small province: agents A001 to A003 in R-EAST, A004 in R-WEST, A005 not placed; the clock stands at 15 November 2026.

export const now = new Date('2026-11-15T00:00:00Z');
export const actor = localActor('clerk');

export async function setUpProvince({ owner }: Databases): Promise<void> {
  await owner.insert(operator).values({ code: 'DEMO', name: 'Demo', timeZone: 'Asia/Shanghai', currency: 'CNY' });
  const regions = await owner
    .insert(region)
    .values(['R-EAST', 'R-WEST'].map((code) => ({ code, name: code })))
    .returning();
  const [type] = await owner.insert(channelType).values({ code: 'AGENT', name: 'Agent' }).returning();
  await owner.insert(product).values(['FIBER', 'DSL'].map((code) => ({ code, name: code })));
  await owner.insert(segment).values({ code: 'PUBLIC', name: 'Public' });
  await owner.insert(campaign).values({ code: 'SPRING', name: 'Spring', startsOn: '2026-03-01' });
  const agents = await owner
    .insert(agent)
    .values(
      ['A001', 'A002', 'A003', 'A004', 'A005'].map((code) => ({ code, name: code, channelTypeId: type?.id ?? 0 })),
    )
    .returning();
  await owner.insert(agentRegion).values(
    agents.slice(0, 4).map((row, index) => ({
      agentId: row.id,
      regionId: regions[index < 3 ? 0 : 1]?.id ?? 0,
      validFrom: '2020-01-01',
    })),
  );
}

export const header =
  'source,external_id,type,occurred_at,agent_code,product_code,quantity,amount,currency,region_code,segment,customer_id,' +
  'subscription_id,contract_months,monthly_fee,campaign_code,list_price,cost,original_external_id,credits';

const plainRow: Record<string, string> = {
  source: 'BSS',
  external_id: 'E1',
  type: 'ACTIVATION',
  occurred_at: '2026-10-28T10:00:00+08:00',
  agent_code: 'A001',
  product_code: 'FIBER',
  quantity: '1',
  amount: '99.90',
  currency: 'CNY',
};

/** A good row with some columns changed, as a line of a file with `header`. */
export function line(changes: Record<string, string> = {}): string {
  const row = { ...plainRow, ...changes };
  return header
    .split(',')
    .map((column) => row[column] ?? '')
    .join(',');
}

export function file(...lines: string[]): string {
  return [header, ...lines].join('\n');
}

/** Imports a file in a transaction of its own, as the owner. */
export function importText(
  database: Database,
  text: string | Buffer,
  options: Partial<ImportOptions> = {},
  as: Actor = actor,
): Promise<ImportResult> {
  return database.transaction((transaction) =>
    importEventFile(
      transaction,
      as,
      now,
      { name: 'events.csv', stream: Readable.from([Buffer.from(text)]) },
      { atomic: false, ...options },
    ),
  );
}

/** Everything an event says, without what differs between imports (ids), in the order of keys. */
export async function eventContent(database: Pick<Database, 'execute'>): Promise<unknown[]> {
  return database.execute(sql`
    select source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, region_id, segment_id,
      customer_id, subscription_id, contract_months, monthly_fee, campaign_id, list_price, cost, original_external_id, has_credits,
      late, content_hash, (select json_agg(array[agent_id::text, role, share::text] order by agent_id, role)
                           from ${eventCredit} where event_id = ${salesEvent}.id) as credits
    from ${salesEvent} order by source collate "C", external_id collate "C"`);
}

/**
 * Runs `work` until it waits for an advisory lock that another transaction holds, then lets that one do `meanwhile` and
 * commit. @returns what `work` gives in the end.
 */
export async function whileLocked<Result>(
  { owner }: Databases,
  lockName: string,
  work: () => Promise<Result>,
  meanwhile: (holder: Transaction) => Promise<unknown> = async () => {},
): Promise<Result> {
  return owner
    .transaction(async (holder) => {
      await holder.execute(sql`select pg_advisory_xact_lock(${lockKey(lockName)}::bigint)`);
      const result = work();
      const waiting = sql`select from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
      while ((await owner.execute(waiting)).length === 0);
      await meanwhile(holder);
      // Not awaited within this transaction, whose end it waits for.
      return { result };
    })
    .then(({ result }) => result);
}
