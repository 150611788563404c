import { beforeEach, expect, it } from 'vitest';
import { loseDeal, withdrawDeal } from '../../src/registrations/dealLife.ts';
import { judgeDeal, registerDeal } from '../../src/registrations/registrations.ts';
import { refusals } from '../conflicts/ruleFixture.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { makeWorld, type Person, register, standing, start, steps, type World } from './fixture.ts';

// A request's clock is that of its start: one that waits for another to be done with the customer goes on with an older clock.

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});

/** So many milliseconds after `start`. */
const after = (milliseconds: number) => new Date(start.getTime() + milliseconds);
const customer = { customerId: 'K', customerName: 'Kunlun Works' };

/** `person` registers K and, before it commits, `other` begins and waits. */
async function whileRegistering<Result>(person: Person, at: Date, other: () => Promise<Result>): Promise<Result> {
  const waiting: Promise<Result>[] = [];
  await world.as(person, at, async (transaction, actor) => {
    await registerDeal(transaction, actor, at, customer);
    waiting.push(other());
    await untilSomebodyWaits(world.databases);
  });
  const [result] = await Promise.all(waiting);
  if (result === undefined) throw new Error('nobody waited');
  return result;
}

it('of two who ask at once one is protected, also where the other asked earlier and waited', async () => {
  await whileRegistering('W2', after(50), () => register(world, 'E1'));
  expect(await standing(world)).toEqual(['W2 PROTECTED 11-02T02:00 11-11T16:00 11-12', 'E1 QUEUED']);
});

it('is not protected for the time before another lost what it had meanwhile', async () => {
  const lost = await register(world, 'W2', { at: after(20) });
  await world.as('W2', after(50), (transaction, actor) =>
    loseDeal(transaction, actor, after(50), { id: lost, reason: 'sold' }),
  );
  await register(world, 'E1', { at: start });
  expect((await standing(world)).map((deal) => deal.split(' ')[1])).toEqual(['LOST', 'QUEUED']);
  // Whoever asks next finds what waits, which is protected from the instant of the loss on.
  await register(world, 'W1', { at: after(60) });
  const rows = await world.databases.owner.$client`
    select agent.code, protected_from = ${after(50).toISOString()} as "follows" from deal_registration deal
    join agent on agent.id = agent_id where state = 'PROTECTED'`;
  expect(rows).toEqual([{ code: 'E1', follows: true }]);
});

it('is not judged to be protected beside one that was protected a moment later', async () => {
  const [first, second] = [
    await register(world, 'E1', { productCode: 'VOICE' }),
    await register(world, 'W2', { productCode: 'VOICE' }),
  ];
  const judge = (id: number, now: Date) =>
    world.as('admin', now, (transaction, actor) =>
      judgeDeal(transaction, actor, now, { id, protect: true, reason: 'looked at' }),
    );
  await judge(second, after(50));
  expect(await refusals(judge(first, start))).toEqual([
    'REGISTRATION_CLASH registrationId: Kunlun Works is protected by D-2 of W2.',
  ]);
});

it('ends as it begins where whoever ends it asked before it began', async () => {
  const id = await register(world, 'E1', { at: after(50) });
  await register(world, 'W2', { at: after(60) });
  await world.as('E1', start, (transaction, actor) => withdrawDeal(transaction, actor, start, { id, reason: null }));
  const [empty] = await world.databases.owner.$client`
    select state, protected_until = protected_from and protected_from = ${after(50).toISOString()} as "isEmpty",
      protected_until_day::text as day from deal_registration where id = ${id}`;
  expect(empty).toEqual({ state: 'WITHDRAWN', isEmpty: true, day: '2026-11-03' });
  expect(await steps(world)).toContain('W2 PROTECTED clock 11-02T02:00');
});
