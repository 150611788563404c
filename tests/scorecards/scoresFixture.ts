import { userAccount } from '../../src/auth/tables.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { calculateScores, publishScores } from '../../src/scorecards/scores.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';

// A small operator whose October is scored. E1, E2 and W1 are peers:
//        REV  target  SAT  UNITS  RECH  beside it
//   E1    80     100   85     30    10              82    = 40·80 % + 20·100 % + 20·100 % + 20·(10 of a mean of 20)
//   E2    50     100    –     20    20  3 bonus     65.5  = (40·50 + 20·50 + 20·100)/80 + 3
//   W1   120     200   60     10    30  2 complaints 50   = 40·60 % + 20·50 % + 0 + 20·100 % − 2·2
// O1, of another channel type, lacks the one value that its template needs. X1 left in September, C1 has no template.

export const october = '2026-10' as Period;
export const now = new Date('2026-11-05T04:00:00Z');
const today = '2026-11-05';
export const clerk = localActor('clerk');

const agents = [
  'code: E1, name: East one, channelType: AGENT, region: EAST, tier: [{ tier: T1, from: 2026-01-01 }]',
  'code: E2, name: East two, channelType: AGENT, region: EAST, parent: E1',
  'code: W1, name: West one, channelType: AGENT, region: WEST',
  'code: O1, name: Online one, channelType: ONLINE, region: WEST',
  'code: C1, name: Centre one, channelType: CALL_CENTRE, region: WEST',
  'code: X1, name: Gone, channelType: AGENT, region: WEST, status: [{ status: ACTIVE, from: 2026-01-01 }, { status: TERMINATED, from: 2026-10-01 }]',
];

