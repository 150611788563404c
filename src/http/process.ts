import { isDriverWriteError } from '../db/guard.ts';
import type { Logger } from './log.ts';

/**
 * Ends the process with a log line at the first uncaught error or rejection, but for the one error of the database driver
 * that means no harm: its write to a connection that is gone, of which the statement's own promise tells as well.
 */
export function crashOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    if (isDriverWriteError(error)) {
      logger.error({ err: error }, 'The driver wrote to a database connection that was lost');
      return;
    }
    logger.fatal({ err: error }, 'An uncaught error ends the process');
    process.exit(1);
  });
}
