import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { changeCompanyUserRight } from '../../src/auth/companyUsers.ts';
import { userAccount } from '../../src/auth/tables.ts';
import { readConfig } from '../../src/config.ts';
import type { Transaction } from '../../src/db/client.ts';
import { asUserError } from '../../src/db/constraints.ts';
import { type Actor, asOwner, asRequest, type CompanyRight, localActor } from '../../src/db/transaction.ts';
import { createLogger } from '../../src/http/log.ts';
import { acceptInvitation } from '../../src/onboarding/invitations.ts';
import { createServer, type Server } from '../../src/server.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { testDatabase } from '../database.ts';
import { postJson } from '../server/testServer.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { execute, parse } from './graphql.ts';
import { data, envelopeKeys, makeWorld, now, type Person, today, tryOut, type World } from './world.ts';

// What the people of an agent may do: whose right is FULL does what the agent may, whose right is READ sees it.

let world: World;
let reader: Actor;

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  reader = await addUser('reader@demo.example', 'READ');
});

function actorOf(person: Person): Actor {
  const actor = world.actors[person];
  if (!actor) throw new Error(person);
  return actor;
}

/** A further account of an agent of the world. */
async function addUser(email: string, right: CompanyRight, of: Person = 'agentE1'): Promise<Actor> {
  const { user } = actorOf(of);
  if (!user) throw new Error(of);
  const { role, agentId, regionId } = user;
  const [account] = await world.databases.owner
    .insert(userAccount)
    .values({ email, name: email, role, agentId, companyRight: right, passwordHash: 'none', createdAt: today })
    .returning({ id: userAccount.id });
  if (!account) throw new Error('no account');
  return { name: email, user: { id: account.id, role, agentId, regionId, companyRight: right }, requestId: null };
}

const asReader = (): World => ({ ...world, actors: { ...world.actors, agentE1: reader } });
const fault = '... on UserError { code at remedy message }';
const payload = `{ __typename ${fault} }`;
const rights = async (person: Person = 'agentE1', of = world) =>
  Object.fromEntries(
    (await data(of, person, '{ companyUsers { email companyRight } }')).companyUsers.map(
      ({ email, companyRight }: { email: string; companyRight: string }) => [email, companyRight],
    ),
  );
const change = async (person: Person, email: string, right: CompanyRight, of = world, more = '') =>
  (
    await data(
      of,
      person,
      `mutation { changeCompanyUserRight(email: "${email}", right: ${right}, reason: "Why not"${more}) ${payload} }`,
    )
  ).changeCompanyUserRight;

