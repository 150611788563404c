import { eq } from 'drizzle-orm';
import { type Database, rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { withdrawApplication } from './screening.ts';
import { application } from './tables.ts';

const forgottenDays = 90;
const dayMilliseconds = 86_400_000;

/**
 * Withdraws the drafts of applicants without an account at which nobody has worked for 90 days: entered, changed or given a document to,
 * by the applicant or the operator's people. Each in a transaction of its own; done again it finds none of them. What was given stays on
 * file, as with every application that ended.
 * @returns how many
 */
export async function withdrawForgottenDrafts(owner: Database, actor: Actor, now: Date): Promise<number> {
  const before = new Date(now.getTime() - forgottenDays * dayMilliseconds);
  const codes = await owner.transaction((transaction) => findForgotten(transaction, before));
  let count = 0;
  for (const code of codes) {
    const isDone = await owner.transaction((transaction) => withdrawForgotten(transaction, actor, now, code, before));
    if (isDone) count += 1;
  }
  return count;
}

async function withdrawForgotten(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  code: string,
  before: Date,
): Promise<boolean> {
  // somebody may have taken it up since it was found: locked, it is looked at again
  await transaction.select({ id: application.id }).from(application).where(eq(application.code, code)).for('update');
  const [found] = await findForgotten(transaction, before, code);
  if (found === undefined) return false;
  await withdrawApplication(
    transaction,
    actor,
    now,
    code,
    `Nobody handed it in or changed it for ${forgottenDays} days`,
  );
  return true;
}

async function findForgotten(transaction: Transaction, before: Date, code: string | null = null): Promise<string[]> {
  const rows = await rawSql(transaction)<{ code: string }[]>`
    select code from application join application_access access on access.application_id = application.id
    where state = 'DRAFT' and access.created_at <= ${before} and code = coalesce(${code}::text, code)
      and not exists (select from application_step step where step.application_id = application.id and step.at > ${before})
      and not exists (
        select from document where document.application_id = application.id and document.uploaded_at > ${before})
    order by code`;
  return rows.map((row) => row.code);
}
