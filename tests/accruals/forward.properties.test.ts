import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAccruals } from '../../src/accruals/accruals.ts';
import type { Databases } from '../../src/db/client.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { shiftPeriod } from '../oracle/dates.ts';
import { histories } from '../oracle/generateHistory.ts';
import type { Agent, Component, HistoryInput, PlanVersion, SalesEvent, Step } from '../oracle/historyModel.ts';
import { acceptable } from '../support/compareHistories.ts';
import { mergeHistories } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';

// What a month says is not due yet is what later months release, in the month it says, if nothing happens any more but that bills are
// paid. Σ withheld − released − forfeited is what is released in the end: the ledger itself is asked, not a second calculation.

const start = '2026-08';
const months = 3;
/** Every part falls due within them: month offsets and holdbacks of at most two, days of at most 45. */
const quietMonths = 3;
const last = shiftPeriod(start, months - 1);
const worlds = 24;
const noSubscription = 'S0';

/** Holdbacks without condition: whether one will hold is not known at the month's end. */
function unconditional(component: Component): Component {
  if (!('holdback' in component) || !component.holdback) return component;
  const { percent, months: held } = component.holdback;
  return { ...component, holdback: { percent, months: held } };
}

const versionOf = <Version extends PlanVersion>(version: Version): Version => ({
  ...version,
  components: version.components.map(unconditional),
});

/** Nobody is TERMINATED: that pays everything at once. */
const agentOf = (agent: Agent): Agent => ({
  ...agent,
  statuses: agent.statuses.filter(({ status }) => status !== 'TERMINATED'),
});

const eventOf = (event: SalesEvent): SalesEvent => ({ ...event, subscription: event.subscription ?? noSubscription });

function stepOf({ changes, ...step }: Step): Step {
  return {
    ...step,
    arrivals: step.arrivals.map(eventOf),
    ...(changes && {
      changes: {
        ...changes,
        agents: changes.agents?.map(agentOf) ?? [],
        versions: changes.versions?.map(({ plan, version }) => ({ plan, version: versionOf(version) })) ?? [],
      },
    }),
  };
}

/** Two bills of every subscription, each paid: all that waits for bills falls due. */
function paidBills(input: HistoryInput, period: string): SalesEvent[] {
  const [agent] = input.agents;
  const [product] = input.products;
  const currency = input.plans.find(({ versions }) => versions.length > 0)?.versions[0]?.currency ?? 'CNY';
  if (!agent || !product) throw new Error('a history has agents and products');
  const common = { source: 'QUIET', agent: agent.code, product: product.code, quantity: '1', amount: '0', currency };
  return [noSubscription, 'S1', 'S2', 'S3', 'S4'].flatMap((subscription) =>
    ['1', '2'].flatMap((number) => {
      const id = `${subscription}-${number}`;
      const at = (hour: number) => `${period}-1${number}T0${hour}:00:00Z`;
      const bill = { ...common, subscription, externalId: id, type: 'BILL', occurredAt: at(1) };
      return [bill, { ...bill, externalId: `${id}-P`, type: 'PAYMENT', occurredAt: at(2), original: id }];
    }),
  );
}

function followed(input: HistoryInput): HistoryInput {
  const quiet = Array.from({ length: quietMonths }, (_, index): Step => {
    const period = shiftPeriod(last, index + 1);
    return { period, arrivals: index === 0 ? paidBills(input, period) : [] };
  });
  const scored = [last, ...quiet.map(({ period }) => period)].flatMap((period) =>
    input.agents
      .filter(
        ({ code }) =>
          !input.metricValues.some(
            (value) => value.agent === code && value.metric === 'SCORE' && value.period === period,
          ),
      )
      .map(({ code }) => ({ agent: code, metric: 'SCORE', period, value: '80' })),
  );
  return {
    ...input,
    agents: input.agents.map(agentOf),
    plans: input.plans.map((plan) => ({ ...plan, versions: plan.versions.map(versionOf) })),
    metricValues: [...input.metricValues, ...scored],
    steps: [...input.steps.map(stepOf), ...quiet],
  };
}

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  const arbitrary = histories({
    timeZones: ['Asia/Shanghai'],
    starts: [start],
    months,
    pools: false,
    components: ['C1', 'C2', 'C3', 'C4'],
  });
  const drawn = fc.sample(arbitrary.map(acceptable), { seed: 41, numRuns: worlds }).map(followed);
  const rates = drawn[0]?.exchangeRates ?? [];
  await runHistory(databases, mergeHistories(drawn.map((input) => ({ ...input, exchangeRates: rates }))));
}, 120_000);

type Sum = { plan: string; component: string; earned: string; due: string; currency: string; amount: string };

/** What later months pay of the parts of sales up to the last month with events, by component, month of the sale and month of payment. */
const releasedAfter = () => databases.owner.$client<Sum[]>`
  select plan.code as plan, component.code as component, event.period as earned, run.period as due, line.currency, sum(line.amount)::text as amount
  from commission_line line join commission_run run on run.id = line.run_id join sales_event event on event.id = line.cause_id
  join component on component.id = line.component_id join plan on plan.id = component.plan_id
  where run.period > ${last} and line.instalment is not null and event.period <= ${last}
  group by 1, 2, 3, 4, 5 having sum(line.amount) <> 0`;

describe('random months', () => {
  it('what is not due yet is released when it says, and nothing else is', async () => {
    const rows = await databases.owner.transaction((transaction) => loadAccruals(transaction, last));
    const sums = new Map<string, Decimal>();
    const add = (sign: 1 | -1, { plan, component, earned, due, currency, amount }: Sum) => {
      const key = [plan, component, earned, due, currency].join(' ');
      sums.set(key, (sums.get(key) ?? new Decimal(0)).plus(new Decimal(amount).times(sign)));
    };
    const waiting = rows.filter(({ kind }) => kind !== 'RESIDUAL_EXPECTED');
    for (const { plan, component, earnedPeriod, duePeriod, currency, amount } of waiting) {
      const due = duePeriod === 'ON_BILL' ? shiftPeriod(last, 1) : duePeriod;
      add(1, { plan, component, earned: earnedPeriod, due, currency, amount: amount.toFixed() });
    }
    for (const row of await releasedAfter()) add(-1, row);
    expect(waiting.length).toBeGreaterThan(20);
    const different = [...sums]
      .filter(([, sum]) => !sum.isZero())
      .map(([key, sum]) => `${key}: ${sum.toFixed()} too much`);
    expect(different).toEqual([]);
  });
});
