import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import { fileCaseAppeal } from '../../src/conflicts/cases/appeals.ts';
import { decideCase } from '../../src/conflicts/cases/decisions.ts';
import { detectImport, detectPending } from '../../src/conflicts/detection/detect.ts';
import { publishConflictRule } from '../../src/conflicts/rules.ts';
import { publishCreditRule } from '../../src/crediting/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor } from '../../src/db/transaction.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { execute, parse } from '../schema/graphql.ts';
import { asOwner, clerk, codeOf, event, now } from '../support/books.ts';
import { untilSomebodyWaits } from '../support/waiting.ts';
import { setUpDetection } from './detectionWorld.ts';

// What facts that change later do to cases that people have worked on, and what those are told of it.

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await setUpDetection(databases);
});

const ben = localActor('ben');
const anna = localActor('anna');
const common = { effect: 'HOLD', scope: { events: ['ACTIVATION'] }, dueDays: 5, appealDays: 5 };
const publish = (code: string, definition: object) =>
  asOwner(databases, (transaction) =>
    publishConflictRule(transaction, clerk, now, {
      code,
      name: `Rule ${code}`,
      validFrom: '2026-01-01',
      definition: { ...common, ...definition },
    }),
  );
const importOnly = (...events: EventInput[]) =>
  asOwner(databases, async (transaction) => {
    const { importId, rejections } = await importEventBatch(transaction, clerk, now, events, { atomic: true });
    if (importId === null) throw new Error(JSON.stringify(rejections));
    return importId;
  });
/** Imports events and looks through them. */
const bring = async (...events: EventInput[]) => {
  const importId = await importOnly(...events);
  return asOwner(databases, (transaction) => detectImport(transaction, clerk, now, importId));
};
const sold = (externalId: string, agentCode: string, on: string, rest: Partial<EventInput> = {}) =>
  event(externalId, { agentCode, occurredAt: `${on}T12:00:00+08:00`, customerId: 'K', regionCode: 'N1', ...rest });
const reversed = (externalId: string, agentCode: string, original: string) =>
  event(externalId, { type: 'REVERSAL', agentCode, amount: '0', originalExternalId: original });

const texts = async (query: string) =>
  (await databases.owner.$client.unsafe<{ text: string }[]>(query)).map(({ text }) => text);
const notices = (agent: string) =>
  texts(
    `select kind || ' ' || subject as text from notice join agent on agent.id = agent_id where code = '${agent}' order by notice.id`,
  );
const decide = (actor: Actor, credits: 'KEEP' | 'VOID' = 'KEEP') =>
  asOwner(databases, (transaction) => decideCase(transaction, actor, now, 1, { credits, reason: 'looked at' }));

async function agentAccount(code: string): Promise<Actor> {
  const [account] = await databases.owner.$client<{ id: number; agentId: number }[]>`
    insert into user_account (email, name, role, agent_id, password_hash, created_at)
    select lower(code) || '@x', code, 'AGENT', id, 'x', now() from agent where code = ${code} returning id, agent_id as "agentId"`;
  if (!account) throw new Error('no account');
  return {
    name: `${code.toLowerCase()}@x`,
    user: { id: account.id, role: 'AGENT', agentId: account.agentId, regionId: null },
    requestId: null,
  };
}

describe('facts that change after an appeal', () => {
  it('leave it to somebody else than whoever decided, and the party is told', async () => {
    await publish('DUP', { kind: 'DUPLICATE', windowDays: 3 });
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'));
    await decide(ben);
    const actor = await agentAccount('B');
    await asRequest(databases.request, actor, '2026-12-05', (transaction) =>
      fileCaseAppeal(transaction, actor, now, 1, 'not so'),
    );
    await bring(sold('E0', 'C', '2026-10-09'));
    expect(await codeOf(decide(ben))).toBe('SAME_PERSON');
    await decide(anna, 'VOID');
    expect(await texts(`select concat_ws(' ', state, decided_by) as text from conflict_appeal`)).toEqual([
      'CHANGED anna',
    ]);
    expect(await notices('B')).toEqual([
      'CONFLICT_OPENED C-1',
      'CONFLICT_DECIDED C-1 1',
      'CONFLICT_OPENED C-1 again 1',
      'CONFLICT_DECIDED C-1 2',
    ]);
  });

  it('take the decision back with an audit record of its own', async () => {
    await publish('DUP', { kind: 'DUPLICATE', windowDays: 3 });
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'));
    await decide(ben, 'VOID');
    await bring(sold('E0', 'C', '2026-10-09'));
    const records = () =>
      texts(
        `select concat_ws(' ', actor, entity_key, before, after, reason) as text from audit_record where action = 'conflict_case.reopened'`,
      );
    const reopened = [
      'clerk C-1 {"state": "RESOLVED", "credits": "VOID", "decision": 1} {"state": "OPEN", "decision": null} The facts are other ones than were decided about.',
    ];
    expect(await records()).toEqual(reopened);
    // Nothing is taken back where nobody had decided.
    await bring(reversed('R0', 'C', 'E0'), reversed('R1', 'A', 'E1'));
    await bring(sold('E3', 'D', '2026-10-09'));
    expect(await texts('select reopened_count::text as text from conflict_case where id = 1')).toEqual(['2']);
    expect(await records()).toEqual(reopened);
  });
});

