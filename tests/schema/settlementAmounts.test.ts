import { beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type World } from './world.ts';

// Amounts of settlement are told with the decimals of their currency, however they were written.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.$client`
    with own as (select id from agent where code = 'E1'), repaid as (
      insert into repayment (agent_id, amount, currency, received_on, reason, state, proposed_by, proposed_at)
      select id, 5.5, 'CNY', '2026-11-05', 'r', 'PROPOSED', 'x', now() from own), kept as (
      insert into deposit_entry (agent_id, kind, amount, currency, reason, state, proposed_by, proposed_at)
      select id, 'PAID_IN', 100, 'JPY', 'r', 'PROPOSED', 'x', now() from own), ahead as (
      insert into off_cycle_settlement (agent_id, kind, currency, gross, tax_percent, tax, net, reason, state, proposed_by, proposed_at)
      select id, 'ADVANCE', 'CNY', 100, 0, 0, 100.0, 'r', 'PROPOSED', 'x', now() from own)
    insert into invoice (agent_id, number, issued_on, currency, net, vat, gross, state, submitted_by, submitted_at)
    select id, 'N1', '2026-11-05', 'CNY', 100, 0, 100.0, 'SUBMITTED', 'x', now() from own`;
});

it('100 yuan are 100.00, and 100 yen are 100', async () => {
  const answer = await data(
    world,
    'finance',
    `{ invoices { nodes { net vat gross } } offCycleSettlements { nodes { gross returned tax net } } repayments { nodes { amount } }
      depositEntries { nodes { amount } } agentBalance(agentCode: "E1", currency: "CNY") { amount returned deposit } }`,
  );
  expect(answer).toEqual({
    invoices: { nodes: [{ net: '100.00', vat: '0.00', gross: '100.00' }] },
    offCycleSettlements: { nodes: [{ gross: '100.00', returned: '0.00', tax: '0.00', net: '100.00' }] },
    repayments: { nodes: [{ amount: '5.50' }] },
    depositEntries: { nodes: [{ amount: '100' }] },
    agentBalance: { amount: '0.00', returned: '0.00', deposit: '0.00' },
  });
});
