import { expect, it } from 'vitest';
import { findClaims } from '../../src/payments/claims.ts';
import { openWorld } from './world.ts';

// What is due is looked for in the runs that are open.

it('is nothing of a run that is PAID: its payments are made elsewhere', async () => {
  const world = await openWorld();
  await world.statement('N1', '100');
  await world.statement('N2', '50', { period: '2026-09' });
  const due = async () => {
    const asked = { currency: 'CNY', until: '2026-11-05', timeZone: 'Asia/Shanghai' };
    return (await world.run((transaction) => findClaims(transaction, asked))).map(({ reference }) => reference);
  };
  expect(await due()).toEqual(['S-2026-10-N1-CNY', 'S-2026-09-N2-CNY']);
  await world.sql`update commission_run set status = 'PAID', paid_by = 'x', paid_at = now() where period = '2026-09'`;
  expect(await due()).toEqual(['S-2026-10-N1-CNY']);
});
