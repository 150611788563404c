import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAccount, disableAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { localActor } from '../../src/db/transaction.ts';
import { operator } from '../../src/reference/tables.ts';
import { listeners, password, postJson, push, startTestServer, type TestServer } from './testServer.ts';

let site: TestServer;
let cookie: string;
beforeAll(async () => {
  site = await startTestServer();
  cookie = await site.signIn('admin@example.com');
});

type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
};
const ask = async (query: string, headers: Record<string, string> = { cookie }) =>
  (await (await site.graphql(query, headers)).json()) as Answer;

describe('an operation', () => {
  test('runs in one transaction as the request role with its claims and time limits', async () => {
    const { data } = await ask('{ session me accounts }');
    expect(data).toEqual({
      session: 'tributary_request ADMIN 30s 1min',
      me: 'admin@example.com',
      accounts: 1,
    });
  });

  test('of nobody sees nothing', async () => {
    const { data } = await ask('{ session me accounts }', {});
    expect(data).toEqual({ session: 'tributary_request  30s 1min', me: null, accounts: 0 });
  });

  test('knows the local date of the operator', async () => {
    expect((await ask('{ today }')).data).toEqual({ today: '2026-11-05' });
    const shanghai = { code: 'OP', name: 'Operator', timeZone: 'Asia/Shanghai', currency: 'CNY' };
    await site.databases.owner.insert(operator).values(shanghai);
    // 17:30 in London is half past one the next day in Shanghai.
    site.clock.now = new Date('2026-11-05T17:30:00Z');
    expect((await ask('{ today }')).data).toEqual({ today: '2026-11-06' });
    site.clock.now = new Date('2026-11-05T08:00:00Z');
  });

  test('that fails in the database is rolled back as a whole', async () => {
    const answer = await ask('mutation { first: rename(name: "a") second: rename(name: "b") }');
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions.code).toBe('CONFLICTING_CHANGE');
    expect(await site.databases.owner.execute('select * from segment')).toHaveLength(0);
    expect((await ask('mutation { rename(name: "a") }')).data).toEqual({ rename: true });
    expect(await site.databases.owner.execute('select * from segment')).toHaveLength(1);
  });
});

describe('an error', () => {
  test('that nobody foresaw is masked, and logged with the request id', async () => {
    const response = await site.graphql('{ crash hello }', { cookie, 'x-request-id': 'masked-1' });
    const text = await response.text();
    expect(text).not.toContain('inner secret');
    const { data, errors } = JSON.parse(text) as Answer;
    expect(data).toEqual({ crash: null, hello: 'hello' });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_ERROR', requestId: 'masked-1' });
    const logged = site.lines().filter((line) => line.requestId === 'masked-1' && line.level === 50);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).toContain('inner secret');
  });

  test('of a statement does not bring its values into answer or log', async () => {
    const { data, errors } = await ask('{ badStatement hello }');
    expect(data).toEqual({ badStatement: null, hello: 'hello' });
    expect(errors?.[0]?.extensions.code).toBe('INTERNAL_ERROR');
    expect(JSON.stringify(errors)).not.toContain('hidden');
    const line = site.lines().find(({ path }) => path === 'badStatement');
    expect(line?.err).toMatchObject({ message: 'Failed query: select $1::integer', cause: { code: '22P02' } });
    expect(JSON.stringify(line)).not.toContain('params');
  });

  test('that a user can mend says how', async () => {
    const { errors } = await ask('{ refuse }');
    expect(errors?.[0]).toMatchObject({
      message: 'That is no period.',
      extensions: { code: 'PERIOD_INVALID', remedy: 'Write a period as YYYY-MM.', at: 'period' },
    });
  });
});

describe('refused', () => {
  const post = (contentType: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${site.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': contentType, cookie, ...headers },
      body,
    });

  test.each([
    ['application/x-www-form-urlencoded', 'query={hello}'],
    ['text/plain', '{"query":"{ hello }"}'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--'],
    ['application/graphql', '{ hello }'],
  ])('a body of %s', async (contentType, body) => {
    for (const headers of [undefined, { 'x-graphql-yoga-csrf': '1' }]) {
      const response = await post(contentType, body, headers);
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    }
  });

  test('a GET that a foreign page could have sent', async () => {
    const url = `${site.url}/graphql?query={hello}`;
    const refused = await fetch(url, { headers: { cookie } });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'CROSS_SITE_REQUEST' } }] });
    const asked = await fetch(url, { headers: { cookie, 'x-graphql-yoga-csrf': '1' } });
    expect(await asked.json()).toEqual({ data: { hello: 'hello' } });
  });

  test('a mutation by GET', async () => {
    const url = `${site.url}/graphql?query=mutation{rename(name:"x")}`;
    const response = await fetch(url, { headers: { cookie, 'x-graphql-yoga-csrf': '1' } });
    expect(response.status).toBe(405);
  });

  const deep = (levels: number) => `{ ${'node { '.repeat(levels)} name ${'}'.repeat(levels)} }`;
  test.each([
    ['100 aliases', `{ ${Array.from({ length: 100 }, (_, index) => `a${index}: hello`).join(' ')} }`],
    ['depth', deep(20)],
    ['tokens', `{ ${'hello '.repeat(2100)} }`],
    ['characters', `{ hello } ${'#'.repeat(60_000)}`],
    ['directives', `{ hello ${'@include(if: true) '.repeat(30)} }`],
    ['cost of pages', '{ node(first: 1000) { node(first: 1000) { name } } }'],
  ])('too many or too much: %s', async (_, query) => {
    // Clients that know the specification's own media type are told by the status too.
    const response = await site.graphql(query, { cookie, accept: 'application/graphql-response+json' });
    const answer = (await response.json()) as Answer;
    expect(response.status).toBe(400);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toContain('QUERY_TOO_COMPLEX');
    expect(answer.errors?.[0]?.message).not.toContain('Syntax Error');
  });

  test('not what is just within the limits', async () => {
    const aliases = Array.from({ length: 30 }, (_, index) => `a${index}: hello`).join(' ');
    expect((await ask(`{ ${aliases} }`)).errors).toBeUndefined();
    expect((await ask(deep(11))).errors).toBeUndefined();
    expect((await ask('{ node(first: 100) { node(first: 50) { name } } }')).errors).toBeUndefined();
  });

  test('batches', async () => {
    const response = await postJson(`${site.url}/graphql`, [{ query: '{ hello }' }, { query: '{ hello }' }], {
      cookie,
    });
    expect(response.status).toBe(400);
  });
});

