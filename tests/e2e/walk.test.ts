import { createHash } from 'node:crypto';
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
import { startWholeServer, type WholeServer } from './server.ts';

// What the portal is for, walked through as its users do: somebody applies and is approved; a month with sales is calculated, approved by a
// second person, issued; the agent confirms one statement and disputes a line of another; finance decides, and exports.

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

/** A page of somebody who came in by the sign-in form, at an address. */
async function as(name: string, path: string): Promise<Page> {
  const known = contexts.get(name);
  const context = known ?? (await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } }));
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

describe.skipIf(!hasBrowser)(`a walk${hasBrowser ? '' : ` (${withoutBrowser})`}`, { timeout: 90_000 }, () => {
  beforeAll(async () => {
    databases = await testDatabase();
    const silent = () => ({ update: () => {}, end: () => {} });
    const { accounts } = await runDemo(databases, now, silent, () => {}, { keys, monthCount: 4 });
    for (const { email, password } of accounts) passwords.set(email.split('@')[0] ?? '', password);
    // the month after: what the demo sold so far is the month that is closed
    server = await startWholeServer(databases, new Date('2026-12-02T04:00:00Z'), {
      // The browser's own clock may be far from the server's: the cookie must not have expired in it.
      sessionHours: 87_600,
    });
    browser = await openBrowser();
  }, 180_000);

  it('applies and is approved', async () => {
    const { page } = await openPage(await browser.newContext({ locale: 'en-GB' }));
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
});
