import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { buildPortal } from '../../src/portal/build.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Whether a browser is there. Without one these tests are left out, and say so; in CI they fail. */
export const hasBrowser = existsSync(executablePath) || process.env.CI !== undefined;
export const withoutBrowser = `no browser at ${executablePath}: install Debian's chromium, or set CHROMIUM_PATH`;

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with an empty profile, and the portal as it is now; closed when the file's tests are over. */
export async function openBrowser(): Promise<Browser> {
  await buildPortal(() => {});
  const browser = await chromium.launch({ executablePath, args: flags });
  afterAll(() => browser.close());
  return browser;
}

export type Looked = {
  readonly page: Page;
  /** What the browser said that it should not have: errors, and breaches of the content security policy. */
  readonly complaints: string[];
};

/** A page of a context, whose complaints are gathered from its beginning. */
export async function openPage(context: BrowserContext): Promise<Looked> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // A machine may have much else to do.
  page.setDefaultTimeout(45_000);
  return { page, complaints };
}

/** A context that is signed in, by the session's cookie. */
export async function signedIn(
  browser: Browser,
  url: string,
  cookie: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'America/New_York', ...options });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
  return context;
}
