import { startJobs } from '../../jobs/worker.ts';
import { openDatabases } from '../../src/db/client.ts';
import { never, now, silent } from './fixture.ts';

// A process of its own, to be killed: node --import tsx tests/jobs/replica.ts URL
const databases = openDatabases(process.argv[2] ?? '', undefined, 4);
await startJobs({ databases, clock: () => now, logger: silent, closeDelayHours: 0, clockPattern: never });
