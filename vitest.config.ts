import { configDefaults, defineConfig } from 'vitest/config';

// `npm run test:long`: many more random histories, other ones each time.
const long = { ORACLE_MONTHS: '50000', ORACLE_SEED: 'random', ORACLE_HISTORIES: '1000', ORACLE_RUNS: '300' };

/** What starts processes, ends its own or measures itself. */
const alone = [
  'tests/{e2e,server,house,portal}/**/*.test.ts',
  'tests/db/embedded.test.ts',
  'tests/jobs/worker.test.ts',
];

export default defineConfig(({ mode }) => {
  const test = {
    setupFiles: ['tests/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes late where the machine has much else to do.
    expect: { poll: { timeout: 15_000, interval: 25 } },
    env: mode === 'long' ? { ...long, ...process.env } : {},
  };
  // Libraries load graphql's main file; without this tests would load its module file, a second copy with types of its own.
  const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };
  return {
    test: {
      globalSetup: ['tests/globalSetup.ts'],
      maxWorkers: 2,
      // Most files share what they import with those before them: loading it anew for each takes longer than its tests. Each has a
      // database of its own all the same.
      projects: [
        {
          resolve,
          test: {
            ...test,
            name: 'together',
            isolate: false,
            include: ['tests/**/*.test.ts'],
            exclude: [...configDefaults.exclude, ...alone],
          },
        },
        { resolve, test: { ...test, name: 'alone', include: alone } },
      ],
    },
  };
});
