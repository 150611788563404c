import { beforeAll, describe, expect, it } from 'vitest';
import { recordChanges } from '../../src/audit/audit.ts';
import { type ChainFault, verifyAuditChain } from '../../src/audit/verify.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { serverError } from '../../src/db/constraints.ts';
import { testDatabase } from '../database.ts';
import { asOwner, clerk, close, now, openBooks } from '../support/books.ts';

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases);
  await close(databases);
});

const note = (transaction: Transaction, key: string) =>
  recordChanges(transaction, clerk, now, [{ action: 'test.noted', entity: 'test', entityKey: key }]);

const faults = () => asOwner(databases, (transaction) => verifyAuditChain(transaction));

class Undo extends Error {}

/** The faults found with something altered by who owns the database; it is undone afterwards. */
async function faultsWith(statement: string): Promise<readonly ChainFault[]> {
  let found: readonly ChainFault[] = [];
  await asOwner(databases, async (transaction) => {
    for (const table of ['audit_record', 'audit_chain'])
      await transaction.execute(`alter table ${table} disable trigger user`);
    await transaction.execute(statement);
    found = await verifyAuditChain(transaction);
    throw new Undo();
  }).catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  return found;
}

describe('the audit chain', () => {
  it('holds every record once, unbroken', async () => {
    const [row] = await databases.owner.$client`
      select (select count(*)::integer from audit_record) as records, (select count(*)::integer from audit_chain) as chained,
             (select count(*)::integer from audit_record where action = 'run.approved') as approved`;
    expect(row).toMatchObject({ chained: row?.records, approved: 1 });
    expect(await faults()).toEqual([]);
  });

  it('stays unbroken when many commit at once, also out of the order they wrote in', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => asOwner(databases, (transaction) => note(transaction, `many ${index}`))),
    );
    await asOwner(databases, async (first) => {
      await note(first, 'wrote first, commits last');
      await asOwner(databases, (second) => note(second, 'wrote second, commits first'));
    });
    expect(await faults()).toEqual([]);
    const last = await databases.owner.$client`
      select record.entity_key as key from audit_chain chain join audit_record record on record.id = chain.record_id
      order by chain.position desc limit 2`;
    expect(last.map(({ key }) => key)).toEqual(['wrote first, commits last', 'wrote second, commits first']);
  });

  it('has nothing of a transaction that was undone, and no gap for it', async () => {
    const undone = asOwner(databases, async (transaction) => {
      await note(transaction, 'undone');
      throw new Undo();
    });
    await expect(undone).rejects.toThrow(Undo);
    await asOwner(databases, (transaction) => note(transaction, 'after it'));
    expect(await faults()).toEqual([]);
    expect(await databases.owner.$client`select from audit_record where entity_key = 'undone'`).toHaveLength(0);
  });

  const second = `(select record_id from audit_chain where position = 2)`;
  it.each([
    [
      'a record was altered',
      `update audit_record set after = '{"amount": "1"}' where id = ${second}`,
      [{ position: 2, fault: 'its record was altered' }],
    ],
    [
      'a record was post-dated',
      `update audit_record set at = at + interval '1 microsecond' where id = ${second}`,
      [{ position: 2, fault: 'its record was altered' }],
    ],
    [
      'a record and its link were taken out',
      `with link as (delete from audit_chain where position = 2 returning record_id)
       delete from audit_record using link where id = link.record_id`,
      [{ position: 3, fault: 'a position before it is missing' }],
    ],
    [
      'a record was slipped in past the chain',
      `insert into audit_record (at, actor, action, entity, entity_key) values (now(), 'x', 'x', 'x', 'x')`,
      [{ position: 0 }],
    ],
    [
      'a record was altered and its link made to fit',
      `with changed as (update audit_record set reason = 'new' where id = ${second} returning audit_record as record)
       update audit_chain set hash = audit_hash(previous_hash, changed.record) from changed where position = 2`,
      [{ position: 3, fault: 'it does not follow its predecessor' }],
    ],
    [
      'two links were exchanged',
      `update audit_chain chain set record_id = other.record_id from audit_chain other
       where chain.position in (2, 3) and other.position in (2, 3) and other.position <> chain.position`,
      [{ position: 2 }, { position: 3 }],
    ],
  ])('shows where %s', async (_what, statement, expected) => {
    // Deferred, so that two links can be exchanged.
    await databases.owner.$client`alter table audit_chain drop constraint if exists audit_chain_record_id_key`;
    expect(await faultsWith(statement)).toMatchObject(expected);
    expect(await faults()).toEqual([]);
  });
});

describe('what is written once', () => {
  it.each([
    'sales_event',
    'event_credit',
    'plan_version',
    'plan_component',
    'rate_rule',
    'pool_version',
    'component',
    'audit_record',
    'audit_chain',
  ])('%s: nobody changes, deletes or empties it, not even its owner', async (table) => {
    const [column] = await databases.owner.$client<{ name: string }[]>`
        select column_name as name from information_schema.columns where table_name = ${table} and is_identity = 'NO' limit 1`;
    const [row] = await databases.owner.$client.unsafe(`select count(*)::integer as count from ${table}`);
    expect(row?.count).toBeGreaterThan(0);
    for (const statement of [
      `update ${table} set "${column?.name}" = "${column?.name}"`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      const error: unknown = await databases.owner.$client.unsafe(statement).catch((reason: unknown) => reason);
      expect(serverError(error)).toMatchObject({ code: '23001' });
    }
  });
});
