import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/auth/accounts.ts';
import { userRole } from '../../src/auth/tables.ts';
import type { Role } from '../../src/db/transaction.ts';
import { region } from '../../src/reference/tables.ts';
import { testDatabase } from '../database.ts';
import { password } from '../server/testServer.ts';
import { clerk, now } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { hasBrowser, openBrowser, withoutBrowser } from './browser.ts';
import { lookClosely, walk } from './look.ts';
import { startWholeServer, type WholeServer } from './server.ts';

// Every page: on a phone in Chinese, loaded as one of its roles; and at a desk in English, reached by the menu, as each of its roles.
// Nothing breaks, is refused, overflows, jumps or is out of a screen reader's reach.

type ListedPage = {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly menu?: { readonly group: string };
};

// By a name that the compiler does not follow: the app is compiled by itself.
const listFile = '../../src/portal/web/app/pageList.tsx';
const listed: { readonly pageList: readonly ListedPage[]; readonly publicPages: readonly { readonly path: string }[] } =
  await import(listFile);
/** Those of the menu: the others show one thing of many, which has to be there; the walk ends with them. */
const pageList = listed.pageList.filter(({ menu }) => menu);
const publicPaths = listed.publicPages.map(({ path }) => path);
const roles = userRole.enumValues;

let browser: Browser;
let server: WholeServer;
const cookies = new Map<Role, string>();

const windowOf = (role: Role | undefined) => ({ browser, url: server.url, cookie: role && cookies.get(role) });

/** As whom a page is looked at closely: as the agent, else as who may do most on it. */
const closeRole = ({ roles, menu }: ListedPage): Role | undefined =>
  (['AGENT', menu?.group === 'money' ? 'FINANCE' : 'ADMIN', ...roles] as const).find((role) => roles.includes(role));

describe.skipIf(!hasBrowser)(`pages${hasBrowser ? '' : ` (${withoutBrowser})`}`, () => {
  beforeAll(async () => {
    const databases = await testDatabase();
    await runEveryKind(databases);
    server = await startWholeServer(databases, now);
    await databases.owner.insert(region).values({ code: 'ROOT', name: 'Whole' });
    for (const role of roles) {
      const email = `${role.toLowerCase()}@demo.example`;
      const of = {
        ...(role === 'AGENT' && { agentCode: 'SUB' }),
        ...(role === 'CHANNEL_MANAGER' && { regionCode: 'ROOT' }),
      };
      await databases.owner.transaction((transaction) =>
        createAccount(transaction, clerk, now, { email, name: role, role, password, ...of }),
      );
      cookies.set(role, await server.signIn(email));
    }
    browser = await openBrowser();
  }, 120_000);

  it('there are pages, of every role', () => {
    expect(pageList.length).toBeGreaterThan(20);
    expect(roles.filter((role) => !pageList.some((page) => page.roles.includes(role)))).toEqual([]);
  });

  // They wait for the server most of the time: at once it takes half as long.
  it.concurrent.each([...roles, undefined])('as %s, on a phone', { timeout: 300_000 }, async (role) => {
    const own = role ? pageList.filter((page) => closeRole(page) === role).map(({ path }) => path) : publicPaths;
    if (own.length > 0) expect(await lookClosely(windowOf(role), own)).toEqual({});
  });

  it.concurrent.each([...roles, undefined])('as %s, at a desk', { timeout: 300_000 }, async (role) => {
    const own = role ? pageList.filter(({ roles }) => roles.includes(role)).map(({ path }) => path) : publicPaths;
    expect(await walk(windowOf(role), own)).toEqual({});
  });
});
