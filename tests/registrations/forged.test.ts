import { beforeEach, expect, it } from 'vitest';
import { rawSql } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { codeOf } from '../support/books.ts';
import { makeWorld, type Person, register, standing, start, type World } from './fixture.ts';

// What the database refuses whoever gets past the services.

let world: World;
const ids = new Map<string, number>();
beforeEach(async () => {
  world = await makeWorld();
  for (const { id, code } of await world.databases.owner.query.agent.findMany()) ids.set(code, id);
  const versions = await world.databases.owner.$client<{ id: number; code: string }[]>`
    select version.id, policy.code from registration_policy_version version join registration_policy policy on policy.id = policy_id`;
  for (const { id, code } of versions) ids.set(code, id);
});

const statement = (person: Person, text: string, at = start) =>
  world
    .as(person, at, (transaction) => rawSql(transaction).unsafe(text))
    .catch((error: unknown) => {
      throw asUserError(error);
    });
const refused = async (person: Person, text: string) =>
  expect(await codeOf(statement(person, text)), text).toBe('FORBIDDEN');

type Row = {
  agent?: string;
  policy?: string;
  state?: string;
  at?: string;
  from?: string;
  until?: string;
  day?: string;
  customer?: string;
};
/** W2's deal of K as DEALS protects it from 10:00 on 2 November: until the 12th begins. */
const insert = ({
  agent = 'W2',
  policy = 'DEALS',
  state = 'PROTECTED',
  at = start.toISOString(),
  from = at,
  until = '2026-11-11T16:00:00Z',
  day = '2026-11-12',
  customer = 'K',
}: Row = {}) => `
  insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, state, registered_by, registered_at,
    protected_from, protected_until, protected_until_day)
  values (${ids.get(agent)}, ${ids.get(policy)}, '${customer}', 'k', '${state}', 'x', '${at}', '${from}', '${until}', '${day}')`;
const change = (set: string) => `update deal_registration set ${set} where code = 'D-1'`;

it('a protection begins today, lasts as long as the policy says, and stands against no other', async () => {
  await refused('W2', insert({ until: '2099-12-31T16:00:00Z', day: '2100-01-01' }));
  await refused('W2', insert({ day: '2026-11-30' }));
  await refused('W2', insert({ from: '2026-11-01T02:00:00Z' }));
  await refused('W2', insert({ at: '2026-11-01T02:00:00Z', until: '2026-11-10T16:00:00Z', day: '2026-11-11' }));
  await refused('W2', insert({ at: '2026-11-03T02:00:00Z', until: '2026-11-12T16:00:00Z', day: '2026-11-13' }));
  await refused('W2', insert({ policy: 'PHONES', until: '2026-12-01T16:00:00Z', day: '2026-12-02' }));
  await refused('W2', insert({ state: 'QUEUED' }));
  await refused('W2', insert({ state: 'WON' }));
  await statement('W2', insert());
  await refused('E1', insert({ agent: 'E1' }));
  expect(await standing(world)).toEqual(['W2 PROTECTED 11-02T02:00 11-11T16:00 11-12']);
});

it('its end moves by extensions alone, or comes sooner with its loss', async () => {
  await register(world, 'E1');
  const extended = `protected_until = '2026-11-16T16:00:00Z', protected_until_day = '2026-11-17'`;
  await refused('E1', change(`protected_until = '2099-12-31T16:00:00Z', protected_until_day = '2100-01-01'`));
  await refused('E1', change(extended));
  await refused(
    'E1',
    change(`extension_count = 1, protected_until = '2026-11-17T16:00:00Z', protected_until_day = '2026-11-18'`),
  );
  await refused('E1', change(`protected_from = '2026-11-01T16:00:00Z'`));
  await refused('E1', change(`state = 'EXPIRED'`));
  await refused('E1', change(`state = 'LOST', ${extended}`));
  await refused('E1', change(`state = 'WON'`));
  await statement('E1', change(`extension_count = 1, ${extended}`));
  await refused(
    'E1',
    change(`extension_count = 2, protected_until = '2026-11-21T16:00:00Z', protected_until_day = '2026-11-22'`),
  );
  expect(await standing(world)).toEqual(['E1 PROTECTED 11-02T02:00 11-16T16:00 11-17']);
});

it('only staff judges, and only the clock moves a queue on or ahead', async () => {
  await register(world, 'E1', { productCode: 'VOICE' });
  const protection = `protected_from = '${start.toISOString()}', protected_until = '2026-12-01T16:00:00Z', protected_until_day = '2026-12-02'`;
  await refused('E1', change(`state = 'PROTECTED', ${protection}`));
  await refused('E1', change(`state = 'REFUSED'`));
  await refused('E1', change(protection));
  await statement('east', change(`state = 'PROTECTED', ${protection}`));
  await register(world, 'W2');
  expect((await standing(world))[1]).toBe('W2 QUEUED');
  const ahead = change(
    `state = 'PROTECTED', protected_from = '${start.toISOString()}', protected_until = '2026-11-11T16:00:00Z', protected_until_day = '2026-11-12'`,
  );
  await refused('W2', ahead.replace('D-1', 'D-2'));
  await refused('W2', `select settle_registrations('K', '2200-01-01')`);
  await refused('W2', `select settle_registrations('K', '2026-11-02T16:00:00Z')`);
  await statement('W2', `select settle_registrations('K', '2026-11-02T15:59:59Z')`);
  expect((await standing(world)).map((deal) => deal.slice(0, 6))).toEqual(['E1 PRO', 'W2 QUE']);
});
