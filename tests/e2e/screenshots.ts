import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

// `npm run screenshots`: starts the demo on an empty folder and takes the pictures of the documentation.

const port = 20_000 + (process.pid % 20_000);
const base = `http://127.0.0.1:${port}`;
const folder = 'docs/images';
const wide = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };

type Picture = {
  readonly name: string;
  readonly who: string;
  readonly path: string;
  readonly phone?: boolean;
  readonly open?: string;
};

const pictures: readonly Picture[] = [
  { name: 'home', who: 'agent', path: '/home' },
  { name: 'statement', who: 'agent', path: '/earnings', open: 'September 2026' },
  { name: 'phone', who: 'agent', path: '/home', phone: true },
  { name: 'runs', who: 'finance', path: '/runs', open: 'October 2026' },
  { name: 'close', who: 'finance', path: '/close?period=2026-10' },
  { name: 'agent', who: 'manager', path: '/agents/E01' },
  { name: 'work', who: 'manager', path: '/work' },
];

function start(dataDir: string): { readonly child: ChildProcess; readonly printed: () => string } {
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' };
  const child = spawn('npm', ['start'], { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  return { child, printed: () => printed };
}

async function untilReady(): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    const ready = await fetch(`${base}/health/ready`).catch(() => undefined);
    if (ready?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the demo did not start within two minutes');
}

async function signIn(page: Page, who: string, password: string): Promise<void> {
  await page.goto(`${base}/portal/sign-in`);
  await page.getByLabel('E-mail').fill(`${who}@demo.example`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: /Good day/ }).waitFor();
}

async function take(browser: Browser, picture: Picture, printed: string): Promise<void> {
  const password = new RegExp(`${picture.who}@demo\\.example\\s+\\S+\\s+(\\S+)`).exec(printed)?.[1] ?? '';
  const context = await browser.newContext({
    viewport: picture.phone ? phone : wide,
    locale: picture.phone ? 'zh-CN' : 'en-GB',
  });
  const page = await context.newPage();
  if (picture.phone) await page.addInitScript(() => localStorage.setItem('tributary.language', 'en'));
  await signIn(page, picture.who, password);
  await page.goto(`${base}/portal${picture.path}`, { waitUntil: 'networkidle' });
  if (picture.open) {
    await page
      .getByRole('link', { name: new RegExp(picture.open) })
      .first()
      .click();
    await page.waitForLoadState('networkidle');
  }
  if (picture.phone) {
    await page.getByRole('button', { name: '中文' }).click();
    await page.waitForLoadState('networkidle');
  }
  // Idle on the network is not drawn yet: a page that is loaded on its way there shows that it waits.
  await page.waitForFunction(
    () => document.querySelector('main h1') && !document.querySelector('.ant-skeleton, .ant-spin, [aria-busy=true]'),
  );
  await page.waitForTimeout(500); // charts are drawn a moment after their data
  await page.screenshot({ path: join(folder, `${picture.name}.png`) });
  await context.close();
}

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-pictures-'));
const { child, printed } = start(dataDir);
try {
  await untilReady();
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  for (const picture of pictures) await take(browser, picture, printed());
  await browser.close();
} finally {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}
