import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { histories } from '../oracle/generateHistory.ts';
import { calculateHistory } from '../oracle/history.ts';
import type { HistoryInput } from '../oracle/historyModel.ts';
import { acceptable, differencesOf } from './compareHistories.ts';
import { mergeHistories, partsOf } from './mergeHistories.ts';
import { runHistory } from './oracleHistory.ts';
import { allowEmptying, emptyDatabase } from './reset.ts';

// Random histories of several months, by engine and oracle. Many stand side by side in one database; a failure shows the seed and the
// history that differs. ORACLE_MONTHS says how many months, ORACLE_SEED which (`random`: others each time, as in test:long).

/** What histories must share to stand side by side: where they begin and how many months they last. */
type Span = { readonly start: string; readonly months: number };
type Group = { readonly name: string; readonly histories: readonly HistoryInput[] };

const worldsAtOnce = 170;
const everySpan: readonly Span[] = ['2026-08', '2026-09', '2026-10', '2026-11'].flatMap((start) =>
  [2, 3, 4].map((months) => ({ start, months })),
);

function drawGroup(timeZone: string, { start, months }: Span, worlds: number, seed: number): Group {
  const drawn = fc.sample(histories({ timeZones: [timeZone], starts: [start], months }).map(acceptable), {
    seed,
    numRuns: worlds,
  });
  // exchange rates belong to the operator, so those of the first hold for all
  const [first] = drawn;
  const shared = drawn.map((input) => ({ ...input, exchangeRates: first?.exchangeRates ?? input.exchangeRates }));
  return { name: `${months} months from ${start}, ${worlds} histories of seed ${seed}`, histories: shared };
}

/** Groups of at least so many months in all, spread evenly over the spans. */
function drawGroups(timeZone: string, spans: readonly Span[], months: number, seed: number): Group[] {
  return spans.flatMap((span, place) => {
    const worlds = Math.ceil(months / spans.length / span.months);
    const sizes = Array.from({ length: Math.ceil(worlds / worldsAtOnce) }, (_, index) =>
      Math.min(worldsAtOnce, worlds - index * worldsAtOnce),
    );
    return sizes.map((size, index) => drawGroup(timeZone, span, size, seed + place + index * spans.length));
  });
}

/**
 * Declares the tests of one zone's half of the months: in a short run those of the given spans (a group costs much by itself), in a
 * long one every span.
 */
export function testRandomHistories(timeZone: string, spans: readonly Span[]): void {
  const months = Number(process.env.ORACLE_MONTHS ?? 200) / 2;
  const wanted = process.env.ORACLE_SEED ?? '77';
  const seed = wanted === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
  const groups = drawGroups(timeZone, months < 2500 ? spans : everySpan, months, seed);
  let databases: Databases;

  beforeAll(async () => {
    databases = await testDatabase();
    await allowEmptying(databases);
  });

  describe(`random histories in ${timeZone}, seed ${seed}`, () => {
    it('are as many months as were asked for', () => {
      const count = groups.flatMap((group) => group.histories.map(({ steps }) => steps.length));
      expect(count.reduce((sum, steps) => sum + steps, 0)).toBeGreaterThanOrEqual(months);
    });

    it.each(groups)('$name: the oracle’s figures to the last digit', { timeout: 600_000 }, async (group) => {
      await emptyDatabase(databases);
      const parts = partsOf(await runHistory(databases, mergeHistories(group.histories)), group.histories.length);
      const failures = group.histories.flatMap((input, world) => {
        const part = parts[world] ?? { periods: {} };
        const differences = differencesOf(part, calculateHistory(input), input);
        return differences.length > 0 ? [{ world, differences, input: JSON.stringify(input) }] : [];
      });
      expect(failures).toEqual([]);
    });
  });
}
