import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asFileError } from '../../src/cli/fileErrors.ts';
import { exportMatrix, importMatrix } from '../../src/cli/importMatrixCommand.ts';
import { importPriceFloors } from '../../src/cli/importPriceFloorsCommand.ts';
import type { Output } from '../../src/cli/output.ts';
import type { Databases } from '../../src/db/client.ts';
import { setUpRules } from '../conflicts/ruleFixture.ts';
import { testDatabase } from '../database.ts';

let databases: Databases;
let folder: string;
beforeAll(async () => {
  databases = await testDatabase();
  await setUpRules(databases);
  folder = await mkdtemp(join(tmpdir(), 'tributary-matrix-'));
});
afterAll(async () => {
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

const said: string[] = [];
const output: Output = {
  answer: (value, describe) => said.push(describe(value)),
  note: () => {},
  progress: () => ({ update: () => {}, end: () => {} }),
};
const options = { as: 'clerk', atomic: false };

it('imports the matrix and floor prices, and exports the matrix as it was imported', async () => {
  const cells =
    'channel_type,product_category,segment,allowed,valid_from,valid_to\r\nAGENT,BROADBAND,,true,2026-01-01,\r\nAGENT,DEVICES,PUBLIC,false,2026-01-01,2026-07-01\r\n';
  const file = join(folder, 'matrix.csv');
  await writeFile(file, `${cells}AGENT,NONE,,true,2026-01-01,\r\n`);
  await importMatrix(databases, output, file, options);
  await exportMatrix(databases, output, join(folder, 'exported.csv'));
  expect(await readFile(join(folder, 'exported.csv'), 'utf8')).toBe(cells);
  expect(await readFile(`${file}.errors.csv`, 'utf8')).toContain('3,4,product_category,REFERENCE_UNKNOWN');

  const floors = join(folder, 'floors.csv');
  await writeFile(floors, 'product_code,currency,price,valid_from\nFIBER,CNY,99.90,2026-01-01\n');
  await importPriceFloors(databases, output, floors, options);
  expect(said.map((text) => text.split('\n')[0])).toEqual([
    '3 rows: 2 new, 0 changed, 0 as before, 1 rejected.',
    `2 cells written to ${join(folder, 'exported.csv')}.`,
    '1 rows: 1 new, 0 changed, 0 as before, 0 rejected.',
  ]);
});

it('imports nothing where what is wrong cannot be written down', async () => {
  const file = join(folder, 'again.csv');
  await writeFile(
    file,
    'channel_type,product_category,segment,allowed,valid_from,valid_to\nAGENT,DEVICES,BUSINESS,true,2026-01-01,\nAGENT,NONE,,true,2026-01-01,\n',
  );
  const matrix = () => databases.owner.$client`select * from matrix_cell`;
  const before = await matrix();
  for (const [errors, reason] of [
    [join(folder, 'nowhere', 'e.csv'), 'it or its folder is not there'],
    [folder, 'it is a folder'],
    [join(file, 'e.csv'), 'part of its path is a file'],
  ] as const) {
    const error = await importMatrix(databases, output, file, { ...options, errors }).catch(asFileError);
    expect(error).toMatchObject({ code: 'FILE_UNUSABLE', at: errors, message: expect.stringContaining(reason) });
  }
  expect(await matrix()).toEqual(before);
});
