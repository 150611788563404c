import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { agent } from '../agents/tables.ts';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { type Actor, type CompanyRight, type Role, roles } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { region } from '../reference/tables.ts';
import { hashPassword, isPassword, passwordFault } from './passwords.ts';
import { apiKey, userAccount, userSession } from './tables.ts';

// The functions here write with the owner's rights (the request role cannot touch accounts), so they check the actor's.

export type NewAccount = {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Required for an AGENT, refused for others. */
  readonly agentCode?: string | null | undefined;
  /** The root of a CHANNEL_MANAGER's regions; required for that role, refused for others. */
  readonly regionCode?: string | null | undefined;
  /** Of an AGENT's user; FULL without it. */
  readonly companyRight?: CompanyRight | undefined;
  readonly password: string;
};

export type Account = { readonly id: number; readonly email: string; readonly name: string; readonly role: Role };

/** The form in which e-mail addresses are kept and compared. */
export const canonicalEmail = (email: string) => email.trim().toLowerCase();

/**
 * Creates an account. `transaction` is the owner's.
 * @throws UserError FORBIDDEN unless the actor is an administrator or local, INPUT_INVALID, AGENT_UNKNOWN,
 * REGION_UNKNOWN (all faults at once), USER_EXISTS.
 */
export async function createAccount(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  account: NewAccount,
): Promise<Account> {
  requireAdministrator(actor);
  const email = canonicalEmail(account.email);
  const name = account.name.trim();
  const { agentId, regionId } = await checkAccount(transaction, { ...account, email, name });
  const [taken] = await transaction
    .select({ id: userAccount.id })
    .from(userAccount)
    .where(eq(userAccount.email, email));
  if (taken) throw new UserError('USER_EXISTS', `There is an account ${email} already.`, 'email');
  const passwordHash = await hashPassword(account.password);
  const { agentCode = null, regionCode = null, role, companyRight = 'FULL' } = account;
  const row = { email, name, role, agentId, regionId, companyRight, passwordHash, createdAt: now.toISOString() };
  const [created] = await transaction.insert(userAccount).values(row).returning({ id: userAccount.id });
  if (!created) throw new Error('The account was not created');
  await recordChanges(transaction, actor, now, [
    {
      action: 'account.created',
      entity: 'account',
      entityKey: email,
      after: { name, role, agentCode, regionCode, ...(role === 'AGENT' ? { companyRight } : {}) },
    },
  ]);
  return { id: created.id, email, name, role };
}

