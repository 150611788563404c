import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { createOutput } from '../../src/cli/output.ts';
import { reconcile } from '../../src/cli/reconcileCommand.ts';
import { readConfig } from '../../src/config.ts';
import { rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { createLogger } from '../../src/http/log.ts';
import { reconcileList } from '../../src/reconciliation/reconcile.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { createServer } from '../../src/server.ts';
import { testDatabase } from '../database.ts';
import { makeWorld, now, type Person, type World } from '../schema/world.ts';
import { event } from '../support/books.ts';

// Lists as files, over HTTP and from the command line, and what comes after a month is approved. E1 earned 80 for A-E1 in October 2026.

const folder = mkdtempSync(join(tmpdir(), 'tributary-reconcile-'));
afterAll(() => rmSync(folder, { recursive: true }));

let world: World;
let url: string;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  world = await makeWorld(await testDatabase());
  const server = createServer({
    config: { ...readConfig({ NODE_ENV: 'test' }), port: 0 },
    databases: world.databases,
    graphql: { schema },
    logger: createLogger('silent'),
    clock: () => now,
  });
  ({ url } = await server.listen());
  afterAll(() => server.close(100));
  for (const person of ['agentE1', 'agentW1', 'auditor'] as const satisfies Person[]) {
    const actor = world.actors[person];
    if (!actor) throw new Error(person);
    tokens[person] = await world.databases.owner.transaction(
      async (transaction) => (await createApiKey(transaction, actor, now, { name: 'k', expiresAt: null })).token,
    );
  }
});

const csv = 'external_id,amount\nA-E1,80\nNONE,1\n';
const headers = (who: string) => ({ authorization: `Bearer ${tokens[who] ?? ''}`, 'x-file-name': '%E5%8D%81.csv' });
const post = (who: string, query: string, body: string | Buffer<ArrayBuffer> = csv) =>
  fetch(`${url}/reconciliations?${query}`, { method: 'POST', body, headers: headers(who) });
const errorOf = async (response: Response) => `${response.status} ${JSON.stringify(await response.json())}`;

it('is uploaded and fetched by its agent, and by nobody who may not see it', async () => {
  const answer = await post('agentE1', 'agent=E1&period=2026-10');
  expect(answer.status).toBe(201);
  const { code, totals } = await answer.json();
  expect(totals.map(({ verdict, rowCount }: { verdict: string; rowCount: number }) => [verdict, rowCount])).toEqual([
    ['MATCHED', 1],
    ['MISSING', 1],
  ]);
  const [kept] = await world.databases.owner.transaction(
    (transaction) => rawSql(transaction)`select file_name from reconciliation where code = ${code}`,
  );
  expect(kept?.file_name).toBe('十.csv');
  const file = await fetch(`${url}/reconciliations/${code}`, { headers: headers('agentE1') });
  expect((await file.text()).split('\n')[1]).toBe('2,A-E1,,,,,80.00,CNY,MATCHED,ID,CRM,A-E1,80.00,0.00,,');
  expect(await errorOf(await fetch(`${url}/reconciliations/${code}`, { headers: headers('agentW1') }))).toContain(
    '404 ',
  );
  expect(await errorOf(await post('agentE1', 'agent=W1&period=2026-10'))).toContain('FORBIDDEN');
  expect(await errorOf(await post('auditor', 'agent=E1&period=2026-10'))).toContain('FORBIDDEN');
  expect(await errorOf(await post('nobody', 'agent=E1&period=2026-10'))).toContain('NOT_SIGNED_IN');
  expect(await errorOf(await post('agentE1', 'agent=E1&period=2026'))).toContain('PERIOD_INVALID');
});

it('is read in UTF-8 with its mark, GB18030 and UTF-16 with its mark, and totals have the decimals of their currency', async () => {
  const totals = [
    { verdict: 'MATCHED', currency: 'CNY', rowCount: 1, expected: '80.00', paid: '80.00', difference: '0.00' },
    { verdict: 'MISSING', currency: 'CNY', rowCount: 1, expected: '1.00', paid: '0.00', difference: '-1.00' },
  ];
  const list = 'external_id,product,amount\nA-E1,,80\n没有,光纤,1\n';
  const bodies: Buffer[] = [`\uFEFF${list}`, list].map((text) => Buffer.from(text));
  bodies.push(iconv.encode(list, 'gb18030'), iconv.encode(list, 'utf-16le', { addBOM: true }));
  for (const body of bodies) {
    const answer = await post('agentE1', 'agent=E1&period=2026-10', Buffer.from(body));
    expect(answer.status, body.toString('hex', 0, 4)).toBe(201);
    const made = await answer.json();
    expect(made.totals).toEqual(totals);
    const rows = await (await fetch(`${url}/reconciliations/${made.code}`, { headers: headers('agentE1') })).text();
    expect(rows).toContain('3,没有,,,光纤,,1.00,CNY,MISSING');
  }
});

it('is compared from the command line', async () => {
  const file = join(folder, 'list.csv');
  writeFileSync(file, csv);
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await reconcile(world.databases, createOutput(true), file, { agent: 'E1', period: '2026-10', as: 'clerk' });
  const answer = JSON.parse(String(printed.mock.calls[0]?.[0]));
  printed.mockRestore();
  expect(answer).toMatchObject({ code: expect.stringMatching(/^RC-\d+$/), file: `${file}.result.csv` });
  expect(readFileSync(answer.file, 'utf8').split('\n')).toHaveLength(4);
});

it('says of a late sale that it is not booked yet, and of a reversed one so', async () => {
  const rows = await world.databases.owner.transaction(async (transaction) => {
    const late = [
      event('LATE', { source: 'CRM', agentCode: 'E1' }),
      event('LATE-2', { source: 'CRM', agentCode: 'E1' }),
      event('LATE-R', { source: 'CRM', agentCode: 'E1', type: 'REVERSAL', originalExternalId: 'LATE-2' }),
    ];
    await importEventBatch(transaction, localActor('clerk'), now, late, { atomic: true });
    const content = ['LATE', 'LATE-2', 'LATE-R'].map((externalId) => ({ externalId }));
    const list = { agentCode: 'E1', period: '2026-10', fileName: 'l', content };
    const id = await reconcileList(transaction, localActor('clerk'), now, list);
    return rawSql(transaction)<{ text: string }[]>`
      select concat_ws(' ', row, verdict, reason) as text from reconciliation_row where reconciliation_id = ${id} order by row`;
  });
  expect(rows.map(({ text }) => text)).toEqual([
    '1 DISQUALIFIED NOT_YET_BOOKED',
    '2 DISQUALIFIED REVERSED',
    '3 MISSING NOT_FOUND',
  ]);
});
