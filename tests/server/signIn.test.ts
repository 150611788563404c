import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount, disableAccount } from '../../src/auth/accounts.ts';
import { createApiKey, revokeApiKey } from '../../src/auth/apiKeys.ts';
import { localActor } from '../../src/db/transaction.ts';
import { password, postJson, startTestServer, type TestServer } from './testServer.ts';

let site: TestServer;
const email = 'admin@example.com';
beforeAll(async () => {
  site = await startTestServer();
});

const signIn = (body: unknown, headers?: Record<string, string>) => postJson(`${site.url}/auth/sign-in`, body, headers);
const me = (headers: Record<string, string>) => fetch(`${site.url}/auth/me`, { headers });
const asOwner = <Result>(work: Parameters<typeof site.databases.owner.transaction<Result>>[0]) =>
  site.databases.owner.transaction(work);

test('the right password gives a session in a cookie that scripts and other sites cannot use', async () => {
  const response = await signIn({ email: ' Admin@Example.com ', password });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ name: 'Admin', role: 'ADMIN', expiresAt: '2026-11-05T20:00:00.000Z' });
  const [cookie = ''] = response.headers.getSetCookie();
  const [token, ...flags] = cookie.split('; ');
  expect(token).toMatch(/^tributary_session=[\w-]{43}$/);
  expect(flags.sort()).toEqual(['Expires=Thu, 05 Nov 2026 20:00:00 GMT', 'HttpOnly', 'Path=/', 'SameSite=Strict']);
  expect(await (await me({ cookie: token ?? '' })).json()).toEqual({
    email,
    name: 'Admin',
    role: 'ADMIN',
    expiresAt: '2026-11-05T20:00:00.000Z',
  });
});

test('in production the cookie travels over TLS only', async () => {
  const production = await startTestServer({ production: true }, site.databases);
  const response = await postJson(`${production.url}/auth/sign-in`, { email, password });
  expect(response.headers.getSetCookie()[0]).toContain('; Secure');
});

test('a wrong password, an unknown address and a disabled account get the same answer', async () => {
  const gone = { email: 'gone@example.com', name: 'Gone', role: 'FINANCE', password } as const;
  await asOwner((tx) => createAccount(tx, localActor('test'), site.clock.now, gone));
  await asOwner((tx) => disableAccount(tx, localActor('test'), site.clock.now, { email: gone.email }));
  const answers = await Promise.all(
    [
      { email, password: 'wrong horse battery' },
      { email: 'nobody@example.com', password },
      { email: gone.email, password },
    ].map(async (body) => {
      const response = await signIn(body);
      return { status: response.status, cookies: response.headers.getSetCookie(), body: await response.json() };
    }),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toMatchObject({ status: 401, cookies: [], body: { error: { code: 'SIGN_IN_FAILED' } } });
});

test.each([
  [{}, 400, 'INPUT_INVALID'],
  [{ email, password: ['x'] }, 400, 'INPUT_INVALID'],
  [{ email, password: 'x'.repeat(20_000) }, 413, 'REQUEST_TOO_LARGE'],
])('a body that is not a sign-in is refused: %j', async (body, status, code) => {
  const response = await signIn(body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code, remedy: expect.any(String) } });
});

test('a form of another site cannot sign in', async () => {
  const response = await fetch(`${site.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email, password }),
  });
  expect(response.status).toBe(415);
  const broken = await fetch(`${site.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"email":',
  });
  expect(await broken.json()).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
});

