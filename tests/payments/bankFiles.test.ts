import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { bankFile } from '../../src/cli/bankFileCommand.ts';
import { importBankStatusFile } from '../../src/cli/importBankStatusCommand.ts';
import { readConfig } from '../../src/config.ts';
import type { Role } from '../../src/db/transaction.ts';
import { createLogger } from '../../src/http/log.ts';
import { createBatch } from '../../src/payments/batches.ts';
import { createServer } from '../../src/server.ts';
import { codesOf, keys, now, openWorld, type PaymentWorld, payer } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-bank-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

let world: PaymentWorld;
let url: string;
let log = '';
const tokens: Record<string, string> = {};

beforeAll(async () => {
  world = await openWorld();
  const append = (text: string) => {
    log += text;
  };
  const server = createServer({
    config: { ...readConfig({ NODE_ENV: 'test' }), port: 0 },
    databases: world.databases,
    graphql: { schema },
    logger: createLogger('debug', { write: append }),
    clock: () => now,
    envelopeKeys: keys,
  });
  ({ url } = await server.listen());
  afterAll(() => server.close(100));
  for (const [name, role, agentCode] of [
    ['finance', 'FINANCE', undefined],
    ['controller', 'FINANCE', undefined],
    ['auditor', 'AUDITOR', undefined],
    ['agent', 'AGENT', 'N1'],
  ] as [string, Role, string | undefined][]) {
    const email = `${name}@demo.example`;
    tokens[name] = await world.run(async (transaction) => {
      const account = { email, name, role, agentCode, password: 'a long password' };
      const { id } = await createAccount(transaction, payer, now, account);
      const actor = { name: email, requestId: null, user: { id, role, agentId: null, regionId: null } };
      return (await createApiKey(transaction, actor, now, { name: 'k', expiresAt: null })).token;
    });
  }
  await world.statement('N1', '100.10');
  await world.statement('N2', '50');
});

const headers = (who: string) => ({ authorization: `Bearer ${tokens[who] ?? ''}` });
const get = (path: string, who: string) => fetch(`${url}/bank-files/${path}`, { headers: headers(who) });
const post = (who: string, body: string, more: Record<string, string> = { 'x-file-name': 'answer.csv' }) =>
  fetch(`${url}/bank-files/status`, {
    method: 'POST',
    body,
    headers: { ...headers(who), 'content-type': 'text/csv', ...more },
  });
const ask = async (who: string, query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers(who), 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: Record<string, never>; errors?: unknown };
};
const output = (answers: unknown[]) => ({
  answer: (value: unknown) => answers.push(value),
  note: () => {},
  progress: () => ({ update: () => {}, end: () => {} }),
});

