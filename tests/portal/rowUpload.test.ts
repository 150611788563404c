import { expect, it } from 'vitest';
import { added, inputOf } from '../../src/portal/web/shared/useRowUpload.ts';

const columns = { known: ['agent_code', 'value', 'valid_to'], needed: ['agent_code', 'value'] };
const row = (line: number, values: Record<string, string>) => ({ line, values });

it('rows become the input of the API: camel case, text, null where something optional is empty', () => {
  const input = inputOf<unknown>(columns);
  expect(input(row(2, { agent_code: 'A1', value: '0.10', valid_to: '' }))).toEqual({
    agentCode: 'A1',
    value: '0.10',
    validTo: null,
  });
  // What must be there is sent empty, so that the API says which row lacks it.
  expect(input(row(2, { value: '' }))).toEqual({ agentCode: '', value: '', validTo: null });
});

it('what became of the requests of a file is added up, and faults name its lines and columns', () => {
  const fault = { column: 'validTo', code: 'X', message: 'no', key: null };
  const one = added(undefined, { counts: { created: 1, changed: 2 }, rejectedCount: 0, rejections: [] }, []);
  // The second request's first row stands in line 1,003 of the file: a blank line was left out.
  const both = added(
    one,
    { counts: { created: 4, changed: 0 }, rejectedCount: 1, rejections: [{ row: 1, ...fault }] },
    [row(1003, {})],
  );
  expect(both).toEqual({
    counts: { created: 5, changed: 2 },
    rejectedCount: 1,
    rejections: [{ line: 1003, column: 'valid_to', code: 'X', message: 'no', key: null }],
  });
});