describe('in production', () => {
  test('there is no introspection, no suggestion and no GraphiQL', async () => {
    const production = await startTestServer({ graphiql: false, production: true }, site.databases);
    const introspection = await production.graphql('{ __schema { types { name } } }');
    expect(await introspection.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('introspection has been disabled') }, {}],
    });
    expect(await (await production.graphql('{ helo }')).text()).not.toContain('Did you mean');
    const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).not.toBe(200);
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('strict-transport-security')).toContain('max-age');
  });
});

describe('a subscription', () => {
  const subscribe = (query: string, headers: Record<string, string> = { cookie }) => {
    const accept = { 'content-type': 'application/json', accept: 'text/event-stream', ...headers };
    return fetch(`${site.url}/graphql`, { method: 'POST', headers: accept, body: JSON.stringify({ query }) });
  };

  test('sends its events and ends', async () => {
    const response = await subscribe('subscription { counted }');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await response.text();
    expect(events.match(/^data: .*$/gm)).toEqual([1, 2, 3].map((counted) => `data: {"data":{"counted":${counted}}}`));
    expect(events).toContain('event: complete');
  });

  test('works over GET too, as an EventSource with a header would ask', async () => {
    const headers = { cookie, accept: 'text/event-stream', 'x-graphql-yoga-csrf': '1' };
    // A connection of its own: fetch might reuse one that an earlier test's refused upload has broken.
    const request = get(`${site.url}/graphql?query=subscription%7Bcounted%7D`, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await text(response)).toContain('data: {"data":{"counted":3}}');
  });

  test('opens short transactions as the request role, and has none of its own', async () => {
    expect(await (await subscribe('subscription { session }')).text()).toContain('tributary_request ADMIN');
    expect(await (await subscribe('subscription { transaction }')).text()).toContain('INTERNAL_ERROR');
    expect(site.log()).toContain('A subscription holds no transaction');
  });

  test('ends with the next event once the account is disabled', async () => {
    const account = { email: 'auditor@example.com', name: 'Auditor', role: 'AUDITOR', password } as const;
    await site.databases.owner.transaction((tx) => createAccount(tx, localActor('test'), site.clock.now, account));
    const auditor = await site.signIn(account.email);
    const response = await subscribe('subscription { pushed }', { cookie: auditor });
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    const readUntil = async (wanted: string) => {
      for (let text = ''; ; ) {
        const { value, done } = await reader.read();
        text += value ?? '';
        if (done || text.includes(wanted)) return text;
      }
    };
    expect(await readUntil('"pushed":0')).toContain('"pushed":0');
    await expect.poll(() => listeners.size).toBe(1);
    push(1);
    expect(await readUntil('"pushed":1')).toContain('"pushed":1');
    await site.databases.owner.transaction((tx) =>
      disableAccount(tx, localActor('test'), site.clock.now, { email: account.email }),
    );
    await expect.poll(() => listeners.size).toBe(1);
    push(2);
    const rest = await readUntil('complete');
    expect(rest).not.toContain('"pushed":2');
    expect(rest).toContain('complete');
  });
});

test('a machine with a key is its account', async () => {
  const { token } = await site.databases.owner.transaction((tx) =>
    createApiKey(tx, localActor('test'), site.clock.now, { name: 'robot', email: 'admin@example.com' }),
  );
  const headers = { authorization: `Bearer ${token}` };
  expect((await ask('{ me }', headers)).data).toEqual({ me: 'admin@example.com' });
  expect((await ask('{ me }', { authorization: 'Bearer trb_wrong', cookie })).data).toEqual({ me: null });
});

test('the server passes the audits of GraphQL over HTTP', async () => {
  const withHeader = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-graphql-yoga-csrf': '1' } });
  const audits = serverAudits({ url: `${site.url}/graphql`, fetchFn: withHeader });
  const results = [];
  for (const audit of audits) results.push(await audit.fn());
  const faults = results.filter(({ status }) => status !== 'ok');
  expect(faults.map((fault) => `${fault.id} ${fault.name}: ${'reason' in fault ? fault.reason : ''}`)).toEqual([]);
  expect(results.length).toBeGreaterThan(60);
});

// Last in the file: a refused upload breaks its connection, which the client may offer to the next request.
describe('refused at last', () => {
  test('large bodies, with and without a length', async () => {
    const body = JSON.stringify({ query: '{ hello }', variables: { text: 'x'.repeat(2_100_000) } });
    const json = { 'content-type': 'application/json', cookie };
    expect((await fetch(`${site.url}/graphql`, { method: 'POST', headers: json, body })).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 100_000) {
          controller.enqueue(new TextEncoder().encode(body.slice(at, at + 100_000)));
        }
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json', cookie };
    const init = { method: 'POST', headers, body: stream, duplex: 'half' };
    expect((await fetch(`${site.url}/graphql`, init as RequestInit)).status).toBe(413);
  });
});
