import { beforeAll, describe, expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { publishRegistrationPolicy } from '../../src/registrations/policies.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, type World } from '../schema/world.ts';

// E1 of the east has registered the customer K; E2 stands below it, W1 is of the west.

let world: World;
let id: string;

const clash = 'isProtected since customerName registration agentCode agentName protectedUntil';
const result = (fields: string) => `{ __typename ... on UserError { code message } ${fields} }`;
const answer = result('... on DealRegistrationPayload { registration { id code state protectedUntilDay } }');
const registerK = (more = '') =>
  `mutation { registerDeal(input: { customerId: "K", customerName: "Kunlun Works" ${more} }) ${answer} }`;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const definition = {
    protectionDays: 10,
    extensionDays: 5,
    maximumExtensions: 1,
    mode: 'FIRST_COME',
    clash: 'REFUSE',
  };
  await world.databases.owner.transaction((transaction) =>
    publishRegistrationPolicy(transaction, localActor('clerk'), now, {
      code: 'DEALS',
      name: 'Deals',
      validFrom: '2026-01-01',
      definition,
    }),
  );
  const { registerDeal } = await data(world, 'agentE1', registerK());
  expect(registerDeal.registration).toMatchObject({ state: 'PROTECTED', protectedUntilDay: '2026-12-15' });
  id = registerDeal.registration.id;
});

const shown = async (person: Person) => (await ask(world, person, `{ dealRegistrations { nodes { code } } }`)).data;

describe('registered deals', () => {
  it('are seen by the agent, those above it, its managers and staff of the whole', async () => {
    const list =
      '{ dealRegistrations(filter: { customerId: "K", state: PROTECTED, endingBefore: "2026-12-16" }) { nodes {' +
      ' code customerName policyCode extensionCount wonEventSource agent { code } region { code } steps { action by } } } }';
    expect((await data(world, 'managerEast', list)).dealRegistrations.nodes).toEqual([
      {
        code: 'D-1',
        customerName: 'Kunlun Works',
        policyCode: 'DEALS',
        extensionCount: 0,
        wonEventSource: null,
        agent: { code: 'E1' },
        region: { code: 'EAST' },
        steps: [
          { action: 'REGISTERED', by: 'agente1@demo.example' },
          { action: 'PROTECTED', by: 'agente1@demo.example' },
        ],
      },
    ]);
    expect((await data(world, 'managerEast', list.replace('12-16', '12-15'))).dealRegistrations.nodes).toEqual([]);
    for (const person of ['admin', 'finance', 'auditor', 'agentE1'] as const) {
      expect((await shown(person)).dealRegistrations.nodes, person).toHaveLength(1);
    }
    for (const person of ['managerWest', 'agentE2', 'agentW1'] as const) {
      expect((await shown(person)).dealRegistrations.nodes, person).toEqual([]);
      const found = await ask(world, person, `{ node(id: "${id}") { id } }`);
      expect(found.data.node, person).toBeNull();
    }
  });

  it('show those they stand against nothing of whose they are', async () => {
    const question = `{ registrationClash(customerId: "K") ${result(`... on ClashingRegistration { ${clash} }`)} }`;
    const told = await ask(world, 'agentW1', question);
    expect(told.data.registrationClash).toEqual({
      __typename: 'ClashingRegistration',
      isProtected: true,
      since: '2026-12',
      customerName: 'K**',
      registration: null,
      agentCode: null,
      agentName: null,
      protectedUntil: null,
    });
    const refused = await ask(world, 'agentW1', registerK());
    expect(refused.data.registerDeal.registration.state).toBe('REFUSED');
    const traces = JSON.stringify([told, refused, await shown('agentW1')]);
    for (const trace of ['E1', 'East', 'agente1', 'Kunlun', 'D-1"']) expect(traces).not.toContain(trace);
    const forW1 = question.replace('customerId', 'agentCode: "W1", customerId');
    expect((await data(world, 'managerWest', forW1)).registrationClash).toEqual(told.data.registrationClash);
    const whole = await data(world, 'admin', forW1);
    expect(whole.registrationClash).toMatchObject({ agentCode: 'E1', customerName: 'Kunlun Works' });
  });

  it('tell agents what they did themselves, and what the clock did; not who of staff did the rest', async () => {
    const list = '{ dealRegistrations(filter: { customerId: "L" }) { nodes { registeredBy steps { action by } } } }';
    await data(world, 'managerEast', registerK('').replace('"K"', '"L", agentCode: "E1"'));
    const nodes = async (person: Person) => (await data(world, person, list)).dealRegistrations.nodes;
    const by = (name: string | null) => [
      { registeredBy: name, steps: ['REGISTERED', 'PROTECTED'].map((action) => ({ action, by: name })) },
    ];
    expect(await nodes('managerEast')).toEqual(by('managereast@demo.example'));
    expect(await nodes('agentE1')).toEqual(by(null));
    const own = await data(world, 'agentE1', list.replace('"L"', '"K"'));
    expect(own.dealRegistrations.nodes[0].steps[0].by).toBe('agente1@demo.example');
  });

  it('are changed by their agent and its managers alone', async () => {
    const extend = `mutation { extendRegistration(registrationId: "${id}") ${answer} }`;
    const code = async (person: Person) => (await ask(world, person, extend)).data.extendRegistration.code;
    expect(await code('agentW1')).toBe('NOT_FOUND');
    expect(await code('managerWest')).toBe('NOT_FOUND');
    expect(await code('agentE2')).toBe('NOT_FOUND');
    expect((await data(world, 'managerEast', extend)).extendRegistration.registration.protectedUntilDay).toBe(
      '2026-12-20',
    );
    expect(await code('agentE1')).toBe('REGISTRATION_EXTENSIONS');
    const win = `mutation { winRegistration(registrationId: "${id}", sale: { source: "CRM", externalId: "A-E1" }) ${answer} }`;
    expect((await ask(world, 'agentE1', win)).data.winRegistration.code).toBe('REGISTRATION_EVENT');
    const withdraw = `mutation { withdrawRegistration(registrationId: "${id}") ${answer} }`;
    expect((await data(world, 'agentE1', withdraw)).withdrawRegistration.registration.state).toBe('WITHDRAWN');
  });
});
