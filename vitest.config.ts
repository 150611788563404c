import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Libraries load graphql's main file; without this tests would load its module file, a second copy with types of its own.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/globalSetup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
