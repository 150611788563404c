import { expect, it } from 'vitest';
import { terminateAgent } from '../../src/agents/life.ts';
import { localActor } from '../../src/db/transaction.ts';
import { expireRegistrations } from '../../src/registrations/expiry.ts';
import { importSales, makeWorld, notices, register, sale, standing, steps } from './fixture.ts';

it('with the day of its termination what an agent claims ends, won or not; whoever waits is protected from then on', async () => {
  const world = await makeWorld();
  const { databases } = world;
  await register(world, 'E1');
  await register(world, 'W2');
  await register(world, 'E1', { customerId: 'L' });
  await register(world, 'W2', { customerId: 'M' });
  await register(world, 'E1', { customerId: 'M' });
  await register(world, 'E1', { customerId: 'N', categoryCode: 'MOBILE' });
  await register(world, 'E2', { customerId: 'O' });
  // E1 sells to L as it registers it, and to K on the day from which on it is terminated.
  await importSales(world, [sale('L', { customerId: 'L' }), sale('K', { occurredAt: '2026-11-05T10:00:00+08:00' })]);
  const decide = new Date('2026-11-03T02:00:00Z');
  const decision = { agentCode: 'E1', from: '2026-11-05', reason: 'gave up', forCause: false };
  await databases.owner.transaction((transaction) =>
    terminateAgent(transaction, localActor('clerk'), decide, decision),
  );

  const clock = localActor('clock');
  const before = [
    'E1 PROTECTED 11-02T02:00 11-11T16:00 11-12',
    'W2 QUEUED',
    'E1 WON 11-02T02:00 11-11T16:00 11-12',
    'W2 PROTECTED 11-02T02:00 11-11T16:00 11-12',
    'E1 QUEUED',
    'E1 PENDING',
    'E2 PROTECTED 11-02T02:00 11-11T16:00 11-12',
  ];
  await expireRegistrations(databases.owner, clock, new Date('2026-11-04T15:59:59Z'));
  expect(await standing(world)).toEqual(before);

  // The 5th begins at 16:00 UTC of the 4th; the job runs half a day late.
  const late = new Date('2026-11-05T04:00:00Z');
  await expireRegistrations(databases.owner, clock, late);
  const after = [
    'E1 EXPIRED 11-02T02:00 11-04T16:00 11-05',
    'W2 PROTECTED 11-04T16:00 11-14T16:00 11-15',
    'E1 WON 11-02T02:00 11-04T16:00 11-05',
    before[3],
    'E1 WITHDRAWN',
    'E1 WITHDRAWN',
    before[6],
  ];
  expect(await standing(world)).toEqual(after);
  expect((await steps(world)).filter((step) => /TERMINATED|EXPIRED/.test(step))).toEqual([
    'E1 TERMINATED clock 11-05T04:00',
    'E1 TERMINATED clock 11-05T04:00',
    'E1 TERMINATED clock 11-05T04:00',
    'E1 TERMINATED clock 11-05T04:00',
    'E1 EXPIRED clock 11-04T16:00',
  ]);
  expect(await notices(world)).toEqual(['E1 REGISTRATION_EXPIRED', 'W2 REGISTRATION_DECIDED PROTECTED']);
  const audited = await databases.owner.$client`select from audit_record where action = 'deal_registration.terminated'`;
  expect(audited).toHaveLength(4);

  const happened = await steps(world);
  await expireRegistrations(databases.owner, clock, late);
  expect(await standing(world)).toEqual(after);
  expect(await steps(world)).toEqual(happened);
});