describe('a session', () => {
  test('ends at sign-out', async () => {
    const cookie = await site.signIn(email);
    const response = await postJson(`${site.url}/auth/sign-out`, {}, { cookie });
    expect(response.headers.getSetCookie()[0]).toContain('tributary_session=;');
    expect((await me({ cookie })).status).toBe(401);
  });

  test('does not end because another page of the same site posts a form', async () => {
    const cookie = await site.signIn(email);
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await fetch(`${site.url}/auth/sign-out`, { method: 'POST', headers, body: '' });
    expect(await refused.json()).toMatchObject({ error: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    expect((await me({ cookie })).status).toBe(200);
  });

  test('ends by itself', async () => {
    const cookie = await site.signIn(email);
    const signedInAt = site.clock.now;
    site.clock.now = new Date(signedInAt.getTime() + 12 * 3_600_000 - 1);
    expect((await me({ cookie })).status).toBe(200);
    site.clock.now = new Date(signedInAt.getTime() + 12 * 3_600_000);
    expect((await me({ cookie })).status).toBe(401);
    site.clock.now = signedInAt;
  });

  test('and a key end at once when the account is disabled', async () => {
    const account = { email: 'leaver@example.com', name: 'Leaver', role: 'AUDITOR', password } as const;
    await asOwner((tx) => createAccount(tx, localActor('test'), site.clock.now, account));
    const cookie = await site.signIn(account.email);
    const key = { name: 'key', email: account.email };
    const { token } = await asOwner((tx) => createApiKey(tx, localActor('test'), site.clock.now, key));
    const authorization = `Bearer ${token}`;
    expect((await me({ cookie })).status).toBe(200);
    expect((await me({ authorization })).status).toBe(200);
    await asOwner((tx) => disableAccount(tx, localActor('test'), site.clock.now, { email: account.email }));
    expect((await me({ cookie })).status).toBe(401);
    expect((await me({ authorization })).status).toBe(401);
  });
});

describe('the own password', () => {
  const better = 'a much better password';
  const change = (url: string, body: unknown, headers: Record<string, string>) =>
    postJson(`${url}/auth/password`, body, headers);
  const made = async (name: string, rest: Partial<Parameters<typeof createAccount>[3]> = {}) => {
    const account = { email: `${name}@example.com`, name, role: 'FINANCE', password, ...rest } as const;
    await asOwner((tx) => createAccount(tx, localActor('test'), site.clock.now, account));
    return account.email;
  };

  test('is changed by whoever knows it: other sessions end, the one that asks goes on', async () => {
    const changer = await made('changer');
    const [own, elsewhere] = [await site.signIn(changer), await site.signIn(changer)];
    const response = await change(site.url, { currentPassword: password, password: better }, { cookie: own });
    expect(response.status).toBe(200);
    const [given = ''] = response.headers.getSetCookie();
    expect(given).toMatch(/^tributary_session=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    const statuses = [given.split(';', 1)[0] ?? '', own, elsewhere].map(
      async (cookie) => (await me({ cookie })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 401, 401]);
    expect((await signIn({ email: changer, password })).status).toBe(401);
    expect((await signIn({ email: changer, password: better })).status).toBe(200);
    expect(site.log()).not.toContain(better);
  });

  test('may be changed by somebody who otherwise only reads', async () => {
    await asOwner((tx) =>
      tx.execute(`insert into channel_type (code, name) values ('STORE', 'Store');
        insert into agent (code, name, channel_type_id) select 'A1', 'A1', id from channel_type`),
    );
    const reader = await made('reader', { role: 'AGENT', agentCode: 'A1', companyRight: 'READ' });
    const body = { currentPassword: password, password: better };
    expect((await change(site.url, body, { cookie: await site.signIn(reader) })).status).toBe(200);
  });

  test.each([
    ['nobody is signed in', { currentPassword: password, password: better }, false, 401, 'NOT_SIGNED_IN'],
    ['the current one is wrong', { currentPassword: 'not this one', password: better }, true, 401, 'SIGN_IN_FAILED'],
    ['the new one is short', { currentPassword: password, password: 'short' }, true, 400, 'INPUT_INVALID'],
    ['there is none', { password: better }, true, 400, 'INPUT_INVALID'],
  ])('stays where %s', async (_why, body, isSignedIn, status, code) => {
    const cookie = await site.signIn(email);
    const response = await change(site.url, body, isSignedIn ? { cookie } : {});
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, remedy: expect.any(String) } });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await me({ cookie })).status).toBe(200);
  });

  test('is nothing for keys of machines, nor for forms of other sites', async () => {
    const owner = localActor('test');
    const key = await asOwner((tx) => createApiKey(tx, owner, site.clock.now, { name: 'machine', email }));
    const body = { currentPassword: password, password: better };
    expect((await change(site.url, body, { authorization: `Bearer ${key.token}` })).status).toBe(401);
    const form = await fetch(`${site.url}/auth/password`, {
      method: 'POST',
      headers: { cookie: await site.signIn(email), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(body),
    });
    expect(form.status).toBe(415);
    expect((await signIn({ email, password })).status).toBe(200);
  });

  test('is not to be guessed: ten wrong attempts, then none', async () => {
    const limited = await startTestServer({}, site.databases);
    const cookie = await limited.signIn(email);
    const attempt = (currentPassword: string) => change(limited.url, { currentPassword, password: better }, { cookie });
    for (let tries = 0; tries < 10; tries += 1) expect((await attempt(`guess ${tries}`)).status).toBe(401);
    expect((await attempt(password)).status).toBe(429);
    expect((await signIn({ email, password })).status).toBe(200);
  });
});

