import { beforeAll, expect, it } from 'vitest';
import { type Databases, rawSql } from '../../src/db/client.ts';
import type { Role } from '../../src/db/transaction.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { calculate, event, importEvents, november } from '../support/books.ts';
import { runEveryKind } from '../support/everyKind.ts';
import { data, type Person, type World } from './world.ts';

// What a sale paid, and what a statement is made up of.

let world: World;
let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await runEveryKind(databases);
  await importEvents(databases, [
    ...['AWARDED', 'FROM_YEN'].map((id, index) =>
      event(id, {
        agentCode: index === 0 ? 'SUB' : 'YEN',
        subscriptionId: id,
        occurredAt: '2026-11-11T10:00:00+08:00',
        ...(index === 0 ? { currency: 'JPY', amount: '800' } : {}),
      }),
    ),
  ]);
  await award('AWARDED', 'YEN');
  await award('FROM_YEN', 'SUB');
  await calculate(databases, november);
  const agents = await databases.owner.query.agent.findMany();
  const idOf = (code: string) => agents.find((agent) => agent.code === code)?.id ?? 0;
  const user = (role: Role, agentId: number | null) => ({
    name: role,
    user: { id: 1, role, agentId, regionId: null },
    requestId: null,
  });
  const actors = {
    admin: user('ADMIN', null),
    agentE1: user('AGENT', idOf('SUB')),
    agentE2: user('AGENT', idOf('TOP')),
    agentW1: user('AGENT', idOf('YEN')),
  };
  world = { databases, actors: actors as unknown as World['actors'] };
});

/** Gives all of an event to another agent, as a case or a rule does. */
async function award(externalId: string, agentCode: string): Promise<void> {
  await databases.owner.transaction(async (transaction) => {
    const query = rawSql(transaction);
    await query`
      insert into event_crediting (event_id, period, shared) select id, '2026-11', true from sales_event where external_id = ${externalId}`;
    await query`
      insert into event_award (event_id, agent_id, role, share) select event.id, agent.id, 'SELLER', 1
      from sales_event event, agent where event.external_id = ${externalId} and agent.code = ${agentCode}`;
  });
}

const paid = async (person: Person, externalId: string): Promise<string[]> =>
  (
    await data(
      world,
      person,
      `{ salesEvents(filter: { externalId: "${externalId}" }) { nodes { lines { agent { code } component { code } kind amount } } } }`,
    )
  ).salesEvents.nodes.flatMap(
    ({ lines }: { lines: { agent: { code: string }; component: { code: string }; kind: string; amount: string }[] }) =>
      lines.map(({ agent, component, kind, amount }) => `${agent.code} ${component.code} ${kind} ${amount}`),
  );

type Line = { lineId: string; kind: string; event: { externalId: string } | null };
type Sale = { externalId: string; lines: { lineId: string; kind: string }[]; unpaid: { reason: string }[] };

const salesOf = async (person: Person): Promise<Sale[]> =>
  (
    await data(
      world,
      person,
      '{ salesEvents(first: 200) { nodes { externalId lines { lineId kind } unpaid { reason } } } }',
    )
  ).salesEvents.nodes;

it('an agent finds under a sale exactly those of its lines that name it', async () => {
  const sales = await salesOf('agentE1');
  const months = ['2026-10', '2026-11'];
  const lines = await Promise.all(
    months.map(
      async (period): Promise<Line[]> =>
        (
          await data(
            world,
            'agentE1',
            `{ commissionLines(period: "${period}") { nodes { lineId kind event { externalId } } } }`,
          )
        ).commissionLines.nodes,
    ),
  );
  const expected = lines.flat().filter(({ event }) => event !== null);
  expect(expected.length).toBeGreaterThan(3);
  for (const { lineId, event } of expected) {
    const sale = sales.find(({ externalId }) => externalId === event?.externalId);
    expect(sale?.lines.map((line) => line.lineId)).toContain(lineId);
  }
  const own = new Set(lines.flat().map(({ lineId }) => lineId));
  expect(sales.flatMap((sale) => sale.lines).filter(({ lineId }) => !own.has(lineId))).toEqual([]);
});

it('shows to those who may see them the overrides of those above, and whom the sale was awarded to', async () => {
  // FROM_YEN, of 100, is awarded to SUB: 100, half of it withheld, and 5 % of the 100 to TOP. Of AWARDED, 800 yen, YEN gets 12.5 %: 100.
  const forSub = await paid('admin', 'FROM_YEN');
  expect(forSub.toSorted()).toEqual([
    'SUB SALE EARNING 100.00',
    'SUB SALE WITHHOLDING -50.00',
    'TOP TEAM OVERRIDE 5.00',
  ]);
  expect(await paid('admin', 'AWARDED')).toContain('YEN SALE EARNING 100');
  // The agent above sees its own and those of who is below it.
  const forTop = await paid('agentE2', 'S1');
  expect(forTop.toSorted()).toEqual([
    'SUB SALE EARNING 100.00',
    'SUB SALE WITHHOLDING -50.00',
    'TOP TEAM OVERRIDE 5.00',
  ]);
});

it('nobody sees what those above or beside them got', async () => {
  const seen = [
    ...(await paid('agentE1', 'FROM_YEN')),
    ...(await paid('agentE1', 'AWARDED')),
    ...(await paid('agentE1', 'S1')),
  ];
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter((line) => !line.startsWith('SUB '))).toEqual([]);
});

it('finds a sale by its id alone', async () => {
  const [sale] = await salesOf('agentE1');
  const answer = await data(
    world,
    'agentE1',
    `{ salesEvents(filter: { externalId: "${sale?.externalId}" }) { nodes { externalId } } }`,
  );
  expect(answer.salesEvents.nodes).toEqual([{ externalId: sale?.externalId }]);
});

it('the totals of a statement are closing − opening, and count all lines', async () => {
  const answer = await data(
    world,
    'agentE1',
    '{ statements { nodes { opening closing lineCount totals { amount lineCount } } } }',
  );
  expect(answer.statements.nodes.length).toBeGreaterThan(0);
  for (const { opening, closing, lineCount, totals } of answer.statements.nodes) {
    const sum = totals.reduce((all: Decimal, { amount }: { amount: string }) => all.plus(amount), new Decimal(0));
    expect(sum.equals(new Decimal(closing).minus(opening))).toBe(true);
    expect(totals.reduce((all: number, total: { lineCount: number }) => all + total.lineCount, 0)).toBe(lineCount);
  }
});
