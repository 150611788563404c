import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { findReminders } from '../../src/reminders/reminders.ts';
import { testDatabase } from '../database.ts';
import { clerk } from '../support/books.ts';
import { ask, data, makeWorld, now, type Person, today, type World } from './world.ts';

// Decisions about agents, their agreements and reminders, as those who may ask for them: today is 5 December 2026.

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  await world.databases.owner.execute(sql`
    insert into territory (agent_id, region_id, valid_from)
    select agent.id, region.id, '2026-01-01' from agent cross join region where agent.code = 'E2' and region.code = 'EAST'`);
});

const failure = '... on UserError { code message at faults { at } }';
const decided = `{ ... on AgentLifePayload { status from endedAgreements endedTerritoryCount agent { code statuses { status from to } agreements { code from to } } } ${failure} }`;
const opened = `{ ... on AgreementPayload { agreement { code from to plan { code } minimumPayout taxPercent trailing
  paper { renews { code } paymentDelayDays remindDays signedOn endedEarlyBy endReason } } } ${failure} }`;
const mutate = async (person: Person, field: string, answer: string) =>
  Object.values((await data(world, person, `mutation { ${field} ${answer} }`)) as Record<string, unknown>)[0];
const why = 'reason: "It is so."';

describe("an agent's life", () => {
  it('is decided by the manager of its region alone', async () => {
    const suspend = `suspendAgent(agentCode: "E2", from: "2026-12-10", until: "2026-12-20", ${why})`;
    expect(await mutate('managerWest', suspend, decided)).toMatchObject({ code: 'NOT_FOUND' });
    for (const person of ['finance', 'auditor', 'agentE1'] as const) {
      const answer = await ask(world, person, `mutation { ${suspend} ${decided} }`);
      expect([person, JSON.stringify(answer)]).toEqual([person, expect.stringContaining('FORBIDDEN')]);
    }
    expect(await mutate('managerEast', suspend, decided)).toMatchObject({
      status: 'SUSPENDED',
      agent: {
        code: 'E2',
        statuses: [
          { status: 'ACTIVE', to: '2026-12-10' },
          { status: 'SUSPENDED', from: '2026-12-10', to: '2026-12-20' },
          { status: 'ACTIVE', from: '2026-12-20', to: null },
        ],
      },
    });
  });

  it('ends with a termination, which may be withdrawn until its day', async () => {
    const over = await mutate(
      'managerEast',
      `terminateAgent(agentCode: "E2", from: "2026-12-31", forCause: true, ${why})`,
      decided,
    );
    expect(over).toMatchObject({
      status: 'TERMINATED',
      endedAgreements: ['E2-P-2026-01-01'],
      endedTerritoryCount: 1,
      agent: { agreements: [{ code: 'E2-P-2026-01-01', to: '2026-12-31' }] },
    });
    expect(
      await mutate('managerEast', `resumeAgent(agentCode: "E2", from: "2027-01-01", ${why})`, decided),
    ).toMatchObject({
      code: 'AGENT_STATE',
      at: 'from',
    });
    const back = await mutate('managerEast', `withdrawAgentDecision(agentCode: "E2", ${why})`, decided);
    expect(back).toMatchObject({ status: 'ACTIVE', agent: { agreements: [{ code: 'E2-P-2026-01-01', to: null }] } });
  });

  it('shows its decisions to those above it and to itself', async () => {
    const asked = '{ agentDecisions(agentCode: "E2") { nodes { agentCode action from by } } }';
    const seen = await data(world, 'agentE1', asked);
    expect(seen.agentDecisions.nodes).toMatchObject([
      { agentCode: 'E2', action: 'WITHDRAW', from: '2026-12-31', by: 'managereast@demo.example' },
      { action: 'TERMINATE', from: '2026-12-31' },
      { action: 'RESUME', from: '2026-12-20' },
      { action: 'SUSPEND', from: '2026-12-10' },
    ]);
    expect((await data(world, 'agentW1', asked)).agentDecisions.nodes).toEqual([]);
    expect((await data(world, 'managerWest', asked)).agentDecisions.nodes).toEqual([]);
  });
});