it('facts that close a case and open it again are told each time', async () => {
  await publish('FLOOR', { kind: 'PRICE_FLOOR' });
  const floor = (price: number) => databases.owner.$client`update price_floor set price = ${price}`;
  await databases.owner.$client`
    insert into price_floor (product_id, currency, price, valid_from) select id, 'CNY', 120, '2026-10-01' from product where code = 'FIBER'`;
  await bring(sold('E1', 'A', '2026-10-10'));
  for (const price of [100, 120, 100, 130]) {
    await floor(price);
    await detectPending(databases, clerk, now);
  }
  expect(await notices('A')).toEqual([
    'CONFLICT_OPENED C-1',
    'CONFLICT_CLOSED C-1',
    'CONFLICT_OPENED C-1 again 1',
    'CONFLICT_CLOSED C-1 again 1',
    'CONFLICT_OPENED C-1 again 2',
  ]);
});

it('whoever holds a territory is not told where in it the other sold', async () => {
  await publish('PLACE', { kind: 'TERRITORY', tests: ['INSIDE_EXCLUSIVE'], withoutTerritory: 'IGNORE' });
  await databases.owner.$client`
    insert into territory (agent_id, region_id, exclusive, valid_from)
    select agent.id, region.id, true, '2026-01-01' from agent, region where agent.code = 'M' and region.code = 'NORTH'`;
  await bring(sold('E1', 'C', '2026-10-10', { regionCode: 'N2' }));
  const actor = await agentAccount('M');
  const answer = await asRequest(databases.request, actor, '2026-12-05', async (transaction) => {
    const logger = pino({ level: 'silent' });
    const envelopeKeys = loadEnvelopeKeys({
      databaseUrl: undefined,
      dataDir: '',
      envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
    });
    const contextValue = { actor, now, today: '2026-12-05', databases, transaction, logger, envelopeKeys };
    const document = parse(`{ conflictCases { nodes { code regionCode findings { region } events { source externalId }
      parties { agentCode side tests event region registration } steps { action reason } } } }`);
    return JSON.stringify(await execute({ schema, document, contextValue }));
  });
  expect(answer).toContain('"agentCode":"M","side":"CLAIMANT","tests":["INSIDE_EXCLUSIVE"]');
  expect(answer).not.toContain('N2');
  expect(answer).not.toContain('errors');
  expect(await texts(`select facts ->> 'region' as text from conflict_party where side = 'ACCUSED'`)).toEqual(['N2']);
});

describe('a scan beside somebody who settles the same events', () => {
  const idOf = async (externalId: string) => {
    const [found] = await databases.owner.$client<{ id: string }[]>`
      select id::text from sales_event where external_id = ${externalId}`;
    if (!found) throw new Error(`no event ${externalId}`);
    return found.id;
  };
  /** Locks the first event as a decision about both would, lets a scan begin, and goes on to the second. */
  async function lockBeside(first: string, second: string, scan: () => Promise<unknown>): Promise<unknown> {
    const [one, other] = [await idOf(first), await idOf(second)];
    expect(BigInt(one)).toBeLessThan(BigInt(other));
    let scanned: Promise<unknown> = Promise.resolve();
    await databases.owner.$client.begin(async (sql) => {
      await sql`select from sales_event where id = ${one} for no key update`;
      scanned = scan().catch((error: unknown) => error);
      await untilSomebodyWaits(databases);
      await sql`select from sales_event where id = ${other} for no key update`;
    });
    return scanned;
  }

  it('opens and changes cases without either being thrown out', async () => {
    await publish('DUP', { kind: 'DUPLICATE', windowDays: 3 });
    await bring(sold('E1', 'A', '2026-10-10'), sold('E2', 'B', '2026-10-11'));
    // E0 gives the case of E2 other facts, and E3 is a case of its own: what is opened is written before what is changed.
    await importOnly(sold('E0', 'C', '2026-10-09'), sold('E3', 'D', '2026-10-20'), sold('E4', 'C', '2026-10-21'));
    expect(await lockBeside('E2', 'E4', () => detectPending(databases, clerk, now))).toMatchObject({ opened: 2 });
  });

  it('credits by rules what comes before the cases it opens', async () => {
    await publish('DUP', { kind: 'DUPLICATE', windowDays: 3 });
    await asOwner(databases, (transaction) =>
      publishCreditRule(transaction, clerk, now, {
        code: 'LEADS',
        name: 'Leads',
        validFrom: '2026-01-01',
        definition: {
          events: ['ACTIVATION'],
          source: 'CREDITS',
          shares: [
            { role: 'LEAD', percent: '60' },
            { role: 'FULFILMENT', percent: '40' },
          ],
          priority: 1,
        },
      }),
    );
    await importOnly(
      sold('S1', 'A', '2026-10-05', { customerId: 'L', credits: 'A:LEAD:0.5|C:FULFILMENT:0.5' }),
      sold('E1', 'A', '2026-10-10'),
      sold('E2', 'B', '2026-10-11'),
    );
    expect(await lockBeside('S1', 'E2', () => detectPending(databases, clerk, now))).toMatchObject({ opened: 1 });
    expect(await texts('select count(*)::text as text from event_award')).toEqual(['2']);
  });
});
