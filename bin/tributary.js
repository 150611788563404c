#!/usr/bin/env node
// Launches the program, which is TypeScript, and puts its parts together: the API and the jobs stand above src/ and are
// handed to it here, so that nothing in src/ needs to know them.
import { setFlagsFromString } from 'node:v8';
import { register } from 'tsx/esm/api';

// Long imports and exports make much that is dropped at once: collected a little sooner, it does not pile up to twice the memory.
setFlagsFromString('--heap-growing-percent=30');
register();
const { main } = await import('../src/cli/main.ts');
await main(process.argv, {
  loadSchema: async () => (await import('../schema/schema.ts')).schema,
  loadJobs: async () => (await import('../jobs/worker.ts')).startJobs,
});
