import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import type { AgreementTerms } from '../commissions/definitions.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { agreementPaper } from '../partners/tables.ts';
import { codeSchema, dateSchema, decimal, percentOfWhole, wholeNumber } from '../programme/fields.ts';
import { finishEndedAgreements } from '../reminders/reminders.ts';
import {
  type Agreement,
  checkOverlaps,
  findAgreement,
  insertAgreement,
  lockAgreements,
  type NewAgreement,
  requireReason,
  requireWithin,
  setEnd,
} from './agreementRows.ts';

// Agreements through time (DOMAIN.md §2, §4): opened, renewed, continued on other terms, ended. One that has begun is never
// edited but in its end; what changes is a new agreement that follows the old one, so that closed months keep what they went by.

/** What a following agreement says otherwise than the one before; null takes an amount away, what is left out stays. */
export type TermsChange = {
  readonly planId?: number | undefined;
  readonly totalCap?: string | null | undefined;
  readonly minimumPayout?: string | null | undefined;
  readonly taxPercent?: string | null | undefined;
  readonly trailing?: 'CONTINUE' | 'STOP' | null | undefined;
  readonly vatPercent?: string | null | undefined;
  readonly vatIncluded?: boolean | null | undefined;
  readonly invoiceRequired?: boolean | null | undefined;
  readonly depositTarget?: string | null | undefined;
  readonly depositPercent?: string | null | undefined;
  readonly paymentDelayDays?: number | null | undefined;
  readonly remindDays?: number | null | undefined;
};

/** The paper that a new agreement stands on. */
export type Signature = {
  readonly documentId?: number | null | undefined;
  readonly sha256?: string | null | undefined;
  readonly signedOn?: string | null | undefined;
};

const newAgreementSchema = z.object({
  code: codeSchema,
  from: dateSchema,
  to: dateSchema.nullable(),
  terms: z.strictObject({
    totalCap: decimal('Most commission of a period.').optional(),
    minimumPayout: decimal('Less than this is carried forward.').optional(),
    taxPercent: percentOfWhole('Percent withheld as tax.').optional(),
    trailing: z.literal('CONTINUE').optional(),
    vatPercent: percentOfWhole('Percent of value-added tax.').optional(),
    vatIncluded: z.literal(true).optional(),
    invoiceRequired: z.literal(true).optional(),
    depositTarget: decimal('The deposit to be kept.').optional(),
    depositPercent: percentOfWhole('Percent of each payment that goes into it.').optional(),
  }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal, in lower case')
    .nullish(),
  signedOn: dateSchema.nullish(),
  remindDays: wholeNumber(0, 3650, 'Days before the end.').default(60),
  paymentDelayDays: wholeNumber(0, 365, 'Days after the statement is confirmed.').default(0),
});

/**
 * Opens an agreement in the caller's transaction, with its paper.
 * @returns its key.
 * @throws UserError INPUT_INVALID naming each field at fault, CODE_DUPLICATE, AGREEMENT_OVERLAP naming the other one, AGENT_STATE
 * where the agent is terminated then, NOT_FOUND for an agent or plan that one may not see.
 */
export async function openAgreement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  wanted: NewAgreement,
): Promise<number> {
  await lockAgreements(transaction);
  return open(transaction, actor, now, wanted, 'agreement.opened');
}

/**
 * Lets an agreement that ends be followed by another one from its last day on, on the same terms but for what `change` says.
 * @param renewal `to` is the new end; `code` is AGREEMENT-2, -3 … unless given
 * @returns the new agreement's key.
 * @throws UserError AGREEMENT_STATE where the old one has no end, and what openAgreement throws.
 */
export async function renewAgreement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  renewal: {
    readonly renews: string;
    readonly to: string | null;
    readonly code?: string | null | undefined;
    readonly change?: TermsChange;
    readonly signature?: Signature;
    readonly reason?: string;
  },
): Promise<number> {
  await lockAgreements(transaction);
  const old = await findAgreement(transaction, renewal.renews);
  if (old.to === null) {
    const message = `The agreement ${old.code} has no end, so nothing can follow it. Change its terms from a day on, or end it.`;
    throw new UserError('AGREEMENT_STATE', message, 'renews');
  }
  return follow(transaction, actor, now, old, { ...renewal, from: old.to, action: 'agreement.renewed' });
}

/**
 * Changes the terms of an agreement from a day on: it ends there and a new version of it runs on until its end.
 * @returns the new agreement's key.
 * @throws UserError AGREEMENT_STATE where it is not in force on that day or begins on it, and what openAgreement throws.
 */
export async function changeAgreement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  wanted: {
    readonly changes: string;
    readonly from: string;
    readonly code?: string | null | undefined;
    readonly change: TermsChange;
    readonly signature?: Signature;
    readonly reason: string;
  },
): Promise<number> {
  await lockAgreements(transaction);
  const reason = requireReason(wanted.reason);
  const old = await findAgreement(transaction, wanted.changes);
  requireWithin(old, wanted.from);
  await setEnd(transaction, old, wanted.from);
  return follow(transaction, actor, now, old, { ...wanted, reason, to: old.to, action: 'agreement.changed' });
}

type Following = {
  readonly action: 'agreement.renewed' | 'agreement.changed';
  readonly from: string;
  readonly to: string | null;
  readonly code?: string | null | undefined;
  readonly change?: TermsChange;
  readonly signature?: Signature;
  readonly reason?: string;
};

