import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { calculateHistory } from '../oracle/history.ts';
import { inGroups, writtenHistories } from '../support/caseGroups.ts';
import { differencesOf } from '../support/compareHistories.ts';
import { mergeHistories, partOf } from '../support/mergeHistories.ts';
import { runHistory } from '../support/oracleHistory.ts';
import { allowEmptying, emptyDatabase } from '../support/reset.ts';

// Every written case of months in a row, calculated and approved by the engine, against the oracle; the oracle's own tests hold it
// against the amounts worked by hand. Cases stand side by side in one database; a failure names the case.

const { paying, failing } = writtenHistories();
const groups = inGroups(paying).map((group, index) => [index + 1, group.length, group] as const);

let databases: Databases;

beforeAll(async () => {
  databases = await testDatabase();
  await allowEmptying(databases);
});

describe('written histories', () => {
  it.each(groups)('group %i of %i cases', { timeout: 120_000 }, async (_number, _size, group) => {
    await emptyDatabase(databases);
    const engine = await runHistory(databases, mergeHistories(group.map(({ input }) => input)));
    const differences = group.flatMap(({ name, input }, world) =>
      differencesOf(partOf(engine, world), calculateHistory(input), input).map((text) => `${name}: ${text}`),
    );
    expect(differences).toEqual([]);
  });

  it.each(failing)('$name fails with its name', async ({ input, code }) => {
    await emptyDatabase(databases);
    await expect(runHistory(databases, input)).rejects.toMatchObject({ code });
  });
});
