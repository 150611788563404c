import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { runDemo } from '../../src/demo/demo.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';
import { makeRequestedFiles } from '../../src/exports/make.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import type { Period } from '../../src/period.ts';
import { testDatabase } from '../database.ts';
import { hasBrowser, openBrowser, openPage, withoutBrowser } from './browser.ts';
import { lookClosely } from './look.ts';
import { startWholeServer, type WholeServer } from './server.ts';

// What the portal is for, walked through as its users do: somebody applies and is approved; sales come in by a file; a month with them is calculated, approved by a
// second person, issued; the agent confirms one statement and disputes a line of another; finance decides, pays, and exports.

// By a name that the compiler does not follow: the app is compiled by itself.
const listFile = '../../src/portal/web/app/pageList.tsx';
const { pageList }: { readonly pageList: readonly { readonly path: string }[] } = await import(listFile);

const now = new Date('2026-11-22T04:00:00Z');
const keys = loadEnvelopeKeys({
  databaseUrl: undefined,
  dataDir: '',
  envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
});

let browser: Browser;
let server: WholeServer;
let databases: Databases;
const passwords = new Map<string, string>();
const contexts = new Map<string, BrowserContext>();

/** A browser's context whose clock is the server's: pages that know the day show what is due then. */
async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  await context.clock.setSystemTime(server.clock.now);
  return context;
}

/** A page of somebody who came in by the sign-in form, at an address. */
async function as(name: string, path: string): Promise<Page> {
  const known = contexts.get(name);
  const context = known ?? (await newContext());
  contexts.set(name, context);
  const { page } = await openPage(context);
  await page.goto(`${server.url}/portal${path}`);
  if (known) return page;
  await page.getByLabel('E-mail').fill(`${name}@demo.example`);
  await page.getByLabel('Password').fill(passwords.get(name) ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Menu' }).waitFor();
  return page;
}

/** Presses a button that asks first, and answers yes. */
async function act(page: Page, name: string, reason?: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' }).catch(async (error: unknown) => {
    throw new Error(`${name}: ${await dialog.innerText()}`, { cause: error });
  });
}