describe('the right of a company user', () => {
  it('is told by me and among the users of the company, and is nobody else’s', async () => {
    expect(await rights()).toEqual({ 'agente1@demo.example': 'FULL', 'reader@demo.example': 'READ' });
    expect((await data(asReader(), 'agentE1', '{ me { companyRight } }')).me).toEqual({ companyRight: 'READ' });
    expect((await data(world, 'agentE1', '{ me { companyRight } }')).me).toEqual({ companyRight: 'FULL' });
    expect((await data(world, 'finance', '{ me { companyRight } }')).me).toEqual({ companyRight: null });
    const update = world.databases.owner.$client`update user_account set company_right = 'READ' where role = 'ADMIN'`;
    await expect(update).rejects.toMatchObject({ code: '23514' });
  });

  it('is that of the invitation, FULL where it names none', async () => {
    const invite = async (email: string, right = '') => {
      const text = `mutation { inviteCompanyUser(email: "${email}", name: "New"${right}) { ... on CompanyInvitationPayload { invitationToken } ${fault} } }`;
      const { inviteCompanyUser: told } = await data(world, 'agentW1', text);
      await world.databases.owner.transaction((transaction) =>
        acceptInvitation(transaction, null, now, { token: told.invitationToken, password: 'correct horse battery' }),
      );
    };
    await invite('old.client@example.com');
    await invite('looks@example.com', ', right: READ');
    expect(await rights('agentW1')).toEqual({
      'agentw1@demo.example': 'FULL',
      'looks@example.com': 'READ',
      'old.client@example.com': 'FULL',
    });
    const records = await world.databases.owner.$client`
      select action, after ->> 'companyRight' as "right" from audit_record
      where after ->> 'companyRight' = 'READ' order by id`;
    expect(records.map(({ action }) => action)).toEqual(['portal.invited', 'account.created']);
  });

  it('is changed by those of the company whose right is FULL, once, and recorded', async () => {
    await addUser('partner@demo.example', 'FULL', 'agentE2');
    const again = ', idempotencyKey: "once"';
    for (const text of [again, again, ''])
      expect(await change('agentE2', 'Partner@demo.example', 'READ', world, text)).toEqual({
        __typename: 'CompanyUsersPayload',
      });
    expect(await rights('agentE2')).toEqual({ 'agente2@demo.example': 'FULL', 'partner@demo.example': 'READ' });
    const records = await world.databases.owner.$client`
      select actor, entity_key as "key", before, after, reason from audit_record where action = 'account.right_changed'`;
    expect(records).toEqual([
      {
        actor: 'agente2@demo.example',
        key: 'partner@demo.example',
        before: { companyRight: 'FULL' },
        after: { companyRight: 'READ' },
        reason: 'Why not',
      },
    ]);
  });

  it('is not changed for those of another company, below it either, nor by anybody of the operator', async () => {
    for (const email of ['agente2@demo.example', 'agentw1@demo.example', 'finance@demo.example'])
      expect(await change('agentE1', email, 'READ')).toMatchObject({ code: 'NOT_FOUND', at: 'email' });
    for (const person of ['admin', 'managerEast', 'finance', 'auditor'] as const)
      expect(await change(person, 'agente1@demo.example', 'READ')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await change('nobody', 'agente1@demo.example', 'READ')).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await change('agentE1', 'reader@demo.example', 'FULL', asReader())).toMatchObject({ code: 'FORBIDDEN' });
    expect(await rights()).toMatchObject({ 'agente1@demo.example': 'FULL', 'reader@demo.example': 'READ' });
  });

  it('FULL stays with somebody who may sign in', async () => {
    const last = { code: 'LAST_FULL_USER', at: 'email' };
    expect(await change('agentE1', 'agente1@demo.example', 'READ')).toMatchObject(last);
    const gone = await addUser('gone@demo.example', 'FULL');
    await world.databases.owner.$client`update user_account set disabled = true where id = ${gone.user?.id ?? 0}`;
    expect(await change('agentE1', 'agente1@demo.example', 'READ')).toMatchObject(last);
    // whoever writes
    const id = actorOf('agentE1').user?.id ?? 0;
    const update = world.databases.owner.$client`update user_account set company_right = 'READ' where id = ${id}`;
    expect(asUserError(await update.catch((error) => error))).toMatchObject({ code: 'LAST_FULL_USER' });
  });
});

describe('two who give up the right at the same time', () => {
  const service = (actor: Actor, email: string) =>
    world.databases.owner.transaction((transaction) =>
      changeCompanyUserRight(transaction, actor, now, { email, right: 'READ' }),
    );
  const outcome = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'done',
      (error) => (asUserError(error) as { code?: string }).code,
    );

  it('each their own: the second keeps it', async () => {
    const [anna, ben] = [await addUser('anna@e3', 'FULL', 'agentW1'), await addUser('ben@e3', 'FULL', 'agentW1')];
    await world.databases.owner
      .$client`update user_account set company_right = 'READ' where email = 'old.client@example.com'`;
    await world.databases.owner
      .$client`update user_account set company_right = 'READ' where email = 'agentw1@demo.example'`;
    const outcomes = await Promise.all([outcome(service(anna, 'anna@e3')), outcome(service(ben, 'ben@e3'))]);
    expect(outcomes.sort()).toEqual(['LAST_FULL_USER', 'done']);
    expect(Object.values(await rights('agentW1')).filter((right) => right === 'FULL')).toHaveLength(1);
  });

  it('from one another: the second has lost its own', async () => {
    const [cleo, dora] = [await addUser('cleo@e3', 'FULL', 'agentW1'), await addUser('dora@e3', 'FULL', 'agentW1')];
    const outcomes = await Promise.all([outcome(service(cleo, 'dora@e3')), outcome(service(dora, 'cleo@e3'))]);
    expect(outcomes.sort()).toEqual(['FORBIDDEN', 'done']);
  });

  it('past the service: the database lets the second wait, and refuses it', async () => {
    const [eva, finn] = [await addUser('eva@e2', 'FULL', 'agentE2'), await addUser('finn@e2', 'FULL', 'agentE2')];
    const sql = world.databases.owner.$client;
    await sql`update user_account set company_right = 'READ' where email = 'agente2@demo.example'`;
    const giveUp = (actor: Actor) => `update user_account set company_right = 'READ' where id = ${actor.user?.id ?? 0}`;
    let second: Promise<string | undefined> | undefined;
    await sql.begin(async (first) => {
      await first.unsafe(giveUp(eva));
      second = outcome(sql.unsafe(giveUp(finn)));
      await untilSomebodyWaits(world.databases);
    });
    expect(await second).toBe('LAST_FULL_USER');
  });
});

