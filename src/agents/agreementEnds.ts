import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { agreementPaper, type EndedAgreement } from '../partners/tables.ts';
import {
  type Agreement,
  agreementsOf,
  checkOverlaps,
  findAgreement,
  insertAgreement,
  lockAgreements,
  requireReason,
  requireWithin,
  setEnd,
} from './agreementRows.ts';
import { agreement } from './tables.ts';

// Agreements that end before their time: by a decision of their own, or with the agent's termination (DOMAIN.md §4).

/**
 * Ends an agreement early: `on` is the first day on which it no longer holds. One that has not begun may end with its first day:
 * then it never was.
 * @throws UserError AGREEMENT_STATE where it is over by then or began later, VALUE_MISSING without a reason.
 */
export async function endAgreement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, on, today, reason }: { code: string; on: string; today: string; reason: string },
): Promise<void> {
  await lockAgreements(transaction);
  const old = await findAgreement(transaction, code);
  const why = requireReason(reason);
  const isCancelled = on === old.from && old.from > today;
  if (!isCancelled) requireWithin(old, on);
  if (isCancelled) await requireLast(transaction, old);
  await endOrCancel(transaction, actor, now, old, on, why);
}

/**
 * Ends what agreements an agent has from the day of its termination on, but for those whose RESIDUAL is to go on
 * (`trailing: CONTINUE`, docs/commission.md §3.4). Agreements that begin later never do.
 * @returns what was ended, as it was.
 */
export async function endAgreementsAtTermination(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, from, reason }: { agentId: number; from: string; reason: string },
): Promise<EndedAgreement[]> {
  await lockAgreements(transaction);
  const end = endAtTermination(from);
  const concerned = (await agreementsOf(transaction, agentId)).filter(
    ({ to, terms }) => terms.trailing !== 'CONTINUE' && (to === null || to > end),
  );
  const ended: EndedAgreement[] = [];
  // The last one first: nothing that goes is then named by one that stays.
  for (const old of concerned.reverse()) {
    ended.push(await endOrCancel(transaction, actor, now, old, end > old.from ? end : old.from, reason));
  }
  return ended.reverse();
}

/** Puts back what a termination that is withdrawn had ended. @throws UserError AGREEMENT_OVERLAP. */
export async function restoreAgreements(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  agentId: number,
  ended: readonly EndedAgreement[],
): Promise<void> {
  await lockAgreements(transaction);
  const newKeys = new Map<number, number>();
  for (const { code, planId, from, to, terms, paper } of ended) {
    const [known] = await transaction
      .update(agreement)
      .set({ validTo: to })
      .where(eq(agreement.code, code))
      .returning({ id: agreement.id });
    const id = known?.id ?? (await insertAgreement(transaction, { code, agentId, planId, from, to, terms }));
    const { endedEarlyBy = null, endReason = null } = paper ?? {};
    if (known) {
      await transaction
        .update(agreementPaper)
        .set({ endedEarlyBy, endReason })
        .where(eq(agreementPaper.agreementId, id));
    } else if (paper) {
      newKeys.set(paper.agreementId, id);
      const renewsId = paper.renewsId === null ? null : (newKeys.get(paper.renewsId) ?? paper.renewsId);
      await transaction.insert(agreementPaper).values({ ...paper, agreementId: id, renewsId });
    }
    await recordChanges(transaction, actor, now, [
      { action: 'agreement.restored', entity: 'agreement', entityKey: code, after: { from, to } },
    ]);
  }
  await checkOverlaps(transaction);
}

/**
 * The day with which agreements end when their agent is terminated from `date` on. A month that begins with the termination keeps
 * its first day: what the agent owes of draws is settled in the first month at whose end it is terminated, by the agreement in
 * that month (docs/commission.md §8.4).
 */
function endAtTermination(date: string): string {
  return date.endsWith('-01') ? `${date.slice(0, 8)}02` : date;
}

/** @returns the agreement as it was. */
async function endOrCancel(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  old: Agreement,
  end: string,
  reason: string,
): Promise<EndedAgreement> {
  const { id, code, planId, from, to, terms } = old;
  const [paper = null] = await transaction.select().from(agreementPaper).where(eq(agreementPaper.agreementId, id));
  const isCancelled = end === from;
  if (isCancelled) {
    await transaction.delete(agreementPaper).where(eq(agreementPaper.agreementId, id));
    await transaction.delete(agreement).where(eq(agreement.id, id));
  } else {
    await setEnd(transaction, old, end);
    const ending = { endedEarlyBy: actor.name, endReason: reason };
    await transaction
      .insert(agreementPaper)
      .values({ agreementId: id, ...ending })
      .onConflictDoUpdate({ target: agreementPaper.agreementId, set: ending });
  }
  await recordChanges(transaction, actor, now, [
    {
      action: isCancelled ? 'agreement.cancelled' : 'agreement.ended',
      entity: 'agreement',
      entityKey: code,
      before: { from, to },
      ...(isCancelled ? {} : { after: { from, to: end } }),
      reason,
    },
  ]);
  return { code, planId, from, to, terms, paper };
}

async function requireLast(transaction: Transaction, { id, code }: Agreement): Promise<void> {
  const [next] = await rawSql(transaction)<{ code: string }[]>`
    select agreement.code from agreement_paper paper join agreement on agreement.id = paper.agreement_id where paper.renews_id = ${id}`;
  if (!next) return;
  throw new UserError('AGREEMENT_STATE', `The agreement ${next.code} follows ${code}: end that one first.`, 'code');
}
