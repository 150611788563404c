import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, type World } from './world.ts';

// The customer K bought FIBER of E1 on 1 December, of W1 on the 2nd, and of E2 on the 3rd.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const sale = (agentCode: string, day: string) => ({
    source: 'CRM',
    externalId: `K-${agentCode}`,
    type: 'ACTIVATION',
    occurredAt: `2026-12-${day}T10:00:00+08:00`,
    agentCode,
    productCode: 'FIBER',
    quantity: '1',
    amount: '100',
    currency: 'CNY',
    customerId: 'K',
  });
  const sales = [sale('E1', '01'), sale('W1', '02'), sale('E2', '03')];
  const imported = await world.databases.owner.transaction((transaction) =>
    importEventBatch(transaction, localActor('clerk'), now, sales, { atomic: true }),
  );
  if (imported.acceptedCount !== sales.length) throw new Error(JSON.stringify(imported));
});

const failure = '... on UserError { code message faults { code at } }';
const twice =
  '{ kind: DUPLICATE, effect: HOLD, scope: { events: [ACTIVATION] }, windowDays: 30, same: PRODUCT, dueDays: 5, appealDays: 10 }';
const caseCount = async () =>
  (await world.databases.owner.execute(sql`select from conflict_case union all select from conflict_hit`)).length;

describe('a rule that is tried', () => {
  const attempt = (definition = twice) =>
    `{ tryConflictRule(period: "2026-12", definition: ${definition}) { ... on TriedConflictRule {
      scannedCount hitCount agents { code hitCount } regions { code hitCount } tests { code hitCount }
      samples { event agentCode regionCode occurredOn tests } } ${failure} } }`;
  const tried = async (person: Person) => (await data(world, person, attempt())).tryConflictRule;
  const west = {
    event: 'CRM/K-W1',
    agentCode: 'W1',
    regionCode: 'WEST',
    occurredOn: '2026-12-02',
    tests: ['DUPLICATE'],
  };
  const east = {
    event: 'CRM/K-E2',
    agentCode: 'E2',
    regionCode: 'EAST',
    occurredOn: '2026-12-03',
    tests: ['DUPLICATE'],
  };
  const one = (code: string) => [{ code, hitCount: 1 }];

  it('tells an administrator of all it would have found, and writes nothing', async () => {
    expect(await tried('admin')).toEqual({
      scannedCount: 3,
      hitCount: 2,
      agents: [...one('E2'), ...one('W1')],
      regions: [...one('EAST'), ...one('WEST')],
      tests: [{ code: 'DUPLICATE', hitCount: 2 }],
      samples: [west, east],
    });
    expect(await caseCount()).toBe(0);
  });

  it('tells managers of sales of their own agents alone', async () => {
    const tests = one('DUPLICATE');
    expect(await tried('managerWest')).toEqual({
      scannedCount: 1,
      hitCount: 1,
      agents: one('W1'),
      regions: one('WEST'),
      tests,
      samples: [west],
    });
    expect(await tried('managerEast')).toEqual({
      scannedCount: 2,
      hitCount: 1,
      agents: one('E2'),
      regions: one('EAST'),
      tests,
      samples: [east],
    });
  });

  it('is refused at its place where it is wrong, and to everybody else', async () => {
    const wrong = attempt(twice.replace('windowDays: 30', 'windowDays: 0'));
    expect((await data(world, 'managerWest', wrong)).tryConflictRule).toMatchObject({
      code: 'INPUT_INVALID',
      faults: [{ code: 'INPUT_INVALID', at: 'definition.windowDays' }],
    });
    for (const person of ['finance', 'auditor', 'agentW1', 'nobody'] as const) {
      const answer = JSON.stringify(await ask(world, person, attempt()));
      expect(answer, person).toMatch(/FORBIDDEN|NOT_SIGNED_IN|may not/);
      expect(answer, person).not.toContain('CRM/K-W1');
    }
  });
});

describe('looking through a month', () => {
  const detect = `mutation { detectConflicts(period: "2026-12") { ... on ConflictDetection {
    scannedCount hitCount openedCount reopenedCount closedCount } ${failure} } }`;
  const publish = (from: string, enabled: boolean) =>
    `mutation { publishConflictRule(code: "TWICE", name: "Twice", from: "${from}", definition: ${twice.replace('{', `{ enabled: ${enabled},`)}) {
      ... on ConflictRulePayload { number } ${failure} } }`;

  it('is for administrators: it opens cases once, and closes those of which a rule finds nothing any more', async () => {
    expect((await data(world, 'admin', publish('2026-12-01', true))).publishConflictRule).toEqual({ number: 1 });
    for (const person of ['managerWest', 'finance', 'auditor', 'agentW1', 'nobody'] as const) {
      expect(JSON.stringify(await ask(world, person, detect)), person).toMatch(/FORBIDDEN|NOT_SIGNED_IN|may not/);
    }
    expect(await caseCount()).toBe(0);
    const counts = { scannedCount: 3, hitCount: 2, openedCount: 2, reopenedCount: 0, closedCount: 0 };
    expect((await data(world, 'admin', detect)).detectConflicts).toEqual(counts);
    expect((await data(world, 'admin', detect)).detectConflicts).toEqual({ ...counts, openedCount: 0 });
    // Each case as its state, who is accused, and who claims.
    const cases = async () => {
      const answer = await data(world, 'admin', '{ conflictCases { nodes { state parties { agentCode side } } } }');
      const nodes: { state: string; parties: { agentCode: string; side: string }[] }[] = answer.conflictCases.nodes;
      return nodes
        .map(({ state, parties }) =>
          [state, ...parties.map(({ side, agentCode }) => `${side} ${agentCode}`)].join(', '),
        )
        .sort();
    };
    expect(await cases()).toEqual(['OPEN, ACCUSED E2, CLAIMANT E1, CLAIMANT W1', 'OPEN, ACCUSED W1, CLAIMANT E1']);

    expect((await data(world, 'admin', publish('2026-12-03', false))).publishConflictRule).toEqual({ number: 2 });
    expect((await data(world, 'admin', detect)).detectConflicts).toEqual({
      ...counts,
      hitCount: 1,
      openedCount: 0,
      closedCount: 1,
    });
    expect(await cases()).toEqual(['CLOSED, ACCUSED E2, CLAIMANT E1, CLAIMANT W1', 'OPEN, ACCUSED W1, CLAIMANT E1']);
  });
});
