import { beforeAll, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { publishSettlementPolicy } from '../../src/settlement/policies.ts';
import { journalEntryKinds } from '../../src/settlement/policy.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await calculatePeriod(world.databases, localActor('clerk'), '2026-11' as Period, now);
});

const query = `query ($first: Int, $after: String) { journal(period: "2026-11") { date
  totals { currency debit credit } missingAccounts { entry componentCode }
  entries(first: $first, after: $after) { nodes { date account agentCode component debit credit }
    pageInfo { hasNextPage endCursor } } } }`;

it('names what has no account', async () => {
  const { journal } = await data(world, 'finance', query);
  expect(journal.totals).toEqual([]);
  expect(journal.missingAccounts).toEqual([
    { entry: 'EXPENSE', componentCode: 'ACT' },
    { entry: 'PAYABLE', componentCode: null },
  ]);
});

it('shows the journal of a calculated period page by page, as much on one side as on the other', async () => {
  const definition = { journal: journalEntryKinds.map((entry) => ({ entry, account: entry })) };
  await world.databases.owner.transaction((transaction) =>
    publishSettlementPolicy(transaction, localActor('clerk'), now, { validFrom: '2026-01-01', definition }),
  );
  const { journal } = await data(world, 'finance', query, { first: 1 });
  // two sales of 80.00 each
  expect(journal).toMatchObject({
    date: '2026-11-30',
    totals: [{ currency: 'CNY', debit: '160.00', credit: '160.00' }],
    missingAccounts: [],
    entries: { nodes: [{ account: 'EXPENSE', agentCode: null, debit: '160.00', credit: '0.00' }] },
  });
  const { endCursor, hasNextPage } = journal.entries.pageInfo;
  expect(hasNextPage).toBe(true);
  const { journal: rest } = await data(world, 'finance', query, { first: 10, after: endCursor });
  expect(rest.entries.nodes).toMatchObject([
    { account: 'PAYABLE', agentCode: 'E1', component: null, credit: '80.00' },
    { account: 'PAYABLE', agentCode: 'W1', component: null, credit: '80.00' },
  ]);
});

it('is refused for a period without a run', async () => {
  const answer = await ask(world, 'finance', '{ journal(period: "2027-01") { date } }');
  expect(answer.errors?.[0]?.extensions?.code).toBe('NO_RUN');
});

it('shows what moved in a month', async () => {
  const { paymentJournal } = await data(
    world,
    'auditor',
    '{ paymentJournal(month: "2026-11") { month csv totals { debit } entries { nodes { date } } } }',
  );
  expect(paymentJournal).toEqual({
    month: '2026-11',
    csv: 'period,entry_no,date,account,cost_centre,agent_code,component,text,debit,credit,currency\n',
    totals: [],
    entries: { nodes: [] },
  });
});
