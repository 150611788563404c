import { afterAll } from 'vitest';
import { dropTestDatabases } from './database.ts';

// Runs before each test file: what is registered first is done last, when all else of the file has let go of its databases.
afterAll(dropTestDatabases);
