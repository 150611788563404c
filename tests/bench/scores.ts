import type { Databases } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { calculateScores } from '../../src/scorecards/scores.ts';
import { publishTemplate } from '../../src/scorecards/templates.ts';
import { type Comparison, compare, StepClock, seconds } from './measure.ts';
import { actor, now } from './month.ts';
import { period } from './province.ts';

// Scores of 50,000 agents by a scorecard of 20 items, against one aggregate over the same figures.

const scoredAgents = 50_000;
const itemCount = 20;

/** Every method but ratings, in turn; a bonus, a deduction and a veto read figures of items. */
const methods = [
  { kind: 'LINEAR', target: '1000', floorPercent: '20' },
  { kind: 'RANK' },
  {
    kind: 'STEP',
    steps: [
      { from: '0', points: '20' },
      { from: '300', points: '60' },
      { from: '800', points: '100' },
    ],
  },
  { kind: 'PEER_MEAN' },
] as const;

const metricOf = (index: number) => `M${index}`;

const definition = {
  items: Array.from({ length: itemCount }, (_, index) => ({
    code: `I${index}`,
    name: `Item ${index}`,
    metric: metricOf(index),
    weight: '5',
    method: methods[index % methods.length],
    cap: '120',
    missing: index % 3 === 0 ? 'EXCLUDE' : 'ZERO',
  })),
  bonuses: [{ code: 'BONUS', name: 'Bonus', metric: metricOf(0), perUnit: '0.001', maximum: '3' }],
  deductions: [{ code: 'DEDUCTION', name: 'Deduction', metric: metricOf(1), perUnit: '0.002', maximum: '3' }],
  vetoes: [{ code: 'VETO', name: 'Veto', metric: metricOf(2), atMost: '1', cap: '40' }],
  maximum: '110',
};

/** Declares the scorecard and its agents, with a figure of each metric for all but a hundredth of them. */
async function prepareScores({ owner }: Databases): Promise<void> {
  const programme = readProgramme(`
operator: { code: BENCH, name: Bench, timeZone: Asia/Shanghai, currency: CNY }
regions: [{ code: ALL, name: All }]
channelTypes: [{ code: AGENT, name: Agents }]
`);
  await owner.transaction(async (transaction) => {
    await applyProgramme(transaction, actor, now, programme);
    for (let index = 0; index < itemCount; index += 1) {
      const code = metricOf(index);
      await saveMetricDefinition(transaction, actor, now, { code, name: code, definition: { source: 'IMPORTED' } });
    }
    const template = { code: 'CARD', name: 'Card', validFrom: '2026-01-01', definition };
    await publishTemplate(transaction, actor, now, template);
  });
  await owner.$client.unsafe(`
    insert into agent (code, name, channel_type_id)
    select 'A' || lpad(number::text, 6, '0'), 'Agent ' || number, (select id from channel_type)
    from generate_series(1, ${scoredAgents}) number;
    insert into agent_status (agent_id, status, valid_from) select id, 'ACTIVE', '2026-01-01' from agent;
    insert into agent_region (agent_id, region_id, valid_from) select id, (select id from region), '2026-01-01' from agent;
    insert into metric_value (agent_id, metric, period, value)
    select id, 'M' || item, '${period}', ((id * 7919 + item * 104729) % 150000)::numeric / 100
    from agent, generate_series(0, ${itemCount - 1}) item where (id + item) % 100 <> 0;
    analyze`);
}

export async function measureScores(databases: Databases, rounds: number): Promise<Comparison> {
  await prepareScores(databases);
  const sql = databases.owner.$client;
  const [counted] = await sql<{ count: number }[]>`select count(*)::integer as count from metric_value`;
  const clock = new StepClock();
  const aggregate = () =>
    seconds(
      () => sql`select agent_id, count(*), sum(value), min(value), max(value) from metric_value
        where period = ${period} group by agent_id`,
    );
  const work = () =>
    seconds(async () => {
      clock.start();
      await calculateScores(databases, actor, period as Period, now, (step) => clock.next(step));
      clock.next('');
    });
  const name = `scores of ${scoredAgents} agents by ${itemCount} items`;
  const floor = 'one aggregate by agent over the same figures';
  const comparison = await compare({ name, events: counted?.count ?? 0, floor }, rounds, aggregate, work);
  return { ...comparison, steps: clock.medians() };
}
