import { beforeAll, expect, it } from 'vitest';
import { encodeNodeId } from '../../schema/ids.ts';
import { bucketEdges, reviewOutliers } from '../../src/commissions/runReview.ts';
import { rawSql } from '../../src/db/client.ts';
import { localActor, type Role } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { testDatabase } from '../database.ts';
import { data, now, tryOut, type World } from './world.ts';

// A run next to the month before it: six agents whose amounts are given.

const codes = ['A', 'B', 'C', 'D', 'E', 'F'];
const agent = (code: string) =>
  `  - { code: ${code}, name: Shop ${code}, channelType: AGENT, since: 2026-01-01, region: ROOT, tier: ${
    code === 'D' ? '[{ tier: LOW, from: 2026-01-01 }, { tier: HIGH, from: 2026-11-15 }]' : 'LOW'
  }, agreements: [{ plan: P, from: 2026-01-01 }] }`;
const programme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ROOT, name: Whole }]
channelTypes: [{ code: AGENT, name: Agents }]
tiers: [{ code: LOW, name: Low, rank: 1, multiplier: 1 }, { code: HIGH, name: High, rank: 2, multiplier: 1 }]
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components: [{ code: ACT, name: Activations, kind: RATE, events: [ACTIVATION], rules: [{ code: ANY, flat: 80 }] }]
agents:
${codes.map(agent).join('\n')}
`;

const before = { A: '100', B: '200', C: '300', D: '400', E: '500' };
const after = { A: '110', B: '190', C: '300', D: '420', E: '0', F: '1000' };

let world: World;
let runId: string;
let firstRunId: string;

beforeAll(async () => {
  const databases = await testDatabase();
  await databases.owner.transaction((transaction) =>
    applyProgramme(transaction, localActor('clerk'), now, readProgramme(programme)),
  );
  const add = (period: string, earned: Record<string, string>) =>
    databases.owner.transaction(async (transaction) => {
      const query = rawSql(transaction);
      const [run] = await query<{ id: number }[]>`
        insert into commission_run (period, status, calculated_by, started_at, calculated_at)
        values (${period}, 'CALCULATED', 'clerk', ${now.toISOString()}, ${now.toISOString()}) returning id`;
      for (const [code, amount] of Object.entries(earned)) {
        await query`
          insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
          select ${run?.id ?? 0}, id, 'CNY', 0, ${amount}, ${amount}, ${amount}, 3, '' from agent where code = ${code}`;
        await query`
          insert into run_agent_total (run_id, agent_id, component_id, kind, currency, line_count, amount)
          select ${run?.id ?? 0}, agent.id, component.id, 'EARNING', 'CNY', 3, ${amount} from agent, component where agent.code = ${code} and component.code = 'ACT'`;
      }
      return encodeNodeId('Run', String(run?.id));
    });
  firstRunId = await add('2026-10', before);
  runId = await add('2026-11', after);
  const user = (role: Role, agentId: number | null) => ({
    name: role,
    user: { id: 1, role, agentId, regionId: null },
    requestId: null,
  });
  const actors = {
    finance: user('FINANCE', null),
    managerEast: user('CHANNEL_MANAGER', null),
    agentE1: user('AGENT', 1),
  };
  world = { databases, actors: { ...actors, nobody: null } as unknown as World['actors'] };
});

const figures = `comparedTo { period } currencies { currency agentCount agentCountBefore earned earnedBefore change
  distribution { from to agentCount agentCountBefore }
  components { planCode componentCode name amount amountBefore change agentCount } }`;
const outliers = (page: string) =>
  `outliers(${page}) { nodes { agentCode agentName amount amountBefore change changePercent deviation isUnusual lineCount reason } pageInfo { hasNextPage endCursor } }`;
const review = async (id: string, asked: string) =>
  (await data(world, 'finance', `{ runReview(runId: "${id}") { ${asked} } }`)).runReview;

it('compares the totals, the components and the spread of two months', async () => {
  const { comparedTo, currencies } = await review(runId, figures);
  expect(comparedTo).toEqual({ period: '2026-10' });
  // 110 + 190 + 300 + 420 + 0 + 1000 = 2020; 100 + 200 + 300 + 400 + 500 = 1500
  const { distribution, ...total } = currencies[0];
  expect(total).toEqual({
    ...{
      currency: 'CNY',
      agentCount: 6,
      agentCountBefore: 5,
      earned: '2020.00',
      earnedBefore: '1500.00',
      change: '520.00',
    },
    components: [
      {
        planCode: 'P',
        componentCode: 'ACT',
        name: 'Activations',
        amount: '2020',
        amountBefore: '1500',
        change: '520',
        agentCount: 6,
      },
    ].map((row) => ({ ...row, amount: '2020.00', amountBefore: '1500.00', change: '520.00' })),
  });
  // (1000 − 0) / 9 = 111.111…, up to 111.12; 9 × 111.12 is beyond 1000, so that there are nine stretches.
  expect(
    distribution.map(({ from, agentCount, agentCountBefore }: Record<string, unknown>) => [
      from,
      agentCount,
      agentCountBefore,
    ]),
  ).toEqual([
    ['0.00', 2, 1], // 110 and 0; 100
    ['111.12', 1, 1],
    ['222.24', 1, 1],
    ['333.36', 1, 1], // 420; 400
    ['444.48', 0, 1], // E was here
    ['555.60', 0, 0],
    ['666.72', 0, 0],
    ['777.84', 0, 0],
    ['888.96', 1, 0],
  ]);
  expect(distribution.at(-1).to).toBe('1000.00');
});

it('lists whose amount changed by how far from the median change, a page at a time', async () => {
  // Changes +10 −10 0 +20 −500 +1000: the median (the third of six) is 0, the distances' median 10, a deviation 14.826.
  const first = (await review(runId, outliers('first: 2'))).outliers;
  const shared = { lineCount: 3 };
  expect(first.nodes).toEqual([
    {
      ...shared,
      agentCode: 'F',
      agentName: 'Shop F',
      amount: '1000.00',
      amountBefore: '0.00',
      change: '1000.00',
      changePercent: null,
      deviation: '67.4',
      isUnusual: true,
      reason: 'NEW_AGENT',
    },
    {
      ...shared,
      agentCode: 'E',
      agentName: 'Shop E',
      amount: '0.00',
      amountBefore: '500.00',
      change: '-500.00',
      changePercent: '-100.0',
      deviation: '33.7',
      isUnusual: true,
      reason: 'NO_SALES',
    },
  ]);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const rest = (await review(runId, outliers(`first: 9, after: "${first.pageInfo.endCursor}"`))).outliers;
  expect(
    rest.nodes.map((node: Record<string, unknown>) => [
      node.agentCode,
      node.changePercent,
      node.deviation,
      node.isUnusual,
      node.reason,
    ]),
  ).toEqual([
    ['D', '5.0', '1.3', false, 'TIER_CHANGED'],
    ['A', '10.0', '0.7', false, null],
    ['B', '-5.0', '0.7', false, null],
  ]);
});

it('takes a median distance of nothing for one minor unit of the currency', async () => {
  // Three unchanged, one by +10: the median distance is 0. JPY: 10 / (1.4826 × 1) = 6.74; KWD: 0.010 / (1.4826 × 0.001) = 6.74;
  // CNY: 0.10 / (1.4826 × 0.01) = 6.74.
  const found: Record<string, string> = {};
  for (const [currency, change] of [
    ['JPY', '10'],
    ['KWD', '0.010'],
    ['CNY', '0.10'],
  ] as const) {
    const [former, present] = await moneyRuns(currency, change);
    await world.databases.owner.transaction(async (transaction) => {
      const { edges } = await reviewOutliers(
        transaction,
        { id: present, period: '2026-11' as Period, comparedId: former },
        { first: 9 },
      );
      found[currency] = edges.map(({ node }) => `${node.agentCode} ${node.deviation}`).join();
    });
  }
  expect(found).toEqual({ JPY: 'D 6.7', KWD: 'D 6.7', CNY: 'D 6.7' });
});

/** Two runs of A, B, C with 5000 in both, and D with `change` more in the second. */
async function moneyRuns(currency: string, change: string): Promise<[number, number]> {
  return world.databases.owner.transaction(async (transaction) => {
    const query = rawSql(transaction);
    const ids: number[] = [];
    for (const more of ['0', change]) {
      const [run] = await query<{ id: number }[]>`
        insert into commission_run (period, status, calculated_by, started_at, calculated_at)
        values ('2026-07', 'VOIDED', 'clerk', ${now.toISOString()}, ${now.toISOString()}) returning id`;
      const id = run?.id ?? 0;
      await query`
        insert into statement (run_id, agent_id, currency, opening, earned, closing, payable, line_count, lines_hash)
        select ${id}, id, ${currency}, 0, amount, amount, amount, 1, ''
        from agent, lateral (select 5000 + case code when 'D' then ${more}::numeric else 0 end as amount) given
        where code in ('A', 'B', 'C', 'D')`;
      ids.push(id);
    }
    return [ids[0] ?? 0, ids[1] ?? 0];
  });
}

it('without a month before everybody is new', async () => {
  const { comparedTo, currencies, outliers: found } = await review(firstRunId, `${figures} ${outliers('first: 9')}`);
  expect(comparedTo).toBeNull();
  expect(currencies[0]).toMatchObject({ agentCountBefore: 0, earnedBefore: '0.00', change: '1500.00' });
  expect(new Set(found.nodes.map(({ reason }: { reason: string }) => reason))).toEqual(new Set(['NEW_AGENT']));
});

it('is for those who see the money of everybody', async () => {
  for (const person of ['managerEast', 'agentE1', 'nobody'] as const) {
    const answer = await tryOut(world, person, `{ runReview(runId: "${runId}") { currencies { earned } } }`);
    expect(JSON.stringify(answer)).not.toContain('2020');
  }
  expect(await review(encodeNodeId('Run', '999'), 'currencies { earned }')).toBeNull();
});

it('stretches have whole minor units, and one that holds everybody where all earn alike', () => {
  expect(bucketEdges('JPY', '0', '100', '150')).toEqual([
    '0',
    '12',
    '24',
    '36',
    '48',
    '60',
    '72',
    '84',
    '96',
    '108',
    '150',
  ]);
  expect(bucketEdges('CNY', '5', '5', '5')).toEqual(['5', '5']);
});