describe('over the network, whose right is READ', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-rights-'));
  let server: Server | undefined;
  afterAll(async () => {
    await server?.close(100);
    rmSync(dataDir, { recursive: true });
  });

  it('signs in and out and reads, and is refused what it sends, before any of it is kept', async () => {
    const account = { email: 'web@demo.example', name: 'Web', password: 'correct horse battery' };
    await world.databases.owner.transaction((transaction) =>
      createAccount(transaction, localActor('clerk'), now, {
        ...account,
        ...{ role: 'AGENT', agentCode: 'E1', companyRight: 'READ' },
      }),
    );
    server = createServer({
      config: { ...readConfig({ NODE_ENV: 'test' }), port: 0, dataDir },
      databases: world.databases,
      graphql: { schema },
      logger: createLogger('silent'),
      clock: () => now,
      envelopeKeys,
    });
    const { url } = await server.listen();
    const signedIn = await postJson(`${url}/auth/sign-in`, account);
    const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    const me = await (await fetch(`${url}/auth/me`, { headers: { cookie } })).json();
    expect(me).toMatchObject({ email: account.email, role: 'AGENT', companyRight: 'READ' });

    const post = async (path: string, type: string, body: string) => {
      const headers = { cookie, 'content-type': type, 'x-file-name': 'file' };
      const response = await fetch(url + path, { method: 'POST', headers, body });
      return `${response.status} ${((await response.json()) as { error?: { code?: string } }).error?.code}`;
    };
    const paper = '/documents?agent=E1&subject=SETTLEMENT&kind=EVIDENCE';
    expect(await post(paper, 'application/pdf', `%PDF-1.7\n${'x'.repeat(100)}`)).toBe('403 FORBIDDEN');
    expect(await post('/reconciliations?agent=E1&period=2026-10', 'text/csv', 'external_id\nA-E1\n')).toBe(
      '403 FORBIDDEN',
    );
    expect(readdirSync(dataDir)).toEqual([]);

    const query = 'mutation { createApiKey(name: "till") { __typename } } ';
    const change = await (await postJson(`${url}/graphql`, { query }, { cookie })).json();
    expect(change.data).toEqual({ createApiKey: { __typename: 'UserError' } });
    const read = await (
      await postJson(`${url}/graphql`, { query: '{ agent(code: "E1") { code } }' }, { cookie })
    ).json();
    expect(read).toEqual({ data: { agent: { code: 'E1' } } });
    expect((await postJson(`${url}/auth/sign-out`, {}, { cookie })).status).toBe(200);
    expect((await fetch(`${url}/auth/me`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('whose right is READ', () => {
  // each valid where a colleague with the right FULL asks
  let ofRequests: Record<string, string>;
  let ofOwner: Record<string, string>;

  beforeAll(async () => {
    const { owner } = world.databases;
    const [run] = await owner.$client`select id from commission_run where period = '2026-10' and status = 'APPROVED'`;
    await owner.transaction((transaction) => issueStatements(transaction, localActor('clerk'), now, run?.id));
    const [notice] = await owner.$client`
      insert into notice (agent_id, kind, subject, details, created_at)
      select id, 'TIER_CHANGED', 'test', '{}', ${now} from agent where code = 'E1' returning id`;
    const { statements } = await data(
      world,
      'agentE1',
      '{ statements(period: "2026-10", agent: "E1") { nodes { id } } }',
    );
    ofRequests = {
      confirmStatement: `confirmStatement(statementId: "${statements.nodes[0].id}"`,
      fileDispute: 'fileDispute(input: { agentCode: "E1", period: "2026-10", subject: STATEMENT, reason: "More" }',
      proposePayee:
        'proposePayee(agentCode: "E1", holderName: "East", bankName: "ICBC", account: "6222021103001111", from: "2027-01-01", reason: "New"',
      createApiKey: 'createApiKey(name: "till"',
      markNoticesRead: `markNoticesRead(noticeIds: ["${Buffer.from(`Notice:${notice?.id}`).toString('base64url')}"]`,
    };
    ofOwner = {
      reconcile: 'reconcile(agentCode: "E1", period: "2026-10", csv: "external_id,amount\\nA-E1,80\\n"',
      inviteCompanyUser: 'inviteCompanyUser(email: "more@example.com", name: "More"',
      changeCompanyUserRight: 'changeCompanyUserRight(email: "reader@demo.example", right: FULL',
      disableCompanyUser: 'disableCompanyUser(email: "reader@demo.example"',
    };
  });

  const counts = async () => {
    const [row] = await world.databases.owner.$client`
      select (select count(*) from audit_record) as records, (select count(*) from idempotency_key) as keys`;
    return row;
  };

  it('sees what the company sees, the estimate too, which calculates', async () => {
    for (const text of [
      '{ agents { nodes { code } } commissionLines(period: "2026-10") { nodes { lineId amount } } companyUsers { email } }',
      '{ statements(period: "2026-10") { nodes { id } } payees { nodes { account } } toDo { kind count } }',
      '{ estimate(agent: "E1") { __typename ... on UserError { code } } }',
    ]) {
      const seen = await data(asReader(), 'agentE1', text);
      expect(seen).toEqual(await data(world, 'agentE1', text));
    }
  });

  it('is refused every change, and told whom to ask', async () => {
    const before = await counts();
    for (const [field, asked] of Object.entries({ ...ofRequests, ...ofOwner })) {
      const answer = await data(asReader(), 'agentE1', `mutation { ${asked}, idempotencyKey: "key") ${payload} }`);
      expect(answer[field], field).toEqual({
        __typename: 'UserError',
        code: 'FORBIDDEN',
        at: null,
        message: 'Your right is READ: you see what your company sees, and change nothing.',
        remedy: 'Ask somebody of your company whose right is FULL to do it, or to give you that right.',
      });
    }
    expect(await counts()).toEqual(before);
  });

  it('is refused by the database too, should that check ever be forgotten', async () => {
    // the resolvers take it for a colleague who may: only the transaction is the reader's
    const colleague = actorOf('agentE1');
    for (const [field, asked] of Object.entries(ofRequests)) {
      const answer = await asRequest(world.databases.request, reader, today, async (transaction) => {
        const contextValue = { actor: colleague, now, today, databases: world.databases, transaction, envelopeKeys };
        return execute({ schema, document: parse(`mutation { ${asked}) ${payload} }`), contextValue });
      });
      expect(answer.data?.[field], field).toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const [field, asked] of Object.entries(ofRequests)) {
      const answer = await tryOut(world, 'agentE1', `mutation { ${asked}) ${payload} }`);
      expect(answer.data?.[field].__typename, field).not.toBe('UserError');
    }
  });

  it('writes to no table at all, with the owner’s rights neither', async () => {
    const { owner, request } = world.databases;
    const tables = await owner.$client<{ name: string }[]>`
      select distinct table_name as name from information_schema.column_privileges
      where grantee = 'tributary_request' and privilege_type in ('INSERT', 'UPDATE') and table_schema = 'public'`;
    expect(tables.length).toBeGreaterThan(20);
    const attempts = async (transaction: Transaction) => {
      for (const { name } of tables) {
        const write = sql.raw(`delete from "${name}" where false`);
        const attempt = transaction.transaction((savepoint) => savepoint.execute(write));
        expect(await attempt.catch(asUserError), name).toMatchObject({ code: 'FORBIDDEN' });
      }
    };
    await asRequest(request, reader, today, attempts);
    await asOwner(owner, reader, attempts);
  });
});
