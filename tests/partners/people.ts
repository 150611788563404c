import type { Databases, Transaction } from '../../src/db/client.ts';
import { type Actor, asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { application } from '../../src/onboarding/tables.ts';
import { loadEnvelopeKeys } from '../../src/partners/envelope.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';

// Two regions with two agents and an applicant each, and everybody who might look at their papers.
//   ALL ─ NORTH: N1, applicant APP_N      ─ SOUTH: S1, applicant APP_S

export const now = new Date('2026-11-05T02:00:00Z');
export const today = '2026-11-05';

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ALL, name: All }
  - { code: NORTH, name: North, parent: ALL }
  - { code: SOUTH, name: South, parent: ALL }
channelTypes: [{ code: AGENT, name: Agent }]
agents:
  - { code: N1, name: North one, channelType: AGENT, region: NORTH }
  - { code: N2, name: North two, channelType: AGENT, region: NORTH }
  - { code: S1, name: South one, channelType: AGENT, region: SOUTH }
`;

export type People = {
  readonly agents: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
  readonly applications: ReadonlyMap<string, number>;
  readonly actors: Record<Who, Actor>;
};

export type Who = 'admin' | 'north' | 'south' | 'finance' | 'auditor' | 'agentN1' | 'agentS1' | 'compliance';

export async function makePeople({ owner }: Databases): Promise<People> {
  await owner.transaction((transaction) =>
    applyProgramme(transaction, localActor('clerk'), now, readProgramme(programme)),
  );
  const agents = new Map((await owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regions = new Map((await owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  const [channelType] = await owner.query.channelType.findMany();
  const applications = new Map<string, number>();
  for (const [code, region] of [
    ['APP_N', 'NORTH'],
    ['APP_S', 'SOUTH'],
  ] as const) {
    const [row] = await owner
      .insert(application)
      .values({
        code,
        state: 'DRAFT',
        name: code,
        channelTypeId: channelType?.id ?? 0,
        regionId: regions.get(region) ?? 0,
        contactName: 'Ben',
        email: 'ben@demo.example',
        enteredBy: 'anna',
        createdAt: now.toISOString(),
      })
      .returning({ id: application.id });
    applications.set(code, row?.id ?? 0);
  }
  const actor = (name: Who, role: Role, agent?: string, region?: string): Actor => ({
    name,
    requestId: null,
    user: { id: 1, role, agentId: agents.get(agent ?? '') ?? null, regionId: regions.get(region ?? '') ?? null },
  });
  return {
    agents,
    regions,
    applications,
    actors: {
      admin: actor('admin', 'ADMIN'),
      north: actor('north', 'CHANNEL_MANAGER', undefined, 'NORTH'),
      south: actor('south', 'CHANNEL_MANAGER', undefined, 'SOUTH'),
      finance: actor('finance', 'FINANCE'),
      auditor: actor('auditor', 'AUDITOR'),
      compliance: actor('compliance', 'COMPLIANCE'),
      agentN1: actor('agentN1', 'AGENT', 'N1'),
      agentS1: actor('agentS1', 'AGENT', 'S1'),
    },
  };
}

/** Does something as one of them, as the request role. */
export function as<Result>(
  databases: Databases,
  people: People,
  who: Who,
  work: (transaction: Transaction, actor: Actor) => Promise<Result>,
): Promise<Result> {
  const actor = people.actors[who];
  return asRequest(databases.request, actor, today, (transaction) => work(transaction, actor));
}

/** Keys as the environment would give them: `ids` name them, each id's key is its own. */
export const keysNamed = (...ids: string[]) =>
  loadEnvelopeKeys({
    databaseUrl: undefined,
    dataDir: '',
    envelopeKeys: ids.map((id) => `${id}:${Buffer.alloc(32, id).toString('base64')}`).join(','),
    fingerprintKey: Buffer.alloc(32, 7).toString('base64'),
  });
