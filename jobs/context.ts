import type { Logger } from 'pino';
import type { Databases } from '../src/db/client.ts';

/** What a job works with. */
export type JobContext = {
  readonly databases: Databases;
  readonly clock: () => Date;
  readonly logger: Logger;
};
