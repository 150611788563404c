import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { histories } from '../oracle/generateHistory.ts';
import { calculateHistory } from '../oracle/history.ts';
import type { HistoryInput } from '../oracle/historyModel.ts';
import { acceptable, expectSameHistory } from '../support/compareHistories.ts';
import { mergeHistories, partOf, sideBySide } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// Random histories of several months, by engine and oracle. Many stand side by side in one database; a failure shows the seed and the
// history that differs. ORACLE_MONTHS says how many months, ORACLE_SEED which (`random`: others each time, as in test:long).

const months = Number(process.env.ORACLE_MONTHS ?? 300);
const wanted = process.env.ORACLE_SEED ?? '77';
const seed = wanted === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
const worldsAtOnce = 60;

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

/**
 * Samples until there are enough months, in groups that can stand side by side. A group costs nearly the same whatever its size, so
 * a short test takes what starts in few months and zones.
 */
function sampleGroups(): { groups: HistoryInput[][]; count: number } {
  const isShort = months < 5_000;
  let count = 0;
  const groups = new Map<string, HistoryInput[][]>();
  for (const input of fc.sample(histories().map(acceptable), { seed, numRuns: isShort ? months * 2 : months })) {
    const key = sideBySide(input);
    if (count >= months) break;
    if (isShort && !groups.has(key) && groups.size === 6) continue;
    const own = groups.get(key) ?? [[]];
    if (own.at(-1)?.length === worldsAtOnce) own.push([]);
    const [{ exchangeRates } = input] = own.at(-1) ?? [];
    own.at(-1)?.push({ ...input, exchangeRates });
    groups.set(key, own);
    count += input.steps.length;
  }
  return { groups: [...groups.values()].flat(), count };
}

const { groups, count } = sampleGroups();

describe(`random histories of seed ${seed}`, () => {
  it('are as many months as were asked for', () => {
    expect(count).toBeGreaterThanOrEqual(months);
  });

  it.each(groups.map((group, index) => [index + 1, group] as const))(
    'group %i gives the oracle’s figures to the last digit',
    { timeout: 600_000 },
    async (_index, group) => {
      await emptyDatabase(databases);
      const engine = await runHistory(databases, mergeHistories(group));
      for (const [world, input] of group.entries()) {
        try {
          expectSameHistory(partOf(engine, world), calculateHistory(input), input);
        } catch (error) {
          throw new Error(`seed ${seed}, world ${world} of the group: ${JSON.stringify(input)}`, { cause: error });
        }
      }
    },
  );
});
