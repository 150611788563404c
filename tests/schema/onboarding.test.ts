import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeNodeId } from '../../schema/ids.ts';
import { idempotencyKey } from '../../src/auth/tables.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { addDocument, definition } from '../onboarding/fixture.ts';
import { ask, data, makeWorld, type Person, people, today, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const failure = '... on UserError { code message at faults { code at } }';
const result = `{ __typename ... on ApplicationPayload { application { code state dueOn } } ${failure} }`;

async function mutate(person: Person, field: string, more: Record<string, unknown> = {}) {
  const answer = await ask(world, person, `mutation M(${declared(more)}) { done: ${field} }`.replace('M()', 'M'), more);
  if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join('\n'));
  return answer.data.done;
}
const types: Record<string, string> = {
  application: 'ApplicationInput!',
  numbers: 'ApplicationNumbersInput',
  definition: 'ScreeningDefinitionInput!',
  contract: 'ContractInput!',
};
const declared = (variables: object) =>
  Object.keys(variables)
    .map((name) => `$${name}: ${types[name]}`)
    .join(', ');

const application = (more: object = {}) => ({
  name: 'New shop',
  channelType: 'AGENT',
  region: 'EAST',
  contactName: 'Dan',
  email: 'dan@shop.example',
  territories: [{ region: 'EAST', exclusive: false }],
  ...more,
});
const numbers = (tail: string) => ({
  registrationNumber: `91310000${tail}`,
  bankAccount: `62220000${tail}`,
  phone: `1380000${tail}`,
});
const create = (person: Person, code: string, tail: string, more: object = {}) =>
  mutate(
    person,
    `createApplication(application: $application, numbers: $numbers, idempotencyKey: "create-${code}") ${result}`,
    {
      application: application({ code, ...more }),
      numbers: numbers(tail),
    },
  );
const step = (person: Person, field: string) => mutate(person, `${field} ${result}`);
const scores = '[{ item: "MONEY", points: "80" }, { item: "REACH", points: "80.5" }, { item: "TEAM", points: "80" }]';
const owner = <Result>(work: Parameters<World['databases']['owner']['transaction']>[0]) =>
  world.databases.owner.transaction(work) as Promise<Result>;

