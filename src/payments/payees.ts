import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { settlementPaperHint } from '../documents/settlementPaper.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { dateSchema, nameSchema } from '../programme/fields.ts';
import { bicSchema, checkAccount, clearingCodeSchema, payeeBound, sealAccount } from './accounts.ts';
import { payee } from './tables.ts';

// Who is paid for an agent: two people decide, and who is paid instead of the agent needs a reason and a document.

/** What a payee is, as a client gives it. `account` leaves no trace but encrypted. */
export type PayeeInput = {
  readonly agentCode: string;
  readonly holderName: string;
  readonly thirdParty: boolean;
  readonly bankName: string;
  readonly bic?: string | null | undefined;
  readonly clearingCode?: string | null | undefined;
  readonly account: string;
  readonly from: string;
  readonly reason: string;
  /** The number of a stored paper between the agent and finance (subject SETTLEMENT). */
  readonly documentId?: number | null | undefined;
};

const payeeSchema = z.object({
  holderName: nameSchema,
  bankName: nameSchema,
  bic: bicSchema.nullish(),
  clearingCode: clearingCodeSchema.nullish(),
  from: dateSchema,
  reason: z.string().trim().min(1, 'must say why').max(2000),
});

/**
 * Proposes who is paid for an agent from a day on: the agent itself at a bank it names, or, with a document, somebody else.
 * @returns its number.
 * @throws UserErrors INPUT_INVALID, UserError ACCOUNT_UNFIT, NOT_FOUND, ENVELOPE_KEYS_MISSING.
 */
export async function proposePayee(
  transaction: Transaction,
  keys: EnvelopeKeys,
  actor: Actor,
  now: Date,
  input: PayeeInput,
): Promise<number> {
  const checked = checkInput(payeeSchema, input, 'payee');
  const account = checkAccount(input.account);
  const { agentCode, thirdParty } = input;
  const found = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code: agentCode } });
  // an agent sees those below it, and proposes for itself alone
  const isOthers = actor.user?.role === 'AGENT' && actor.user.agentId !== found?.id;
  if (!found || isOthers)
    throw new UserError('NOT_FOUND', `No agent has the code "${agentCode.slice(0, 100)}".`, 'agentCode');
  const documentId = input.documentId ?? null;
  if (thirdParty && documentId === null) {
    throw new UserError('INPUT_INVALID', 'A payee other than the agent needs a document of its consent.', 'documentId');
  }
  if (documentId !== null) await requirePaper(transaction, documentId, found.id, agentCode);
  const { from: validFrom, holderName, bankName, reason } = checked;
  const shown = {
    holderName,
    thirdParty,
    bankName,
    bic: checked.bic ?? null,
    clearingCode: checked.clearingCode ?? null,
  };
  const sealed = sealAccount(keys, payeeBound({ agentId: found.id, holderName, validFrom }), account);
  const [row] = await transaction
    .insert(payee)
    .values({
      agentId: found.id,
      ...shown,
      ...sealed,
      validFrom,
      state: 'PROPOSED',
      reason,
      documentId,
      proposedBy: actor.name,
      proposedAt: now.toISOString(),
    })
    .returning({ id: payee.id });
  if (!row) throw new Error('an insert gave no row');
  const after = { ...shown, account: sealed.accountMasked, from: validFrom };
  await recordChanges(transaction, actor, now, [
    { action: 'payee.proposed', entity: 'payee', entityKey: `${agentCode} ${row.id}`, after, reason },
  ]);
  return row.id;
}

/** Whoever decides has to be able to open it: papers about who the agent is are not finance's to see. */
async function requirePaper(transaction: Transaction, id: number, agentId: number, agentCode: string): Promise<void> {
  const found = await transaction.query.document.findFirst({
    columns: { agentId: true, subject: true },
    where: { id },
  });
  if (found?.agentId === agentId && found.subject === 'SETTLEMENT') return;
  const message = `${agentCode} has no such paper for settlement, or you may not see it. ${settlementPaperHint(agentCode)}`;
  throw new UserError('NOT_FOUND', message, 'documentId');
}

/**
 * Approves or rejects a payee that somebody else proposed. Approving ends the one that was there on the day before.
 * @throws UserError NOT_FOUND, RECORD_STATE, SAME_PERSON, DATES_OVERLAP where another one begins on that day or later.
 */
export async function decidePayee(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, approve, reason }: { readonly id: number; readonly approve: boolean; readonly reason: string },
): Promise<void> {
  if (reason.trim() === '') throw new UserError('INPUT_INVALID', 'Say why.', 'reason');
  const found = await lockPayee(transaction, id);
  if (found.state !== 'PROPOSED') {
    throw new UserError('RECORD_STATE', `The payee was decided about already: ${found.state}.`, 'payeeId');
  }
  if (found.proposedBy.toLowerCase() === actor.name.toLowerCase()) {
    throw new UserError('SAME_PERSON', `${actor.name} proposed the payee.`, 'payeeId');
  }
  const ended = approve ? await endFormer(transaction, found.agentId, found.validFrom) : [];
  const state = approve ? 'APPROVED' : 'REJECTED';
  await transaction
    .update(payee)
    .set({ state, decidedBy: actor.name, decidedAt: now.toISOString() })
    .where(and(eq(payee.id, id), eq(payee.state, 'PROPOSED')));
  const entityKey = (key: number) => `${found.agentCode} ${key}`;
  await recordChanges(transaction, actor, now, [
    ...ended.map((key) => ({
      action: 'payee.ended',
      entity: 'payee',
      entityKey: entityKey(key),
      after: { to: found.validFrom },
    })),
    { action: `payee.${state.toLowerCase()}`, entity: 'payee', entityKey: entityKey(id), after: { state }, reason },
  ]);
}

async function lockPayee(transaction: Transaction, id: number) {
  const [found] = await transaction
    .select({
      agentId: payee.agentId,
      agentCode: sql<string>`(select code from agent where agent.id = ${payee.agentId})`,
      state: payee.state,
      validFrom: payee.validFrom,
      proposedBy: payee.proposedBy,
    })
    .from(payee)
    .where(eq(payee.id, id))
    .for('update');
  if (!found) throw new UserError('NOT_FOUND', 'There is no such payee, or you may not see it.', 'payeeId');
  return found;
}

/** Ends the approved payee of the agent that holds on a day. @returns its number, if there is one. */
async function endFormer(transaction: Transaction, agentId: number, day: string): Promise<number[]> {
  const [later] = await rawSql(transaction)<{ from: string }[]>`
    select valid_from::text as "from" from payee
    where agent_id = ${agentId} and state = 'APPROVED' and valid_from >= ${day} order by valid_from limit 1`;
  if (later) {
    throw new UserError('DATES_OVERLAP', `Another payee of the agent begins on ${later.from}.`, 'payeeId');
  }
  const rows = await rawSql(transaction)<{ id: number }[]>`
    update payee set valid_to = ${day}
    where agent_id = ${agentId} and state = 'APPROVED' and valid_from < ${day} and (valid_to is null or valid_to > ${day}) returning id`;
  return rows.map((row) => row.id);
}
