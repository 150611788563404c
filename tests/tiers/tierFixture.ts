import { saveMetricValues } from '../../src/agents/metrics.ts';
import type { Databases, Transaction } from '../../src/db/client.ts';
import type { Period } from '../../src/period.ts';
import { saveMetricDefinition } from '../../src/scorecards/metricCatalogue.ts';
import { applyTiers, previewTiers, reevaluateAgent } from '../../src/tiers/evaluations.ts';
import { decideTierOverride, requestTierOverride } from '../../src/tiers/overrides.ts';
import { publishScheme } from '../../src/tiers/schemes.ts';
import { testDatabase } from '../database.ts';
import { apply, clerk, controller } from '../support/books.ts';

/** After January 2027 is over in Shanghai. */
export const february = new Date('2027-02-05T04:00:00Z');

const operator = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
channelTypes: [{ code: AGENT, name: Agent }, { code: ONLINE, name: Online }]
tiers:
  - { code: T1, name: One, rank: 1, multiplier: 1 }
  - { code: T2, name: Two, rank: 2, multiplier: 1.1 }
  - { code: T3, name: Three, rank: 3, multiplier: 1.2 }
`;

/** As the programme declares it; an AGENT unless told. */
type Agent = {
  readonly code: string;
  readonly channelType?: string;
  readonly tier?: readonly object[];
  readonly status?: readonly object[];
};

/** A tier from January 2026 on. */
export const from2026 = (tier: string) => [{ tier, from: '2026-01-01' }];

/** At least so much of a metric in a month. */
const atLeast = (metric: string, least: string) => ({ kind: 'METRIC', metric, atLeast: least });

/** T1 for everybody, T2 from 50 on and kept with 40; one miss leads down. */
export const byMetric = (metric: string) => ({
  tiers: [{ tier: 'T1' }, { tier: 'T2', entry: [atLeast(metric, '50')], keep: [atLeast(metric, '40')] }],
});

export type TierWorld = Awaited<ReturnType<typeof openTiers>>;

/** A small operator with three tiers, a catalogue of UNITS and CHURNS, and agents; the clock stands in February 2027. */
export async function openTiers(agents: readonly Agent[]) {
  const databases: Databases = await testDatabase();
  const owner = <Result>(work: (transaction: Transaction) => Promise<Result>) => databases.owner.transaction(work);
  const declared = agents.map((agent) => ({ name: agent.code, channelType: 'AGENT', ...agent }));
  await apply(databases, `${operator}agents: ${JSON.stringify(declared)}`);
  await owner(async (transaction) => {
    for (const code of ['UNITS', 'CHURNS']) {
      await saveMetricDefinition(transaction, clerk, february, {
        code,
        name: code,
        definition: { source: 'IMPORTED' },
      });
    }
  });
  const idOf = async (code: string): Promise<number> => {
    const found = await databases.owner.query.agent.findFirst({ columns: { id: true }, where: { code } });
    if (!found) throw new Error(`no agent ${code}`);
    return found.id;
  };
  return {
    databases,
    owner,
    idOf,
    publish: (code: string, definition: object, validFrom = '2026-01-01') =>
      owner((transaction) => publishScheme(transaction, clerk, february, { code, name: code, validFrom, definition })),
    measured: (metric: string, period: string, values: Readonly<Record<string, string>>) =>
      owner((transaction) => {
        const rows = Object.entries(values).map(([agentCode, value]) => ({ agentCode, metric, period, value }));
        return saveMetricValues(transaction, clerk, february, rows, { atomic: true });
      }),
    /** As scorecards leave them, without scorecards. */
    async scored(period: string, values: Readonly<Record<string, string>>): Promise<void> {
      await databases.owner
        .$client`insert into score_round (period, state) values (${period}, 'PUBLISHED') on conflict do nothing`;
      for (const [code, value] of Object.entries(values)) {
        await databases.owner.$client`
          insert into metric_value (agent_id, metric, period, value, source) values (${await idOf(code)}, 'SCORE', ${period}, ${value}, 'SCORED')
          on conflict (agent_id, metric, period) do update set value = excluded.value`;
      }
    },
    /** A tier by hand, approved. */
    byHand: (agentCode: string, tier: string, from: string, to: string) =>
      owner(async (transaction) => {
        const request = { agentCode, tier, from, to, reason: 'a flagship' };
        const id = await requestTierOverride(transaction, clerk, february, request);
        await decideTierOverride(transaction, controller, february, { id, approve: true, reason: 'seen' });
      }),
    preview: (scheme: string, period: string) =>
      owner((transaction) => previewTiers(transaction, clerk, february, { scheme, period })),
    applied: (scheme: string, period: string) =>
      owner(async (transaction) => {
        const { evaluationId } = await previewTiers(transaction, clerk, february, { scheme, period });
        return applyTiers(transaction, clerk, february, evaluationId);
      }),
    reevaluated: async (agentCode: string, period: string) => {
      const input = { agentId: await idOf(agentCode), period: period as Period };
      return owner((transaction) => reevaluateAgent(transaction, clerk, february, input));
    },
    /** The dated tiers of an agent, as `T1 2026-01-01 2026-12-01`. */
    async tiersOf(code: string): Promise<string[]> {
      const rows = await databases.owner.$client<{ text: string }[]>`
        select concat_ws(' ', tier.code, valid_from::text, valid_to::text) as text
        from agent_tier join tier on tier.id = tier_id where agent_id = ${await idOf(code)} order by valid_from`;
      return rows.map(({ text }) => text);
    },
    /** The moves of an agent, with their revisions, as `2026-11 0 PROMOTED T1 T2 0`: tiers, and misses after. */
    async movesOf(code: string): Promise<string[]> {
      const rows = await databases.owner.$client<{ text: string }[]>`
        select concat_ws(' ', period, revision, kind, coalesce(before.code, '-'), after.code, misses_after,
          case when superseded then 'superseded' end) as text
        from tier_move move join tier_evaluation evaluation on evaluation.id = evaluation_id and evaluation.state = 'APPLIED'
        left join tier before on before.id = from_tier_id join tier after on after.id = to_tier_id
        where agent_id = ${await idOf(code)} order by period, revision`;
      return rows.map(({ text }) => text);
    },
  };
}
