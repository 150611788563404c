import { beforeAll, describe, expect, it } from 'vitest';
import { acceptInvitation } from '../../src/onboarding/invitations.ts';
import { testDatabase } from '../database.ts';
import { ask, data, makeWorld, now, type Person, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

const fault = '... on UserError { code at }';
const users = async (person: Person) => (await data(world, person, '{ companyUsers { email disabled } }')).companyUsers;
const invite = (person: Person, email: string) =>
  data(
    world,
    person,
    `mutation { inviteCompanyUser(email: "${email}", name: "Second") { ... on CompanyInvitationPayload { invitationToken } ${fault} } }`,
  );
const disable = (person: Person, email: string) =>
  data(
    world,
    person,
    `mutation { disableCompanyUser(email: "${email}") { ... on CompanyUsersPayload { companyUsers { email disabled } } ${fault} } }`,
  );

describe('the people of a company', () => {
  it('see one another, and nobody of another company, below it either', async () => {
    expect(await users('agentE1')).toEqual([{ email: 'agente1@demo.example', disabled: false }]);
    expect(await users('agentE2')).toEqual([{ email: 'agente2@demo.example', disabled: false }]);
    for (const person of ['admin', 'finance', 'managerEast', 'nobody'] as const)
      expect((await ask(world, person, '{ companyUsers { email } }')).data?.companyUsers ?? null).toBeNull();
  });

  it('invite somebody, who is then one of them, with a token that is told once', async () => {
    const { inviteCompanyUser: told } = await invite('agentE1', 'Second@example.com');
    expect(told.invitationToken).toMatch(/^inv_/);
    await world.databases.owner.transaction((transaction) =>
      acceptInvitation(transaction, null, now, { token: told.invitationToken, password: 'correct horse battery' }),
    );
    expect(await users('agentE1')).toEqual([
      { email: 'agente1@demo.example', disabled: false },
      { email: 'second@example.com', disabled: false },
    ]);
    expect(await users('agentE2')).toHaveLength(1);
    expect((await invite('agentE1', 'no address')).inviteCompanyUser).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('shut one another out, but not themselves, and nobody of another company', async () => {
    expect((await disable('agentE2', 'second@example.com')).disableCompanyUser).toEqual({
      code: 'NOT_FOUND',
      at: 'email',
    });
    expect((await disable('agentE1', 'agente2@demo.example')).disableCompanyUser.code).toBe('NOT_FOUND');
    expect((await disable('agentE1', 'AgentE1@demo.example')).disableCompanyUser.code).toBe('SAME_PERSON');
    expect((await disable('agentE1', 'second@example.com')).disableCompanyUser.companyUsers).toContainEqual({
      email: 'second@example.com',
      disabled: true,
    });
    const [record] = await world.databases.owner.$client`
      select actor, entity_key from audit_record where action = 'account.disabled' order by id desc limit 1`;
    expect(record).toMatchObject({ entity_key: 'second@example.com' });
  });
});

describe('bank details', () => {
  const propose = (person: Person, agent: string) =>
    data(
      world,
      person,
      `mutation { proposePayee(agentCode: "${agent}", holderName: "East", bankName: "ICBC", account: "6222021103001111",
        from: "2027-01-01", reason: "New bank") { ... on PayeePayload { payee { id state account } } ${fault} } }`,
    );

  it('are proposed by the agent itself, decided by finance, and shown masked', async () => {
    const { proposePayee: proposed } = await propose('agentE1', 'E1');
    expect(proposed.payee).toMatchObject({ state: 'PROPOSED', account: '****1111' });
    const decide = (person: Person) =>
      ask(
        world,
        person,
        `mutation { decidePayee(payeeId: "${proposed.payee.id}", approve: true, reason: "Seen") { ... on PayeePayload { payee { state } } ${fault} } }`,
      );
    expect((await decide('agentE1')).data?.decidePayee).toEqual({ code: 'FORBIDDEN', at: null });
    expect((await decide('finance')).data?.decidePayee.payee.state).toBe('APPROVED');
  });

  it('are nobody else’s to propose: not of those below, nor of others', async () => {
    expect((await propose('agentE1', 'E2')).proposePayee.code).toBe('NOT_FOUND');
    expect((await propose('agentE1', 'W1')).proposePayee.code).toBe('NOT_FOUND');
  });
});
