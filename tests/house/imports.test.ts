import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, expect, it } from 'vitest';

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

async function check(folders: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(
    folders,
    { ruleSet: { forbidden: rules.forbidden }, validate: true, ...rules.options, outputType: undefined },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  return output as ICruiseResult;
}

const planted = 'src/commissions/engine/planted';
afterAll(() => rm(planted, { recursive: true, force: true }));

it('finds every module and no forbidden import', async () => {
  const { modules, summary } = await check(['src', 'schema', 'jobs']);
  expect(modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThan(60);
  expect(modules.some(({ source }) => source.startsWith('schema/'))).toBe(true);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});

it('would find a forbidden import', async () => {
  await mkdir(planted, { recursive: true });
  await writeFile(
    `${planted}/impure.ts`,
    "import { rawSql } from '../../../db/client.ts';\nexport const used = rawSql;\n",
  );
  const { summary } = await check(['src/commissions/engine']);
  expect(summary.violations.map(({ rule }) => rule.name)).toContain('engine-is-pure');
});
