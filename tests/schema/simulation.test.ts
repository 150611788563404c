import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { importEvents } from '../support/books.ts';
import { ask, data, makeWorld, type Person, type World } from './world.ts';

// October of the two regions: E1 80 for an activation and 3.58 of a bill; E2 80 and 24 of the shared sale (30 %); W1 80, 56 and
// 6.50 of a bill. The pool stays as it was shared.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

/** Activations pay 100 instead of 80, bills nothing. */
const document = `
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activations, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 100 }] }
`;

const simulation = `query ($input: SimulateInput!) { simulate(input: $input) {
  __typename
  ... on UserError { code message at faults { code at } }
  ... on Simulation {
    periods winnerCount loserCount unchangedCount
    totals { currency paid simulated difference }
    components { planCode componentCode paid simulated difference }
    agents { agentCode paid simulated difference }
    distribution { from to agentCount }
    pools { poolCode period fund carriedIn shared remainder }
  }
} }`;

const simulate = async (person: Person, input: object = {}) =>
  (await data(world, person, simulation, { input: { document, from: '2026-10', ...input } })).simulate;
const agentsOf = (answer: { agents: { agentCode: string; difference: string }[] }) =>
  Object.fromEntries(answer.agents.map(({ agentCode, difference }) => [agentCode, difference]));

describe('simulate', () => {
  it('compares a draft with what was paid', async () => {
    const answer = await simulate('finance');
    // Activations 20, 20 + 6 and 20 + 14 more; bills 3.58 (3.25 × 1.1) and 6.50 less.
    expect(agentsOf(answer)).toEqual({ E1: '16.42', E2: '26.00', W1: '27.50' });
    expect(answer).toMatchObject({
      periods: ['2026-10'],
      winnerCount: 3,
      loserCount: 0,
      totals: [{ currency: 'CNY', difference: '69.92' }],
    });
    expect(answer.components.slice(0, 2)).toEqual([
      { planCode: 'P', componentCode: 'ACT', paid: '320.00', simulated: '400.00', difference: '80.00' },
      { planCode: 'P', componentCode: 'RES', paid: '10.08', simulated: '0.00', difference: '-10.08' },
    ]);
    expect(
      answer.distribution.reduce((sum: number, { agentCount }: { agentCount: number }) => sum + agentCount, 0),
    ).toBe(3);
  });

  it('lists agents from either end, as many as asked for', async () => {
    const listed = async (list: string) => {
      const text = `query ($input: SimulateInput!) { simulate(input: $input) { ... on UserError { code } ... on Simulation { ${list} { agentCode } } } }`;
      return (await ask(world, 'admin', text, { input: { document, from: '2026-10', to: '2026-11' } })).data?.simulate;
    };
    // November adds 20 to E1 and W1.
    expect(await listed('agents(first: 1)')).toEqual({ agents: [{ agentCode: 'E2' }] });
    expect(await listed('agents(first: 2, order: GREATEST_GAIN)')).toEqual({
      agents: [{ agentCode: 'W1' }, { agentCode: 'E1' }],
    });
    const text =
      '{ simulate(input: { document: "plans: []", from: "2026-10" }) { ... on Simulation { agents(first: 1001) { agentCode } } } }';
    expect((await ask(world, 'admin', text)).errors?.[0]?.extensions.code).toBe('INPUT_INVALID');
  });

  it('tells every fault of the draft with its place', async () => {
    const faulty = document.replace('flat: 100', 'flat: x').replace('[ACTIVATION]', '[SALE]');
    const answer = await simulate('admin', { document: faulty });
    expect(answer).toMatchObject({ __typename: 'UserError', code: 'PROGRAMME_INVALID' });
    expect(answer.faults.map(({ at }: { at: string }) => at)).toEqual([
      'plans[P].versions[0].components[ACT].events[0] (line 9)',
      'plans[P].versions[0].components[ACT].rules[ANY].flat (line 9)',
    ]);
    expect(await simulate('admin', { from: '2026-12' })).toMatchObject({ code: 'NO_RUN', at: '2026-12' });
  });
});

