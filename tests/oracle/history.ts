import { type Book, calculatePeriod } from './book.ts';
import { restated } from './conflicts.ts';
import { shiftPeriod } from './dates.ts';
import { bookDeductions, type Deducted } from './deductions.ts';
import { compareText, fraction, roundToUnits, unitsToText } from './fraction.ts';
import type { Changes, HistoryInput, SalesEvent, World } from './historyModel.ts';
import type { HistoryOutput, Line, PeriodOutput } from './historyOutput.ts';
import { type Item, lineOf } from './items.ts';
import { digitsOf, type Known, know } from './known.ts';
import { isPoolOfPeriod, isShared, type PoolMemory, type PoolRun, readingOf, runPool } from './pool.ts';
import { heldItems, ratePeriod } from './rating.ts';
import { retroItems } from './retro.ts';
import { applyBudgets, type SpiffDecisions } from './spiff.ts';
import { type Openings, statementsOf } from './statement.ts';
import { sortBy, unpaidOf } from './unpaid.ts';

/*
 * A second implementation of DOMAIN.md §3, §9 and §10 as docs/commission.md reads them, row by row with exact fractions,
 * to hold the engine against. Whatever has a memory is told again from the first period on, with the facts of the day.
 */

/** What a history remembers from step to step: what was booked, and what is final. */
type Memory = {
  events: SalesEvent[];
  world: World;
  /** Lines by the closed period they are of: its own, and RETRO lines booked later. */
  booked: Map<string, Item[]>;
  decisions: SpiffDecisions;
  pools: Map<string, { carried: string; memory: PoolMemory }>;
  poolItems: Map<string, Item[]>;
  deducted: Deducted;
  openings: Openings;
  /** The part of the openings that the bank returned and nobody was paid since. */
  returned: Openings;
};

/** The world with what became known: agents and agreements replaced by agent, metric values and conflicts by key, versions added. */
export function changed(world: World, changes: Changes = {}): World {
  const { agents = [], agreements = [], metricValues = [], versions = [], conflicts = [] } = changes;
  const keyOf = (value: { agent: string; metric: string; period: string }) =>
    JSON.stringify([value.agent, value.metric, value.period]);
  const replaced = new Set(metricValues.map(keyOf));
  return {
    ...world,
    agents: world.agents.map((agent) => agents.find((each) => each.code === agent.code) ?? agent),
    agreements: [
      ...world.agreements.filter((old) => !agreements.some((each) => each.agent === old.agent)),
      ...agreements.flatMap((each) => each.agreements),
    ],
    metricValues: [...world.metricValues.filter((value) => !replaced.has(keyOf(value))), ...metricValues],
    plans: world.plans.map((plan) => ({
      ...plan,
      versions: [...plan.versions, ...versions.filter((each) => each.plan === plan.code).map((each) => each.version)],
    })),
    conflicts: restated(world.conflicts ?? [], conflicts),
  };
}

const LINE_ORDER: (keyof Line)[] = [
  'kind',
  'component',
  'cause',
  'original',
  'agent',
  'role',
  'instalment',
  'sourceAgent',
  'sourceComponent',
  'origin',
  'plan',
];

function runPools(known: Known, memory: Memory, period: string): PoolRun[] {
  const pools = known.world.pools.filter((pool) => isShared(pool, period));
  return [...pools]
    .sort((a, b) => compareText(a.code, b.code))
    .map((pool) => {
      const before = memory.pools.get(pool.code);
      const run = runPool(known, pool, period, before?.carried ?? pool.carriedIn ?? '0', before?.memory ?? []);
      memory.pools.set(pool.code, { carried: run.result.carriedOver, memory: run.memory });
      return run;
    });
}

function calculateStep(memory: Memory, period: string, closed: readonly string[]): PeriodOutput {
  const known = know(memory.world, memory.events);
  const ratings = new Map([...closed, period].map((each) => [each, ratePeriod(known, each)]));
  memory.decisions = applyBudgets(known, [...ratings.values()].flat(), memory.decisions);
  const poolRuns = runPools(known, memory, period);
  memory.poolItems.set(
    period,
    poolRuns.flatMap((run) => run.items),
  );
  const books: Book[] = [];
  for (const each of [...closed, period]) {
    const pools = memory.poolItems.get(each) ?? [];
    books.push(calculatePeriod(known, each, ratings.get(each) ?? [], pools, books, period));
  }
  const retro = closed.map((origin) => {
    const booked = memory.booked.get(origin) ?? [];
    const items = retroItems(books.find((book) => book.period === origin)?.items ?? [], booked);
    memory.booked.set(origin, [...booked, ...items]);
    return { origin, items };
  });
  const own = books.find((book) => book.period === period);
  if (!own) throw new Error('unreachable: the period has been calculated');
  memory.booked.set(period, own.items);
  const adjustments = bookDeductions(known, memory.deducted);
  const all = [...own.items, ...retro.flatMap((each) => each.items), ...adjustments];
  const { statements, taxes, openings, returned } = statementsOf(known, period, all, memory);
  memory.openings = openings;
  memory.returned = returned;
  const lines = [
    ...[...own.items, ...adjustments, ...taxes].map((item) => lineOf(known, item)),
    ...retro.flatMap(({ origin, items }) => items.map((item) => lineOf(known, item, origin))),
  ];
  const overrides = own.overrides.map(({ override }) => override);
  const readings = known.world.pools
    .filter((pool) => isPoolOfPeriod(pool, period))
    .map((pool) => readingOf(known, pool, period));
  const held = heldItems(known, period).map(({ component, cause, agent, role, units, currency }) => {
    return { component, cause, agent, role, amount: unitsToText(units, digitsOf(known, currency)), currency };
  });
  return {
    lines: sortBy(lines, LINE_ORDER),
    held: sortBy(held, ['agent', 'cause', 'role', 'component']),
    pools: poolRuns.map((run) => run.result),
    statements,
    ...unpaidOf(known, period, ratings.get(period) ?? [], overrides, readings),
  };
}

/**
 * Calculates a history, month after month. The input is taken as valid: references exist, agreements of one agent do not
 * overlap, rules do not tie; what is not throws, and so does what would fail a run (SCORE_MISSING,
 * POOL_FLOORS_EXCEED_FUND). All lists of the output are ordered by bytes of their keys, whatever the input's order.
 */
export function calculateHistory(input: HistoryInput): HistoryOutput {
  const { steps, ...world } = input;
  const known = know(world, []);
  const memory: Memory = {
    events: [],
    world,
    booked: new Map(),
    decisions: new Map(),
    pools: new Map(),
    poolItems: new Map(),
    deducted: new Map(),
    openings: new Map(),
    returned: new Map(),
  };
  const move = (balances: Openings, { agent, currency, amount }: World['openings'][number]) => {
    const key = `${agent}\t${currency}`;
    const units = roundToUnits(fraction(amount), digitsOf(known, currency), 'DOWN');
    balances.set(key, (balances.get(key) ?? 0n) + units);
  };
  for (const opening of input.openings) move(memory.openings, opening);
  const periods: HistoryOutput['periods'] = {};
  const closed: string[] = [];
  for (const step of steps) {
    const before = closed.at(-1);
    if (before !== undefined && shiftPeriod(before, 1) !== step.period) throw new Error('steps are not consecutive');
    memory.world = changed(memory.world, step.changes);
    memory.events.push(...step.arrivals);
    for (const moved of step.changes?.balances ?? []) {
      move(memory.openings, moved);
      if (moved.returned) move(memory.returned, moved);
    }
    periods[step.period] = calculateStep(memory, step.period, closed);
    closed.push(step.period);
  }
  return { periods };
}
