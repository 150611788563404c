import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPortal, portalFolder } from '../../src/portal/build.ts';

// What a browser loads before it shows something: DESIGN says 300 KB of packed script, before charts.

const mostBytes = 300 * 1024;

type Part = {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
};
let parts: Record<string, Part>;

beforeAll(async () => {
  await buildPortal(() => {});
  parts = JSON.parse(readFileSync(join(portalFolder, '.vite', 'manifest.json'), 'utf8'));
}, 120_000);

function loadedBy(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of parts[name]?.imports ?? []) visit(next);
  };
  names.forEach(visit);
  return [...seen].map((name) => parts[name]?.file ?? '');
}

const packedBytes = (files: readonly string[]) =>
  files
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(portalFolder, `${file}.br`)).size, 0);

const pages = () => Object.keys(parts).filter((name) => /^pages\/.+\.tsx$/.test(name));

describe('the first view', () => {
  it('is under 300 KB, whichever page it is', () => {
    expect(pages().length).toBeGreaterThan(25);
    const sizes = pages().map((page): [string, number] => [page, packedBytes(loadedBy(['index.html', page]))]);
    expect(sizes.filter(([, bytes]) => bytes === 0 || bytes > mostBytes)).toEqual([]);
  });

  it('has no chart in it: those come late, as a part of their own', () => {
    const late = Object.keys(parts).find((name) => name.endsWith('shared/EChart.tsx'));
    expect(late).toBeDefined();
    const chart = parts[late ?? '']?.file;
    for (const page of pages()) expect(loadedBy(['index.html', page]), page).not.toContain(chart);
  });
});

it('there are no secrets in it, nor maps of the sources', () => {
  const texts = Object.values(parts).map(({ file }) => readFileSync(join(portalFolder, file), 'utf8'));
  const all = texts.join('\n');
  expect(all).not.toMatch(
    /postgres(ql)?:\/\/|DATABASE_URL|BEGIN [A-Z ]*PRIVATE KEY|TRIBUTARY_ENVELOPE|sourceMappingURL/,
  );
});
