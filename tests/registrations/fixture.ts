import type { Databases, Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { localDate } from '../../src/period.ts';
import { publishRegistrationPolicy } from '../../src/registrations/policies.ts';
import { type RegistrationInput, registerDeal } from '../../src/registrations/registrations.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';
import { testDatabase } from '../database.ts';
import { apply } from '../support/books.ts';

// ROOT ─ EAST: E1, E2 below it ─ WEST: W1 (an online shop), W2. Deals of anything are first come first served and wait; MOBILE is judged.

/** 10:00 on 2 November in Shanghai. */
export const start = new Date('2026-11-02T02:00:00Z');

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ROOT, name: Whole }, { code: EAST, name: East, parent: ROOT }, { code: WEST, name: West, parent: ROOT }]
channelTypes: [{ code: AGENT, name: Agents }, { code: ONLINE, name: Online }]
productCategories: [{ code: BROADBAND, name: Broadband }, { code: MOBILE, name: Mobile }]
products: [{ code: FIBER, name: Fibre, category: BROADBAND }, { code: CABLE, name: Cable, category: BROADBAND }, { code: VOICE, name: Voice, category: MOBILE }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: ACT, name: Activations, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 80.05 }] }]
agents:
  - { code: E1, name: East one, channelType: AGENT, region: EAST, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: E2, name: East two, channelType: AGENT, region: EAST, parent: E1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: W1, name: West one, channelType: ONLINE, region: WEST, agreements: [{ plan: P, from: 2026-01-01 }] }
  - { code: W2, name: West two, channelType: AGENT, region: WEST, agreements: [{ plan: P, from: 2026-01-01 }] }
`;

const policies: Readonly<Record<string, object>> = {
  DEALS: { protectionDays: 10, extensionDays: 5, maximumExtensions: 1, mode: 'FIRST_COME', clash: 'QUEUE' },
  SHOPS: { protectionDays: 3, mode: 'FIRST_COME', clash: 'REFUSE', channelTypes: ['ONLINE'] },
  PHONES: { protectionDays: 30, mode: 'JUDGEMENT', clash: 'REFUSE', categories: ['MOBILE'] },
};

export type Person = 'E1' | 'E2' | 'W1' | 'W2' | 'admin' | 'east' | 'west' | 'finance' | 'compliance';

const roleOf: Readonly<Record<string, Role>> = {
  admin: 'ADMIN',
  east: 'CHANNEL_MANAGER',
  west: 'CHANNEL_MANAGER',
  finance: 'FINANCE',
  compliance: 'COMPLIANCE',
};

export type World = {
  readonly databases: Databases;
  /** Runs `work` as a request of a person would. */
  as<Result>(
    person: Person,
    at: Date,
    work: (transaction: Transaction, actor: Actor) => Promise<Result>,
  ): Promise<Result>;
};

export async function makeWorld(): Promise<World> {
  const databases = await testDatabase();
  await apply(databases, programme);
  const clerk = localActor('clerk');
  await databases.owner.transaction(async (transaction) => {
    for (const [code, definition] of Object.entries(policies)) {
      const policy = { code, name: code, validFrom: '2026-01-01', definition };
      await publishRegistrationPolicy(transaction, clerk, start, policy);
    }
  });
  const ids = new Map((await databases.owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regions = new Map((await databases.owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  const actorOf = (person: Person): Actor => {
    const role = roleOf[person] ?? 'AGENT';
    const agentId = ids.get(person) ?? null;
    const regionId = role === 'CHANNEL_MANAGER' ? (regions.get(person.toUpperCase()) ?? null) : null;
    return { name: `${person.toLowerCase()}@demo.example`, user: { id: 1, role, agentId, regionId }, requestId: null };
  };
  return {
    databases,
    as: (person, at, work) => {
      const actor = actorOf(person);
      return asRequest(databases.request, actor, localDate(at, 'Asia/Shanghai'), (transaction) =>
        work(transaction, actor),
      );
    },
  };
}

/** Registers the customer K, called 'Kunlun Works', but for what is given. */
export const register = (
  world: World,
  person: Person,
  { at = start, ...given }: Partial<RegistrationInput> & { at?: Date } = {},
) =>
  world.as(person, at, (transaction, actor) =>
    registerDeal(transaction, actor, at, { customerId: 'K', customerName: 'Kunlun Works', ...given }),
  );

/** All deals in the order of their registration: agent, state, and when they are protected. */
export async function standing({ databases }: World): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, state, to_char(protected_from at time zone 'UTC', 'MM-DD"T"HH24:MI'),
      to_char(protected_until at time zone 'UTC', 'MM-DD"T"HH24:MI'), to_char(protected_until_day, 'MM-DD')) as text
    from deal_registration deal join agent on agent.id = agent_id order by deal.id`;
  return rows.map(({ text }) => text);
}

/** What happened to the deals, and who is said to have done it. */
export async function steps({ databases }: World): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, step.action, step.by, to_char(step.at at time zone 'UTC', 'MM-DD"T"HH24:MI'), step.reason) as text
    from registration_step step join deal_registration deal on deal.id = registration_id join agent on agent.id = agent_id order by step.id`;
  return rows.map(({ text }) => text);
}

export async function notices({ databases }: World): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, kind, details ->> 'state', details ->> 'until') as text
    from notice join agent on agent.id = agent_id order by notice.id`;
  return rows.map(({ text }) => text);
}

/** A sale of one FIBER to K by E1, at `start`. */
export const sale = (externalId: string, rest: Partial<EventInput> = {}): EventInput => ({
  source: 'CRM',
  externalId,
  type: 'ACTIVATION',
  occurredAt: start.toISOString(),
  agentCode: 'E1',
  productCode: 'FIBER',
  quantity: '1',
  amount: '100',
  currency: 'CNY',
  customerId: 'K',
  ...rest,
});

/** Imports events as late as at the end of the year; every one of them must be accepted. */
export async function importSales({ databases }: World, events: readonly EventInput[]): Promise<void> {
  const later = new Date('2026-12-31T00:00:00Z');
  const result = await databases.owner.transaction((transaction) =>
    importEventBatch(transaction, localActor('clerk'), later, events, { atomic: true }),
  );
  if (result.acceptedCount !== events.length) throw new Error(JSON.stringify(result.rejections));
}
