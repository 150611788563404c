import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { apply } from '../support/books.ts';

// A small operator for tests of territories:
//   ALL ─ NORTH ─ N1, N2      ─ SOUTH ─ S1
//   M (in NORTH), C below it in 2026, X in NORTH, Y in SOUTH, all AGENT; O in SOUTH, ONLINE; T in N1, terminated.

export const now = new Date('2026-12-05T02:00:00Z');
export const clerk = localActor('clerk');

const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: ALL, name: All }
  - { code: NORTH, name: North, parent: ALL }
  - { code: N1, name: North one, parent: NORTH }
  - { code: N2, name: North two, parent: NORTH }
  - { code: SOUTH, name: South, parent: ALL }
  - { code: S1, name: South one, parent: SOUTH }
channelTypes: [{ code: AGENT, name: Agents }, { code: ONLINE, name: Online }]
agents:
  - { code: M, name: Master, channelType: AGENT, region: NORTH, since: 2026-01-01 }
  - { code: C, name: Child, channelType: AGENT, region: N1, since: 2026-01-01, parent: [{ parent: M, from: 2026-01-01, to: 2027-01-01 }] }
  - { code: X, name: Other, channelType: AGENT, region: NORTH, since: 2026-01-01 }
  - { code: Y, name: Southern, channelType: AGENT, region: SOUTH, since: 2026-01-01 }
  - { code: O, name: Online, channelType: ONLINE, region: SOUTH, since: 2026-01-01 }
  - { code: T, name: Gone, channelType: AGENT, region: N1, since: 2026-01-01,
      status: [{ status: ACTIVE, from: 2026-01-01 }, { status: TERMINATED, from: 2026-07-01 }] }
`;

export type Province = {
  readonly agents: ReadonlyMap<string, number>;
  readonly regions: ReadonlyMap<string, number>;
};

/** Sets the operator up. @returns its agents and regions by code. */
export async function setUpTerritories(databases: Databases): Promise<Province> {
  await apply(databases, programme);
  const agents = new Map((await databases.owner.query.agent.findMany()).map(({ code, id }) => [code, id]));
  const regions = new Map((await databases.owner.query.region.findMany()).map(({ code, id }) => [code, id]));
  return { agents, regions };
}
