import { expect, it } from 'vitest';
import { clientCounter, countApplicant, countFields } from '../../src/http/anonymous.ts';

it.each([
  ['mutation { apply(input: {}) { code } }', 1],
  ['mutation { apply,(input: {}) { code } }', 1],
  ['mutation { a: apply #, by a comment\n (input: {}) { code } b:apply(input: {}) { code } }', 2],
  [
    'mutation { ...F ... on Mutation { b: apply(input: {}) { code } } } fragment F on Mutation { a: apply { code } }',
    2,
  ],
  ['mutation { reject(reason: "they may apply (again)") { code } }', 0],
  ['mutation { apply(', 0],
])('finds the applications of %s', (query, count) => {
  expect(countFields(query, 'apply')).toBe(count);
});

it('an applicant gets 300 looks at its application in a quarter of an hour, of whatever kind', async () => {
  const countFor = clientCounter();
  for (let look = 1; look <= 300; look += 1) expect(await countApplicant(countFor, '192.0.2.1')).toBeUndefined();
  expect(await countApplicant(countFor, '192.0.2.1')).toBeGreaterThan(0);
  expect(await countApplicant(countFor, '192.0.2.2')).toBeUndefined();
});