describe.skipIf(!hasBrowser)(`a walk${hasBrowser ? '' : ` (${withoutBrowser})`}`, { timeout: 240_000 }, () => {
  beforeAll(async () => {
    databases = await testDatabase();
    const silent = () => ({ update: () => {}, end: () => {} });
    const { accounts } = await runDemo(databases, now, silent, () => {}, { keys, monthCount: 4 });
    for (const { email, password } of accounts) passwords.set(email.split('@')[0] ?? '', password);
    // the month after: what the demo sold so far is the month that is closed
    server = await startWholeServer(databases, new Date('2026-12-02T04:00:00Z'), {
      // Cookies expire by the machine's clock, which may be far from the server's.
      sessionHours: 87_600,
    });
    browser = await openBrowser();
  }, 180_000);

  it('applies and is approved', async () => {
    const { page } = await openPage(await newContext());
    await page.goto(`${server.url}/portal/apply`);
    await page.getByLabel('Name of the company or person').fill('Lakeside Phones');
    await page.getByLabel('What kind of channel').click();
    await page.keyboard.press('Enter');
    await page.getByLabel('Region').click();
    await page.keyboard.type('Eastern');
    await page.keyboard.press('Enter');
    await page.getByLabel('Contact').fill('Somebody');
    await page.getByLabel('E-mail').fill('lakeside@demo.example');
    await page.getByLabel('Registration number').fill('91310000MA1FL0XX77');
    await page.getByLabel('Bank account').fill('6222021103017777');
    await page.getByLabel('Telephone').fill('13800007777');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('link', { name: 'Go on to the application' }).click();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload' }).click();
    await (await choosing).setFiles({
      name: 'licence.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4\n%%EOF'),
    });
    await page.getByText('licence.pdf').waitFor();
    await act(page, 'Submit');
    await page.getByRole('alert').getByText('Submitted').waitFor();
    const code = (await page.getByRole('alert').first().innerText()).split(' ')[0] ?? '';

    const manager = await as('manager', `/applications/${code}`);
    await act(manager, 'Begin screening');
    for (const field of await manager.getByLabel('(0–100)').all()) await field.fill('90');
    await manager.getByRole('button', { name: 'Save the points' }).click();
    await manager.getByText('· enough').waitFor();
    // whoever scored it does not approve it
    const chief = await as('admin', `/applications/${code}`);
    await act(chief, 'Approve', 'A good place');
    await chief.getByText('Approved').first().waitFor();
    await page.reload();
    await page.getByRole('alert').getByText('Approved').waitFor();
  });

  it('has its sales sent and its papers kept by the manager', async () => {
    const sold = (id: string, agent: string) =>
      `WALK,${id},ACTIVATION,2026-11-30T10:00:00+08:00,${agent},FIBER-500,1,100.00,CNY`;
    const header = 'source,external_id,type,occurred_at,agent_code,product_code,quantity,amount,currency';
    const file = [header, sold('known', 'E01'), sold('lost', 'NOBODY'), ''].join('\n');
    const manager = await as('manager', '/imports');
    for (const became of [
      'New: 1 · of the new ones late: 0 · known already: 0',
      'New: 0 · of the new ones late: 0 · known already: 1',
    ]) {
      await manager
        .locator('input[type=file]')
        .setInputFiles({ name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
      await manager.getByRole('button', { name: 'Save the rows' }).click();
      await manager.getByRole('status').getByText(`${became} · rejected: 1`).waitFor();
      await manager.getByRole('row', { name: 'Line 3 WALK/lost agent_code No agent has the code "NOBODY".' }).waitFor();
    }
    expect(await databases.owner.$client`select external_id from sales_event where source = 'WALK'`.values()).toEqual([
      ['known'],
    ]);

    await manager.goto(`${server.url}/portal/agents/E01`);
    await manager.getByRole('button', { name: 'Renew' }).click();
    await manager.getByLabel('Last day').fill('2029-12-31');
    await manager.getByLabel('Tax (%)').fill('3');
    await manager.getByRole('dialog').getByRole('button', { name: 'Renew' }).click();
    await manager.getByRole('row', { name: 'Dec 31, 2029' }).waitFor();
    // Nobody is reminded any more of what was just seen to.
    const atWork = await as('manager', '/work');
    await atWork.getByText('Nothing ends soon.').waitFor();
    await manager.getByRole('button', { name: 'Grant a territory' }).click();
    await manager.getByLabel('Region').click();
    await manager.keyboard.type('Riverside');
    await manager.keyboard.press('Enter');
    await manager.getByLabel('First day').fill('2026-11-20');
    await manager.getByRole('dialog').getByRole('button', { name: 'Grant a territory' }).click();
    const granted = manager.getByRole('row', { name: 'Riverside' });
    await granted.getByRole('button', { name: 'End' }).click();
    await manager.getByLabel('Last day').fill('2026-12-02');
    await manager.getByRole('dialog').getByLabel('Reason').fill('Somebody else goes there');
    await manager.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    // Both days included.
    await granted.getByText('Nov 20, 2026 – Dec 2, 2026').waitFor();
    // What the API calls an end is the first day after it.
    expect(
      await databases.owner.$client`
        select agreement.valid_to::text, terms ->> 'taxPercent' from agreement join agent on agent.id = agent_id
        where agent.code = 'E01' order by valid_from desc limit 1`.values(),
    ).toEqual([['2030-01-01', '3']]);
    expect(
      await databases.owner.$client`
        select valid_from::text, valid_to::text from territory join region on region.id = region_id
          join agent on agent.id = territory.agent_id where agent.code = 'E01' and region.name = 'Riverside'`.values(),
    ).toEqual([['2026-11-20', '2026-12-03']]);

    // A suspension to come, which ends by itself; the last of the two decisions is the one that can be taken back.
    await manager.getByRole('button', { name: 'Suspend' }).click();
    await manager.getByLabel('First day').fill('2026-12-20');
    await manager.getByLabel('Sells again from').fill('2026-12-25');
    await manager.getByRole('dialog').getByLabel('Reason').fill('The shop is rebuilt');
    await manager.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await manager.getByRole('row', { name: 'Status: Suspended Dec 20, 2026 – Dec 24, 2026 –' }).waitFor();
    await act(manager, 'Take back', 'It is not');
    await manager.getByRole('row', { name: 'Status: Suspended from Dec 20, 2026' }).waitFor();
    await act(manager, 'Take back', 'It is not');
    await manager.getByRole('row', { name: 'Status: Suspended' }).waitFor({ state: 'detached' });
  });

  it('is rated by somebody without an account, by a link that is shown once', async () => {
    const chief = await as('admin', '/ratings');
    await chief.getByRole('button', { name: 'New round' }).click();
    const fields = { Code: 'WALK', Name: 'Service', 'What is rated (a code)': 'SERVICE', Month: '2026-12' };
    const days = { 'First day': '2026-12-01', 'Last day': '2026-12-10' };
    for (const [label, text] of Object.entries({ ...fields, ...days })) {
      await chief.getByRole('dialog').getByLabel(label, { exact: true }).fill(text);
    }
    await chief.getByRole('dialog').getByRole('button', { name: 'New round' }).click();
    const manager = await as('manager', '/ratings/WALK');
    const [good, wrong] = ['E01, CUSTOMER, customer@example.com', 'NOBODY, PEER, peer@example.com'];
    await manager.getByLabel('Who').fill(`${good}\n${wrong}`);
    await manager.getByRole('button', { name: 'Invite' }).click();
    await manager.getByRole('alert').getByText('No agent has the code "NOBODY".').waitFor();
    // What was wrong can be corrected; what was right is not sent again, and its link stays to be read.
    expect(await manager.getByLabel('Who').inputValue()).toBe(wrong);
    const [link = ''] = /http\S+/.exec(await manager.getByRole('status').innerText()) ?? [];

    const { page } = await openPage(await newContext());
    await page.goto(link);
    await page.getByRole('heading', { name: 'Eastgate Trading' }).waitFor();
    await page.getByLabel('Points').fill('87.5');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('your rating was kept').waitFor();
    await page.reload();
    await page.getByText('answered already').waitFor();
    await manager.reload();
    await manager.getByRole('row', { name: 'E01 Customers · 1 of 1 answered' }).waitFor();
  });

  it('calculates, approves by a second person, and issues', async () => {
    const finance = await as('finance', '/runs?period=2026-11');
    await act(finance, 'Calculate the month');
    await finance.getByText('it is being calculated').waitFor();
    await calculatePeriod(databases, localActor('clock'), '2026-11' as Period, server.clock.now);
    await finance.reload();
    await finance.getByRole('link', { name: 'November 2026' }).click();
    await finance.getByText('checks hold').waitFor();
    await act(finance, 'Approve');
    await act(finance, 'Issue statements');
    await finance.getByText('To be confirmed').first().waitFor();
  });

  it('confirms a statement, and disputes a line of another', async () => {
    const other = await as('sub', '/earnings');
    await other
      .getByRole('link', { name: /November 2026/ })
      .first()
      .click();
    await act(other, 'Confirm');
    await other.getByText('Confirmed by the agent').waitFor();

    const agent = await as('agent', '/earnings');
    await agent
      .getByRole('link', { name: /November 2026/ })
      .first()
      .click();
    await agent.getByRole('link', { name: 'Dispute this line' }).first().click();
    await agent.getByLabel('Amount wanted').fill('12.50');
    await agent.getByLabel('Reason').fill('The rate is another one');
    await agent.getByRole('button', { name: 'File the dispute' }).click();
    await agent.getByRole('heading', { name: /^Dispute DP-/ }).waitFor();
    const code = /DP-\d+/.exec(agent.url())?.[0] ?? '';

    const finance = await as('finance', `/disputes/${code}`);
    await finance.getByRole('button', { name: 'Decide', exact: true }).click();
    const dialog = finance.getByRole('dialog');
    await dialog.getByLabel('Amount granted').fill('12.50');
    await dialog.getByLabel('Reason').fill('You are right');
    await dialog.getByRole('button', { name: 'Decide', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await agent.reload();
    await agent.getByText('You are right').waitFor();
    expect(await agent.getByText('¥12.50').count()).toBeGreaterThan(0);
  });

  it('is paid: a batch by one person, approved by another, the bank answers', async () => {
    const finance = await as('finance', '/payments');
    await finance.getByLabel('Our account').click();
    await finance.keyboard.press('Enter');
    await finance.getByLabel('Day of execution').fill('2026-12-02');
    await finance.getByRole('button', { name: 'Make the batch' }).click();
    await finance.getByText('To be approved').waitFor();
    const chief = await as('admin', '/payments?tab=batches');
    await act(chief, 'Approve');
    await finance.reload();
    const downloading = finance.waitForEvent('download');
    await finance.getByRole('link', { name: 'Bank file' }).click();
    const file = await readFile(await (await downloading).path(), 'utf8');
    const ids = [...file.matchAll(/<EndToEndId>(.*?)<\/EndToEndId>/g)].map(([, id]) => id);
    const rows = ids.map((id, place) => `${id},${place === 0 ? 'FAILED,AC04' : 'PAID,'},,2026-12-02`);
    await finance.locator('input[type=file]').setInputFiles({
      name: 'answer.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`end_to_end_id,status,code,text,date\n${rows.join('\n')}\n`),
    });
    await finance.getByText(`Paid: ${ids.length - 1}. Failed: 1. Known already: 0.`).waitFor();
    await finance.getByText('Settled').waitFor();
    // What failed is due again, and it alone.
    await finance.getByRole('tab', { name: 'Due' }).click();
    await finance.getByText('1 payment', { exact: true }).waitFor();
  });

  it('exports, and the file is the one that is listed', async () => {
    const finance = await as('finance', '/exports?period=2026-11');
    await finance.getByRole('button', { name: 'Make the files' }).click();
    await finance.getByText('Waiting').waitFor();
    const [request] = await databases.owner.$client<{ id: number }[]>`select max(id) as id from export_request`;
    await makeRequestedFiles(databases, openDocumentStore(server.config), () => server.clock.now, request?.id ?? 0, 1);
    await finance.reload();
    const row = finance.getByRole('row', { name: /lines\.csv/ });
    const downloading = finance.waitForEvent('download');
    await row.getByRole('link').click();
    const stream = await (await downloading).createReadStream();
    const hash = createHash('sha256');
    for await (const chunk of stream) hash.update(chunk);
    expect(await row.innerText()).toContain(hash.digest('hex'));
  });

  it('leaves every page of one thing in order, for who reads it', { timeout: 300_000 }, async () => {
    const filed = `mutation { fileMisconductReport(category: OTHER, about: "E05", words: "Forged forms") { __typename } }`;
    await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: filed }),
    });
    await as('compliance', '/reports');
    const own = await pathsFor('agent', {
      '/earnings/:statementId': 'statements(agent: "E01", last: 1) { nodes { key: id } }',
      '/earnings/lines/:lineId': 'commissionLines(period: "2026-10", agent: "E01", first: 1) { nodes { key: id } }',
      '/disputes/:disputeId': 'disputes(first: 1) { nodes { key: code } }',
      '/reconciliations/:reconciliationId': 'reconciliations(first: 1) { nodes { key: code } }',
      '/conflicts/:caseId': 'conflictCases(first: 1) { nodes { key: code } }',
      '/plans/:code': 'agent(code: "E01") { nodes: agreements { plan { key: code } } }',
    });
    const managed = await pathsFor('admin', {
      '/disputes/:disputeId': 'disputes(first: 1) { nodes { key: code } }',
      '/conflicts/:caseId': 'conflictCases(first: 1) { nodes { key: code } }',
      '/applications/:applicationId': 'applications(first: 1) { nodes { key: code } }',
      '/agents/:code': 'agents(first: 1) { nodes { key: code } }',
      '/runs/:runId': 'runs(first: 1) { nodes { key: id } }',
      '/plans/:code': 'nodes: plans { key: code }',
      '/ratings/:roundCode': 'ratingRounds(first: 1) { nodes { key: code } }',
      '/surveys/:surveyCode': 'surveys(first: 1) { nodes { key: code } }',
    });
    const reported = await pathsFor('compliance', {
      '/reports/:reportId': 'misconductReports(first: 1) { nodes { key: id } }',
    });
    const looked = new Set([own, managed, reported].flatMap((paths) => Object.keys(paths)));
    expect(pageList.map(({ path }) => path).filter((path) => path.includes(':') && !looked.has(path))).toEqual([]);
    for (const [name, paths] of Object.entries({ agent: own, admin: managed, compliance: reported })) {
      const of = { browser, url: server.url, cookie: await cookieOf(name) };
      expect.soft(await lookClosely(of, Object.values(paths)), name).toEqual({});
    }
  });
});

/** Addresses of pages that show one thing, by their patterns: each of the first thing that somebody's list of the kind has. */
async function pathsFor(name: string, lists: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [pattern, list] of Object.entries(lists)) {
    const answer = await contexts.get(name)?.request.post(`${server.url}/graphql`, { data: { query: `{ ${list} }` } });
    const key = /"key":"([^"]+)"/.exec((await answer?.text()) ?? '')?.[1];
    expect(key, `${name} ${pattern}`).toBeDefined();
    paths[pattern] = pattern.replace(/:\w+/, encodeURIComponent(key ?? ''));
  }
  return paths;
}

/** The cookie of somebody who is signed in, as it is sent. */
async function cookieOf(name: string): Promise<string> {
  const [cookie] = (await contexts.get(name)?.cookies()) ?? [];
  return `${cookie?.name}=${cookie?.value}`;
}
