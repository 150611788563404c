import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { encodeNodeId } from '../../schema/ids.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type Person, type World } from './world.ts';

let world: World;
const scores = new Map<string, string>();

// Totals of 2026-10: E1 61, E2 69.99, E3 70, W1 12, and three made-up agents 65, 100 and none (blocked).
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.execute(sql`
    insert into agent (code, name, channel_type_id) select code, code, (select id from channel_type) from unnest(array['P1', 'P2', 'P3']) code`);
  await world.databases.owner.execute(sql`
    with template as (insert into score_template (code, name) values ('T', 'T') returning id),
      version as (insert into score_template_version (template_id, number, valid_from, definition, published_by, published_at)
        select id, 1, '2026-01-01', '{}', 'anna', now() from template returning id),
      round as (insert into score_round (period, state) values ('2026-10', 'PUBLISHED') returning period)
    insert into score (period, agent_id, template_version_id, channel_type_id, total, blocked_by, detail)
    select round.period, agent.id, version.id, agent.channel_type_id, given.total, '[]', '{}'
    from round, version, (values ('E1', 61), ('E2', 69.99), ('E3', 70), ('W1', 12), ('P1', 65), ('P2', 100), ('P3', null)) given (code, total)
    join agent on agent.code = given.code`);
  const rows = await world.databases.owner.$client<{ id: number; code: string }[]>`
    select score.id, code from score join agent on agent.id = agent_id`;
  for (const { id, code } of rows) scores.set(code, encodeNodeId('Score', String(id)));
});

const distribution = async (person: Person, code: string) =>
  (await data(world, person, `{ scoreDistribution(scoreId: "${scores.get(code)}") { from to peerCount isOwn } }`))
    .scoreDistribution;

it('tells where a score stands among at least five, without names', async () => {
  // 12 | 61, 65, 69.99 | 70 | 100, which is the highest total; the blocked one has none
  expect(await distribution('agentE1', 'E1')).toEqual([
    { from: 10, to: 20, peerCount: 1, isOwn: false },
    { from: 60, to: 70, peerCount: 3, isOwn: true },
    { from: 70, to: 80, peerCount: 1, isOwn: false },
    { from: 90, to: 100, peerCount: 1, isOwn: false },
  ]);
});

it('has a stretch from 100 on where bonuses reach beyond, and the highest total in the last', async () => {
  const owner = world.databases.owner;
  const setMaximum = (maximum: string) =>
    owner.transaction(async (transaction) => {
      await transaction.execute(sql`alter table score_template_version disable trigger user`);
      await transaction.execute(
        sql`update score_template_version set definition = jsonb_build_object('maximum', ${maximum}::text)`,
      );
      await transaction.execute(sql`alter table score_template_version enable trigger user`);
    });
  await setMaximum('110');
  expect((await distribution('agentE1', 'E1')).at(-1)).toEqual({ from: 100, to: 110, peerCount: 1, isOwn: false });
  // Totals up to 70: 69.99 and 70 are both in [60, 70].
  await setMaximum('70');
  expect((await distribution('agentE1', 'E3')).slice(1, 2)).toEqual([{ from: 60, to: 70, peerCount: 5, isOwn: true }]);
  await setMaximum('100');
});

it('is for those who see the score', async () => {
  expect(await distribution('agentW1', 'E1')).toEqual([]);
  expect(await distribution('managerWest', 'E1')).toEqual([]);
  expect(await distribution('agentE2', 'E1')).toEqual([]);
  expect(await distribution('agentE1', 'E2')).toHaveLength(4);
});

it('says nothing of few, nor before the scores are published', async () => {
  const owner = world.databases.owner;
  for (const table of ['score_round', 'score'])
    await owner.execute(sql.raw(`alter table ${table} disable trigger user`));
  await owner.execute(sql`update score_round set state = 'CALCULATED'`);
  expect(await distribution('managerEast', 'E1')).toEqual([]);
  await owner.execute(sql`update score_round set state = 'PUBLISHED'`);
  await owner.execute(sql`update score set total = null where total in (65, 100)`);
  expect(await distribution('agentE1', 'E1')).toEqual([]);
});
