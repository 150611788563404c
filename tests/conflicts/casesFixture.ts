import { userAccount } from '../../src/auth/tables.ts';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { decideCase } from '../../src/conflicts/cases/decisions.ts';
import type { HitFacts } from '../../src/conflicts/facts.ts';
import type { ConflictEffect, ConflictKind } from '../../src/conflicts/rule.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { type EventInput, importEventBatch } from '../../src/sales/import.ts';

// A small operator with two regions; cases are put there as detection would open them.
//   ALL ─ EAST: E1, E2 below E1, E3     ─ WEST: W1, W2
// A manager each for ALL, EAST and WEST, two administrators.

export const now = new Date('2026-11-05T04:00:00Z');
const clerk = localActor('clerk');
export const clock = localActor('clock');

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ALL, name: All }
  - { code: EAST, name: East, parent: ALL }
  - { code: WEST, name: West, parent: ALL }
channelTypes: [{ code: AGENT, name: Agents }]
products: [{ code: VOICE, name: Voice }]
plans: [{ code: P, name: Plan }]
agents:
  - { code: E1, name: East one, channelType: AGENT, region: EAST }
  - { code: E2, name: East two, channelType: AGENT, region: EAST, parent: E1 }
  - { code: E3, name: East three, channelType: AGENT, region: EAST }
  - { code: W1, name: West one, channelType: AGENT, region: WEST }
  - { code: W2, name: West two, channelType: AGENT, region: WEST }
