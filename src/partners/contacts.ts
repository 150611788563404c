import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { type ErrorCode, UserError, UserErrors } from '../errors.ts';
import { isDate } from '../period.ts';
import { agentContact } from './tables.ts';

// People to talk to at an agent, each from a day to a day. The row-level security of the transaction decides whose.

/** A contact as a client gives it. */
export type ContactInput = {
  readonly name: string;
  /** OWNER, FINANCE, SALES … as the operator calls them. */
  readonly responsibility: string;
  readonly phone?: string | null | undefined;
  readonly email?: string | null | undefined;
  /** The first day. */
  readonly from: string;
  /** The first day on which it no longer holds; null: no end. */
  readonly to?: string | null | undefined;
};

type ContactRow = Pick<
  typeof agentContact.$inferSelect,
  'name' | 'responsibility' | 'phone' | 'email' | 'validFrom' | 'validTo'
>;

const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .nullish()
    .transform((text) => text || null);

const contactSchema = z
  .object({
    name: z.string().trim().min(1).max(200),
    responsibility: z.string().trim().min(1).max(100),
    phone: optionalText(50).refine(
      (phone) => phone === null || /^\+?[\d\s()/.-]{3,}$/.test(phone),
      'must be a phone number',
    ),
    email: optionalText(320).refine((email) => email === null || /^[^\s@]+@[^\s@]+$/.test(email), 'must be an address'),
    from: z.string().refine(isDate, 'must be a date YYYY-MM-DD'),
    to: z.string().refine(isDate, 'must be a date YYYY-MM-DD').nullish(),
  })
  .refine(({ from, to }) => to == null || to > from, { path: ['to'], message: 'must come after the first day' });

/** @throws UserErrors INPUT_INVALID naming every field at fault. */
function checkContact(input: ContactInput): ContactRow {
  const parsed = contactSchema.safeParse(input);
  if (!parsed.success) {
    const code: ErrorCode = 'INPUT_INVALID';
    throw new UserErrors(parsed.error.issues.map(({ message, path }) => new UserError(code, message, path.join('.'))));
  }
  const { from, to, ...rest } = parsed.data;
  return { ...rest, validFrom: from, validTo: to ?? null };
}

/** Adds a contact to an agent. @returns its number. @throws UserErrors INPUT_INVALID; UserError AGENT_UNKNOWN. */
export async function addContact(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  agentCode: string,
  input: ContactInput,
): Promise<number> {
  const row = checkContact(input);
  const agent = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code: agentCode } });
  if (!agent) throw new UserError('AGENT_UNKNOWN', `No agent has the code "${agentCode.slice(0, 100)}".`, 'agentCode');
  const inserted = transaction.insert(agentContact).values({ agentId: agent.id, ...row });
  const [added] = await inserted.returning({ id: agentContact.id });
  if (!added) throw new Error('an insert gave no row');
  const change = { action: 'contact.added', entity: 'agent_contact', entityKey: agentCode, after: row };
  await recordChanges(transaction, actor, now, [change]);
  return added.id;
}

/**
 * Changes a contact: what is not given is empty afterwards. Whoever leaves gets a last day instead, so that the file still tells who it was.
 * @throws UserErrors INPUT_INVALID; UserError NOT_FOUND.
 */
export async function changeContact(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  contactId: number,
  input: ContactInput,
): Promise<void> {
  const row = checkContact(input);
  const { agentCode, before } = await lockContact(transaction, contactId);
  await transaction.update(agentContact).set(row).where(eq(agentContact.id, contactId));
  const change = { action: 'contact.changed', entity: 'agent_contact', entityKey: agentCode, before, after: row };
  await recordChanges(transaction, actor, now, [change]);
}

/** Removes a contact that was entered by mistake. @throws UserError NOT_FOUND. */
export async function removeContact(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  contactId: number,
  reason: string,
): Promise<void> {
  if (reason.trim() === '') throw new UserError('INPUT_INVALID', 'A reason is needed to remove a contact.', 'reason');
  const { agentCode, before } = await lockContact(transaction, contactId);
  await transaction.delete(agentContact).where(eq(agentContact.id, contactId));
  await recordChanges(transaction, actor, now, [
    { action: 'contact.removed', entity: 'agent_contact', entityKey: agentCode, before, reason: reason.trim() },
  ]);
}

async function lockContact(
  transaction: Transaction,
  contactId: number,
): Promise<{ agentCode: string; before: ContactRow }> {
  const { name, responsibility, phone, email, validFrom, validTo, agentId } = agentContact;
  const columns = { name, responsibility, phone, email, validFrom, validTo, agentId };
  const [found] = await transaction
    .select(columns)
    .from(agentContact)
    .where(eq(agentContact.id, contactId))
    .for('update');
  if (!found) throw new UserError('NOT_FOUND', 'There is no such contact, or you may not change it.', 'contactId');
  const { agentId: id, ...before } = found;
  const agent = await transaction.query.agent.findFirst({ columns: { code: true }, where: { id } });
  return { agentCode: agent?.code ?? '', before };
}
