import { beforeEach, expect, it } from 'vitest';
import { decideProposal } from '../../src/balances/decide.ts';
import { proposeOffCycle } from '../../src/balances/offCycle.ts';
import { localActor } from '../../src/db/transaction.ts';
import { now, openWorld, type PaymentWorld, payer } from './world.ts';

// Money that came back from the bank: paid once, and no part of it kept for the deposit twice.

let world: PaymentWorld;
beforeEach(async () => {
  world = await openWorld();
});

it('is in a batch once: out of turn, where two people decided that', async () => {
  await world.statement('N1', '1000');
  const first = await world.create();
  await world.approve(first);
  await world.report(`end_to_end_id,status\nPB-${first}-1,FAILED\n`);
  const input = { agentCode: 'N1', kind: 'BALANCE', currency: 'CNY', reason: 'r' } as const;
  const id = await world.run((transaction) => proposeOffCycle(transaction, payer, now, input));
  await world.run((transaction) =>
    decideProposal(transaction, localActor('ben'), now, 'off_cycle_settlement', { id, decision: 'APPROVED' }),
  );
  expect(await world.payments(await world.create())).toMatchObject([{ kind: 'OFF_CYCLE', amount: '1000' }]);
});

it('is no part of what is collected: half of 100 less 60', async () => {
  await world.agree('N1', { depositTarget: '500', depositPercent: '50' });
  await world.statement('N1', '100', { returned: '60' });
  await world.statement('N1', '70', { period: '2026-09', returned: '70' });
  expect(await world.payments(await world.create())).toMatchObject([
    { gross: '70', collected: '0', amount: '70' },
    { gross: '100', collected: '20', amount: '80' },
  ]);
});
