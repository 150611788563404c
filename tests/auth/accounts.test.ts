import { desc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { agent } from '../../src/agents/tables.ts';
import { auditRecord } from '../../src/audit/tables.ts';
import { createAccount, disableAccount, enableAccount, type NewAccount, setPassword } from '../../src/auth/accounts.ts';
import { createApiKey, revokeApiKey } from '../../src/auth/apiKeys.ts';
import { ensureDemoAccounts } from '../../src/auth/demo.ts';
import { resolveActor, signIn } from '../../src/auth/sessions.ts';
import { apiKey, userAccount, userSession } from '../../src/auth/tables.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor } from '../../src/db/transaction.ts';
import { UserErrors } from '../../src/errors.ts';
import { channelType, region } from '../../src/reference/tables.ts';
import { testDatabase } from '../database.ts';

const now = new Date('2026-11-05T08:00:00Z');
const local = localActor('Test');
const password = 'correct horse battery';
let databases: Databases;
beforeAll(async () => {
  databases = await testDatabase();
});

const asOwner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
const create = (account: Partial<NewAccount>, actor: Actor = local) =>
  asOwner((tx) => createAccount(tx, actor, now, { email: '', name: 'Name', role: 'FINANCE', password, ...account }));
const actorOf = async (email: string): Promise<Actor> => {
  const { token } = await signIn(databases, email, password, now);
  const headers = { cookie: `other=1; tributary_session=${token}` };
  const actor = await resolveActor(databases, { headers, requestId: 'r-1' }, now);
  if (!actor) throw new Error(`${email} is not signed in`);
  return actor;
};
const lastRecord = async () =>
  (await databases.owner.select().from(auditRecord).orderBy(desc(auditRecord.id)).limit(1))[0];

describe('before there are regions and agents', () => {
  test('the demo has the other accounts', async () => {
    const created = await ensureDemoAccounts(databases, now);
    expect(created.map(({ email }) => email)).toEqual(
      ['admin', 'finance', 'auditor', 'compliance'].map((name) => `${name}@demo.example`),
    );
  });

  test('and makes up for them later, once, with passwords that work', async () => {
    const [north] = await databases.owner.insert(region).values({ code: 'R-1', name: 'North' }).returning();
    await databases.owner.insert(region).values({ code: 'R-0', name: 'Below', parentId: north?.id });
    const [dealer] = await databases.owner.insert(channelType).values({ code: 'AGENT', name: 'Agent' }).returning();
    const agents = ['A2', 'A1'].map((code) => ({ code, name: code, channelTypeId: dealer?.id ?? 0 }));
    await databases.owner.insert(agent).values(agents);
    // Two starts at once.
    const created = (
      await Promise.all([ensureDemoAccounts(databases, now), ensureDemoAccounts(databases, now)])
    ).flat();
    expect(created.map(({ role }) => role)).toEqual(['CHANNEL_MANAGER', 'AGENT']);
    for (const { email, password: printed } of created) {
      expect(printed).toMatch(/^[\w-]{16}$/);
      expect(await signIn(databases, email, printed, now)).toMatchObject({ token: expect.any(String) });
    }
    const rows = await databases.owner.select().from(userAccount).orderBy(userAccount.email);
    expect(rows.find(({ role }) => role === 'CHANNEL_MANAGER')?.regionId).toBe(north?.id);
    expect(await ensureDemoAccounts(databases, now)).toEqual([]);
  });
});

describe('an account', () => {
  test('is created and audited without its password', async () => {
    const account = await create({ email: ' New.Person@Example.com ', role: 'AGENT', agentCode: 'A1', name: ' 张伟 ' });
    expect(account).toEqual({ id: expect.any(Number), email: 'new.person@example.com', name: '张伟', role: 'AGENT' });
    const record = await lastRecord();
    expect(record).toMatchObject({ action: 'account.created', entityKey: 'new.person@example.com', actor: 'test' });
    expect(record?.after).toEqual({
      name: '张伟',
      role: 'AGENT',
      agentCode: 'A1',
      regionCode: null,
      companyRight: 'FULL',
    });
    const [row] = await databases.owner.select().from(userAccount).where(eq(userAccount.email, account.email));
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await expect(create({ email: 'NEW.person@example.com' })).rejects.toMatchObject({ code: 'USER_EXISTS' });
  });

  test.each<[Partial<NewAccount>, string[]]>([
    [
      { email: 'no address', password: 'short', name: '' },
      ['INPUT_INVALID email', 'INPUT_INVALID name', 'INPUT_INVALID password'],
    ],
    [{ email: 'a@example.com', password: 'x'.repeat(201) }, ['INPUT_INVALID password']],
    [{ email: 'a@example.com', password: '十个汉字也可以用啊' }, ['INPUT_INVALID password']],
    [{ email: 'a@example.com', role: 'AGENT' }, ['INPUT_INVALID agentCode']],
    [{ email: 'a@example.com', role: 'AGENT', agentCode: 'NONE' }, ['AGENT_UNKNOWN agentCode']],
    [{ email: 'a@example.com', role: 'CHANNEL_MANAGER', regionCode: 'NONE' }, ['REGION_UNKNOWN regionCode']],
    [
      { email: 'a@example.com', role: 'ADMIN', agentCode: 'A1', regionCode: 'R-1' },
      ['INPUT_INVALID agentCode', 'INPUT_INVALID regionCode'],
    ],
    [{ email: 'a@example.com', role: 'OWNER' as NewAccount['role'] }, ['INPUT_INVALID role']],
  ])('with faults is refused with all of them: %j', async (account, faults) => {
    const error = await create(account).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserErrors);
    expect((error as UserErrors).errors.map(({ code, at }) => `${code} ${at}`)).toEqual(faults);
  });

  test('has a password of 10 to 200 characters, however they are typed', async () => {
    await create({ email: 'ten@example.com', password: '十个汉字的密码也可以' });
    await create({ email: 'long@example.com', password: 'é'.repeat(200) });
    // The same characters, decomposed: e and a combining accent.
    expect(await signIn(databases, 'long@example.com', 'e\u0301'.repeat(200), now)).toBeTruthy();
  });

  test('is made, changed and shut by administrators only', async () => {
    await create({ email: 'admin@example.com', role: 'ADMIN' });
    await create({ email: 'finance@example.com' });
    const [admin, finance] = [await actorOf('admin@example.com'), await actorOf('finance@example.com')];
    expect(finance).toMatchObject({ name: 'finance@example.com', user: { role: 'FINANCE' }, requestId: 'r-1' });
    const forbidden = { code: 'FORBIDDEN' };
    await expect(create({ email: 'b@example.com' }, finance)).rejects.toMatchObject(forbidden);
    const disable = (actor: Actor) =>
      asOwner((tx) => disableAccount(tx, actor, now, { email: 'ten@example.com', reason: 'left' }));
    await expect(disable(finance)).rejects.toMatchObject(forbidden);
    const change = { email: 'admin@example.com', password: 'another password' };
    await expect(asOwner((tx) => setPassword(tx, finance, now, change))).rejects.toMatchObject(forbidden);
    await disable(admin);
    expect(await lastRecord()).toMatchObject({
      action: 'account.disabled',
      reason: 'left',
      actor: 'admin@example.com',
    });
    const enable = (actor: Actor, email = 'ten@example.com') =>
      asOwner((tx) => enableAccount(tx, actor, now, { email, reason: 'back' }));
    await expect(enable(finance)).rejects.toMatchObject(forbidden);
    await expect(enable(admin, 'none@example.com')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(signIn(databases, 'ten@example.com', '十个汉字的密码也可以', now)).rejects.toMatchObject({
      code: 'SIGN_IN_FAILED',
    });
    await enable(admin);
    expect(await lastRecord()).toMatchObject({ action: 'account.enabled', reason: 'back', actor: 'admin@example.com' });
    expect(await signIn(databases, 'ten@example.com', '十个汉字的密码也可以', now)).toBeTruthy();
    await expect(asOwner((tx) => disableAccount(tx, admin, now, { email: 'none@example.com' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('that gets a new password loses its sessions', async () => {
    await create({ email: 'changer@example.com' });
    const actor = await actorOf('changer@example.com');
    const change = (currentPassword: string | undefined, wanted = 'a better password') =>
      asOwner((tx) => setPassword(tx, actor, now, { email: actor.name, password: wanted, currentPassword }));
    await expect(change(undefined)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED', at: 'currentPassword' });
    await expect(change('wrong password')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await expect(change(password, 'short')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await change(password);
    const sessions = await databases.owner
      .select()
      .from(userSession)
      .where(eq(userSession.userId, actor.user?.id ?? 0));
    expect(sessions).toEqual([]);
    await expect(signIn(databases, actor.name, password, now)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(await signIn(databases, actor.name, 'a better password', now)).toBeTruthy();
    expect(await lastRecord()).toMatchObject({ action: 'account.password_changed', before: null, after: null });
  });
});

test('a token is kept as its hash only, and sessions that are over are cleared away', async () => {
  await create({ email: 'hashed@example.com' });
  const first = await signIn(databases, 'hashed@example.com', password, now, 1);
  const later = new Date(now.getTime() + 3_600_000);
  const second = await signIn(databases, 'hashed@example.com', password, later, 1);
  const rows = await databases.owner.select().from(userSession).where(eq(userSession.userId, second.userId));
  expect(rows).toHaveLength(1);
  expect(rows[0]?.tokenHash).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(rows)).not.toContain(second.token);
  const resolve = (cookie: string) => resolveActor(databases, { headers: { cookie }, requestId: null }, later);
  expect(await resolve(`tributary_session=${first.token}`)).toBeNull();
  expect(await resolve(`x_tributary_session=${second.token}`)).toBeNull();
  expect(await resolve(`tributary_session=${second.token}`)).not.toBeNull();
});

describe('a key', () => {
  test('is created over the request role, for oneself, and audited without its token', async () => {
    await create({ email: 'keeper@example.com', role: 'ADMIN' });
    const actor = await actorOf('keeper@example.com');
    const asked = <Result>(work: (transaction: Transaction) => Promise<Result>) =>
      asRequest(databases.request, actor, '2026-11-05', work);
    const { id, token } = await asked((tx) => createApiKey(tx, actor, now, { name: ' robot ' }));
    expect(token).toMatch(/^trb_[\w-]{43}$/);
    const record = await lastRecord();
    expect(record?.after).toEqual({ email: actor.name, name: 'robot', expiresAt: null });
    expect(JSON.stringify(await databases.owner.select().from(apiKey))).not.toContain(token);
    const key = { name: 'other', email: 'finance@example.com' };
    await expect(asked((tx) => createApiKey(tx, actor, now, key))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(asked((tx) => createApiKey(tx, actor, now, { name: 'old', expiresAt: now }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      at: 'expiresAt',
    });
    await asked((tx) => revokeApiKey(tx, actor, now, id));
    expect(await lastRecord()).toMatchObject({ action: 'api_key.revoked', entityKey: String(id) });
  });

  test('of somebody else is revoked by an administrator, and is nothing to others', async () => {
    const { id } = await asOwner((tx) => createApiKey(tx, local, now, { name: 'k', email: 'hashed@example.com' }));
    const [admin, finance] = [await actorOf('admin@example.com'), await actorOf('finance@example.com')];
    await expect(asOwner((tx) => revokeApiKey(tx, finance, now, id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await asOwner((tx) => revokeApiKey(tx, admin, now, id));
    const [row] = await databases.owner.select().from(apiKey).where(eq(apiKey.id, id));
    expect(row?.revokedAt).not.toBeNull();
  });
});
