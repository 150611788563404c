import type { Page } from 'playwright-core';

/** Runs in the page: tells its function `tellShown` everything that is ever to be read in it, if only for a moment. */
export function watchText(): void {
  const { tellShown } = window as unknown as { tellShown: (text: string) => void };
  const changes = { childList: true, subtree: true, characterData: true };
  new MutationObserver(() => tellShown(document.body?.innerText ?? '')).observe(document, changes);
}

/** Names of what the page keeps of answers of the API, besides who is signed in: looked for where its library keeps it. */
export async function keptData(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Query = {
      readonly queryKey: readonly unknown[];
      readonly state: { readonly data?: { readonly me?: unknown } };
    };
    type Cache = { readonly getAll: () => readonly Query[] };
    type Fiber = {
      readonly memoizedProps?: { readonly client?: { readonly getQueryCache?: () => Cache } };
      readonly child?: Fiber;
    };
    const root: object = document.getElementById('root') ?? {};
    const entry = Object.entries(root).find(([name]) => name.startsWith('__reactContainer'));
    let fiber = entry?.[1] as Fiber | undefined;
    while (fiber && !fiber.memoizedProps?.client?.getQueryCache) fiber = fiber.child;
    const cache = fiber?.memoizedProps?.client?.getQueryCache?.();
    if (!cache) throw new Error('The memory of answers was not found.');
    return cache
      .getAll()
      .filter(({ queryKey: [name], state: { data } }) => (name === 'Session' ? data?.me != null : data !== undefined))
      .map(({ queryKey: [name] }) => String(name));
  });
}
