import { describe, expect, it, vi } from 'vitest';
import { rawSql } from '../../src/db/client.ts';
import { programmeLock } from '../../src/db/roles.ts';
import { asRequest } from '../../src/db/transaction.ts';
import { Decimal } from '../../src/money.ts';
import { spreadCorrections } from '../../src/scorecards/appealScores.ts';
import { decideAppeal, fileAppeal } from '../../src/scorecards/appeals.ts';
import type { TemplateDefinition } from '../../src/scorecards/template.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { testDatabase } from '../database.ts';
import { clerk, makeWorld, now, october, publish, standing, type World } from './scoresFixture.ts';

const item = (code: string, weight: string, more: object) => ({ code, name: code, weight, ...more });
const linear = { kind: 'LINEAR', target: '100' };
const web = {
  items: [
    item('REVENUE', '40', { metric: 'REV', method: linear, missing: 'BLOCK' }),
    item('SATISFIED', '40', { metric: 'SAT', method: linear, missing: 'BLOCK' }),
    item('RATED', '20', {
      method: { kind: 'RATED_360', aspect: 'CARE', groups: [{ group: 'PEER', weight: '1' }], minimumRaters: 1 },
      missing: 'EXCLUDE',
    }),
  ],
  bonuses: [],
  deductions: [{ code: 'BLAMED', name: 'Complaints', metric: 'COMPLAINTS', perUnit: '1', maximum: '20' }],
  vetoes: [{ code: 'SWORN_AT', name: 'Complaints', metric: 'COMPLAINTS', atLeast: '10', cap: '12' }],
  maximum: '100',
};

/** O1 has a dozen complaints, neither revenue nor satisfaction. */
async function appealOfO1(world: World): Promise<number> {
  await world.asOwner((transaction) =>
    publishTemplate(transaction, clerk, now, {
      code: 'WEB',
      name: 'Card',
      channelType: 'ONLINE',
      validFrom: '2026-02-01',
      definition: web,
    }),
  );
  const [agent] = await world.databases.owner.$client<{ id: number }[]>`
    insert into metric_value (agent_id, metric, period, value) select id, 'COMPLAINTS', '2026-10', 12 from agent where code = 'O1'
    returning agent_id as id`;
  if (!agent) throw new Error('no agent');
  await publish(world);
  const { user } = world.actors.agentW1;
  if (!user) throw new Error('no account');
  const actor = { name: 'o1@demo.example', user: { ...user, agentId: agent.id }, requestId: null };
  return asRequest(world.databases.request, actor, '2026-11-05', (transaction) =>
    fileAppeal(transaction, actor, now, { period: october, items: [], reason: 'figures are lost' }),
  );
}

const decide = (world: World, id: number, values: Readonly<Record<string, string>>) =>
  world.as('managerWest', (transaction, actor) =>
    decideAppeal(transaction, world.databases.owner, actor, now, {
      id,
      accept: true,
      decision: 'looked at',
      corrections: Object.entries(values).map(([code, value]) => ({ code, value })),
    }),
  );

describe('corrections of an appeal', () => {
  it('stand for their metric, lie where ratings can, and leave a score', async () => {
    const world = await makeWorld(await testDatabase());
    const id = await appealOfO1(world);
    await expect(decide(world, id, { REVENUE: '50' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      at: 'corrections',
      message: expect.stringContaining('SATISFIED'),
    });
    for (const value of ['100.01', '-1']) {
      await expect(decide(world, id, { REVENUE: '50', SATISFIED: '80', RATED: value })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        at: 'corrections.RATED',
      });
    }
    expect(await standing(world)).toContain('O1 ["REVENUE", "SATISFIED"]');
    // (40·50 + 40·80)/80 = 65; without complaints nothing is taken away, and nothing caps.
    expect(await decide(world, id, { REVENUE: '50', SATISFIED: '80', BLAMED: '0' })).toMatchObject({ after: '65' });
  });

  it('are scored against peers that are read before anybody waits', async () => {
    const world = await makeWorld(await testDatabase());
    await publish(world);
    const id = await world.as('agentW1', (transaction, actor) =>
      fileAppeal(transaction, actor, now, { period: october, items: [], reason: 'units' }),
    );
    let decided: ReturnType<typeof decide> | undefined;
    await world.asOwner(async (transaction) => {
      await rawSql(transaction)`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
      decided = decide(world, id, { PLACE: '30', RECHARGES: '6' });
      decided.catch(() => {});
      await vi.waitFor(
        async () => {
          await rawSql(transaction)`select pg_stat_clear_snapshot()`;
          const [seen] = await rawSql(transaction)<{ waiting: boolean; read: boolean }[]>`
          select exists (select from pg_locks where locktype = 'advisory' and not granted
              and database = (select oid from pg_database where datname = current_database())) as waiting,
            exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
              and query like '%from json_array_elements(score.detail%') as read`;
          expect(seen).toEqual({ waiting: true, read: true });
        },
        { timeout: 15_000 },
      );
    });
    expect(await decided).toMatchObject({ before: '50', after: '55' });
  });

  it('of one metric that differ leave no third to guess', () => {
    const definition = {
      ...web,
      items: [...web.items, item('CALM', '0', { metric: 'COMPLAINTS' })],
    } as unknown as TemplateDefinition;
    const spread = (values: Readonly<Record<string, string>>) => {
      const given = new Map(Object.entries(values).map(([code, value]) => [code, new Decimal(value)]));
      return [...spreadCorrections(definition, given)].map(([code, value]) => `${code} ${value.toFixed()}`);
    };
    expect(spread({ BLAMED: '0', RATED: '5' })).toEqual(['RATED 5', 'CALM 0', 'BLAMED 0', 'SWORN_AT 0']);
    expect(spread({ BLAMED: '0', SWORN_AT: '3', CALM: '1' })).toEqual(['CALM 1', 'BLAMED 0', 'SWORN_AT 3']);
    expect(() => spread({ BLAMED: '0', SWORN_AT: '3' })).toThrow(/BLAMED and SWORN_AT.*CALM/);
  });
});
