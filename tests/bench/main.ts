import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabases } from '../../src/db/start.ts';
import { measureApi } from './api.ts';
import type { Comparison } from './measure.ts';
import { measureExport, measureImport, measureRun, prepare } from './month.ts';
import { markdown } from './report.ts';

// npm run bench [-- 100000 1000000]: each size in a database of its own, floors measured in the same process in turn.

const sizes = process.argv.slice(2).map(Number).filter(Boolean);
const results: Comparison[] = [];
const memory: { step: string; events: number; mebibytes: number }[] = [];

for (const events of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  const started = await startDatabases({ databaseUrl: undefined, requestDatabaseUrl: undefined, dataDir: folder });
  const rounds = events > 500_000 ? 3 : 5;
  try {
    const month = await prepare(started.databases, folder, events);
    for (const measure of [measureImport, measureRun, measureExport]) {
      const { comparison, mebibytes } = await measure(month, rounds);
      results.push(comparison);
      memory.push({ step: comparison.name, events, mebibytes });
    }
    results.push(await measureApi(month));
  } finally {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const report = { measuredAt: new Date().toISOString(), node: process.version, cpus: cpus().length, results, memory };
await mkdir('bench/results', { recursive: true });
await writeFile(`bench/results/${report.measuredAt.replaceAll(':', '-')}.json`, `${JSON.stringify(report, null, 2)}\n`);
await writeFile('docs/performance.md', markdown(report));
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
