import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placeInChanges, withChanges } from '../../src/programme/changes.ts';
import { planVersionContent, poolVersionContent } from '../../src/programme/content.ts';
import { planVersionEntry, poolVersionEntry } from '../../src/programme/fileForm.ts';
import type { Fault } from '../../src/programme/paths.ts';
import { parseProgramme, readProgramme } from '../../src/programme/read.ts';
import type { ProgrammeInput } from '../../src/programme/schema.ts';
import { everything } from './everything.ts';

const folder = new URL('../../examples/plans/', import.meta.url);
const published: [string, string][] = [
  ['everything', everything],
  ...readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]),
];

describe('a published version as a file says it', () => {
  it.each(published)('has the same content again: %s', (_name, text) => {
    const { plans, pools } = readProgramme(text);
    expect(plans.length).toBeGreaterThan(0);
    const again = parseProgramme({
      plans: plans.map((plan) => ({
        ...plan,
        versions: plan.versions.map((version) => planVersionEntry(planVersionContent(version))),
      })),
      pools: pools.map((pool) => ({
        ...pool,
        versions: pool.versions.map((version) => poolVersionEntry(poolVersionContent(version))),
      })),
    } as unknown as ProgrammeInput);
    expect(again.plans.map(({ versions }) => versions.map(planVersionContent))).toEqual(
      plans.map(({ versions }) => versions.map(planVersionContent)),
    );
    expect(again.pools.map(({ versions }) => versions.map(poolVersionContent))).toEqual(
      pools.map(({ versions }) => versions.map(poolVersionContent)),
    );
  });
});

const original = {
  from: '2026-01-01',
  components: [
    {
      code: 'ACT',
      events: ['ACTIVATION'],
      cap: '9',
      rules: [
        { code: 'FIBER', flat: '80' },
        { code: 'ANY', flat: '20' },
      ],
    },
    { code: 'RES', rules: [{ code: 'ANY', percent: '5' }] },
  ],
};

describe('changes', () => {
  it('reach entries by their codes; null removes, lists are replaced, the rest stays', () => {
    const faults: Fault[] = [];
    const changes = {
      from: '2026-02-01',
      components: {
        ACT: {
          events: ['RENEWAL'],
          cap: null,
          rules: { FIBER: { flat: '90' }, ANY: null, NEW: { code: 'NEW', flat: '1' } },
        },
        RES: null,
      },
    };
    expect(withChanges(original, changes, [], faults)).toEqual({
      from: '2026-02-01',
      components: [
        {
          code: 'ACT',
          events: ['RENEWAL'],
          rules: [
            { code: 'FIBER', flat: '90' },
            { code: 'NEW', flat: '1' },
          ],
        },
      ],
    });
    expect(faults).toEqual([]);
  });

  it('that meet nothing are faults, each with its place', () => {
    const faults: Fault[] = [];
    const changes = {
      to: null,
      components: { ATC: { cap: '1' }, ACT: { floor: null, rules: { FIBRE: { flat: '90' }, ANY: '3' } }, GONE: null },
    };
    withChanges(original, changes, ['changes'], faults);
    expect(faults.map(({ path }) => path.join('.'))).toEqual([
      'changes.to',
      'changes.components.ATC',
      'changes.components.ACT.floor',
      'changes.components.ACT.rules.FIBRE',
      'changes.components.ACT.rules.ANY',
      'changes.components.GONE',
    ]);
    expect(faults[3]?.message).toBe(
      'there is no FIBRE to change, but FIBER, ANY; to add it, let it say "code: FIBRE" itself',
    );
  });

  it('are found again from what they changed', () => {
    expect(placeInChanges(original, ['components', 0, 'rules', 1, 'flat'])).toEqual([
      'components',
      'ACT',
      'rules',
      'ANY',
      'flat',
    ]);
    expect(placeInChanges(original, ['components', 0, 'events', 0])).toEqual(['components', 'ACT', 'events', 0]);
  });
});
