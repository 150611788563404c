import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DecisionInput } from '../../src/conflicts/cases/decisionSchema.ts';
import { decideCase } from '../../src/conflicts/cases/decisions.ts';
import { type Databases, rawSql, type Transaction } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { histories } from '../oracle/generateHistory.ts';
import { SLOTS } from '../oracle/generateProgramme.ts';
import { changed } from '../oracle/history.ts';
import { expandHistory } from '../oracle/historyDefaults.ts';
import type { Conflict, HistoryInput, Step, World } from '../oracle/historyModel.ts';
import type { HistoryOutput, Line } from '../oracle/historyOutput.ts';
import { acceptable } from '../support/compareHistories.ts';
import { mergeHistories, partsOf } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// What decisions make of credits and money, whatever they are (DOMAIN.md §8, §10). Every random history stands beside its twin without
// conflicts. Budgets and pools are left out: what an approved run gave away of them is final (§9.7, §10).

const worlds = Number(process.env.CONFLICT_WORLDS ?? 4);
const unfinal = Object.keys(SLOTS).filter((code) => SLOTS[code] !== 'SPIFF');

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

beforeEach(() => emptyDatabase(databases));

function drawn(seed: number, months: number): HistoryInput[] {
  const options = { timeZones: ['Asia/Shanghai'], starts: ['2026-08'], months, pools: false, components: unfinal };
  const given = fc.sample(
    histories({ ...options, conflicts: true })
      .map(acceptable)
      .filter(isLively),
    {
      seed,
      numRuns: worlds,
    },
  );
  return given.map((input) => ({ ...input, exchangeRates: given[0]?.exchangeRates ?? [] }));
}

/** Enough is sold and disputed that money moves. */
function isLively({ steps }: HistoryInput): boolean {
  const count = (listOf: (step: Step) => readonly unknown[]) => steps.flatMap(listOf).length;
  return count(({ arrivals }) => arrivals) > 30 && count(({ changes }) => changes?.conflicts ?? []) > 10;
}

/** What undoes a conflict: it is kept as it came, or opened again and found to be none. */
function undone({ decision, isGone, ...open }: Conflict, place: number): Conflict[] {
  if (isGone) return [];
  if (decision && place % 2 === 0) return [{ ...open, decision: { credits: 'KEEP' } }];
  return decision ? [open, { ...open, isGone: true }] : [{ ...open, isGone: true }];
}

/** First statements before second ones, as the histories want them. */
function inRounds(statements: readonly Conflict[][]): Conflict[] {
  return [0, 1].flatMap((round) => statements.flatMap((each) => each[round] ?? []));
}

const stepWith = (step: Step, conflicts: Conflict[]): Step => ({ ...step, changes: { ...step.changes, conflicts } });
const withSteps = (input: HistoryInput, how: (step: Step, index: number) => Step): HistoryInput => ({
  ...input,
  steps: input.steps.map(how),
});
const withoutConflicts = (input: HistoryInput): HistoryInput => withSteps(input, (step) => stepWith(step, []));

/** All that is stated in a step is undone in it, before the run. */
function undoneAtOnce(input: HistoryInput): HistoryInput {
  return withSteps(input, (step) => {
    const stated = step.changes?.conflicts ?? [];
    const world = changed(withoutConflicts(input), { conflicts: stated });
    return stepWith(step, [...stated, ...inRounds((world.conflicts ?? []).map(undone))]);
  });
}

/** The last step undoes what the others stated, whose months are approved by then. */
function undoneAtLast(input: HistoryInput): HistoryInput {
  const last = input.steps.length - 1;
  let world: World = input;
  for (const step of input.steps.slice(0, last)) world = changed(world, step.changes);
  const undoing = inRounds((world.conflicts ?? []).map(undone));
  return withSteps(input, (step, index) => (index === last ? stepWith(step, undoing) : step));
}

/** Σ of lines by whatever tells them apart, without zeros. */
function sums(lines: readonly Line[], keyOf: (line: Line) => string): Record<string, string> {
  const totals = new Map<string, Decimal>();
  for (const line of lines) totals.set(keyOf(line), (totals.get(keyOf(line)) ?? new Decimal(0)).plus(line.amount));
  const kept = [...totals].filter(([, amount]) => !amount.isZero());
  return Object.fromEntries(kept.map(([key, amount]) => [key, amount.toFixed()]).sort());
}

const linesOf = (output: HistoryOutput) => Object.values(output.periods).flatMap(({ lines }) => lines);
const ofAgent = ({ agent, currency }: Line) => `${agent} ${currency}`;
const ofCause = ({ agent, currency, component, cause, original, role, instalment, sourceAgent }: Line) =>
  [agent, currency, component, cause, original, role, instalment, sourceAgent].join(' ');

/** Runs each history beside its twin that knows no conflicts. */
async function runBesideTwins(inputs: readonly HistoryInput[]): Promise<{ own: HistoryOutput; twin: HistoryOutput }[]> {
  const all = [...inputs, ...inputs.map(withoutConflicts)];
  const parts = partsOf(await runHistory(databases, mergeHistories(all)), all.length);
  const nothing: HistoryOutput = { periods: {} };
  return inputs.map((_, world) => ({
    own: parts[world] ?? nothing,
    twin: parts[world + inputs.length] ?? nothing,
  }));
}

async function awards(): Promise<{ total: string; count: number }[]> {
  return databases.owner.$client<{ total: string; count: number }[]>`
    select total, count(*)::integer as count from (
      select trim_scale(sum(award.share))::text as total from event_crediting crediting
      left join event_award award on award.event_id = crediting.event_id where crediting.shared group by crediting.event_id
    ) whole group by total`;
}