describe('agreements', () => {
  it('are opened, changed, renewed and ended', async () => {
    const dates = 'from: "2026-01-01", to: "2027-01-01"';
    const open = (more: string) =>
      mutate('managerEast', `openAgreement(code: "E3-A", agentCode: "E3", plan: "P", ${more})`, opened);
    expect(await open(`${dates}, terms: { taxPercent: "101" }`)).toMatchObject({
      code: 'INPUT_INVALID',
      faults: [{ at: 'terms.taxPercent' }],
    });
    const signature = 'signature: { signedOn: "2025-12-20" }';
    expect(
      await open(`${dates}, terms: { taxPercent: "3", minimumPayout: "50", paymentDelayDays: 7 }, ${signature}`),
    ).toMatchObject({
      agreement: {
        code: 'E3-A',
        taxPercent: '3',
        paper: { paymentDelayDays: 7, remindDays: 60, signedOn: '2025-12-20' },
      },
    });

    const change = `changeAgreement(changes: "E3-A", from: "2026-12-10", terms: { minimumPayout: null, trailing: CONTINUE }, ${why})`;
    expect(await mutate('managerWest', change, opened)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await mutate('managerEast', change, opened)).toMatchObject({
      agreement: {
        code: 'E3-A-2',
        from: '2026-12-10',
        to: '2027-01-01',
        taxPercent: '3',
        minimumPayout: null,
        trailing: 'CONTINUE',
        paper: { renews: { code: 'E3-A' }, paymentDelayDays: 7 },
      },
    });

    const ending = '{ agreements(endsWithinDays: 30) { nodes { code } } }';
    expect((await data(world, 'managerEast', ending)).agreements.nodes).toEqual([{ code: 'E3-A-2' }]);
    expect((await data(world, 'managerWest', ending)).agreements.nodes).toEqual([]);
    const tooFar = await ask(world, 'managerEast', '{ agreements(endsWithinDays: 2147483647) { nodes { code } } }');
    expect(tooFar.errors?.[0]?.extensions?.code).toBe('INPUT_INVALID');
    const renew = 'renewAgreement(renews: "E3-A-2", to: "2028-01-01", plan: "OTHER")';
    expect(await mutate('managerEast', renew, opened)).toMatchObject({
      agreement: { code: 'E3-A-3', from: '2027-01-01', to: '2028-01-01', plan: { code: 'OTHER' } },
    });
    expect((await data(world, 'managerEast', ending)).agreements.nodes).toEqual([]);

    const cancel = `endAgreement(code: "E3-A-3", on: "2027-01-01", ${why})`;
    expect(await mutate('managerEast', cancel, opened)).toEqual({ agreement: null });
    const end = `endAgreement(code: "E3-A-2", on: "2026-12-15", ${why})`;
    expect(await mutate('managerEast', end, opened)).toMatchObject({
      agreement: { to: '2026-12-15', paper: { endedEarlyBy: 'managereast@demo.example', endReason: 'It is so.' } },
    });
  });

  it('end with a final settlement where that is asked for', async () => {
    const end = `endAgreement(code: "W1-P-2026-01-01", on: "2026-12-20", finalSettlement: true, ${why})`;
    expect(await mutate('managerWest', end, opened)).toMatchObject({ agreement: { to: '2026-12-20' } });
    const { agent } = await data(world, 'agentW1', '{ agent(code: "W1") { status(on: "2026-12-20") } }');
    expect(agent.status).toBe('TERMINATED');
  });
});

describe('reminders', () => {
  it('are seen and done by managers, read by the agent and auditors, and none of finance', async () => {
    await world.databases.owner.execute(
      sql`update agreement set valid_to = '2027-01-10' where code = 'E1-P-2026-01-01'`,
    );
    await world.databases.owner.transaction((transaction) => findReminders(transaction, clerk, now, today));
    const asked =
      '{ reminders(kind: AGREEMENT_ENDS, agentCode: "E1") { nodes { id subject dueOn agentCode doneBy } } }';
    const seen = async (person: Person) => (await data(world, person, asked)).reminders.nodes;
    const found = { subject: 'E1-P-2026-01-01', dueOn: '2027-01-10', agentCode: 'E1', doneBy: null };
    for (const person of ['admin', 'managerEast', 'auditor', 'agentE1'] as const) {
      expect([person, await seen(person)]).toMatchObject([person, [found]]);
    }
    for (const person of ['managerWest', 'agentE2', 'agentW1'] as const) {
      expect([person, await seen(person)]).toEqual([person, []]);
    }
    expect(JSON.stringify(await ask(world, 'finance', asked))).toContain('FORBIDDEN');

    const [{ id }] = await seen('managerEast');
    const finish = `finishReminder(reminderId: "${id}")`;
    const answer = `{ ... on ReminderPayload { reminder { doneBy } } ${failure} }`;
    expect(await mutate('managerWest', finish, answer)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await mutate('managerEast', finish, answer)).toEqual({ reminder: { doneBy: 'managereast@demo.example' } });
    expect(await seen('managerEast')).toEqual([]);
  });
});
