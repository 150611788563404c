import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Jobs, startJobs } from '../../jobs/worker.ts';
import { testDatabase } from '../database.ts';
import { data, makeWorld, now, type Person, type World } from '../schema/world.ts';
import { never, silent, until } from './fixture.ts';

// E1 of the east sold FIBER to the customer C1 on 5 October; W1 of the west sells it there once more on 20 October.

let world: World;
const running: Jobs[] = [];
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});
afterAll(async () => {
  await Promise.all(running.map((jobs) => jobs.stop()));
});

const failure = '... on UserError { code message faults { code at } }';
const twice =
  '{ kind: DUPLICATE, effect: HOLD, scope: { events: [ACTIVATION] }, windowDays: 30, same: PRODUCT, dueDays: 5, appealDays: 10 }';
const sale = (more: string) =>
  `mutation { importSalesEvents(events: [{ source: "CRM", agentCode: "W1", productCode: "FIBER", quantity: "1", amount: "100", currency: "CNY",
    ${more} }]) { ... on ImportPayload { acceptedCount duplicateCount rejections { code message } } ${failure} } }`;
const second = sale(
  'externalId: "AGAIN", type: "ACTIVATION", customerId: "C1", occurredAt: "2026-10-20T10:00:00+08:00"',
);
const cases = (person: Person) =>
  data(world, person, '{ conflictCases { nodes { code state closing period parties { agentCode side event } } } }');
const notices = async (person: Person) =>
  (await data(world, person, '{ notices { nodes { kind textEn } } }')).notices.nodes.filter(
    ({ kind }: { kind: string }) => kind.startsWith('CONFLICT'),
  );

it('what comes in over the API is looked through by the worker: a case is opened once, both sides are told, a reversal closes it', async () => {
  const rule = `mutation { publishConflictRule(code: "TWICE", name: "Sold twice", from: "2026-10-01", definition: ${twice}) {
    ... on ConflictRulePayload { number } ${failure} } }`;
  expect((await data(world, 'admin', rule)).publishConflictRule).toEqual({ number: 1 });
  running.push(
    await startJobs({
      databases: world.databases,
      clock: () => now,
      logger: silent,
      closeDelayHours: 1_000_000,
      clockPattern: never,
    }),
  );
  const imported = { acceptedCount: 1, duplicateCount: 0, rejections: [] };
  expect((await data(world, 'managerWest', second)).importSalesEvents).toEqual(imported);

  const accused = { agentCode: 'W1', side: 'ACCUSED', event: 'CRM/AGAIN' };
  const claimant = { agentCode: 'E1', side: 'CLAIMANT', event: 'CRM/A-E1' };
  const open = { code: 'C-1', state: 'OPEN', closing: null, period: '2026-10' };
  await until(async () =>
    expect((await cases('admin')).conflictCases.nodes).toEqual([{ ...open, parties: [accused, claimant] }]),
  );
  expect((await cases('agentW1')).conflictCases.nodes).toEqual([{ ...open, parties: [accused] }]);
  expect((await cases('agentE1')).conflictCases.nodes).toEqual([{ ...open, parties: [claimant] }]);
  expect((await cases('agentE2')).conflictCases.nodes).toEqual([]);
  for (const person of ['agentW1', 'agentE1'] as const) {
    const [notice, ...more] = await notices(person);
    expect(more, person).toEqual([]);
    expect(notice, person).toMatchObject({ kind: 'CONFLICT_OPENED' });
    expect(notice.textEn, person).toContain('C-1');
  }
  expect(await notices('agentE2')).toEqual([]);

  // The same once more brings nothing; what is reversed is no sale.
  const known = { acceptedCount: 0, duplicateCount: 1, rejections: [] };
  expect((await data(world, 'managerWest', second)).importSalesEvents).toEqual(known);
  const reversal = sale(
    'externalId: "UNDO", type: "REVERSAL", originalExternalId: "AGAIN", occurredAt: "2026-10-21T10:00:00+08:00"',
  );
  expect((await data(world, 'managerWest', reversal)).importSalesEvents).toEqual(imported);
  const closed = { ...open, state: 'CLOSED', closing: 'FACTS_CHANGED' };
  await until(async () =>
    expect((await cases('admin')).conflictCases.nodes).toEqual([{ ...closed, parties: [accused, claimant] }]),
  );
});
