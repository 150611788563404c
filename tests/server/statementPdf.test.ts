import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { encodeNodeId } from '../../schema/ids.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import type { Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { pdfTexts } from '../exports/pdf/pdfText.ts';
import { clerk, now } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { password, startTestServer, type TestServer } from './testServer.ts';

let server: TestServer;
let file: string;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  const databases = await testDatabase();
  await runEveryKind(databases);
  server = await startTestServer({}, databases);
  server.clock.now = now;
  const people: [string, Role, string?][] = [
    ['finance', 'FINANCE'],
    ['sub', 'AGENT', 'SUB'],
    ['yen', 'AGENT', 'YEN'],
  ];
  for (const [name, role, agentCode] of people) {
    const email = `${name}@demo.example`;
    await databases.owner.transaction((transaction) =>
      createAccount(transaction, clerk, now, { email, name, role, agentCode, password }),
    );
    cookies[name] = await server.signIn(email);
  }
  const [row] = await databases.owner.execute<{ run_id: number; agent_id: number }>(sql`
    select run_id, agent_id from statement join agent on agent.id = agent_id join commission_run run on run.id = run_id
    where agent.code = 'SUB' and run.period = '2026-10'`);
  file = `${encodeNodeId('Statement', JSON.stringify([row?.run_id, row?.agent_id, 'CNY']))}.pdf`;
});

const get = (path: string, who?: string) =>
  fetch(`${server.url}/statements/${path}`, who === undefined ? {} : { headers: { cookie: cookies[who] ?? '' } });

it('a statement is a PDF for whoever may see it, in Chinese unless English is asked for', async () => {
  const response = await get(file, 'sub');
  expect(response.status, await response.clone().text()).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename=2026-10-SUB-CNY-zh.pdf');
  expect(pdfTexts(Buffer.from(await response.arrayBuffer()))).toContain('酬金结算单');
  const english = await get(`${file}?language=en`, 'finance');
  expect(pdfTexts(Buffer.from(await english.arrayBuffer()))).toContain('Commission statement');
});

it('there is none for other agents, for nobody, and under any other id', async () => {
  const statuses = await Promise.all([
    get(file, 'yen'),
    get(file),
    get('x.pdf', 'finance'),
    get(file.replace('.pdf', ''), 'finance'),
    get(`${encodeNodeId('Statement', '[999,1,"CNY"]')}.pdf`, 'finance'),
    get(`${encodeNodeId('Statement', '[9999999999,1,"CNY"]')}.pdf`, 'finance'),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
});

it('a language that we do not write is refused by name', async () => {
  const response = await get(`${file}?language=fr`, 'finance');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'INPUT_INVALID' } });
});
