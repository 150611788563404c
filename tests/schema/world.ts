import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { schema } from '../../schema/schema.ts';
import { userAccount } from '../../src/auth/tables.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventBatch } from '../../src/sales/import.ts';
import { execute, parse, subscribe, validate } from './graphql.ts';

// A small operator with two regions, seen through the schema by everybody who may sign in.
//   ROOT ─ EAST: E1 (master), E2 and E3 below E1        ─ WEST: W1
// 2026-10 is approved, 2026-11 is calculated only.

export const now = new Date('2026-12-05T04:00:00Z');
export const today = '2026-12-05';

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ROOT, name: Whole }
  - { code: EAST, name: East, parent: ROOT }
  - { code: WEST, name: West, parent: ROOT }
channelTypes: [{ code: AGENT, name: Agents }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }]
segments: [{ code: PUBLIC, name: Public }]
campaigns: [{ code: SPRING, name: Spring, startsOn: 2026-03-01, endsOn: 2026-06-01 }]
tiers:
  - { code: STAR_3, name: Three stars, rank: 3, multiplier: 1 }
  - { code: STAR_4, name: Four stars, rank: 4, multiplier: 1.1 }
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - { code: ACT, name: Activations, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 80 }] }
          - { code: RES, name: Residual, kind: RATE, events: [BILL], multiplyBy: [TIER], rules: [{ code: ANY, percent: 3.25 }] }
  - { code: OTHER, name: Nobody's plan }
pools:
  - code: POT
    name: Pot
    versions:
      - from: 2026-01-01
        currency: CNY
        fund: { percent: 1, of: AMOUNT, events: [BILL] }
        weight: [{ factor: UNITS, events: [ACTIVATION] }, { factor: TIER_MULTIPLIER }]
        remainder: CARRY_OVER
agents:
  - { code: E1, name: East one, channelType: AGENT, tier: STAR_4, region: EAST, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: E2, name: East two, channelType: AGENT, region: EAST, parent: E1, agreements: [{ plan: P, from: 2026-01-01 }],
      tier: [{ tier: STAR_3, from: 2026-01-01, to: 2026-11-01 }, { tier: STAR_4, from: 2026-11-01 }] }
  - { code: E3, name: East three, channelType: AGENT, tier: STAR_3, region: EAST, parent: E1 }
  - { code: W1, name: West one, channelType: AGENT, tier: STAR_3, region: WEST, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

const event = (externalId: string, type: string, occurredAt: string, agentCode: string, more: object = {}) => ({
  source: 'CRM',
  externalId,
  type,
  occurredAt,
  agentCode,
  productCode: 'FIBER',
  quantity: '1',
  amount: '100',
  currency: 'CNY',
  ...more,
});

const events = [
  event('A-E1', 'ACTIVATION', '2026-10-05T10:00:00+08:00', 'E1', { customerId: 'C1', subscriptionId: 'S1' }),
  event('A-E2', 'ACTIVATION', '2026-10-06T10:00:00+08:00', 'E2'),
  event('A-E3', 'ACTIVATION', '2026-10-06T11:00:00+08:00', 'E3'),
  event('A-W1', 'ACTIVATION', '2026-10-07T10:00:00+08:00', 'W1'),
  event('B-E1', 'BILL', '2026-10-31T10:00:00.123456+08:00', 'E1'),
  event('B-W1', 'BILL', '2026-10-31T10:00:00+08:00', 'W1', { amount: '200' }),
  // Shared across the border of the regions: 70 percent of 80 is W1's, 30 percent E2's.
  event('A-SHARED', 'ACTIVATION', '2026-10-08T10:00:00+08:00', 'W1', { credits: 'W1:SELLER:0.7|E2:REFERRER:0.3' }),
  event('N-E1', 'ACTIVATION', '2026-11-05T10:00:00+08:00', 'E1'),
  event('N-W1', 'ACTIVATION', '2026-11-05T10:00:00+08:00', 'W1'),
];

export type Person =
  | 'admin'
  | 'managerEast'
  | 'managerWest'
  | 'finance'
  | 'auditor'
  | 'agentE1'
  | 'agentE2'
  | 'agentW1'
  | 'nobody';

export const people: readonly Person[] = [
  'admin',
  'managerEast',
  'managerWest',
  'finance',
  'auditor',
  'agentE1',
  'agentE2',
  'agentW1',
  'nobody',
];

const roleOf: Record<Exclude<Person, 'nobody'>, Role> = {
  admin: 'ADMIN',
  managerEast: 'CHANNEL_MANAGER',
  managerWest: 'CHANNEL_MANAGER',
  finance: 'FINANCE',
  auditor: 'AUDITOR',
  agentE1: 'AGENT',
  agentE2: 'AGENT',
  agentW1: 'AGENT',
};

export type World = { readonly databases: Databases; readonly actors: Record<Person, Actor | null> };

/** Applies the programme, imports the events and closes the two months, as owner. */
export async function makeWorld(databases: Databases): Promise<World> {
  const clerk = localActor('clerk');
  const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
  await owner((transaction) => applyProgramme(transaction, clerk, now, readProgramme(programme)));
  const imported = await owner((transaction) => importEventBatch(transaction, clerk, now, events, { atomic: true }));
  if (imported.acceptedCount !== events.length) throw new Error(JSON.stringify(imported));
  const october = await calculatePeriod(databases, clerk, '2026-10' as Period, now);
  await owner((transaction) => approveRun(transaction, localActor('controller'), now, october.id));
  await calculatePeriod(databases, clerk, '2026-11' as Period, now);
  return { databases, actors: await makeAccounts(databases) };
}

async function makeAccounts(databases: Databases): Promise<Record<Person, Actor | null>> {
  const agents = new Map((await databases.owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regions = new Map((await databases.owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  const actors: Record<Person, Actor | null> = { nobody: null } as Record<Person, Actor | null>;
  for (const [person, role] of Object.entries(roleOf) as [Exclude<Person, 'nobody'>, Role][]) {
    const email = `${person.toLowerCase()}@demo.example`;
    const agentId = role === 'AGENT' ? (agents.get(person.slice(5)) ?? null) : null;
    const regionId = role === 'CHANNEL_MANAGER' ? (regions.get(person.slice(7).toUpperCase()) ?? null) : null;
    const [account] = await databases.owner
      .insert(userAccount)
      .values({ email, name: person, role, agentId, regionId, passwordHash: 'none', createdAt: now.toISOString() })
      .returning({ id: userAccount.id });
    if (!account) throw new Error('no account');
    actors[person] = { name: email, user: { id: account.id, role, agentId, regionId }, requestId: `r-${person}` };
  }
  return actors;
}

const logger = pino({ level: 'silent' });
/** Keys like those of an installation, the same in every test. */
export const envelopeKeys = loadEnvelopeKeys({
  databaseUrl: undefined,
  dataDir: '',
  envelopeKeys: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  fingerprintKey: Buffer.alloc(32, 2).toString('base64'),
});
const anonymous: Actor = { name: '', user: null, requestId: null };

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test asked for
export type Answer = ExecutionResult<any>;

/** Asks as a person would over HTTP: one transaction as the request role, validated first. */
export async function ask(
  { databases, actors }: World,
  person: Person,
  text: string,
  variableValues: Record<string, unknown> = {},
): Promise<Answer> {
  const document = parse(text);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const actor = actors[person];
  return asRequest(databases.request, actor ?? anonymous, today, async (transaction) => {
    const contextValue = { actor, now, today, databases, transaction, logger, envelopeKeys };
    return execute({ schema, document, contextValue, variableValues });
  });
}

class Undo extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('undo');
    this.answer = answer;
  }
}

/** As `ask`, but whatever was changed as the request role is undone. */
export async function tryOut(world: World, person: Person, text: string, variables: Record<string, unknown> = {}) {
  const actor = world.actors[person];
  try {
    return await asRequest(world.databases.request, actor ?? anonymous, today, async (transaction): Promise<Answer> => {
      const contextValue = { actor, now, today, databases: world.databases, transaction, logger, envelopeKeys };
      throw new Undo(await execute({ schema, document: parse(text), contextValue, variableValues: variables }));
    });
  } catch (error) {
    if (error instanceof Undo) return error.answer;
    throw error;
  }
}

/** As `ask`, where nothing may go wrong: the data. */
export async function data(world: World, person: Person, text: string, variables: Record<string, unknown> = {}) {
  const answer = await ask(world, person, text, variables);
  if (answer.errors)
    throw new Error(answer.errors.map((error) => `${error.message} ${error.originalError?.stack ?? ''}`).join('\n'));
  return answer.data;
}

/** Subscribes as a person would: the context holds no transaction. */
export async function watch({ databases, actors }: World, person: Person, text: string) {
  const contextValue = {
    actor: actors[person],
    now,
    today,
    databases,
    logger,
    envelopeKeys,
    get transaction(): never {
      throw new Error('a subscription holds no transaction');
    },
  };
  return subscribe({ schema, document: parse(text), contextValue });
}
