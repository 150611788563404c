import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { applyProgramme, type ProgrammeChange } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { apply, now, smallProgramme } from './programmes.ts';

let databases: Databases;
let regionId: number;
beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, `${smallProgramme}  - { code: OUTSIDE, name: Outside, channelType: AGENT, region: ALL }\n`);
  const [north] = await databases.owner.execute<{ id: number }>(sql`select id from region where code = 'NORTH'`);
  regionId = north?.id ?? 0;
});

function as(role: Role): Actor {
  const user = { id: 1, role, agentId: null, regionId: role === 'CHANNEL_MANAGER' ? regionId : null };
  return { name: `${role.toLowerCase()}@demo.example`, user, requestId: 'request-1' };
}

async function applyAs(role: Role, text: string): Promise<ProgrammeChange[]> {
  const actor = as(role);
  const { changes } = await asRequest(databases.request, actor, '2026-11-05', (transaction) =>
    applyProgramme(transaction, actor, now, readProgramme(text)),
  );
  return changes;
}

const newAgent = (region: string) => `
agents:
  - { code: NEW, name: New, channelType: AGENT, region: ${region}, tier: T1, parent: M, agreements: [{ plan: P, from: 2026-02-01 }] }`;

describe('applying under row-level security', () => {
  // First what is refused, and so leaves no trace.
  it.each([
    ['place an agent elsewhere', newAgent('ALL'), 'FORBIDDEN'],
    ['add an agent without placing it', 'agents: [{ code: NEW, name: New, channelType: AGENT }]', 'FORBIDDEN'],
    ['rename a region', 'regions: [{ code: NORTH, name: Mine }]', 'FORBIDDEN'],
    ['add a tier', 'tiers: [{ code: T9, name: Nine, rank: 9, multiplier: 9 }]', 'FORBIDDEN'],
    ['raise a multiplier', 'tiers: [{ code: T1, name: One, rank: 1, multiplier: 9 }]', 'FORBIDDEN'],
    ['add a plan', 'plans: [{ code: MINE, name: Mine }]', 'FORBIDDEN'],
    ['name an agent elsewhere', 'agreements: [{ agent: OUTSIDE, plan: P, from: 2026-01-01 }]', 'REFERENCE_UNKNOWN'],
    ['rename the operator', smallProgramme.replace('Demo Telecom', 'Mine'), 'FORBIDDEN'],
  ])('does not let a manager %s', async (_, text, code) => {
    await expect(applyAs('CHANNEL_MANAGER', text)).rejects.toMatchObject({ code });
  });

  it.each(['FINANCE', 'AUDITOR', 'AGENT'] as const)('lets %s change nothing', async (role) => {
    await expect(applyAs(role, 'regions: [{ code: NORTH, name: Mine }]')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(applyAs(role, 'segments: [{ code: MINE, name: Mine }]')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(applyAs(role, newAgent('NORTH'))).rejects.toMatchObject({
      code: role === 'AGENT' ? 'REFERENCE_UNKNOWN' : 'FORBIDDEN',
    });
  });

  it('lets an administrator declare everything', async () => {
    const more = smallProgramme.replaceAll('from: 2026-01-01\n        currency', 'from: 2026-10-01\n        currency');
    const changes = await applyAs(
      'ADMIN',
      `${more}${newAgent('NORTH').replace('\nagents:\n', '').replace('NEW', 'ADDED')}\n`,
    );
    expect(changes.map(({ entity, key }) => `${entity} ${key}`)).toEqual([
      'agent ADDED',
      'agreement ADDED-P-2026-02-01',
      'planVersion P@2026-10-01',
      'poolVersion POOL@2026-10-01',
    ]);
    expect(await applyAs('ADMIN', newAgent('NORTH').replace('NEW', 'ADDED'))).toEqual([]);
  });

  it('lets a manager add and change agents of its regions', async () => {
    expect(await applyAs('CHANNEL_MANAGER', newAgent('NORTH'))).toHaveLength(2);
    expect(await applyAs('CHANNEL_MANAGER', newAgent('NORTH'))).toEqual([]);
    const promoted = 'agents: [{ code: NEW, name: Newer, channelType: AGENT, tier: [{ tier: T2, from: 2026-06-01 }] }]';
    expect(await applyAs('CHANNEL_MANAGER', promoted)).toHaveLength(1);
  });
});
