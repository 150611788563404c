import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { decide, makeWorld, openCase, stateOf, texts, type World } from '../conflicts/casesFixture.ts';
import { testDatabase } from '../database.ts';
import { never, silent, until } from './fixture.ts';

let world: World;
const running: Jobs[] = [];
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});
afterAll(async () => {
  await Promise.all(running.map((jobs) => jobs.stop()));
});

it('hands cases on whose time is over, and closes those that nobody appealed against', async () => {
  const late = await openCase(world, { event: 'east', mediator: 'managerEast' });
  const decided = await openCase(world, { event: 'west', region: 'WEST' });
  await decide(world, 'managerWest', decided, { credits: 'KEEP', reason: 'nothing wrong' });
  // These cases were put there by hand: events are not to be looked through again.
  const sql = world.databases.owner.$client;
  await sql`insert into conflict_scan (import_id, scanned_at) select id, now() from event_import`;
  await sql`delete from conflict_stale`;
  // Later than the database's clock shows, so that the next day's work is not planned for now.
  const now = new Date('2036-12-05T02:00:00Z');
  const options = { databases: world.databases, clock: () => now, logger: silent };
  running.push(await startJobs({ ...options, closeDelayHours: 0, clockPattern: never }));
  await until(async () => expect(await stateOf(world, decided)).toBe('CLOSED FINAL decided'));
  expect(
    await texts(
      world,
      `select concat_ws(' ', escalation_level, mediator_name, state, closing) as text from conflict_case where id = ${late}`,
    ),
  ).toEqual(['1 managerAll OPEN']);
});