describe('a bank file', () => {
  it('is made over GraphQL, approved by another person, and fetched over HTTP by finance alone', async () => {
    const made = await ask(
      'finance',
      `mutation { createPaymentBatch(currency: "CNY", debtorAccount: "MAIN", executesOn: "2026-11-05") {
        ... on PaymentBatchPayload { batch { id code state controlSum fileSha256 downloadPath } } ... on UserError { code message } } }`,
    );
    expect(made).toMatchObject({
      data: {
        createPaymentBatch: {
          batch: { code: 'PB-1', controlSum: '150.10', downloadPath: '/bank-files/PB-1' },
        },
      },
    });
    const { id, fileSha256 } = (
      made.data as unknown as { createPaymentBatch: { batch: { id: string; fileSha256: string } } }
    ).createPaymentBatch.batch;
    const approve = `mutation { approvePaymentBatch(batchId: "${id}") { ... on PaymentBatchPayload { batch { state } } ... on UserError { code } } }`;
    expect(await ask('finance', approve)).toMatchObject({ data: { approvePaymentBatch: { code: 'SAME_PERSON' } } });
    expect((await get('PB-1', 'finance')).status).toBe(400);
    expect(await ask('controller', approve)).toMatchObject({
      data: { approvePaymentBatch: { batch: { state: 'APPROVED' } } },
    });

    const response = await get('PB-1', 'finance');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/xml');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=PB-1.xml');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(fileSha256);
    for (const [who, status] of [
      ['auditor', 403],
      ['agent', 403],
      ['nobody', 401],
    ] as const) {
      expect((await get('PB-1', who)).status).toBe(status);
    }
    expect((await get('PB-9', 'finance')).status).toBe(404);
    const audited = await world.sql`select actor from audit_record where action = 'payment_batch.fetched'`;
    expect(audited.map(({ actor }) => actor)).toEqual(['finance@demo.example']);
    expect(log).not.toContain('6222021103001111');
  });

  it('is written by the command line, for this system user alone, and the same', async () => {
    const answers: unknown[] = [];
    const file = join(folder, 'one.xml');
    const config = readConfig({
      DATABASE_URL: 'postgres://nowhere',
      TRIBUTARY_ENVELOPE_KEYS: `first:${Buffer.alloc(32, 'first').toString('base64')}`,
      TRIBUTARY_FINGERPRINT_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    await bankFile(world.databases, output(answers), config, 'PB-1', { as: 'Anna', out: file });
    const [batch] = await world.sql`select file_size_bytes as bytes, file_sha256 as sha256 from payment_batch`;
    expect(answers).toEqual([{ file, ...batch }]);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(batch?.sha256);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("the bank's answer", () => {
  it('is sent by finance, with the name of the file', async () => {
    const text = 'end_to_end_id,status,code,text,date\nPB-1-1,PAID,,,2026-11-05\n';
    expect((await post('auditor', text)).status).toBe(403);
    expect((await post('finance', text, {})).status).toBe(403);
    const first = await post('finance', text);
    expect([first.status, await first.json()]).toEqual([
      201,
      { paidCount: 1, failedCount: 0, knownCount: 0, exceptionCount: 0, repeated: false },
    ]);
    expect((await post('finance', text)).status).toBe(200);
    expect((await post('finance', 'end_to_end_id,status\nPB-9-9,PAID\n')).status).toBe(400);
  });

  it('is read by the command line', async () => {
    const answers: unknown[] = [];
    const file = join(folder, 'answer.csv');
    writeFileSync(file, 'end_to_end_id,status,code,text\nPB-1-2,FAILED,AC01,wrong\n');
    await importBankStatusFile(world.databases, output(answers), file, { as: 'Anna' });
    expect(answers).toEqual([{ paidCount: 0, failedCount: 1, knownCount: 0, exceptionCount: 0, repeated: false }]);
  });

  it('is seen by the agent: its own payments, masked, and no batch', async () => {
    expect(await ask('agent', '{ payments { nodes { agentCode reference account amount state batchCode } } }')).toEqual(
      {
        data: {
          payments: {
            nodes: [
              {
                agentCode: 'N1',
                reference: 'S-2026-10-N1-CNY',
                account: '****1111',
                amount: '100.10',
                state: 'PAID',
                batchCode: null,
              },
            ],
          },
        },
      },
    );
    expect(
      await ask(
        'finance',
        '{ paymentCandidates(currency: "CNY") { payableCount payableGross blockedCount entries { agentCode again obstacle } } }',
      ),
    ).toEqual({
      data: {
        paymentCandidates: {
          payableCount: 1,
          payableGross: '50.00',
          blockedCount: 0,
          entries: [{ agentCode: 'N2', again: true, obstacle: null }],
        },
      },
    });
  });

  it('is kept with what came back, for finance and auditors alone', async () => {
    expect((await post('finance', 'end_to_end_id,status,code\nPB-1-1,FAILED,AC04\n')).status).toBe(201);
    const list = '{ paymentStatusImports(first: 2) { nodes { failedCount returnedCount } } }';
    // PB-1-1 was paid before, PB-1-2 never
    const nodes = [
      { failedCount: 1, returnedCount: 1 },
      { failedCount: 1, returnedCount: 0 },
    ];
    expect(await ask('auditor', list)).toEqual({ data: { paymentStatusImports: { nodes } } });
    for (const who of ['agent', 'nobody']) {
      expect(await ask(who, list)).toMatchObject({ data: { paymentStatusImports: null } });
    }
  });

  it('is taken where it is larger than a request, by the server and by the command line', async () => {
    const rows = Array.from({ length: 70_000 }, (_, index) => `PB-1-1${'0'.repeat(index % 7)},FAILED,AC04,,`);
    const content = `end_to_end_id,status,code,text,date\n${rows.join('\n')}\n`;
    const posted = await post('finance', content);
    // it is read: faults are named, the first hundred of them
    expect([posted.status, await posted.json()]).toMatchObject([400, { error: { code: 'PAYMENT_UNKNOWN' } }]);
    const file = join(folder, 'large.csv');
    writeFileSync(file, content);
    const reading = importBankStatusFile(world.databases, output([]), file, { as: 'Anna' });
    expect(await codesOf(reading)).toEqual(Array(100).fill('PAYMENT_UNKNOWN'));
  });

  it('is refused where it is too large, which whoever sends it slowly hears', async () => {
    // a client that sends all before it listens, as many do
    const send = (path: string, type: string, bytes: number) =>
      new Promise<string>((resolve, reject) => {
        const { hostname, port } = new URL(url);
        const socket = connect(Number(port), hostname);
        let heard = '';
        socket.on('error', reject).on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('close', () => resolve(heard));
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.finance}\r\nContent-Type: ${type}\r\nX-File-Name: a.csv\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`,
        );
        socket.write(Buffer.alloc(bytes, ' '));
      });
    for (const [path, type, bytes] of [
      ['/graphql', 'application/json', 6_000_000],
      ['/bank-files/status', 'text/csv', 24_000_000],
    ] as const) {
      const heard = await send(path, type, bytes);
      expect(heard).toContain(' 413 ');
      expect(heard).toContain('"REQUEST_TOO_LARGE"');
    }
  });
});

it('the message that a bank is sent has the operator’s day: eight in the morning in Shanghai is the day before in Greenwich', async () => {
  const world = await openWorld();
  await world.statement('N1', '100');
  const given = { currency: 'CNY', debtorAccount: 'MAIN', format: 'pain.001.001.09', executesOn: '2026-11-06' };
  const early = new Date('2026-11-04T23:30:00Z');
  const id = await world.run((transaction) => createBatch(transaction, keys, payer, early, given));
  expect(await world.batch(id)).toMatchObject({ message: `PB-${id}-20261105` });
});
