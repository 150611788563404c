import { pino } from 'pino';
import { startJobs } from '../../jobs/worker.ts';
import { openDatabases } from '../../src/db/client.ts';
import { openDocumentStore } from '../../src/documents/documents.ts';

// A process of its own that makes files, to be killed: node --import tsx tests/exports/replica.ts URL FOLDER
const [, , url = '', dataDir = ''] = process.argv;
await startJobs({
  databases: openDatabases(url, undefined, 4),
  clock: () => new Date('2026-12-05T02:00:00Z'),
  logger: pino({ level: 'silent' }),
  closeDelayHours: 1_000_000,
  clockPattern: '0 0 29 2 *',
  documents: openDocumentStore({ s3: null, dataDir }),
});