describe('copies of published versions', () => {
  const copied = (copies: object[], more: object = {}) => simulate('finance', { document: undefined, copies, ...more });

  it('stand for a document, or beside one', async () => {
    const act = {
      plan: 'P',
      version: 1,
      changes: '{"components": {"ACT": {"rules": {"ANY": {"flat": "100"}}}, "RES": null}}',
    };
    expect(agentsOf(await copied([act]))).toEqual({ E1: '16.42', E2: '26.00', W1: '27.50' });
    expect(agentsOf(await copied([{ ...act, version: null, on: '2026-10-31' }], { document: 'tiers: []' }))).toEqual({
      E1: '16.42',
      E2: '26.00',
      W1: '27.50',
    });
  });

  it('may be of a pool, which is shared anew among everybody', async () => {
    const answer = await copied([{ pool: 'POT', version: 1, changes: 'fund: { percent: 2 }' }], { agentCodes: ['W1'] });
    const { pools, agents, components } = answer;
    expect(agents).toHaveLength(1);
    expect(components.map(({ componentCode }: { componentCode: string }) => componentCode)).toContain('POT');
    // 2 % of October's bills of 300 instead of 1 %, all of it shared.
    expect(pools).toEqual([
      { poolCode: 'POT', period: '2026-10', fund: '6.00', carriedIn: '0.00', shared: '6.00', remainder: '0.00' },
    ]);
  });

  it('tell where they are wrong', async () => {
    expect(await simulate('finance', { document: undefined })).toMatchObject({ code: 'INPUT_INVALID', at: 'document' });
    expect(await copied([{ version: 1 }])).toMatchObject({ code: 'INPUT_INVALID', at: 'copies[0]' });
    expect(await copied([{ plan: 'P', version: 1, changes: '{' }])).toMatchObject({ code: 'PROGRAMME_UNREADABLE' });
    const wrong = {
      plan: 'P',
      version: 1,
      changes: '{"components": {"ACT": {"rules": {"NONE": {"flat": "1"}}, "cap": "x"}}}',
    };
    const { faults } = await copied([wrong, { plan: 'P', version: 9 }], { document });
    expect(faults.map(({ code, at }: { code: string; at: string }) => `${code} ${at}`)).toEqual([
      'PROGRAMME_INVALID plans[P].versions[1].changes.components.ACT.rules.NONE',
      'REFERENCE_UNKNOWN plans[P].versions[2].copyOf',
      'PROGRAMME_INVALID plans[P].versions[1].components[ACT].cap',
    ]);
  });

  it('of pools are not for a channel manager', async () => {
    const pool = { document: undefined, copies: [{ pool: 'POT', version: 1 }] };
    expect(await simulate('managerEast', pool)).toMatchObject({ code: 'FORBIDDEN', at: 'pools' });
    const plan = { document: undefined, copies: [{ plan: 'P', version: 1, changes: '{"components": {"RES": null}}' }] };
    expect(Object.keys(agentsOf(await simulate('managerEast', plan))).sort()).toEqual(['E1', 'E2']);
  });
});

describe('a channel manager', () => {
  it('sees the agents of its regions and no other, whatever it asks', async () => {
    const answer = await simulate('managerEast');
    expect(agentsOf(answer)).toEqual({ E1: '16.42', E2: '26.00' });
    // 80 + 80 + 24 for activations: nothing of W1's is in a total.
    expect(answer.components[0]).toEqual({
      planCode: 'P',
      componentCode: 'ACT',
      paid: '184.00',
      simulated: '230.00',
      difference: '46.00',
    });
    expect(answer.totals[0].difference).toBe('42.42');
    expect(agentsOf(await simulate('managerWest', { agentCodes: ['W1'] }))).toEqual({ W1: '27.50' });
    expect(agentsOf(await simulate('managerEast', { agentCodes: [] }))).toEqual({});
  });

  it('is told of an agent of another region what it is told of one that does not exist', async () => {
    for (const code of ['W1', 'NOBODY']) {
      const answer = await simulate('managerEast', { agentCodes: ['E1', code] });
      expect(answer).toMatchObject({ code: 'NOT_FOUND', message: `There is no agent ${code}.`, at: code });
    }
  });

  it('declares plans and nothing else', async () => {
    const others = `${document}agents: [{ code: W1, name: Mine, channelType: AGENT, region: EAST }]`;
    expect(await simulate('managerEast', { document: others })).toMatchObject({ code: 'FORBIDDEN', at: 'agents' });
    expect(await simulate('admin', { document: others })).toMatchObject({ __typename: 'Simulation' });
  });

  it('is not told whose score of another region is missing', async () => {
    const scored = document.replace('kind: RATE', 'kind: RATE, scoreFactor: { steps: [{ from: 0, factor: 1 }] }');
    const answer = await simulate('managerEast', { document: scored });
    expect(answer.code).toBe('SCORE_MISSING');
    expect(JSON.stringify(answer)).not.toMatch(/E1|W1/);
    expect((await simulate('admin', { document: scored })).message).toContain('E1');
  });
});

