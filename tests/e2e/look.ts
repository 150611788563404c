import axe from 'axe-core';
import type { Browser, Page, Request, Response } from 'playwright-core';
import { vi } from 'vitest';
import { openPage, signedIn } from './browser.ts';

// Looks at pages as people do, and as screen readers: nothing breaks, is refused, overflows, jumps or is out of reach.

const narrow = { viewport: { width: 360, height: 740 }, locale: 'zh-CN' };
const wide = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };

/** Who looks: somebody by the session's cookie, or nobody. */
export type WindowOf = { readonly browser: Browser; readonly url: string; readonly cookie?: string | undefined };

/** Somebody's window: the app is loaded once, and then goes from page to page. */
type Window = {
  readonly page: Page;
  /** Goes to a page by `way`, waits until it is there and quiet, and takes what is wrong with it. */
  readonly faultsAt: (path: string, way: (page: Page) => Promise<unknown>) => Promise<string[]>;
};

async function openWindow({ browser, url, cookie, ...options }: WindowOf & typeof narrow): Promise<Window> {
  const context = await (cookie ? signedIn(browser, url, cookie, options) : browser.newContext(options));
  await context.addInitScript(countJumps);
  const { page, complaints } = await openPage(context);
  const traffic = watchTraffic(page);
  await page.goto(`${url}/portal/`);
  let refused = await traffic.settled();
  return {
    page,
    faultsAt: async (path, way) => {
      await way(page);
      await page.waitForURL(`${url}/portal${path}`);
      refused.push(...(await traffic.settled()));
      const faults = [...refused, ...complaints, ...(await page.evaluate(shownFaults))];
      refused = [];
      complaints.length = 0;
      return faults;
    },
  };
}

/** What is wrong with pages, by their paths. */
export type Faults = Readonly<Record<string, readonly string[]>>;

/** Goes to each page on a phone, in Chinese, as by a link; axe looks at it. */
export async function lookClosely(of: WindowOf, paths: readonly string[]): Promise<Faults> {
  const { page, faultsAt } = await openWindow({ ...of, ...narrow });
  await page.evaluate(axe.source);
  const faults: Record<string, string[]> = {};
  for (const path of paths) {
    const seen = await faultsAt(path, () => page.evaluate(goTo, `/portal${path}`));
    const found = [...seen, ...(await page.evaluate(closeFaults))];
    if (found.length > 0) faults[path] = found;
  }
  return faults;
}

/** Goes to each page at a desk, in English: by its entry of the menu where it has one and somebody is signed in. */
export async function walk(of: WindowOf, paths: readonly string[]): Promise<Faults> {
  const { page, faultsAt } = await openWindow({ ...of, ...wide });
  const faults: Record<string, string[]> = {};
  for (const path of paths) {
    const found = await faultsAt(path, () => page.evaluate(chooseInMenu, `/portal${path}`));
    if (found.length > 0) faults[path] = found;
  }
  return faults;
}

/** Watches what a page asks for, and what the API refuses. */
function watchTraffic(page: Page) {
  const underWay = new Set<Request>();
  let answers: Promise<string[]>[] = [];
  let lastTraffic = 0;
  const over = (request: Request) => {
    underWay.delete(request);
    lastTraffic = performance.now();
  };
  page.on('request', (request) => underWay.add(request));
  page.on('requestfinished', over);
  page.on('requestfailed', over);
  page.on('response', (response) => {
    if (response.url().endsWith('/graphql')) answers.push(refusalsOf(response));
  });
  const isQuiet = () => underWay.size === 0 && performance.now() - lastTraffic > quietMilliseconds;
  return {
    /** Waits until the page is there, has all it asked for, and asks for nothing more; what was refused since the last time. */
    settled: async (): Promise<string[]> => {
      await page.waitForFunction(
        () => document.querySelector('h1') && !document.querySelector('.ant-skeleton, [aria-busy=true]'),
      );
      await vi.waitUntil(isQuiet, { interval: 20, timeout: 45_000 });
      await page.waitForFunction(() => !document.querySelector('.ant-skeleton, [aria-busy=true]'));
      const refused = (await Promise.all(answers)).flat();
      answers = [];
      return refused;
    },
  };
}

const quietMilliseconds = 60;

/** What an answer of the API refuses; that nobody is signed in is no fault where nobody is. */
async function refusalsOf(response: Response): Promise<string[]> {
  const body: unknown = await response.json().catch(() => undefined);
  const { data, errors = [] } = (body ?? {}) as {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  };
  const told = Object.values(data ?? {}).filter(
    (value) => value !== null && typeof value === 'object' && 'code' in value && 'remedy' in value,
  );
  const refused = errors.filter(({ extensions }) => extensions?.code !== 'NOT_SIGNED_IN');
  return [...refused, ...told].map((fault) => `refused: ${JSON.stringify(fault)}`);
}

// In the browser.

type Jump = PerformanceEntry & { readonly value: number; readonly hadRecentInput: boolean };
type Counting = { jumps: number; readonly axe: { run(options: object): Promise<{ violations: Violation[] }> } };
type Violation = { readonly impact: string; readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** Goes to a page of the app without loading it anew, as a link does. */
function goTo(address: string): void {
  history.pushState({}, '', address);
  dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}

/** Goes to a page by its entry of the menu; without a menu, as a link does. */
function chooseInMenu(address: string): void {
  const entry = document.querySelector<HTMLElement>(`nav a[href="${address}"]`);
  if (entry) {
    entry.click();
    return;
  }
  if (document.querySelector('nav')) throw new Error(`The menu does not lead to ${address}.`);
  history.pushState({}, '', address);
  dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}

/** Counts how much the layout jumps. */
function countJumps(): void {
  const counting = window as unknown as Counting;
  counting.jumps = 0;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value } of list.getEntries() as Jump[]) if (!hadRecentInput) counting.jumps += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/** What can be seen to be wrong with a page: what it says, its width, its texts. */
function shownFaults(): string[] {
  const faults = [...document.querySelectorAll<HTMLElement>('.ant-alert-error, .ant-message-error')].map(
    (alert) => `says: ${alert.innerText}`,
  );
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`overflows by ${scrollWidth - clientWidth}`);
  const keys = document.body.innerText.match(/\b[a-z]\w+(\.[a-zA-Z_]\w+)+\b(?!\.\w)/g) ?? [];
  const raw = keys.filter((key) => !/\.(csv|xlsx|pdf|xml|example|com)$/.test(key));
  if (raw.length > 0) faults.push(`raw texts: ${raw.slice(0, 5)}`);
  return faults;
}

/** What is wrong with a page to people who cannot see it, and how much jumped since this was asked before. */
async function closeFaults(): Promise<string[]> {
  const counting = window as unknown as Counting;
  const { violations } = await counting.axe.run({ resultTypes: ['violations'] });
  const faults = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  if (counting.jumps > 0.1) faults.push(`jumps by ${counting.jumps.toFixed(3)}`);
  counting.jumps = 0;
  return faults;
}