const metrics = {
  REV: { E1: '80', E2: '50', W1: '120' },
  SAT: { E1: '85', W1: '60' },
  UNITS: { E1: '30', E2: '20', W1: '10', O1: '500', X1: '400' },
  RECH: { E1: '10', E2: '20', W1: '30' },
  PRAISE: { E2: '3' },
  COMPLAINTS: { W1: '2' },
  FRAUD: {},
  SCORE: { E1: '1' },
};

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }, { code: EAST, name: East, parent: ALL }, { code: WEST, name: West, parent: ALL }]
channelTypes: [{ code: AGENT, name: Agents }, { code: ONLINE, name: Online }, { code: CALL_CENTRE, name: Call centre }]
products: [{ code: VOICE, name: Voice }]
tiers: [{ code: T1, name: One, rank: 1, multiplier: 1 }, { code: T2, name: Two, rank: 2, multiplier: 2 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: RCH
            name: Recharges
            kind: RATE
            events: [RECHARGE]
            scoreFactor: { steps: [{ from: 0, factor: 1 }, { from: 70, factor: 1.5 }] }
            rules: [{ percent: 10 }]
agents:
${agents.map((agent) => `  - { ${agent}, agreements: [{ plan: P, from: 2026-01-01 }] }`).join('\n')}
metricValues:
${Object.entries(metrics)
  .flatMap(([metric, values]) =>
    Object.entries(values).map(
      ([agent, value]) => `  - { agent: ${agent}, metric: ${metric}, period: 2026-10, value: ${value} }`,
    ),
  )
  .join('\n')}
`;

export const definition = {
  items: [
    {
      code: 'REVENUE',
      name: 'Revenue',
      metric: 'REV',
      weight: '40',
      method: { kind: 'LINEAR', target: '100' },
      missing: 'ZERO',
    },
    {
      code: 'SATISFIED',
      name: 'Satisfaction',
      metric: 'SAT',
      weight: '20',
      method: {
        kind: 'STEP',
        steps: [
          { from: '60', points: '50' },
          { from: '80', points: '100' },
        ],
      },
      missing: 'EXCLUDE',
    },
    { code: 'PLACE', name: 'Units', metric: 'UNITS', weight: '20', method: { kind: 'RANK' }, missing: 'ZERO' },
    {
      code: 'RECHARGES',
      name: 'Recharges',
      metric: 'RECH',
      weight: '20',
      method: { kind: 'PEER_MEAN' },
      missing: 'ZERO',
    },
  ],
  bonuses: [{ code: 'PRAISED', name: 'Praise', metric: 'PRAISE', perUnit: '1', maximum: '5' }],
  deductions: [{ code: 'BLAMED', name: 'Complaints', metric: 'COMPLAINTS', perUnit: '2', maximum: '10' }],
  vetoes: [{ code: 'CHEATED', name: 'Fraud', metric: 'FRAUD', atLeast: '1', cap: '40' }],
  maximum: '100',
};

const onlineDefinition = {
  items: [
    {
      code: 'REVENUE',
      name: 'Revenue',
      metric: 'REV',
      weight: '100',
      method: { kind: 'LINEAR', target: '100' },
      missing: 'BLOCK',
    },
  ],
  bonuses: [],
  deductions: [],
  vetoes: [],
  maximum: '100',
};

const people = {
  admin: ['ADMIN', null, null],
  managerEast: ['CHANNEL_MANAGER', null, 'EAST'],
  managerWest: ['CHANNEL_MANAGER', null, 'WEST'],
  agentE1: ['AGENT', 'E1', null],
  agentE2: ['AGENT', 'E2', null],
  agentW1: ['AGENT', 'W1', null],
} as const;
export type Person = keyof typeof people;

export type World = {
  readonly databases: Databases;
  readonly actors: Readonly<Record<Person, Actor>>;
  /** Runs work as the request role, in a transaction of its own. */
  readonly as: <Result>(
    person: Person,
    work: (transaction: Transaction, actor: Actor) => Promise<Result>,
  ) => Promise<Result>;
  readonly asOwner: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
};

/** The operator with its templates, metrics of October and accounts; nothing is scored yet. */
export async function makeWorld(databases: Databases): Promise<World> {
  const asOwner: World['asOwner'] = (work) => databases.owner.transaction(work);
  await asOwner(async (transaction) => {
    await applyProgramme(transaction, clerk, now, readProgramme(programme));
    for (const code of Object.keys(metrics)) {
      if (code === 'SCORE') continue;
      await saveMetricDefinition(transaction, clerk, now, { code, name: code, definition: { source: 'IMPORTED' } });
    }
    const version = { validFrom: '2026-01-01', name: 'Card' };
    await publishTemplate(transaction, clerk, now, { ...version, code: 'CARD', channelType: 'AGENT', definition });
    await publishTemplate(transaction, clerk, now, {
      ...version,
      code: 'WEB',
      channelType: 'ONLINE',
      definition: onlineDefinition,
    });
    await rawSql(transaction)`
      insert into score_target (metric, agent_id, value, valid_from) select 'REV', id, 200, '2026-01-01' from agent where code = 'W1'`;
  });
  const actors = await makeAccounts(databases);
  return {
    databases,
    actors,
    asOwner,
    as: (person, work) =>
      asRequest(databases.request, actors[person], today, (transaction) => work(transaction, actors[person])),
  };
}

async function makeAccounts({ owner }: Databases): Promise<Record<Person, Actor>> {
  const agentIds = new Map((await owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regionIds = new Map((await owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  const actors = {} as Record<Person, Actor>;
  for (const [person, [role, agent, region]] of Object.entries(people) as [
    Person,
    readonly [Role, string | null, string | null],
  ][]) {
    const email = `${person.toLowerCase()}@demo.example`;
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

export async function publish({ databases, asOwner }: World, period = october): Promise<void> {
  await calculateScores(databases, clerk, period, now);
  await asOwner((transaction) =>
    publishScores(transaction, clerk, now, period, { appealDays: 10, allowBlocked: true }),
  );
}

/** The scores that stand, as `E1 82`; blocked ones with what blocks them. */
export async function standing({ databases }: World, period = october): Promise<string[]> {
  const rows = await databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, coalesce(trim_scale(total)::text, blocked_by::text)) as text
    from score join agent on agent.id = agent_id where period = ${period} and superseded_at is null order by agent.code collate "C"`;
  return rows.map(({ text }) => text);
}