describe('who may not', () => {
  it.each([
    ['auditor', 'FORBIDDEN'],
    ['agentE1', 'FORBIDDEN'],
    ['nobody', 'NOT_SIGNED_IN'],
  ] as const)('%s simulates nothing', async (person, code) => {
    const { data: found, errors } = await ask(world, person, simulation, { input: { document, from: '2026-10' } });
    expect(found?.simulate?.code ?? errors?.[0]?.extensions.code).toBe(code);
    expect(JSON.stringify(found)).not.toMatch(/paid/);
  });

  it.each([
    ['managerEast', 'FORBIDDEN'],
    ['agentE1', 'FORBIDDEN'],
    ['nobody', 'NOT_SIGNED_IN'],
  ] as const)('%s previews no corrections', async (person, code) => {
    const text = '{ retroPreview { ... on UserError { code } ... on RetroPreview { causeCount } } }';
    const { data: found, errors } = await ask(world, person, text);
    expect(found?.retroPreview?.code ?? errors?.[0]?.extensions.code).toBe(code);
  });
});

describe('retroPreview', () => {
  const preview = `{ retroPreview {
    ... on UserError { code }
    ... on RetroPreview {
      period causeCount differenceCount
      causes { agentCode since reason }
      differences { originPeriod agentCode planCode componentCode event currency amount }
      agents { agentCode componentCode originPeriod amount }
      totals { originPeriod currency amount }
    }
  } }`;

  it('tells finance and auditors what a late event will be paid', async () => {
    expect((await data(world, 'auditor', preview)).retroPreview).toMatchObject({ causeCount: 0, differences: [] });
    await importEvents(world.databases, [
      {
        source: 'CRM',
        externalId: 'LATE',
        type: 'ACTIVATION',
        occurredAt: '2026-10-20T10:00:00+08:00',
        agentCode: 'W1',
        productCode: 'FIBER',
        quantity: '2',
        amount: '1',
        currency: 'CNY',
      },
    ]);
    // 80 for each of two.
    const expected = {
      period: '2026-11',
      causeCount: 1,
      differenceCount: 1,
      causes: [{ agentCode: 'W1', since: '2026-10', reason: 'late_event' }],
      differences: [
        {
          originPeriod: '2026-10',
          agentCode: 'W1',
          planCode: 'P',
          componentCode: 'ACT',
          event: 'CRM/LATE',
          currency: 'CNY',
          amount: '160.00',
        },
      ],
      agents: [{ agentCode: 'W1', componentCode: 'ACT', originPeriod: '2026-10', amount: '160.00' }],
      totals: [{ originPeriod: '2026-10', currency: 'CNY', amount: '160.00' }],
    };
    const unsettled =
      '{ simulate(input: { document: "plans: []", from: "2026-10" }) { ... on Simulation { unsettledCount } } }';
    expect((await data(world, 'finance', unsettled)).simulate).toEqual({ unsettledCount: 1 });
    expect((await data(world, 'managerEast', unsettled)).simulate).toEqual({ unsettledCount: 0 });
    for (const person of ['admin', 'finance', 'auditor'] as const) {
      expect((await data(world, person, preview)).retroPreview).toEqual(expected);
    }
  });

  it('is for the period that is open', async () => {
    const code = async (period: string) =>
      (await data(world, 'admin', `{ retroPreview(period: "${period}") { ... on UserError { code } } }`)).retroPreview;
    expect(await code('2026-10')).toEqual({ code: 'PERIOD_APPROVED' });
    expect(await code('2026-12')).toEqual({ code: 'PREVIOUS_PERIOD_OPEN' });
    expect(await code('2026-11')).toEqual({});
  });
});
