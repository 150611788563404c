import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { idempotencyKey } from './tables.ts';

/** Anything that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type OnceOnly = {
  /** What the client named this attempt; null or missing: the work is done each time. */
  readonly key: string | null | undefined;
  /** What is asked for, as in `approveRun`. */
  readonly operation: string;
  /** What decides the outcome, without secrets: only its hash is kept. */
  readonly input: unknown;
};

/**
 * Does `work` once per user and key (DESIGN: idempotency keys). The key, the input's hash and the answer are written in the
 * caller's transaction, so they stand or fall with the work. The same key again gives the first answer without doing the
 * work; while the first attempt is still under way, the second waits for it. An attempt that failed leaves no key behind.
 * `work` and this run in the same transaction, which must be READ COMMITTED.
 * @throws UserError IDEMPOTENCY_KEY_REUSED for the same key with another operation or input, INPUT_INVALID for a key that is
 * not 1 to 200 printable characters.
 */
export async function onceOnly<Answer extends Json>(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { key, operation, input }: OnceOnly,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (key == null || actor.user === null) return work();
  if (!/^\P{Cc}{1,200}$/u.test(key)) {
    throw new UserError('INPUT_INVALID', 'An idempotency key has 1 to 200 printable characters.', 'idempotencyKey');
  }
  const userId = actor.user.id;
  const inputHash = createHash('sha256').update(canonicalJson(input)).digest('hex');
  // The primary key makes whoever comes second wait here until the first has ended.
  const claimed = await transaction
    .insert(idempotencyKey)
    .values({ userId, key, operation, inputHash, answer: 'null', createdAt: now.toISOString() })
    .onConflictDoNothing()
    .returning({ key: idempotencyKey.key });
  const isThisKey = and(eq(idempotencyKey.userId, userId), eq(idempotencyKey.key, key));
  if (claimed.length === 1) {
    const answer = await work();
    await transaction
      .update(idempotencyKey)
      .set({ answer: JSON.stringify(answer) })
      .where(isThisKey);
    return answer;
  }
  const [first] = await transaction.select().from(idempotencyKey).where(isThisKey);
  if (!first) throw new UserError('CONFLICTING_CHANGE', 'The same idempotency key was used at the same time.');
  if (first.operation !== operation || first.inputHash !== inputHash) {
    throw new UserError('IDEMPOTENCY_KEY_REUSED', 'This key was used for another input.', 'idempotencyKey');
  }
  return JSON.parse(first.answer) as Answer;
}

/** JSON with the keys of objects in order, so that the same input has the same text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}
