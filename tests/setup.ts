import { afterAll } from 'vitest';
import { dropTestDatabases } from './database.ts';

// Test files of a worker share their modules: loading those anew for each file took longer than most files' tests. What a file
// opened goes with it; hooks that a shared module registered while tests run would wait for the worker's last file.
afterAll(dropTestDatabases);