`;

/** An event of an agent in October; its external id is its only key. */
const sale = (externalId: string, agentCode: string, day: string, more: Partial<EventInput> = {}): EventInput => ({
  source: 'CRM',
  externalId,
  type: 'ACTIVATION',
  occurredAt: `2026-10-${day}T10:00:00+08:00`,
  agentCode,
  productCode: 'VOICE',
  quantity: '3',
  amount: '100',
  currency: 'CNY',
  customerId: `customer-${externalId}`,
  ...more,
});

const sales = (prefix: string) => [
  sale(`${prefix}east`, 'E1', '02'),
  sale(`${prefix}west`, 'W1', '03'),
  sale(`${prefix}shared`, 'E2', '04', { credits: 'E2:SELLER:0.5|E3:LEAD:0.25|W2:FULFILMENT:0.25' }),
  sale(`${prefix}other`, 'W1', '05'),
];

const people = {
  admin: ['ADMIN', null, null],
  otherAdmin: ['ADMIN', null, null],
  managerAll: ['CHANNEL_MANAGER', null, 'ALL'],
  managerEast: ['CHANNEL_MANAGER', null, 'EAST'],
  managerWest: ['CHANNEL_MANAGER', null, 'WEST'],
  finance: ['FINANCE', null, null],
  auditor: ['AUDITOR', null, null],
  agentE1: ['AGENT', 'E1', null],
  agentE2: ['AGENT', 'E2', null],
  agentE3: ['AGENT', 'E3', null],
  agentW1: ['AGENT', 'W1', null],
  agentW2: ['AGENT', 'W2', null],
  compliance: ['COMPLIANCE', null, null],
} as const;
export type Person = keyof typeof people;

type Work<Result> = (transaction: Transaction, actor: Actor) => Promise<Result>;

export type World = {
  readonly databases: Databases;
  readonly actors: Readonly<Record<Person, Actor>>;
  /** Runs work as the request role, in a transaction of its own. */
  readonly as: <Result>(person: Person, work: Work<Result>) => Promise<Result>;
  readonly asOwner: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
  /** Before the external ids of its sales. */
  prefix: string;
};

export async function makeWorld(databases: Databases): Promise<World> {
  const asOwner: World['asOwner'] = (work) => databases.owner.transaction(work);
  await asOwner((transaction) => applyProgramme(transaction, clerk, now, readProgramme(programme)));
  const actors = await makeAccounts(databases);
  const world: World = {
    databases,
    actors,
    asOwner,
    prefix: '',
    as: (person, work) =>
      asRequest(databases.request, actors[person], '2026-11-05', (transaction) => work(transaction, actors[person])),
  };
  await addSales(world, '');
  return world;
}

/** Imports the sales once more, their external ids after a prefix, with which cases and expectations name them from then on. */
export async function addSales(world: World, prefix: string): Promise<void> {
  const events = sales(prefix);
  const imported = await world.asOwner((transaction) =>
    importEventBatch(transaction, clerk, now, events, { atomic: true }),
  );
  if (imported.acceptedCount !== events.length) throw new Error(JSON.stringify(imported));
  world.prefix = prefix;
}

async function makeAccounts({ owner }: Databases): Promise<Record<Person, Actor>> {
  const agentIds = new Map((await owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regionIds = new Map((await owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  const actors = {} as Record<Person, Actor>;
  for (const [person, [role, agent, region]] of Object.entries(people) as [
    Person,
    readonly [Role, string | null, string | null],
  ][]) {
    const email = emailOf(person);
    const agentId = agentIds.get(agent ?? '') ?? null;
    const regionId = regionIds.get(region ?? '') ?? null;
    const [account] = await owner
      .insert(userAccount)
      .values({ email, name: person, role, agentId, regionId, passwordHash: 'none', createdAt: now.toISOString() })
      .returning({ id: userAccount.id });
    if (!account) throw new Error('no account');
    actors[person] = { name: email, user: { id: account.id, role, agentId, regionId }, requestId: null };
  }
  return actors;
}

export const emailOf = (person: Person) => `${person.toLowerCase()}@demo.example`;

export type NewCase = {
  readonly event: string;
  readonly kind?: ConflictKind;
  /** Its code; the kind's unless told. */
  readonly rule?: string;
  readonly effect?: ConflictEffect;
  readonly region?: string;
  readonly mediator?: Person;
  /** By agent code: the external id of its event, or null where it claims without one. */
  readonly claimants?: Readonly<Record<string, string | null>>;
  readonly facts?: HitFacts;
  readonly openedOn?: string;
};

/** Opens a case as detection does: a rule of the kind, the event as its hit, its seller accused. Due after 5 days, 10 days for appeals. */
export async function openCase({ databases, actors, prefix }: World, given: NewCase): Promise<number> {
  const { kind = 'DUPLICATE', rule = kind, effect = 'HOLD', region = 'EAST', claimants = {}, mediator } = given;
  const event = `${prefix}${given.event}`;
  const { facts = { findings: [{ test: kind }] }, openedOn = '2026-11-05' } = given;
  return databases.owner.$client.begin(async (sql) => {
    const definition = JSON.stringify({ kind, effect, dueDays: 5, appealDays: 10 });
    await sql`insert into conflict_rule (code, name) values (${rule}, ${rule}) on conflict do nothing`;
    await sql`
      insert into conflict_rule_version (rule_id, number, valid_from, definition, published_by, published_at)
      select id, 1, '2026-01-01', ${definition}::text::jsonb, 'clerk', now() from conflict_rule where code = ${rule}
      on conflict do nothing`;
    const [added] = await sql<{ id: number }[]>`
      insert into conflict_case (rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days, mediator_id, mediator_name)
      select rule.id, ${kind}, ${effect}, region.id, event.period, '2026-10-05', 'OPEN', (${openedOn} || ' 12:00+08')::timestamptz,
        ((${openedOn}::date + 5)::text || ' 00:00+08')::timestamptz, 10, ${mediator ? (actors[mediator].user?.id ?? null) : null}, ${mediator ?? null}
      from conflict_rule rule, region, sales_event event
      where rule.code = ${rule} and region.code = ${region} and event.external_id = ${event} returning id`;
    if (!added) throw new Error('no case');
    await sql`
      insert into conflict_party (case_id, agent_id, side, event_id, facts)
      select ${added.id}, agent_id, 'ACCUSED', id, jsonb_build_object('tests', jsonb_build_array(${kind}::text), 'event', source || '/' || external_id)
      from sales_event where external_id = ${event}`;
    for (const [code, claimed] of Object.entries(claimants)) {
      const claim = claimed === null ? null : `${prefix}${claimed}`;
      await sql`
        insert into conflict_party (case_id, agent_id, side, event_id, facts)
        select ${added.id}, id, 'CLAIMANT', (select id from sales_event where external_id = ${claim}),
          jsonb_strip_nulls(jsonb_build_object('tests', jsonb_build_array(${kind}::text), 'event', 'CRM/' || ${claim}::text))
        from agent where code = ${code}`;
    }
    await sql`
      insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
      select ${added.id}, version.rule_id, version.id, event.id, event.agent_id, ${JSON.stringify(facts)}::text::jsonb, 'hash', now()
      from sales_event event, conflict_rule_version version join conflict_rule rule on rule.id = version.rule_id
      where event.external_id = ${event} and rule.code = ${rule}`;
    await sql`
      insert into conflict_step (case_id, action, to_state, by, at, for_parties) values (${added.id}, 'OPENED', 'OPEN', 'clock', now(), true)`;
    return added.id;
  });
}

export const decide = (world: World, person: Person, caseId: number, input: DecisionInput, at = now) =>
  world.as(person, (transaction, actor) => decideCase(transaction, actor, at, caseId, input));

/** Texts of one column. */
export async function texts({ databases }: World, query: string): Promise<string[]> {
  const rows = await databases.owner.$client.unsafe<{ text: string }[]>(query);
  return rows.map(({ text }) => text);
}

export const stateOf = async (world: World, caseId: number) =>
  (
    await texts(
      world,
      `select concat_ws(' ', state, closing, case when decision_id is null then 'undecided' else 'decided' end) as text from conflict_case where id = ${caseId}`,
    )
  )[0];

/** How events are credited now, by their external ids: `east REJECTED`, `west E1:SELLER:0.6`. */
export const credited = (world: World) =>
  texts(
    world,
    `select concat_ws(' ', substr(event.external_id, ${world.prefix.length + 1}), crediting.block, (select string_agg(agent.code || ':' || award.role || ':' || trim_scale(award.share), ' ' order by agent.code)
       from event_award award join agent on agent.id = award.agent_id where award.event_id = event.id)) as text
     from event_crediting crediting join sales_event event on event.id = crediting.event_id
     where starts_with(event.external_id, '${world.prefix}') order by event.id`,
  );

/** Adjustments of cases that stand, as `E1 PENALTY -50 2026-11`. */
export const adjustments = (world: World, ...caseIds: number[]) =>
  texts(
    world,
    `select concat_ws(' ', agent.code, kind, trim_scale(amount), from_period) as text from adjustment join agent on agent.id = agent_id
     where withdrawn_at is null and reason in (${caseIds.map((id) => `'C-${id}'`).join()}) order by agent.code, kind`,
  );
