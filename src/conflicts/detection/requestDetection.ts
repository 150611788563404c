import { sql } from 'drizzle-orm';
import type { Transaction } from '../../db/client.ts';

/** Asks for what a request brought in to be looked through for conflicts, once it has committed; nothing where there are no rules. */
export async function requestDetection(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select request_detection()`);
}
