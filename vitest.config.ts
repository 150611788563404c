import { defineConfig } from 'vitest/config';

// `npm run test:long`: many more random histories, other ones each time.
const long = { ORACLE_MONTHS: '50000', ORACLE_SEED: 'random', ORACLE_HISTORIES: '1000', ORACLE_RUNS: '300' };

export default defineConfig(({ mode }) => ({
  // Libraries load graphql's main file; without this tests would load its module file, a second copy with types of its own.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/globalSetup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    env: mode === 'long' ? { ...long, ...process.env } : {},
  },
}));