describe('money after decisions', () => {
  it('is as if nothing had been where they are undone before the run', { timeout: 300_000 }, async () => {
    const inputs = drawn(11, 2).map(undoneAtOnce);
    expect(
      inputs.flatMap(({ steps }) => steps.flatMap(({ changes }) => changes?.conflicts ?? [])).length,
    ).toBeGreaterThan(worlds);
    for (const { own, twin } of await runBesideTwins(inputs)) {
      for (const [period, { lines, statements, unpaid, held }] of Object.entries(twin.periods)) {
        const month = own.periods[period];
        expect([...(month?.lines ?? [])].map((line) => JSON.stringify(line)).sort()).toEqual(
          lines.map((line) => JSON.stringify(line)).sort(),
        );
        expect(month?.statements).toEqual(statements);
        expect(month?.unpaid).toEqual(unpaid);
        expect([month?.held, held]).toEqual([[], []]);
      }
    }
  });

  it('is as if nothing had been, before tax, after the RETRO of the next run where they are undone after approval', {
    timeout: 300_000,
  }, async () => {
    const inputs = drawn(12, 3).map(undoneAtLast);
    let moved = 0;
    for (const { own, twin } of await runBesideTwins(inputs)) {
      const untaxed = (output: HistoryOutput) => linesOf(output).filter(({ kind }) => kind !== 'TAX');
      const isAdjustment = ({ kind }: Line) => kind === 'ADJUSTMENT';
      expect(sums(untaxed(own).filter(isAdjustment), ofAgent)).toEqual({});
      expect(sums(untaxed(own), ofAgent)).toEqual(sums(untaxed(twin), ofAgent));
      expect(
        sums(
          untaxed(own).filter((line) => !isAdjustment(line)),
          ofCause,
        ),
      ).toEqual(sums(untaxed(twin), ofCause));
      const ofKind = (line: Line) => `${line.kind} ${ofCause(line)}`;
      if (JSON.stringify(sums(untaxed(own), ofKind)) !== JSON.stringify(sums(untaxed(twin), ofKind))) moved += 1;
    }
    // what was undone had moved money in many of them
    expect(moved).toBeGreaterThan(worlds / 4);
  });
});

describe('shares after decisions', () => {
  it('total 1 for every event that is credited otherwise than it came', { timeout: 300_000 }, async () => {
    const inputs = drawn(13, 2);
    await runHistory(databases, mergeHistories(inputs));
    const found = await awards();
    expect(found.map(({ total }) => total)).toEqual(['1']);
    expect(found[0]?.count).toBeGreaterThan(worlds / 4);
    const [stray] = await databases.owner.$client<{ count: number }[]>`
      select count(*)::integer as count from event_award award
      where not exists (select from event_crediting crediting where crediting.event_id = award.event_id and crediting.shared)`;
    expect(stray?.count).toBe(0);
  });

  it('are the percents that were decided; what does not total 100 is refused', { timeout: 300_000 }, async () => {
    const sales = ['A001', 'A002', 'A003'].map((agent) => ({ agent }));
    const conflicts = [{ event: 'TEST:E3', others: ['TEST:E1', 'TEST:E2'] }];
    await runHistory(
      databases,
      expandHistory({ components: [{}], steps: [{ period: '2026-10', arrivals: sales, changes: { conflicts } }] }),
    );
    const [found] = await databases.owner.$client<{ id: number }[]>`select id from conflict_case`;
    const decide = (shares: DecisionInput['shares']) =>
      inTrial(async (transaction) => {
        await decideCase(transaction, clerk, now, found?.id ?? 0, { credits: 'SPLIT', shares, reason: 'shared' });
        await rawSql(transaction)`set constraints all immediate`;
        return await rawSql(transaction)<{ agentCode: string; role: string; percent: string }[]>`
          select agent.code as "agentCode", role, trim_scale(share * 100)::text as percent
          from event_award award join agent on agent.id = award.agent_id order by 1, 2`;
      });
    await fc.assert(
      fc.asyncProperty(splits, fc.integer({ min: -3, max: 3 }), async ({ parts, digits }, off) => {
        const total = new Decimal(10).pow(digits).times(100);
        const rest = parts.reduce((left, part) => left.minus(part), total).plus(off);
        const percents = [...parts.map((part) => new Decimal(part)), rest].map((part) => part.div(total.div(100)));
        const shares = percents.map((percent, place) => ({
          agentCode: `A00${(place % 3) + 1}`,
          role: place < 3 ? 'HELPER' : 'SELLER',
          percent: percent.toFixed(),
        }));
        if (off !== 0) await expect(decide(shares)).rejects.toThrow('100');
        else expect(await decide(shares)).toEqual([...shares].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
      }),
      { numRuns: 40 },
    );
    expect(await databases.owner.$client`select from conflict_decision`).toHaveLength(0);
  });
});

const clerk = localActor('clerk');
const now = new Date('2026-12-01T00:00:00Z');
const keyOf = ({ agentCode, role }: { agentCode: string; role: string }) => `${agentCode} ${role}`;

/** One to four first parts in units of 10^-digits percent, and room for another. */
const splits = fc.integer({ min: 0, max: 6 }).chain((digits) =>
  fc.record({
    parts: fc.array(fc.integer({ min: 1, max: 20 * 10 ** digits }), { minLength: 1, maxLength: 4 }),
    digits: fc.constant(digits),
  }),
);

/** Does something in a transaction that leaves nothing behind. */
async function inTrial<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  const results: Result[] = [];
  class Undone extends Error {}
  await databases.owner
    .transaction(async (transaction) => {
      results.push(await work(transaction));
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  const [result] = results;
  if (result === undefined) throw new Error('unreachable: it was done');
  return result;
}
