import { beforeAll, describe, expect, it } from 'vitest';
import { type Explanation, explainLine } from '../../src/commissions/explain.ts';
import { formatLineId, lineIdJoins, lineIdSql, parseLineId } from '../../src/commissions/lineId.ts';
import type { Databases } from '../../src/db/client.ts';
import { Decimal } from '../../src/money.ts';
import { testDatabase } from '../database.ts';
import { calculateHistory } from '../oracle/history.ts';
import { inGroups, writtenHistories } from '../support/caseGroups.ts';
import { differencesOf } from '../support/compareHistories.ts';
import { evaluate } from '../support/formula.ts';
import { mergeHistories, partsOf } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// Every written case of months in a row, calculated and approved by the engine, against the oracle; the oracle's own tests hold it
// against the amounts worked by hand. Every line explains itself, under an id of its own. Cases stand side by side in one database;
// a failure names the case.

const { paying, failing } = writtenHistories();
const groups = inGroups(paying).map((group, index) => [index + 1, group.length, group] as const);

let databases: Databases;
const kinds = new Map<string, number>();
/** Kinds of lines whose formula says no more than the amount. */
const bare = new Set<string>();

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

type Stored = { line_id: string; kind: string; amount: string; currency: string };

async function storedLines(): Promise<Stored[]> {
  return databases.owner.$client.unsafe<Stored[]>(`
    select ${lineIdSql} as line_id, line.kind, line.amount, line.currency
    from commission_line line join commission_run run on run.id = line.run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
    join agent on agent.id = line.agent_id ${lineIdJoins} order by 1`);
}

function expectExplained({ line_id, kind, amount }: Stored, explanation: Explanation): void {
  expect(explanation).toMatchObject({ lineId: line_id, kind });
  expect(new Decimal(explanation.amount).equals(amount)).toBe(true);
  for (const text of [explanation.sentenceEn, explanation.sentenceZh]) {
    expect(text).toContain(explanation.amount);
    expect(text).not.toMatch(/undefined|NaN|\?|\[object/);
  }
  expect(explanation.steps.length).toBeGreaterThan(2);
  for (const { label, value } of explanation.steps)
    expect(`${label} ${value}`).not.toMatch(/undefined|NaN|\?|\[object/);
  if (explanation.formula.startsWith(`${explanation.amount} = `)) bare.add(kind);
  if (/share\(/.test(explanation.formula)) return;
  const { value, stated } = evaluate(explanation.formula);
  expect([value, stated], `${line_id}: ${explanation.formula}`).toEqual([explanation.amount, explanation.amount]);
}

describe('written histories', () => {
  it.each(groups)('group %i of %i cases', { timeout: 120_000 }, async (_number, _size, group) => {
    await emptyDatabase(databases);
    const engine = await runHistory(databases, mergeHistories(group.map(({ input }) => input)));
    const parts = partsOf(engine, group.length);
    const differences = group.flatMap(({ name, input }, world) =>
      differencesOf(parts[world] ?? { periods: {} }, calculateHistory(input), input).map((text) => `${name}: ${text}`),
    );
    expect(differences).toEqual([]);

    const lines = await storedLines();
    expect(new Set(lines.map(({ line_id }) => line_id)).size).toBe(lines.length);
    await databases.owner.transaction(async (transaction) => {
      for (const line of lines) {
        expect(formatLineId(parseLineId(line.line_id))).toBe(line.line_id);
        kinds.set(line.kind, (kinds.get(line.kind) ?? 0) + 1);
        expectExplained(line, await explainLine(transaction, line.line_id));
      }
    });
  });

  it.each(failing)('$name fails with its name', async ({ input, code }) => {
    await emptyDatabase(databases);
    await expect(runHistory(databases, input)).rejects.toMatchObject({ code });
  });
});

describe('all cases together', () => {
  it('hold lines of every kind; a formula says no more than the amount only where all of it is released, taken back or was decided', () => {
    expect([...kinds.keys()].sort()).toEqual(
      'ADJUSTMENT CAP CLAWBACK DRAW EARNING FLOOR OVERRIDE POOL RELEASE RETRO TAX VOLUME WITHHOLDING'.split(' '),
    );
    expect([...bare].sort()).toEqual(['ADJUSTMENT', 'CLAWBACK', 'RELEASE']);
  });
});
