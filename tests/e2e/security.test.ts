import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { runDemo } from '../../src/demo/demo.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import { makeRequestedFiles } from '../../src/exports/make.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { portalFolder } from '../../src/portal/build.ts';
import { testDatabase } from '../database.ts';
import { hasBrowser, openBrowser, openPage, withoutBrowser } from './browser.ts';
import { keptData, watchText } from './inPage.ts';
import { startWholeServer, type WholeServer } from './server.ts';

// What the portal keeps from others: its session from scripts and other sites, its pages from what is put into them, one agent's figures
// from another, and from whoever sits down after it at the same browser. E01 is agent@demo.example, E04 (below it) is sub@demo.example.

const now = new Date('2026-11-22T04:00:00Z');
const envelopeKey = Buffer.alloc(32, 1).toString('base64');
const fingerprintKey = Buffer.alloc(32, 2).toString('base64');
const keys = loadEnvelopeKeys({
  databaseUrl: undefined,
  dataDir: '',
  envelopeKeys: `test:${envelopeKey}`,
  fingerprintKey,
});

let browser: Browser;
let server: WholeServer;
let databases: Databases;
const passwords = new Map<string, string>();

/** A page of somebody who came in by the sign-in form, in a profile of its own. */
async function signedInAs(name: string, path = '/home') {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const { page, complaints } = await openPage(context);
  await page.goto(`${server.url}/portal${path}`);
  await signInByForm(page, name);
  return { context, page, complaints };
}