async function follow(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  old: Agreement,
  { action, from, to, code, change = {}, signature = {}, reason }: Following,
): Promise<number> {
  const [paper] = await transaction.select().from(agreementPaper).where(eq(agreementPaper.agreementId, old.id));
  const wanted: NewAgreement = {
    code: code ?? (await nextCode(transaction, old, paper?.renewsId != null)),
    agentId: old.agentId,
    planId: change.planId ?? old.planId,
    from,
    to,
    terms: changedTerms(old.terms, change),
    renewsId: old.id,
    ...signature,
    remindDays: change.remindDays ?? paper?.remindDays ?? 60,
    paymentDelayDays: change.paymentDelayDays ?? paper?.paymentDelayDays ?? 0,
  };
  return open(
    transaction,
    actor,
    now,
    wanted,
    action,
    { code: old.code, from: old.from, to: old.to, terms: old.terms },
    reason,
  );
}

/** Terms with what a change says. */
export function changedTerms(terms: AgreementTerms, change: TermsChange): AgreementTerms {
  const { trailing, vatIncluded, invoiceRequired } = change;
  const amounts = (
    ['totalCap', 'minimumPayout', 'taxPercent', 'vatPercent', 'depositTarget', 'depositPercent'] as const
  ).map((name) => [name, change[name] === undefined ? terms[name] : change[name]]);
  const merged = {
    ...Object.fromEntries(amounts),
    trailing: trailing === undefined ? terms.trailing : trailing === 'CONTINUE' ? trailing : undefined,
    // what is false is not written down
    vatIncluded: vatIncluded === undefined ? terms.vatIncluded : vatIncluded || undefined,
    invoiceRequired: invoiceRequired === undefined ? terms.invoiceRequired : invoiceRequired || undefined,
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value != null));
}

/** CODE-2 follows CODE, CODE-3 follows CODE-2; the next number where one is taken. */
async function nextCode(transaction: Transaction, old: Agreement, isFollower: boolean): Promise<string> {
  const numbered = isFollower ? /^(.+)-([1-9]\d{0,4})$/.exec(old.code) : null;
  const stem = numbered?.[1] ?? old.code;
  const rows = await transaction.query.agreement.findMany({ columns: { code: true }, where: { agentId: old.agentId } });
  const taken = new Set(rows.map(({ code }) => code));
  let number = Number(numbered?.[2] ?? 1) + 1;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

async function open(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  given: NewAgreement,
  action: string,
  before?: object,
  reason?: string,
): Promise<number> {
  const parsed = newAgreementSchema.safeParse(given);
  if (!parsed.success) {
    throw new UserErrors(
      parsed.error.issues.map(({ path, message }) => new UserError('INPUT_INVALID', message, path.join('.'))),
    );
  }
  const { code, from, to, terms, remindDays, paymentDelayDays } = parsed.data;
  if (to !== null && to <= from) {
    throw new UserError('INPUT_INVALID', `The agreement would end on ${to}, before it begins on ${from}.`, 'to');
  }
  const wanted = { ...given, code, from, to, terms: terms as AgreementTerms };
  const agentCode = await requireFree(transaction, wanted);
  const id = await insertAgreement(transaction, wanted);
  const { renewsId = null, documentId = null, sha256 = null, signedOn = null } = given;
  const paper = { renewsId, documentId, sha256, signedOn, remindDays, paymentDelayDays };
  await transaction.insert(agreementPaper).values({ agreementId: id, ...paper });
  await checkOverlaps(transaction);
  const after = { agent: agentCode, planId: given.planId, from, to, terms: wanted.terms, ...paper };
  await recordChanges(transaction, actor, now, [
    { action, entity: 'agreement', entityKey: code, before, after, ...(reason ? { reason } : {}) },
  ]);
  await finishEndedAgreements(transaction, actor, now, wanted);
  return id;
}

/** @returns the agent's code. */
async function requireFree(transaction: Transaction, wanted: NewAgreement): Promise<string> {
  const { code, agentId, planId, from, to } = wanted;
  const sql = rawSql(transaction);
  const [facts] = await sql<{ agent: string | null; plan: string | null; isTerminated: boolean; isTaken: boolean }[]>`
    select (select code from agent where id = ${agentId}) as agent, (select code from plan where id = ${planId}) as plan,
      exists (select from agent_status where agent_id = ${agentId} and status = 'TERMINATED'
        and daterange(valid_from, valid_to) @> ${from}::date) as "isTerminated",
      exists (select from agreement where code = ${code}) as "isTaken"`;
  if (!facts?.agent) throw new UserError('NOT_FOUND', 'There is no such agent.', 'agentId');
  if (!facts.plan) throw new UserError('NOT_FOUND', 'There is no such plan.', 'planId');
  if (facts.isTaken) throw new UserError('CODE_DUPLICATE', `There is an agreement ${code} already.`, 'code');
  if (facts.isTerminated) {
    throw new UserError('AGENT_STATE', `Agent ${facts.agent} is terminated on ${from}.`, 'from');
  }
  const [other] = await sql<{ code: string; from: string; to: string | null }[]>`
    select code, valid_from::text as "from", valid_to::text as "to" from agreement
    where agent_id = ${agentId} and daterange(valid_from, valid_to) && daterange(${from}::date, ${to}::date)
    order by valid_from limit 1`;
  if (other) {
    const message = `Agent ${facts.agent} has the agreement ${other.code} from ${other.from} to ${other.to ?? 'no end'}.`;
    throw new UserError('AGREEMENT_OVERLAP', message, 'from');
  }
  return facts.agent;
}
