import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { calculatePeriod, type Progress } from '../../src/commissions/close.ts';
import type { RunSummary } from '../../src/commissions/runs.ts';
import type { Databases } from '../../src/db/client.ts';
import { rawSql } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { exportPeriod } from '../../src/exports/folder.ts';
import type { Period } from '../../src/period.ts';
import { applyProgramme } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';
import { importEventFile } from '../../src/sales/import.ts';
import { type Comparison, compare, StepClock, seconds } from './measure.ts';
import { memoryOfCommand } from './memory.ts';
import { period, programmeText, writeEvents } from './province.ts';

export type Month = {
  readonly databases: Databases;
  readonly folder: string;
  readonly events: number;
  readonly csv: string;
};

export type Measured = Promise<{ comparison: Comparison; mebibytes: number }>;

export const actor = localActor('bench');
export const now = new Date('2026-11-15T00:00:00Z');

export async function prepare(databases: Databases, folder: string, events: number): Promise<Month> {
  const programme = readProgramme(programmeText());
  await databases.owner.transaction((transaction) => applyProgramme(transaction, actor, now, programme));
  const csv = join(folder, 'events.csv');
  await writeEvents(csv, events);
  return { databases, folder, events, csv };
}

export async function importFile({ databases }: Month, csv: string): Promise<void> {
  const { size } = await stat(csv);
  await databases.owner.transaction(async (transaction) => {
    const source = { name: csv, stream: createReadStream(csv), sizeBytes: size };
    const { acceptedCount, rejectedCount, rejections } = await importEventFile(transaction, actor, now, source, {
      atomic: false,
    });
    if (acceptedCount === 0 || rejectedCount > 0)
      throw new Error(`${acceptedCount} accepted, ${rejectedCount} rejected: ${rejections[0]?.message}`);
  });
}

/** Import against COPY of the same finished rows into a copy of the table with its keys and indexes. */
export async function measureImport(month: Month, rounds: number): Measured {
  const { databases, folder, events } = month;
  const sql = databases.owner.$client;
  const rows = join(folder, 'rows.copy');
  const mebibytes = await memoryOfCommand(databases, ['import', 'events', month.csv, '--as', actor.name]);
  await databases.owner.transaction(async (transaction) => {
    const stream = await rawSql(transaction)
      .unsafe('copy (select * from sales_event order by id) to stdout')
      .readable();
    await pipeline(stream, createWriteStream(rows));
    stream._read(0);
  });
  const floor = async () => {
    await sql.unsafe('create table floor_event (like sales_event including all excluding identity)');
    const time = await seconds(() =>
      databases.owner.transaction(async (transaction) => {
        const target = await rawSql(transaction).unsafe('copy floor_event from stdin').writable();
        await pipeline(createReadStream(rows, { highWaterMark: 65_536 }), target);
      }),
    );
    await sql.unsafe('drop table floor_event');
    return time;
  };
  const work = async () => {
    await emptySales(month);
    return seconds(() => importFile(month, month.csv));
  };
  const about = { name: 'CSV import', events, floor: 'COPY of the finished rows into the same keyed table', target: 4 };
  const comparison = await compare(about, rounds, floor, work);
  await sql.unsafe('vacuum analyze sales_event');
  return { comparison, mebibytes };
}

/** Between rounds only: the tables refuse it otherwise, and so do those that refer to them. */
async function emptySales({ databases }: Month): Promise<void> {
  const sql = databases.owner.$client;
  const tables = await sql<{ name: string }[]>`
    select format('%I', tablename) as name from pg_tables where schemaname = 'public' and tableowner = current_user`;
  const each = (what: string) => tables.map(({ name }) => `alter table ${name} ${what} trigger user`);
  await sql.unsafe(
    [...each('disable'), 'truncate sales_event, event_credit, event_import cascade', ...each('enable')].join(';'),
  );
}

const calculate = ({ databases }: Month, onProgress?: Progress): Promise<RunSummary> =>
  calculatePeriod(databases, actor, period as Period, now, onProgress);

/** A whole run of the simple programme. */
export const measureRun = (month: Month, rounds: number): Measured => measureRunAs('full run', 1.5, month, rounds);

/** A whole run against one INSERT … SELECT of its lines into the same table with its indexes. */
export async function measureRunAs(name: string, target: number, month: Month, rounds: number): Measured {
  const { databases, events } = month;
  const sql = databases.owner.$client;
  const mebibytes = await memoryOfCommand(databases, ['close', period, '--as', actor.name]);
  let run = await calculate(month);
  const clock = new StepClock();
  const floor = async () => {
    await sql.unsafe('drop table if exists floor_line');
    await sql.unsafe(`create table floor_line (like runs.line_${run.id} including all)`);
    return seconds(() => sql.unsafe(`insert into floor_line select * from runs.line_${run.id}`));
  };
  const work = () =>
    seconds(async () => {
      clock.start();
      run = await calculate(month, (step) => clock.next(step));
    });
  const about = { name, events, floor: 'INSERT … SELECT of the lines into the same indexed table', target };
  const comparison = await compare(about, rounds, floor, work);
  await sql.unsafe('drop table floor_line');
  const { lineCount: lines } = run;
  return { comparison: { ...comparison, lines, steps: clock.medians() }, mebibytes };
}

/** lines.csv (and the two small files) against a bare COPY TO of the run's lines. */
export async function measureExport(month: Month, rounds: number): Measured {
  const { databases, folder, events } = month;
  const [run] = await databases.owner.$client<
    { id: number }[]
  >`select max(id) as id from commission_run where status = 'CALCULATED'`;
  const bare = join(folder, 'bare.csv');
  const floor = () =>
    seconds(() =>
      databases.owner.transaction(async (transaction) => {
        const stream = await rawSql(transaction)
          .unsafe(`copy runs.line_${run?.id} to stdout (format csv, header)`)
          .readable();
        await pipeline(stream, createWriteStream(bare));
        stream._read(0);
      }),
    );
  const out = join(folder, 'out');
  const work = () => seconds(() => exportPeriod(databases, period as Period, out));
  const mebibytes = await memoryOfCommand(databases, ['export', period, '--out', out]);
  const about = { name: 'line export', events, floor: 'bare COPY TO of the lines', target: 2 };
  const comparison = await compare(about, rounds, floor, work);
  await rm(out, { recursive: true, force: true });
  return { comparison, mebibytes };
}