async function checkAccount(transaction: Transaction, account: NewAccount) {
  const { email, name, role, agentCode, regionCode } = account;
  const [agentRow] = agentCode
    ? await transaction.select({ id: agent.id }).from(agent).where(eq(agent.code, agentCode))
    : [];
  const [regionRow] = regionCode
    ? await transaction.select({ id: region.id }).from(region).where(eq(region.code, regionCode))
    : [];
  const invalid = (isFault: boolean, message: string, at: string) =>
    isFault ? new UserError('INPUT_INVALID', message, at) : undefined;
  const faults = [
    invalid(!z.email().max(320).safeParse(email).success, 'This is not an e-mail address.', 'email'),
    invalid(
      !z
        .string()
        .regex(/^\P{Cc}{1,200}$/u)
        .safeParse(name).success,
      'A name has 1 to 200 characters.',
      'name',
    ),
    invalid(!roles.includes(role), `A role is one of ${roles.join(', ')}.`, 'role'),
    invalid((role === 'AGENT') !== Boolean(agentCode), 'An AGENT, and nobody else, has an agent.', 'agentCode'),
    invalid(
      (role === 'CHANNEL_MANAGER') !== Boolean(regionCode),
      'A CHANNEL_MANAGER, and nobody else, has a region.',
      'regionCode',
    ),
    agentCode && !agentRow ? new UserError('AGENT_UNKNOWN', `There is no agent ${agentCode}.`, 'agentCode') : undefined,
    regionCode && !regionRow
      ? new UserError('REGION_UNKNOWN', `There is no region ${regionCode}.`, 'regionCode')
      : undefined,
    passwordFault(account.password),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new UserErrors(faults);
  return { agentId: agentRow?.id ?? null, regionId: regionRow?.id ?? null };
}

/**
 * Gives an account a new password and ends all its sessions. `transaction` is the owner's. Administrators and local actors
 * may do it for anybody, others for themselves with their `currentPassword`.
 * @throws UserError FORBIDDEN, NOT_FOUND, INPUT_INVALID, SIGN_IN_FAILED (the current password is wrong).
 */
export async function setPassword(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  change: {
    readonly email: string;
    readonly password: string;
    readonly currentPassword?: string | undefined;
    readonly reason?: string | undefined;
  },
): Promise<void> {
  const email = canonicalEmail(change.email);
  const isOwn = actor.user !== null && actor.name === email;
  if (!isOwn) requireAdministrator(actor);
  const account = await lockAccount(transaction, email);
  if (isOwn && !(await isPassword(change.currentPassword ?? '', account.passwordHash))) {
    throw new UserError('SIGN_IN_FAILED', 'The current password is not right.', 'currentPassword');
  }
  const fault = passwordFault(change.password);
  if (fault) throw fault;
  const passwordHash = await hashPassword(change.password);
  await transaction.update(userAccount).set({ passwordHash }).where(eq(userAccount.id, account.id));
  await transaction.delete(userSession).where(eq(userSession.userId, account.id));
  await recordChanges(transaction, actor, now, [
    { action: 'account.password_changed', entity: 'account', entityKey: email, reason: change.reason },
  ]);
}

/**
 * Shuts an account out at once: no sign-in, no session, no API key of it works any more. `transaction` is the owner's.
 * Doing it again changes nothing.
 * @throws UserError FORBIDDEN unless the actor is an administrator or local, NOT_FOUND.
 */
export async function disableAccount(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  change: { readonly email: string; readonly reason?: string | undefined },
): Promise<void> {
  requireAdministrator(actor);
  await shutOut(transaction, actor, now, await lockAccount(transaction, canonicalEmail(change.email)), change.reason);
}

/** Disables an account that is locked: its sessions and keys end with it. `transaction` is the owner's; whether the actor may, the caller knows. */
export async function shutOut(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  account: { readonly id: number; readonly email: string; readonly disabled: boolean },
  reason: string | undefined,
): Promise<void> {
  if (account.disabled) return;
  await transaction.update(userAccount).set({ disabled: true }).where(eq(userAccount.id, account.id));
  await transaction.delete(userSession).where(eq(userSession.userId, account.id));
  await transaction
    .update(apiKey)
    .set({ revokedAt: now.toISOString() })
    .where(and(eq(apiKey.userId, account.id), isNull(apiKey.revokedAt)));
  await recordChanges(transaction, actor, now, [
    {
      action: 'account.disabled',
      entity: 'account',
      entityKey: account.email,
      before: { disabled: false },
      after: { disabled: true },
      reason,
    },
  ]);
}

/**
 * Lets an account in again that was shut out, with the password it had; its sessions and API keys stay ended. `transaction` is the owner's.
 * Doing it again changes nothing.
 * @throws UserError FORBIDDEN unless the actor is an administrator or local, NOT_FOUND.
 */
export async function enableAccount(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  change: { readonly email: string; readonly reason?: string | undefined },
): Promise<void> {
  requireAdministrator(actor);
  const account = await lockAccount(transaction, canonicalEmail(change.email));
  if (!account.disabled) return;
  await transaction.update(userAccount).set({ disabled: false }).where(eq(userAccount.id, account.id));
  await recordChanges(transaction, actor, now, [
    {
      action: 'account.enabled',
      entity: 'account',
      entityKey: account.email,
      before: { disabled: true },
      after: { disabled: false },
      reason: change.reason,
    },
  ]);
}

async function lockAccount(transaction: Transaction, email: string) {
  const [account] = await transaction.select().from(userAccount).where(eq(userAccount.email, email)).for('update');
  if (!account) throw new UserError('NOT_FOUND', `There is no account ${email}.`, 'email');
  return account;
}

function requireAdministrator(actor: Actor): void {
  if (actor.user && actor.user.role !== 'ADMIN') {
    throw new UserError('FORBIDDEN', 'Only an administrator may do this.');
  }
}
