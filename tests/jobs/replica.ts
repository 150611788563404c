import { pino } from 'pino';
import { startJobs } from '../../jobs/worker.ts';
import { openDatabases } from '../../src/db/client.ts';

// A process of its own, to be killed: node --import tsx tests/jobs/replica.ts URL
await startJobs({
  databases: openDatabases(process.argv[2] ?? '', undefined, 4),
  clock: () => new Date('2026-11-22T02:00:00Z'),
  logger: pino({ level: 'silent' }),
  closeDelayHours: 0,
  clockPattern: '0 0 29 2 *',
});
