import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ConflictBooks } from '../support/conflictBooks.ts';
import { rowsAt, versionStatement } from '../support/conflictRows.ts';

// Changed facts have events from their day on looked through again: triggers note that day, where there are rules at all.

let books: ConflictBooks;
const ids = () => books.ids;

beforeAll(async () => {
  books = new ConflictBooks(await testDatabase());
  await books.open();
  ids().category = await books.run("insert into product_category (code, name) values ('B', 'b')");
  ids().policy = await books.run("insert into registration_policy (code, name) values ('P', 'p')");
  ids().policyVersion = await books.run(
    versionStatement('registration_policy_version', 'policy_id', ids().policy, 1, "'2026-01-01'"),
  );
});

/** The days that are noted, with what changed; forgotten afterwards. */
async function noted(): Promise<string[]> {
  const rows = await books.sql<{ text: string }[]>`
    with taken as (delete from conflict_stale returning *) select since::text || ' ' || reason as text from taken order by 1`;
  return rows.map(({ text }) => text);
}

const jobs = () => books.sql`select from graphile_worker.jobs where task_identifier = 'detect_conflicts'`;
const floor = (from: string, to: string) =>
  `insert into price_floor (product_id, currency, price, valid_from, valid_to) values (${ids().product}, 'CNY', 1, '${from}', '${to}')`;

it('without rules nothing is noted, and nothing asked for', async () => {
  await books.run(floor('2026-01-01', '2026-01-02'));
  await books.sql`select request_detection()`;
  expect(await noted()).toEqual([]);
  expect(await jobs()).toHaveLength(0);
});

describe('with rules', () => {
  beforeAll(async () => {
    await books.addRuleVersions();
  });

  it('the first version of a rule is noted itself, and events can be asked to be looked through, once', async () => {
    expect(await noted()).toEqual(['2026-01-01 credit_rule_version']);
    const rule = await books.run("insert into conflict_rule (code, name) values ('R', 'r')");
    await books.run(versionStatement('conflict_rule_version', 'rule_id', rule, 1, "'2026-03-01'"));
    expect(await noted()).toEqual(['2026-03-01 conflict_rule_version']);
    for (let time = 0; time < 2; time += 1) await books.sql`select request_detection()`;
    expect(await jobs()).toHaveLength(1);
  });

  const dated: Record<string, () => string> = {
    territory: () =>
      `insert into territory (agent_id, region_id, valid_from) values (${ids().A1}, ${ids().region}, '2026-04-01')`,
    agent_region: () =>
      `insert into agent_region (agent_id, region_id, valid_from) values (${ids().A1}, ${ids().region}, '2026-04-01')`,
    agent_parent: () =>
      `insert into agent_parent (agent_id, parent_id, valid_from) values (${ids().A1}, ${ids().A2}, '2026-04-01')`,
    matrix_cell: () =>
      `insert into matrix_cell (channel_type_id, product_category_id, allowed, valid_from) values (${ids().channel}, ${ids().category}, true, '2026-04-01')`,
    price_floor: () => floor('2026-04-01', '2026-04-20'),
    course_requirement: () =>
      `insert into course_requirement (course_id, purpose, product_category_id, valid_from) values (${ids().course}, 'AUTHORISATION', ${ids().category}, '2026-04-01')`,
    training_result: () =>
      `insert into training_result (agent_id, course_id, taken_on, passed) values (${ids().A1}, ${ids().course}, '2026-04-01', true)`,
  };

  it.each(Object.entries(dated))('%s: added, changed, moved and taken away', async (table, insert) => {
    const column = table === 'training_result' ? 'taken_on' : 'valid_from';
    const id = await books.run(insert());
    expect(await noted()).toEqual([`2026-04-01 ${table}`]);
    await books.sql.unsafe(`update ${table} set ${column} = ${column} where id = ${id}`);
    expect(await noted()).toEqual([]);
    // Earlier and later: the earlier of the two days
    await books.sql.unsafe(`update ${table} set ${column} = '2026-04-05' where id = ${id}`);
    expect(await noted()).toEqual([`2026-04-01 ${table}`]);
    await books.sql.unsafe(`update ${table} set ${column} = '2026-03-30' where id = ${id}`);
    expect(await noted()).toEqual([`2026-03-30 ${table}`]);
    await books.sql.unsafe(`delete from ${table} where id = ${id}`);
    expect(await noted()).toEqual([`2026-03-30 ${table}`]);
  });

  it('a statement of many rows notes the earliest day, once; what is noted covers later days', async () => {
    await books.run(`${floor('2026-06-01', '2026-06-02')}, (${ids().product}, 'CNY', 1, '2026-05-01', '2026-05-02')`);
    await books.run(floor('2026-07-01', '2026-07-02'));
    expect(await noted()).toEqual(['2026-05-01 price_floor']);
    await books.run(floor('2026-08-02', '2026-08-03'));
    await books.run(floor('2026-08-01', '2026-08-02'));
    expect(await noted()).toEqual(['2026-08-01 price_floor', '2026-08-02 price_floor']);
  });

  it('a registered deal counts from its protection on', async () => {
    const id =
      await books.run(`insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, state, registered_by, registered_at)
      values (${ids().A1}, ${ids().policyVersion}, 'C', 'c', 'PENDING', 'x', ${rowsAt})`);
    expect(await noted()).toEqual([]);
    // 04:00 on the 11th in Shanghai
    await books.sql`update deal_registration set state = 'PROTECTED', protected_from = '2026-09-10T20:00:00Z',
      protected_until = '2026-12-09T16:00:00Z', protected_until_day = '2026-12-10' where id = ${id}`;
    expect(await noted()).toEqual(['2026-09-11 deal_registration']);
    await books.sql`update deal_registration set state = 'WON' where id = ${id}`;
    expect(await noted()).toEqual([]);
    await books.sql`update deal_registration set protected_until = '2026-09-30T20:00:00Z' where id = ${id}`;
    expect(await noted()).toEqual(['2026-10-01 deal_registration']);
  });

  it('what has no dates counts for all events: the channel type of an agent, the category of a product, the place of a region', async () => {
    const other = await books.run("insert into channel_type (code, name) values ('ONLINE', 'o')");
    await books.event('A1', { period: '2026-10' });
    await books.event('A1', { period: '2026-08' });
    await books.sql`update agent set channel_type_id = ${other} where code = 'A4'`;
    expect(await noted()).toEqual(['2026-08-01 agent']);
    await books.sql`update product set category_id = ${ids().category ?? 0}`;
    expect(await noted()).toEqual(['2026-08-01 product']);
    const parent = await books.run("insert into region (code, name) values ('TOP', 't')");
    await books.sql`update region set parent_id = ${parent} where code = 'ALL'`;
    expect(await noted()).toEqual(['2026-08-01 region']);
    await books.sql`update agent set name = 'other'`;
    await books.sql`update product set name = 'other'`;
    await books.sql`update region set name = 'other'`;
    expect(await noted()).toEqual([]);
  });
});
