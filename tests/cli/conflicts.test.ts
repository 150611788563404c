import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conflicts } from '../../src/cli/conflictsCommand.ts';
import { detect } from '../../src/cli/detectCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import { detectPending } from '../../src/conflicts/detection/detect.ts';
import { publishConflictRule } from '../../src/conflicts/rules.ts';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { actor, file, importText, line, now, setUpProvince } from '../sales/fixture.ts';

// A001 sells FIBER to the customer K on 28 October; A004 of the west sells it to K again on the 29th.

let databases: Databases;
let folder: string;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpProvince(databases);
  folder = await mkdtemp(join(tmpdir(), 'tributary-conflicts-'));
  const definition = {
    kind: 'DUPLICATE',
    effect: 'FLAG',
    scope: { events: ['ACTIVATION'] },
    windowDays: 30,
    same: 'PRODUCT',
    dueDays: 5,
    appealDays: 10,
  };
  await databases.owner.transaction((transaction) =>
    publishConflictRule(transaction, actor, now, {
      code: 'TWICE',
      name: 'Sold twice',
      validFrom: '2026-01-01',
      definition,
    }),
  );
  // A new rule has all events looked through; then only what comes in.
  await detectPending(databases, actor, now);
  const again = { external_id: 'E2', agent_code: 'A004', occurred_at: '2026-10-29T10:00:00+08:00', customer_id: 'K' };
  await importText(databases.owner, file(line({ customer_id: 'K' }), line(again)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let said: { value: unknown; text: string }[] = [];
const shownPercents: number[] = [];
const output: Output = {
  answer: (value, describe) => said.push({ value, text: describe(value) }),
  note: () => {},
  progress: () => ({ update: (percent) => shownPercents.push(percent), end: () => {} }),
};
/** What the command answered. */
async function answer(work: Promise<void>): Promise<{ value: unknown; text: string } | undefined> {
  said = [];
  await work;
  expect(said).toHaveLength(1);
  return said[0];
}

it('detect looks through what is pending, then through a month without finding anything new', async () => {
  const pending = await answer(detect(databases, output, undefined, { as: 'clerk' }));
  expect(pending?.value).toEqual({ period: null, scanned: 2, found: 1, opened: 1, reopened: 0, closed: 0 });
  expect(pending?.text).toBe('2 events looked through: 1 hits; 1 cases opened, 0 opened again, 0 closed.');
  expect(shownPercents.at(-1)).toBe(100);
  const again = await answer(detect(databases, output, '2026-10', { as: 'clerk' }));
  expect(again?.value).toEqual({ period: '2026-10', scanned: 2, found: 1, opened: 0, reopened: 0, closed: 0 });
  await expect(detect(databases, output, '2026-13', { as: 'clerk' })).rejects.toMatchObject({ code: 'PERIOD_INVALID' });
});

it('conflicts tells figures, also as CSV', async () => {
  const csv = join(folder, 'figures.csv');
  const byAgent = await answer(conflicts(databases, output, '2026-09..2026-10', { by: 'agent', csv }));
  expect(byAgent?.value).toMatchObject({
    from: '2026-09',
    to: '2026-10',
    by: 'AGENT',
    groups: [{ key: 'A004', hitCount: 1, caseCount: 1, openCount: 1 }],
    total: { hitCount: 1, caseCount: 1 },
  });
  expect(byAgent?.text).toMatch(/A004 .*\n.*\(all\)/s);
  const [header, first, ...more] = (await readFile(csv, 'utf8')).trim().split('\r\n');
  expect(header).toMatch(/^agent,hits,cases,open,in_mediation,/);
  expect(first).toMatch(/^A004,1,1,1,0,/);
  expect(more).toEqual([]);
  const byRegion = await answer(conflicts(databases, output, '2026-10', { by: 'region' }));
  expect(byRegion?.value).toMatchObject({ groups: [{ key: 'R-WEST' }] });
  const before = await answer(conflicts(databases, output, '2026-09', { by: 'rule' }));
  expect(before?.value).toMatchObject({ groups: [], total: { caseCount: 0 } });

  for (const text of ['2026-10..2026-09', '2026-09..2026-10..2026-11', 'October'])
    await expect(conflicts(databases, output, text, { by: 'rule' })).rejects.toMatchObject({ code: 'PERIOD_INVALID' });
  await expect(conflicts(databases, output, '2026-10', { by: 'toString' })).rejects.toMatchObject({ at: '--by' });
});