test('a key works until it expires or is revoked', async () => {
  const expiresAt = new Date(site.clock.now.getTime() + 1000);
  const owner = localActor('test');
  const brief = await asOwner((tx) => createApiKey(tx, owner, site.clock.now, { name: 'brief', email, expiresAt }));
  const lasting = await asOwner((tx) => createApiKey(tx, owner, site.clock.now, { name: 'lasting', email }));
  const status = async (token: string) => (await me({ authorization: `Bearer ${token}` })).status;
  expect(await status(brief.token)).toBe(200);
  expect(await status(lasting.token)).toBe(200);
  const before = site.clock.now;
  site.clock.now = expiresAt;
  expect(await status(brief.token)).toBe(401);
  expect(await status(lasting.token)).toBe(200);
  site.clock.now = before;
  await asOwner((tx) => revokeApiKey(tx, owner, site.clock.now, lasting.id));
  expect(await status(lasting.token)).toBe(401);
});

describe('attempts are limited', () => {
  test('to ten wrong ones for one address', async () => {
    const limited = await startTestServer({}, site.databases);
    const attempt = (address: string, tried: string) =>
      postJson(`${limited.url}/auth/sign-in`, { email: address, password: tried });
    expect((await attempt(email, password)).status).toBe(200);
    for (let tries = 0; tries < 10; tries += 1) expect((await attempt(email, 'wrong password')).status).toBe(401);
    const refused = await attempt(` ${email.toUpperCase()} `, password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'TOO_MANY_ATTEMPTS' } });
    expect((await attempt('other@example.com', 'wrong password')).status).toBe(401);
  });

  test('to a hundred of one client, whom it cannot shed by naming another', async () => {
    const limited = await startTestServer({}, site.databases);
    const attempt = (index: number) =>
      postJson(
        `${limited.url}/auth/sign-in`,
        { email: `u${index}@example.com` },
        { 'x-forwarded-for': `10.0.0.${index}` },
      );
    const attempts = await Promise.all(Array.from({ length: 101 }, (_, index) => attempt(index)));
    expect(attempts.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

test('the log has the request ids and no secrets', async () => {
  const cookie = await site.signIn(email);
  const token = cookie.split('=')[1] ?? '';
  await fetch(`${site.url}/auth/me?token=in-the-query`, { headers: { cookie, 'x-request-id': 'me-1' } });
  await signIn({ email: 'hunter22hunter22', password: 'my wrong secret' }, { 'x-request-id': 'bad\tid with blanks' });
  await fetch(`${site.url}/auth/me`, { headers: { authorization: 'Bearer trb_secret' } });
  await expect.poll(() => site.log()).toContain('"requestId":"me-1"');
  const line = site.lines().find(({ requestId, msg }) => requestId === 'me-1' && msg === 'Request answered');
  expect(line).toMatchObject({ req: { method: 'GET', path: '/auth/me' }, res: { status: 200 } });
  for (const secret of [password, token, 'in-the-query', 'trb_secret', 'my wrong secret', 'hunter22', 'with blanks']) {
    expect(site.log()).not.toContain(secret);
  }
  for (const each of site.lines()) expect(each.requestId).toMatch(/^[\w.-]{1,64}$/);
});
