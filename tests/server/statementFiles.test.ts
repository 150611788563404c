import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { sql } from 'drizzle-orm';
import iconv from 'iconv-lite';
import { beforeAll, expect, it, vi } from 'vitest';
import { encodeNodeId } from '../../schema/ids.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Role } from '../../src/db/transaction.ts';
import { makeFiles } from '../../src/exports/run.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { pdfTexts } from '../exports/pdf/pdfText.ts';
import { clerk, now } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { sheetsOf } from '../support/sheets.ts';
import { password, startTestServer, type TestServer } from './testServer.ts';

let server: TestServer;
let file: string;
let databases: Databases;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  databases = await testDatabase();
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

const as = (format: string) => file.replace('.pdf', `.${format}`);

it('as CSV it is the rows that lines.csv has of the agent, in the encoding that is asked for', async () => {
  const response = await get(as('csv'), 'sub');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename=2026-10-SUB-CNY.csv');
  const lines = await response.text();
  let all = '';
  const target = {
    write: async (_: string, bytes: AsyncIterable<Buffer>) => {
      for await (const piece of bytes) all += piece.toString();
    },
    read: () => {
      throw new Error('nothing is read');
    },
  };
  const settings = { encoding: 'UTF-8', byteOrderMark: false } as const;
  const period = '2026-10' as Period;
  await makeFiles(databases, target, { period, kinds: ['LINES_CSV'], settings, onProgress: () => {} });
  const [header, ...rows] = all.split('\n');
  const own = rows.filter((row) => row.split(',')[2] === 'SUB');
  expect(own.length).toBeGreaterThan(3);
  expect(rows.length).toBeGreaterThan(own.length + 1);
  expect(lines).toBe([header, ...own, ''].join('\n'));
  const marked = Buffer.from(await (await get(`${as('csv')}?bom=1`, 'finance')).arrayBuffer());
  expect(marked).toEqual(Buffer.from(`\uFEFF${lines}`));
  const gb = await get(`${as('csv')}?encoding=gb18030`, 'sub');
  expect(gb.headers.get('content-type')).toBe('text/csv; charset=GB18030');
  expect(iconv.decode(Buffer.from(await gb.arrayBuffer()), 'gb18030')).toBe(lines);
  expect((await get(`${as('csv')}?encoding=latin1`, 'sub')).status).toBe(400);
});

it('as a workbook it has the equation, the components and the lines, and the same bytes each time', async () => {
  const bytes = async (who: string) => Buffer.from(await (await get(as('xlsx'), who)).arrayBuffer());
  const workbook = await bytes('sub');
  expect(await bytes('finance')).toEqual(workbook);
  const sheets = sheetsOf(workbook);
  expect(sheets.length).toBe(3);
  const [row] = await databases.owner.execute<Record<string, string>>(sql`
    select closing, payable, statement.line_count as lines from statement join agent on agent.id = agent_id join commission_run run on run.id = run_id
    where agent.code = 'SUB' and run.period = '2026-10'`);
  const shown = new Map(sheets[0]?.map((cells) => [cells.get('A'), cells.get('C')]));
  expect([shown.get('Closing balance'), shown.get('Payable'), shown.get('Agent')]).toEqual([
    Number(row?.closing).toFixed(2),
    Number(row?.payable).toFixed(2),
    'SUB',
  ]);
  expect(new Set(sheets[1]?.slice(1).map((cells) => cells.get('B')))).toEqual(new Set(['SUB']));
  expect(sheets[2]?.length).toBe(Number(row?.lines) + 1);
  expect(new Set(sheets[2]?.slice(1).map((cells) => cells.get('C')))).toEqual(new Set(['SUB']));
});

it('a reader that does not read holds no connection to the database, and leaves no file behind', async () => {
  const [row] = await databases.owner.execute<{ run: number; agent: number }>(sql`
    select run.id as run, agent.id as agent from commission_run run, agent where run.period = '2026-11' and run.status = 'CALCULATED' and agent.code = 'SUB'`);
  const { run, agent } = row ?? { run: 0, agent: 0 };
  // some 25 MB: more than sockets take in of themselves
  await databases.owner.execute(sql`
    insert into commission_line
    select (jsonb_populate_record(one.line, jsonb_build_object('role', repeat('R', 400) || number))).*
    from (select line from commission_line line where run_id = ${run} and agent_id = ${agent} limit 1) one,
      generate_series(1, 50000) number`);
  const id = encodeNodeId('Statement', JSON.stringify([run, agent, 'CNY']));
  const spools = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('tributary-statement-'));
  const former = new Set(await spools());
  const mine = async () => (await spools()).filter((name) => !former.has(name)).length;
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /statements/${id}.csv HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${cookies.finance}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  const open = async () =>
    (
      await databases.owner.execute<{ open: number }>(sql`
        select count(*)::integer as open from pg_stat_activity
        where datname = current_database() and application_name = 'tributary' and xact_start is not null and pid <> pg_backend_pid()`)
    )[0]?.open;
  await vi.waitFor(async () => expect([await open(), await mine()]).toEqual([0, 1]), 15_000);
  socket.destroy();
  await vi.waitFor(async () => expect(await mine()).toBe(0), 15_000);
}, 40_000);

it('there is none for other agents, for nobody, and under any other id', async () => {
  const statuses = await Promise.all([
    get(file, 'yen'),
    get(file),
    get(as('csv'), 'yen'),
    get(as('csv')),
    get(as('xlsx'), 'yen'),
    get(as('docx'), 'finance'),
    get('x.pdf', 'finance'),
    get(file.replace('.pdf', ''), 'finance'),
    get(`${encodeNodeId('Statement', '[999,1,"CNY"]')}.pdf`, 'finance'),
    get(`${encodeNodeId('Statement', '[9999999999,1,"CNY"]')}.pdf`, 'finance'),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 404));
});

it('a language that we do not write is refused by name', async () => {
  const response = await get(`${file}?language=fr`, 'finance');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'INPUT_INVALID' } });
});

it('a character that no typeface has is printed as 〓, and named to whoever fetches the PDF and in the log', async () => {
  expect((await get(file, 'finance')).headers.get('x-missing-glyphs')).toBe(null);
  await databases.owner.execute(sql`update agent set name = 'S\u{1F600}\u{1F600}\u{2A6A5}' where code = 'SUB'`);
  const response = await get(file, 'finance');
  expect(response.headers.get('x-missing-glyphs')).toBe('U+1F600 U+2A6A5');
  expect(pdfTexts(Buffer.from(await response.arrayBuffer()))).toContain('S〓〓〓');
  const told = server.lines().filter(({ msg }) => msg === 'A statement has characters without a glyph');
  expect(told).toMatchObject([{ missing: ['U+1F600', 'U+2A6A5'] }]);
  expect(server.log()).not.toContain('S\u{1F600}');
});
