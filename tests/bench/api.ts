import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import express from 'express';
import { schema } from '../../schema/schema.ts';
import { createAccount } from '../../src/auth/accounts.ts';
import { createApiKey } from '../../src/auth/apiKeys.ts';
import { resolveActor } from '../../src/auth/sessions.ts';
import { readConfig } from '../../src/config.ts';
import { localActor } from '../../src/db/transaction.ts';
import { requestTransaction } from '../../src/http/context.ts';
import { createLogger } from '../../src/http/log.ts';
import { createServer } from '../../src/server.ts';
import { type Comparison, compare, seconds } from './measure.ts';
import type { Month } from './month.ts';
import { period } from './province.ts';

const now = new Date('2026-11-15T00:00:00Z');
const requests = 400;
const atOnce = 8;

const homeQuery = `{
  me { name role }
  statements(first: 12) { edges { node { period earned payable closing currency } } }
  commissionLines(period: "${period}", first: 20) { edges { node { lineId amount currency component { code } } } }
}`;

/**
 * The portal's home query over HTTP, against an express handler written by hand that signs in the same way and runs the same
 * three queries in the same kind of transaction. Reported is the time of ${requests} requests, eight at once.
 */
export async function measureApi({ databases, events }: Month): Promise<Comparison> {
  const token = await agentKey(databases);
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent' });
  const server = createServer({
    config,
    databases,
    graphql: { schema },
    logger: createLogger('silent'),
    clock: () => now,
  });
  const { url } = await server.listen();
  const byHand = await handWritten(databases);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' };
  const askGraphql = async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: homeQuery }),
    });
    const { data, errors } = (await response.json()) as { data?: { me?: { name: string } }; errors?: unknown };
    if (!data?.me || errors) throw new Error(JSON.stringify(errors));
  };
  const askByHand = async () => {
    const response = await fetch(byHand.url, { headers });
    const { me } = (await response.json()) as { me?: unknown };
    if (!me) throw new Error('no answer');
  };
  try {
    await load(askGraphql);
    await load(askByHand);
    const about = { name: 'GraphQL home query', events, floor: 'express handler by hand, same SQL and transaction' };
    return await compare(
      about,
      5,
      () => load(askByHand),
      () => load(askGraphql),
    );
  } finally {
    byHand.close();
    await server.close();
  }
}

/** Seconds for all requests, a few at once. */
function load(ask: () => Promise<void>): Promise<number> {
  let left = requests;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      await ask();
    }
  };
  return seconds(() => Promise.all(Array.from({ length: atOnce }, one)));
}

async function agentKey(databases: Month['databases']): Promise<string> {
  const account = await databases.owner.transaction((transaction) =>
    createAccount(transaction, localActor('bench'), now, {
      email: 'agent@bench.example',
      name: 'Agent',
      role: 'AGENT',
      agentCode: 'A00000',
      password: 'only-for-measuring',
    }),
  );
  await databases.owner
    .$client`update commission_run set status = 'APPROVED', approved_by = 'other' where status = 'CALCULATED'`;
  const [agent] = await databases.owner.$client<{ id: number }[]>`select id from agent where code = 'A00000'`;
  const actor = {
    name: account.email,
    user: { id: account.id, role: account.role, agentId: agent?.id ?? null, regionId: null },
    requestId: null,
  };
  const key = await databases.owner.transaction((transaction) =>
    createApiKey(transaction, actor, now, { name: 'bench', expiresAt: undefined }),
  );
  return key.token;
}

async function handWritten(databases: Month['databases']): Promise<{ url: string; close: () => void }> {
  const app = express();
  app.get('/home', async (request, response) => {
    const actor = await resolveActor(databases, { headers: request.headers, requestId: null }, now);
    const answer = await requestTransaction({ actor, today: '2026-11-15', databases }, async (transaction) => {
      const me = await transaction.execute(sql`select name, role from user_account where id = ${actor?.user?.id ?? 0}`);
      const statements = await transaction.execute(sql`
        select run.period, statement.earned, statement.payable, statement.closing, statement.currency
        from statement join commission_run run on run.id = statement.run_id
        where run.status in ('CALCULATED', 'APPROVED', 'PAID') order by run.period desc, statement.agent_id limit 12`);
      const lines = await transaction.execute(sql`
        select line.cause_id, line.role, line.amount, line.currency, component.code
        from commission_line line join component on component.id = line.component_id
        where line.run_id = (select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED', 'PAID'))
        order by line.agent_id, line.component_id, line.cause_id limit 20`);
      return { me: me[0], statements, lines };
    });
    response.json(answer);
  });
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/home`, close: () => listening.close() };
}
