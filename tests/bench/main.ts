import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Databases } from '../../src/db/client.ts';
import { startDatabases } from '../../src/db/start.ts';
import { measureApi } from './api.ts';
import { measureConflicts } from './conflicts.ts';
import { measureEstimates } from './estimate.ts';
import { measureAccruals, measureExports } from './exports.ts';
import { measureRetro, measureSimulation, prepareEveryKind } from './later.ts';
import type { Comparison } from './measure.ts';
import { type Measured, measureExport, measureImport, measureRun, measureRunAs, prepare } from './month.ts';
import { markdown } from './report.ts';
import { measureScores } from './scores.ts';

// npm run bench [-- 100000 1000000 simple]: each size and programme (simple, everyKind), and what has one size: the scores (scores), the
// conflicts (conflicts), what follows a run (exports), the accruals (accruals) and what one agent asks in an open month (estimate); all where
// none is named, each in a database of its own, floors measured in the same process in turn.

const sizes = process.argv.slice(2).map(Number).filter(Boolean);
const results: Comparison[] = [];
const memory: { step: string; events: number; mebibytes: number }[] = [];

/** Keeps what was measured, its memory with it. */
async function keep(measured: Measured): Promise<Comparison> {
  const { comparison, mebibytes } = await measured;
  results.push(comparison);
  memory.push({ step: comparison.name, events: comparison.events, mebibytes });
  return comparison;
}

async function measureSimple(databases: Databases, folder: string, events: number, rounds: number): Promise<void> {
  const month = await prepare(databases, folder, events);
  await keep(measureImport(month, rounds));
  const full = await keep(measureRun(month, rounds));
  await keep(measureExport(month, rounds));
  results.push(await measureSimulation(month, rounds, full));
  results.push(await measureApi(month));
  results.push(await measureRetro(month, rounds, full));
}

async function measureEveryKind(databases: Databases, folder: string, events: number, rounds: number): Promise<void> {
  const month = await prepareEveryKind(databases, folder, events);
  const full = await keep(measureRunAs('full run, every kind', 3, month, rounds));
  results.push(await measureSimulation(month, rounds, full));
  results.push(await measureRetro(month, rounds, full));
}

const programmes = { simple: measureSimple, everyKind: measureEveryKind };
const named = Object.entries(programmes).filter(([name]) => process.argv.includes(name));
const ofOneSize = ['scores', 'conflicts', 'exports', 'accruals', 'estimate'].filter((name) =>
  process.argv.includes(name),
);
const onlyOneSize = ofOneSize.length > 0 && named.length === 0;
const chosen = named.length > 0 ? named : onlyOneSize ? [] : Object.entries(programmes);
const isWanted = (name: string) => (named.length === 0 && ofOneSize.length === 0) || ofOneSize.includes(name);

/** Measures in a database of its own. */
async function inDatabase(measure: (databases: Databases, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  const started = await startDatabases({ databaseUrl: undefined, requestDatabaseUrl: undefined, dataDir: folder });
  try {
    await measure(started.databases, folder);
  } finally {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const startLoad = loadavg()[0] ?? 0;
for (const events of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
  const rounds = events > 500_000 ? 3 : 5;
  for (const [, measure] of chosen) {
    await inDatabase((databases, folder) => measure(databases, folder, events, rounds));
  }
}
if (isWanted('scores')) {
  await inDatabase(async (databases) => {
    results.push(await measureScores(databases, 3));
  });
}
if (isWanted('conflicts')) {
  await inDatabase(async (databases) => {
    results.push(...(await measureConflicts(databases, 3)));
  });
}
if (isWanted('exports')) {
  await inDatabase(async (databases, folder) => {
    for (const { comparison, mebibytes } of await measureExports(databases, folder, 3)) {
      results.push(comparison);
      if (mebibytes > 0) memory.push({ step: comparison.name, events: comparison.events, mebibytes });
    }
  });
}
if (isWanted('accruals')) {
  await inDatabase(async (databases, folder) => {
    results.push(await measureAccruals(databases, folder, 3));
  });
}
if (isWanted('estimate')) {
  await inDatabase(async (databases, folder) => {
    results.push(...(await measureEstimates(databases, folder, 1_000_000)));
  });
}

const report = {
  measuredAt: new Date().toISOString(),
  node: process.version,
  cpus: cpus().length,
  loads: [startLoad, loadavg()[0] ?? 0],
  results,
  memory,
};
await mkdir('bench/results', { recursive: true });
await writeFile(`bench/results/${report.measuredAt.replaceAll(':', '-')}.json`, `${JSON.stringify(report, null, 2)}\n`);
if (!onlyOneSize) {
  // what was written by hand below the figures stays
  const page = 'docs/performance.md';
  const byHand = /\n## Query plans[\s\S]*/.exec(await readFile(page, 'utf8'))?.[0] ?? '';
  await writeFile(page, markdown(report) + byHand);
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