async function signInByForm(page: Page, name: string): Promise<void> {
  await page.getByLabel('E-mail').fill(`${name}@demo.example`);
  await page.getByLabel('Password').fill(passwords.get(name) ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Menu' }).waitFor();
}

type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
type Data = Record<string, { readonly nodes: readonly Record<string, string>[] }>;

/** Asks the API as any client with the session of a browser's profile. */
async function ask<Answer = Data>(context: BrowserContext, query: string, variables: object = {}): Promise<Answer> {
  const response = await context.request.post(`${server.url}/graphql`, {
    data: { query, variables },
    headers: { 'x-graphql-yoga-csrf': '1' },
  });
  const answer = await response.json();
  expect(answer.errors, query).toBeUndefined();
  return answer.data;
}

describe.skipIf(!hasBrowser)(`security${hasBrowser ? '' : ` (${withoutBrowser})`}`, { timeout: 240_000 }, () => {
  beforeAll(async () => {
    databases = await testDatabase();
    const silent = () => ({ update: () => {}, end: () => {} });
    const { accounts } = await runDemo(databases, now, silent, () => {}, { keys, monthCount: 3 });
    for (const { email, password } of accounts) passwords.set(email.split('@')[0] ?? '', password);
    // The browser has a clock of its own: by that, too, the session goes on for years.
    server = await startWholeServer(databases, now, { sessionHours: 87_600 });
    browser = await openBrowser();
  }, 180_000);

  it('the session is a cookie that no script sees and no other site sends', async () => {
    const { context, page } = await signedInAs('agent');
    const cookies = await context.cookies();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    const seen = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage, ...sessionStorage })]);
    expect(seen[0]).toBe('');
    expect(seen[1]).not.toContain(cookies[0]?.value);
    await context.close();
  });

  describe('a page from elsewhere', () => {
    let elsewhere: Server;
    beforeAll(async () => {
      elsewhere = createServer((_request, response) => {
        response.setHeader('Content-Type', 'text/html');
        response.end('<!doctype html><title>Elsewhere</title>');
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      return () => elsewhere.close();
    });

    const change = 'mutation { createApiKey(name: "stolen") { __typename } }';
    const question = '{ me { email } }';

    // Another port is another origin of the same site: there the cookie is sent, and must be of no use.
    it.each(['127.0.0.1', 'localhost'])('at %s reads and changes nothing', async (host) => {
      const { context } = await signedInAs('agent');
      const page = await context.newPage();
      await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`);
      const tried = await page.evaluate(
        async ([url = '', read = '', write = '']) => {
          const outcomes: Record<string, string> = {};
          const attempt = async (name: string, path: string, options: RequestInit) => {
            const answer = await fetch(url + path, { credentials: 'include', ...options }).catch(() => undefined);
            outcomes[name] = answer ? `${answer.type} ${await answer.text()}` : 'refused';
          };
          const json = { 'content-type': 'application/json' };
          const post = (query: string, headers: Record<string, string>) => ({
            method: 'POST',
            headers,
            body: JSON.stringify({ query }),
          });
          await attempt('read', '/graphql', post(read, json));
          await attempt('readWithHeader', '/graphql', post(read, { ...json, 'x-graphql-yoga-csrf': '1' }));
          await attempt('write', '/graphql', post(write, json));
          await attempt('writeWithHeader', '/graphql', post(write, { ...json, 'x-graphql-yoga-csrf': '1' }));
          // Sent without asking, and nobody reads what is answered: it must not do anything.
          const plain = { ...post(write, { 'content-type': 'text/plain' }), mode: 'no-cors' } as const;
          await attempt('text', '/graphql', plain);
          await attempt('form', '/graphql', { ...plain, headers: {}, body: new URLSearchParams({ query: write }) });
          await attempt('get', `/graphql?query=${encodeURIComponent(write)}`, { mode: 'no-cors' });
          return outcomes;
        },
        [server.url, question, change],
      );
      for (const name of ['read', 'readWithHeader', 'write', 'writeWithHeader'])
        expect(tried[name], name).toBe('refused');
      const { apiKeys } = await ask<{ apiKeys: readonly object[] }>(context, '{ apiKeys { name } }');
      expect(apiKeys).toEqual([]);
      await context.close();
    });

    // A browser asks the server before it sends JSON, or the header, to another origin; other kinds it just sends.
    it('what browsers send without asking is refused without the header, whoever sends it', async () => {
      const { context } = await signedInAs('agent');
      const bodies = {
        'text/plain': JSON.stringify({ query: change }),
        'application/x-www-form-urlencoded': String(new URLSearchParams({ query: change })),
        'multipart/form-data; boundary=x': `--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n${change}\r\n--x--`,
      };
      for (const [type, data] of Object.entries(bodies)) {
        const answer = await context.request.post(`${server.url}/graphql`, { data, headers: { 'content-type': type } });
        expect([400, 403, 415], type).toContain(answer.status());
        expect((await answer.json()).data ?? null, type).toBeNull();
      }
      const { apiKeys } = await ask<{ apiKeys: readonly object[] }>(context, '{ apiKeys { name } }');
      expect(apiKeys).toEqual([]);
      await context.close();
    });
  });

  describe('what runs in a page', () => {
    const parts = () => readdirSync(join(portalFolder, 'assets')).filter((name) => !name.endsWith('.br'));

    it('every answer of the portal allows only scripts of this server', async () => {
      const pages = [
        '/',
        '/portal',
        '/portal/',
        '/portal/earnings/abc',
        '/portal/sign-in?to=%2Fhome',
        '/portal/no.txt',
      ];
      for (const path of [...pages, ...parts().map((name) => `/portal/assets/${name}`)]) {
        const answer = await fetch(server.url + path, { redirect: 'manual' });
        await answer.arrayBuffer();
        const policy = answer.headers.get('content-security-policy') ?? '';
        const directives = new Map(
          policy.split(';').map((text): [string, string] => {
            const [name = '', ...sources] = text.trim().split(/\s+/);
            return [name, sources.join(' ')];
          }),
        );
        expect(directives.get('default-src'), path).toBe("'none'");
        expect([undefined, "'self'"], path).toContain(directives.get('script-src'));
        expect(directives.get('base-uri'), path).toBe("'none'");
        expect(directives.get('frame-ancestors'), path).toBe("'none'");
        expect(policy, path).not.toMatch(/unsafe-|\*|https?:/);
      }
    });

    it('a script that got into the page does not run, nor text as a script', async () => {
      const context = await browser.newContext();
      const { page } = await openPage(context);
      await page.route(/\/portal\/sign-in/, async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replace('</head>', '<script>window.ran = "in the answer"</script></head>');
        await route.fulfill({ response: answer, body });
      });
      await page.goto(`${server.url}/portal/sign-in`);
      await page.getByLabel('Password').waitFor();
      const ran = await page.evaluate(async () => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = "put in later"';
        document.body.append(script);
        const picture = document.createElement('div');
        picture.innerHTML = '<img src="/none.png" onerror="window.ran = \'an attribute\'">';
        document.body.append(picture);
        setTimeout('window.ran = "from text"' as unknown as () => void, 0);
        await new Promise((resolve) =>
          picture.firstElementChild?.addEventListener('error', () => setTimeout(resolve, 50)),
        );
        return 'ran' in window ? window.ran : undefined;
      });
      expect(ran).toBeUndefined();
      await context.close();
    });

    it('holds no secret', () => {
      const texts = readdirSync(portalFolder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(js|css|html|json|svg)$/.test(name))
        .map((name) => readFileSync(join(portalFolder, name), 'utf8'));
      expect(texts.length).toBeGreaterThan(50);
      const all = texts.join('\n');
      const environment = Object.values(process.env).filter((value) => value !== undefined && value.length >= 12);
      const secrets = [...environment, ...passwords.values(), envelopeKey, fingerprintKey, databases.ownerUrl];
      expect(secrets.filter((secret) => all.includes(secret ?? ''))).toEqual([]);
      // Tokens and keys of ours, of others, and addresses with a password in them.
      expect(all).not.toMatch(/\b(trb|inv|app)_[\w-]{20,}|AKIA[0-9A-Z]{16}|PRIVATE KEY|:\/\/[\w-]+:[^\s/@]+@/);
    });
  });

  describe("one agent's ids", () => {
    let own: BrowserContext;
    let other: BrowserContext;
    let owner: Page;
    let stranger: Page;
    let paths: Record<string, string>;
    beforeAll(async () => {
      ({ context: own, page: owner } = await signedInAs('agent'));
      ({ context: other, page: stranger } = await signedInAs('sub'));
      paths = await pathsOf(own, other);
    }, 60_000);

    it.each(['statement', 'line', 'dispute', 'case', 'reconciliation'])(
      'a %s: its page is empty for another',
      async (kind) => {
        const path = paths[kind] ?? '';
        const shown = await lookAt(owner, path);
        // Seen by whom it is for: otherwise it would prove nothing.
        expect(shown.values.size).toBeGreaterThan(5);
        // It says so once it knows: on a busy machine some time after the answer came.
        const foreign = await lookAt(stranger, path, missing);
        expect(foreign.text).toMatch(missing);
        expect(leftOf(amountsIn(foreign.text), shown.text)).toEqual([]);
        const leaked = [...foreign.values].filter((value) => shown.values.has(value) && !path.includes(value));
        expect(leaked).toEqual([]);
      },
    );

    it('files by their addresses: nothing is there for another', async () => {
      const uploaded = await own.request.post(`${server.url}/documents?agent=E01&subject=SETTLEMENT&kind=INVOICE`, {
        data: Buffer.from('%PDF-1.4\n%secret of E01\n%%EOF'),
        headers: { 'content-type': 'application/pdf', 'x-file-name': 'invoice.pdf', 'x-graphql-yoga-csrf': '1' },
      });
      expect(uploaded.status(), await uploaded.text()).toBe(201);
      const { id } = await uploaded.json();
      const statement = `/statements/${paths.statement?.split('/').at(-1)}`;
      const files = [...['pdf', 'csv', 'xlsx'].map((format) => `${statement}.${format}`), `/documents/${id}`];
      for (const file of files) await expectOnlyFor(file, own, other);
      const { context: finance } = await signedInAs('finance', '/work');
      const exported = await exportedFile(finance);
      for (const agent of [own, other]) await expectOnlyFor(exported, finance, agent);
    });
  });

  it('after the sign-out nothing is left, neither by Back nor in memory nor for who signs in next', async () => {
    const { context, page } = await signedInAs('agent');
    const { statement = '' } = await pathsOf(context, undefined);
    await page.getByRole('link', { name: 'Earnings' }).first().click();
    await page.locator(`a[href$="${statement}"]`).first().click();
    await page.waitForURL(`**${statement}`);
    await page.locator('main .amount').nth(5).waitFor();
    await page.waitForLoadState('networkidle');
    const amounts = amountsIn(await page.locator('main').innerText()).filter((amount) => /[1-9]/.test(amount));
    expect(amounts.length).toBeGreaterThan(3);
    expect(await keptData(page)).not.toEqual([]);
    // From now on everything that is shown for a moment only counts, too.
    const shown: string[] = [];
    await page.exposeFunction('tellShown', (text: string) => shown.push(text));
    await page.addInitScript(watchText);
    await page.evaluate(watchText);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await keptData(page)).toEqual([]);
    await page.goBack();
    await page.getByLabel('Password').waitFor();
    await page.waitForLoadState('networkidle');
    expect(leftOf(amounts, await page.locator('body').innerText())).toEqual([]);
    expect(await keptData(page)).toEqual([]);

    // Whoever signs in next is led to the address that the one before looked at.
    await page.goto(`${server.url}/portal${statement}`);
    await signInByForm(page, 'sub');
    await page.getByText(missing).waitFor();
    expect(shown.length).toBeGreaterThan(1);
    expect(leftOf(amounts, afterSignOut(shown))).toEqual([]);
    await context.close();
  });
});

/** What pages say of something that is not there for who looks. */
const missing = /no such|not there|may not see|nothing here/i;

const amountsIn = (text: string): string[] => [...new Set(text.match(/\d[\d,]*\.\d{2,}/g) ?? [])];
const leftOf = (amounts: readonly string[], text: string) => amounts.filter((amount) => text.includes(amount));

/** What was shown from the sign-in form on: until then it is still the page of who signs out. */
function afterSignOut(seen: readonly string[]): string {
  const signedOut = seen.findIndex((text) => text.includes('Password'));
  return seen.slice(signedOut).join('\n');
}

/** Addresses of E01's pages, with ids that its own session was told; of cases and disputes, those that the other has no part in. */
async function pathsOf(own: BrowserContext, other: BrowserContext | undefined): Promise<Record<string, string>> {
  const lists = `{
    statements(agent: "E01", last: 3) { nodes { id period } }
    commissionLines(period: "2026-10", agent: "E01", first: 5) { nodes { id } }
    disputes(first: 10) { nodes { code } }
    conflictCases(first: 50) { nodes { code } }
    reconciliations(first: 5) { nodes { code } }
  }`;
  const mine = await ask(own, lists);
  const theirs = other ? await ask(other, lists.replaceAll('E01', 'E04')) : {};
  const first = (list: string, key: string) => {
    const shared = theirs[list]?.nodes.map((node) => node[key]) ?? [];
    const found = mine[list]?.nodes.find((node) => node[key] && !shared.includes(node[key]));
    expect(found, list).toBeDefined();
    return found?.[key] ?? '';
  };
  return {
    statement: `/earnings/${first('statements', 'id')}`,
    line: `/earnings/lines/${first('commissionLines', 'id')}`,
    dispute: `/disputes/${first('disputes', 'code')}`,
    case: `/conflicts/${first('conflictCases', 'code')}`,
    reconciliation: `/reconciliations/${first('reconciliations', 'code')}`,
  };
}

/** Opens a page, until it says something if that is given: what it says, and every single text that the API answered besides who is signed in. */
async function lookAt(page: Page, path: string, until?: RegExp) {
  const values = new Set<string>();
  const reading: Promise<void>[] = [];
  const gather = (value: Json): void => {
    if (typeof value === 'string' && value.length >= 4) values.add(value);
    if (value !== null && typeof value === 'object') Object.values(value).forEach(gather);
  };
  page.on('response', (response) => {
    if (!response.url().endsWith('/graphql')) return;
    if (response.request().postDataJSON()?.operationName === 'Session') return;
    reading.push(response.json().then(gather, () => {}));
  });
  await page.goto(`${server.url}/portal${path}`, { waitUntil: 'networkidle' });
  // A busy machine is idle on the network before the page has asked: what it waits for is shown as such.
  await page.waitForFunction(
    () => document.querySelector('main h1') && !document.querySelector('.ant-skeleton, [aria-busy=true]'),
  );
  if (until) await page.locator('main').getByText(until).first().waitFor();
  await page.waitForLoadState('networkidle');
  await Promise.all(reading);
  page.removeAllListeners('response');
  return { text: await page.locator('main').innerText(), values };
}

/** A file that one may fetch, and of which the other is told that there is none. */
async function expectOnlyFor(path: string, one: BrowserContext, other: BrowserContext): Promise<void> {
  const allowed = await one.request.get(server.url + path);
  expect(allowed.status(), path).toBe(200);
  expect((await allowed.body()).length, path).toBeGreaterThan(20);
  const refused = await other.request.get(server.url + path);
  expect(refused.status(), path).toBe(404);
  expect(Object.keys(await refused.json()), path).toEqual(['error']);
  expect(await refused.text(), path).not.toContain('E01');
}

/** The address of a file of a month, as the API gives it to finance. */
async function exportedFile(finance: BrowserContext): Promise<string> {
  await ask(finance, 'mutation { requestExports(period: "2026-10", kinds: [STATEMENTS_CSV]) { __typename } }');
  const [request] = await databases.owner.$client<{ id: number }[]>`select max(id) as id from export_request`;
  await makeRequestedFiles(databases, openDocumentStore(server.config), () => server.clock.now, request?.id ?? 0, 1);
  const { exportRequests } = await ask<{ exportRequests: { files: { downloadPath: string }[] }[] }>(
    finance,
    '{ exportRequests(period: "2026-10") { files { downloadPath } } }',
  );
  const path = exportRequests.flatMap(({ files }) => files)[0]?.downloadPath;
  expect(path).toMatch(/^\/exports\//);
  return path ?? '';
}
