import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { readConfig } from '../../src/config.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { createLogger } from '../../src/http/log.ts';
import { anonymousFields } from '../../src/misconduct/fields.ts';
import { createServer } from '../../src/server.ts';
import { testDatabase } from '../database.ts';
import { postJson } from '../server/testServer.ts';

// What the server's log says of operations whose sender nobody may learn (DOMAIN.md §12): nothing at all, and of their errors
// only where they happened.

const password = 'correct horse battery';
const email = 'agent-to-be@example.com';
const agentOfUser = 'Reporter/1.0 (of a rare make)';
const secretWords = 'He asks customers for fifty yuan';

let databases: Databases;
let url: string;
let cookie: string;
let log = '';

beforeAll(async () => {
  databases = await testDatabase();
  const clock = () => new Date('2026-11-05T08:00:00Z');
  const write = (text: string) => {
    log += text;
  };
  const config = { ...readConfig({ NODE_ENV: 'test' }), port: 0 };
  const logger = createLogger('trace', { write });
  const server = createServer({ config, databases, graphql: { schema }, logger, clock });
  ({ url } = await server.listen());
  afterAll(() => server.close(100));
  await databases.owner.transaction((transaction) =>
    createAccount(transaction, localActor('test'), clock(), { email, name: 'Me', role: 'ADMIN', password }),
  );
  const response = await postJson(`${url}/auth/sign-in`, { email, password });
  cookie = (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
});

const send = (query: string, variables: Record<string, unknown> = {}) =>
  postJson(
    `${url}/graphql`,
    { query, variables },
    {
      cookie,
      accept: 'application/graphql-response+json',
      'user-agent': agentOfUser,
      'x-request-id': 'mine-1',
    },
  );

const filing = `mutation ($words: String!) { fileMisconductReport(category: OTHER, about: "A7", words: $words) {
  ... on MisconductReceipt { receipt } ... on UserError { code } } }`;
const following = 'query ($receipt: String!) { followMisconductReport(receipt: $receipt) { state } }';
const adding = `mutation ($receipt: String!, $words: String!) { addToMisconductReport(receipt: $receipt, words: $words) {
  ... on FollowedMisconductReport { state } ... on UserError { code } } }`;

/** What the log says while `work` is under way. */
async function logged(work: () => Promise<unknown>): Promise<string> {
  const before = log.length;
  await work();
  // The line about a request is written once its answer is out: a later request's line stands after it.
  await postJson(`${url}/graphql`, { query: '{ __typename }' });
  await expect
    .poll(
      () =>
        log
          .slice(before)
          .split('\n')
          .filter((line) => line.includes('Request answered')).length,
    )
    .toBeGreaterThan(0);
  const lines = log.slice(before).trim().split('\n');
  return lines.slice(0, -1).join('\n');
}

describe('the log', () => {
  it('says of other operations who sent them', async () => {
    const lines = await logged(() => send('{ me { email } }'));
    expect(lines).toContain('"requestId":"mine-1"');
    expect(lines).toContain('127.0.0.1');
  });

  it('says nothing of filing, following and adding', async () => {
    const lines = await logged(async () => {
      const filed = await (await send(filing, { words: secretWords })).json();
      const { receipt } = filed.data.fileMisconductReport;
      expect(await (await send(following, { receipt })).json()).toEqual({
        data: { followMisconductReport: { state: 'FILED' } },
      });
      expect(await (await send(adding, { receipt, words: secretWords })).json()).toEqual({
        data: { addToMisconductReport: { state: 'FILED' } },
      });
    });
    expect(lines).toBe('');
    expect(log).not.toContain(agentOfUser);
    expect(log).not.toContain(secretWords);
  });

  it('says nothing of who opens the page they are sent from', async () => {
    expect(await logged(() => fetch(`${url}/portal/report`))).toBe('');
  });

  it('says nothing of what is wrong with them', async () => {
    const lines = await logged(async () => {
      expect((await send('mutation { fileMisconductReport(nothing: 1) { receipt } }')).status).toBe(400);
      expect((await send('mutation { fileMisconductReport(')).status).toBe(400);
      expect((await send(filing, { words: { no: secretWords } })).status).toBeGreaterThanOrEqual(200);
      const receipt = 'AAAA-BBBB';
      const address = `${url}/graphql?query=${encodeURIComponent(`{ followMisconductReport(receipt: "${receipt}") { state } }`)}`;
      const got = await fetch(address, { headers: { cookie, 'x-graphql-yoga-csrf': '1' } });
      expect(got.status).toBe(400);
      expect(await got.text()).toContain('POST');
    });
    expect(lines).toBe('');
  });

  it('says of a failure where it happened, and neither to whom nor about what', async () => {
    await databases.owner.execute(sql`alter table misconduct_message rename column words to text`);
    const lines = await logged(async () => {
      const answer = await (await send(filing, { words: secretWords })).json();
      expect(answer.errors[0].extensions).toMatchObject({ code: 'INTERNAL_ERROR' });
      expect(JSON.stringify(answer)).not.toContain('mine-1');
    });
    await databases.owner.execute(sql`alter table misconduct_message rename column text to words`);
    const failures = lines.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(failures.length).toBe(1);
    const { err, msg, ...rest } = failures[0] ?? {};
    expect(msg).toBe('An anonymous operation failed');
    expect(err).toMatchObject({ code: '42703', stack: expect.stringContaining('reports.ts') });
    expect(Object.keys(rest).sort()).toEqual(['hostname', 'level', 'pid', 'time']);
    expect(lines).not.toMatch(/mine-1|127\.0\.0\.1|Reporter|fifty|A7|example\.com/);
  });
});

describe('an anonymous operation', () => {
  it('does not know who is signed in, whatever else it asks', async () => {
    const answer = await (await send('{ me { email } followMisconductReport(receipt: "X") { state } }')).json();
    expect(answer.data).toEqual({ me: null, followMisconductReport: null });
    expect(answer.errors[0].extensions.code).toBe('NOT_SIGNED_IN');
    expect(await (await send('{ me { email } }')).json()).toEqual({ data: { me: { email } } });
  });

  it('is one that anybody may ask, and those are all that anybody may report with', () => {
    const roots = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
    for (const name of anonymousFields) {
      expect(roots[name]?.extensions.pothosOptions, name).toMatchObject({ authScopes: { public: true } });
      expect(roots[name]?.args.map((argument) => argument.name)).not.toContain('idempotencyKey');
    }
  });

  it('is answered so many times in a quarter of an hour, and then no more, without a word in the log', async () => {
    const lines = await logged(async () => {
      const answers = [];
      for (let count = 0; count < 31; count += 1) answers.push(await send(following, { receipt: 'X' }));
      const last = answers.at(-1);
      expect(last?.status).toBe(429);
      expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await last?.json())?.errors[0].extensions.code).toBe('TOO_MANY_ATTEMPTS');
      expect((await send('{ me { email } }')).status).toBe(200);
    });
    expect(lines.match(/Request answered/g)?.length).toBe(1);
    expect(lines).not.toContain('"status":429');
  });

  it('names of its table no trace of a client', async () => {
    const [row] = await databases.owner.execute<{ found: number }>(
      sql`select count(*)::int as found from audit_record where entity = 'misconduct_report' and (actor <> 'anonymous' or request_id is not null)`,
    );
    expect(row?.found).toBe(0);
  });
});
