import { expect, it } from 'vitest';
import { changesOf } from '../../src/portal/web/pages/audit/changes.ts';

it('a record shows what differs, value by value', () => {
  expect(
    changesOf({ status: 'CALCULATED', by: { name: 'anna' } }, { status: 'APPROVED', by: { name: 'anna' } }),
  ).toEqual([{ path: 'status', before: 'CALCULATED', after: 'APPROVED' }]);
  expect(changesOf(null, { codes: ['A', 'B'], active: false, until: null })).toEqual([
    { path: 'codes › 1', before: undefined, after: 'A' },
    { path: 'codes › 2', before: undefined, after: 'B' },
    { path: 'active', before: undefined, after: 'false' },
  ]);
  expect(changesOf({ reason: 'x' }, null)).toEqual([{ path: 'reason', before: 'x', after: undefined }]);
  expect(changesOf(null, null)).toEqual([]);
});