describe('onboarding', () => {
  it('goes from the form to the agent', async () => {
    const publish = () =>
      mutate(
        'admin',
        `publishScreeningForm(code: "STD", name: "Standard", channelType: "AGENT", definition: $definition) { ... on ScreeningFormPayload { number form { code } } ${failure} }`,
        { definition },
      );
    expect(await publish()).toEqual({ number: 1, form: { code: 'STD' } });
    expect(await publish()).toEqual({ number: 1, form: { code: 'STD' } });

    expect(await create('managerEast', 'AP-1', '0001')).toMatchObject({ application: { state: 'DRAFT' } });
    // Another one with the same telephone, in a region that its manager does not see.
    const west = {
      application: application({ code: 'AP-W', region: 'WEST', territories: [] }),
      numbers: { ...numbers('0002'), phone: '138 0000 0001' },
    };
    await mutate('managerWest', `createApplication(application: $application, numbers: $numbers) ${result}`, west);

    expect(await step('managerEast', 'submitApplication(code: "AP-1")')).toMatchObject({
      application: { state: 'SUBMITTED' },
    });
    expect(await step('managerEast', 'startScreening(code: "AP-1")')).toMatchObject({
      application: { state: 'SCREENING', dueOn: '2026-12-15' },
    });
    await step('managerEast', `enterScores(code: "AP-1", scores: ${scores})`);
    await owner((transaction) => addDocument(transaction, 'AP-1', 'BUSINESS_LICENCE'));
    expect(await step('managerEast', 'approveApplication(code: "AP-1", reason: "Good")')).toMatchObject({
      code: 'SAME_PERSON',
    });

    const seen = await data(
      world,
      'auditor',
      `{ application(code: "AP-1") { screening { total passes unscored } numbers { kind masked } documentKinds documents { kind } overdue
         duplicates { kind subject code state } formVersion { number items { code weight } dueDays { state days } }
         scores { item points enteredBy } steps { from to by reason } territories { region { code } exclusive } } }`,
    );
    // 0.5 · 80 + 0.3 · 80.5 + 0.2 · 80
    expect(seen.application).toMatchObject({
      screening: { total: '80.15', passes: true, unscored: [] },
      documentKinds: ['BUSINESS_LICENCE'],
      documents: [{ kind: 'BUSINESS_LICENCE' }],
      overdue: false,
      duplicates: [{ kind: 'PHONE', subject: 'APPLICATION', code: 'AP-W', state: 'DRAFT' }],
      formVersion: { number: 1, dueDays: [{ state: 'SCREENING', days: 10 }] },
      territories: [{ region: { code: 'EAST' }, exclusive: false }],
    });
    expect(seen.application.numbers).toContainEqual({ kind: 'PHONE', masked: '****0001' });
    expect(seen.application.scores[1]).toEqual({
      item: 'REACH',
      points: '80.5',
      enteredBy: 'managereast@demo.example',
    });
    expect(seen.application.steps).toHaveLength(4);

    expect(await step('admin', 'approveApplication(code: "AP-1", reason: "Good")')).toMatchObject({
      application: { state: 'APPROVED' },
    });
    const documentId = await owner<number>((transaction) => addDocument(transaction, 'AP-1', 'CONTRACT'));
    const contract = {
      documentId: encodeNodeId('Document', documentId),
      plan: 'P',
      from: '2026-12-01',
      signedOn: today,
    };
    expect(
      await mutate('managerEast', `signContract(code: "AP-1", contract: $contract) ${result}`, { contract }),
    ).toMatchObject({ application: { state: 'CONTRACTED' } });

    const activate = () =>
      mutate(
        'managerEast',
        `activateApplication(code: "AP-1", activation: { agentCode: "E9", parent: "E1", minimumPayout: "50" }, idempotencyKey: "activate") {
          ... on ActivationPayload { agentCode agreementCode invitationToken application { state agent { code status } } } ${failure} }`,
      );
    const done = await activate();
    expect(done).toMatchObject({
      agentCode: 'E9',
      agreementCode: 'E9-P-2026-12-01',
      application: { state: 'ACTIVE', agent: { code: 'E9', status: 'ACTIVE' } },
    });
    expect(await activate()).toEqual({ ...done, invitationToken: null });

    const accept = () =>
      mutate(
        'nobody',
        `acceptInvitation(token: "${done.invitationToken}", password: "a long password") { ... on InvitationPayload { email } ${failure} }`,
      );
    expect(await accept()).toEqual({ email: 'dan@shop.example' });
    expect(await accept()).toMatchObject({ code: 'INVITATION_INVALID' });
    const again = (person: 'managerEast' | 'managerWest', email: string) =>
      mutate(
        person,
        `inviteToPortal(agentCode: "E9", email: "${email}", name: "Eve") { ... on InvitationTokenPayload { invitationToken } ${failure} }`,
      );
    expect(await again('managerEast', 'eve@shop.example')).toEqual({ invitationToken: expect.stringMatching(/^inv_/) });
    expect(await again('managerEast', 'no address')).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await again('managerWest', 'eve@shop.example')).toMatchObject({ code: 'AGENT_UNKNOWN' });
    const kept = await world.databases.owner.select().from(idempotencyKey).where(eq(idempotencyKey.key, 'activate'));
    expect(JSON.stringify(kept)).not.toContain(done.invitationToken);
    const agents = await data(
      world,
      'admin',
      '{ agent(code: "E9") { parent { code } region { code } agreements { code minimumPayout } } }',
    );
    expect(agents.agent).toEqual({
      parent: { code: 'E1' },
      region: { code: 'EAST' },
      agreements: [{ code: 'E9-P-2026-12-01', minimumPayout: '50' }],
    });
  });

  it('keeps managers to their regions', async () => {
    expect(await create('managerEast', 'AP-2', '0003', { region: 'WEST' })).toMatchObject({
      code: 'FORBIDDEN',
      at: 'region',
    });
    expect(await create('managerEast', 'AP-3', '0004', { territories: [{ region: 'ROOT' }] })).toMatchObject({
      code: 'FORBIDDEN',
      at: 'territories',
    });
    await create('managerEast', 'AP-4', '0005');
    expect(await step('managerWest', 'withdrawApplication(code: "AP-4", reason: "x")')).toMatchObject({
      code: 'NOT_FOUND',
    });
    const codes = async (person: Person) =>
      (await data(world, person, '{ applications { nodes { code region { code } } } }')).applications.nodes.map(
        (node: { region: { code: string } }) => node.region.code,
      );
    expect(new Set(await codes('managerWest'))).toEqual(new Set(['WEST']));
    expect(new Set(await codes('managerEast'))).toEqual(new Set(['EAST']));
    expect(new Set(await codes('auditor'))).toEqual(new Set(['EAST', 'WEST']));
  });

  it('lists what is overdue, by state, region and channel type', async () => {
    await create('managerEast', 'AP-5', '0006');
    await create('managerEast', 'AP-6', '0007');
    await step('managerEast', 'withdrawApplication(code: "AP-6", reason: "Gone")');
    const due = sql`case code when 'AP-5' then date ${sql.raw(`'${today}'`)} - 1 end`;
    await owner((transaction) =>
      transaction.execute(sql`update application set due_on = ${due} where code in ('AP-5', 'AP-6')`),
    );
    const listed = async (filter: string) =>
      (await data(world, 'admin', `{ applications(filter: ${filter}) { nodes { code overdue } } }`)).applications.nodes;
    expect(await listed('{ overdue: true }')).toEqual([{ code: 'AP-5', overdue: true }]);
    expect((await listed('{ overdue: false }')).map(({ code }: { code: string }) => code)).toContain('AP-6');
    expect(await listed('{ overdue: true, states: [SUBMITTED] }')).toEqual([]);
    expect(
      await listed('{ overdue: true, states: [SUBMITTED, DRAFT], region: "ROOT", channelType: "AGENT" }'),
    ).toHaveLength(1);
    expect(await listed('{ overdue: true, region: "WEST" }')).toEqual([]);
    expect(await listed('{ states: [] }')).toEqual([]);
  });

  it('is nothing for finance, agents and strangers, not even by id', async () => {
    const { application: row } = await data(world, 'admin', '{ application(code: "AP-4") { id } }');
    for (const person of people) {
      const answer = await ask(world, person, `{ node(id: "${row.id}") { id ... on Application { name } } }`);
      const found = answer.data?.node?.name;
      expect(found === 'New shop', person).toBe(['admin', 'auditor', 'managerEast'].includes(person));
    }
  });

  it('is seen in the database by no role that may not', async () => {
    const counts: Partial<Record<Person, number>> = {};
    for (const person of people) {
      const actor = world.actors[person] ?? { name: '', user: null, requestId: null };
      counts[person] = await asRequest(world.databases.request, actor, today, async (transaction) => {
        const [row] = await transaction.execute<{ n: number }>(sql`
          select (select count(*) from application)::integer + (select count(*) from application_duplicates(
            (select max(application_id) from secret), current_date))::integer as n`);
        return row?.n ?? 0;
      });
    }
    expect(
      Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([person]) => person),
    ).toEqual(['admin', 'managerEast', 'managerWest', 'auditor']);
  });
});
