import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor, CompanyRight } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { canonicalEmail, shutOut } from './accounts.ts';
import { userAccount } from './tables.ts';

// The people of an agent, who see and invite one another. Whose right is FULL may do what the agent may, whose right is READ sees it.

export type CompanyUser = {
  readonly email: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly companyRight: CompanyRight;
  readonly createdAt: string;
};

/** The accounts of the agent of whoever asks, by e-mail address; none for other roles. */
export async function loadCompanyUsers(transaction: Transaction): Promise<CompanyUser[]> {
  const rows = await rawSql(transaction)<CompanyUser[]>`
    select email, name, disabled, company_right as "companyRight",
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt"
    from company_users() order by email collate "C"`;
  return [...rows];
}

/** The agent that an actor belongs to. @throws UserError FORBIDDEN for others. */
export async function requireCompany(
  transaction: Transaction,
  actor: Actor,
): Promise<{ readonly agentId: number; readonly agentCode: string }> {
  const agentId = actor.user?.role === 'AGENT' ? actor.user.agentId : null;
  const [found] =
    agentId === null ? [] : await rawSql(transaction)<{ code: string }[]>`select code from agent where id = ${agentId}`;
  if (agentId === null || !found) throw new UserError('FORBIDDEN', 'This is for the people of an agent.');
  return { agentId, agentCode: found.code };
}

/**
 * Shuts out somebody else of the actor's own company, at once. `transaction` is the owner's. Doing it again changes nothing.
 * @throws UserError FORBIDDEN, NOT_FOUND for whoever is of another company, SAME_PERSON for oneself: somebody has to stay.
 */
export async function disableCompanyUser(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { email, reason }: { readonly email: string; readonly reason?: string | null | undefined },
): Promise<void> {
  const { self, found } = await lockCompany(transaction, actor, email);
  if (found.id === self.id) throw new UserError('SAME_PERSON', 'You cannot shut yourself out.', 'email');
  await shutOut(transaction, actor, now, found, reason ?? undefined);
}

type RightChange = {
  readonly email: string;
  readonly right: CompanyRight;
  readonly reason?: string | null | undefined;
};

/**
 * Gives somebody of the actor's own company, oneself too, another right, at once. `transaction` is the owner's. Doing it again changes nothing.
 * @throws UserError FORBIDDEN, NOT_FOUND for whoever is of another company, LAST_FULL_USER where nobody else would be left with FULL.
 */
export async function changeCompanyUserRight(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { email, right, reason }: RightChange,
): Promise<void> {
  const { people, found } = await lockCompany(transaction, actor, email);
  if (found.right === right) return;
  const isLast = !people.some(({ id, right: kept, disabled }) => id !== found.id && kept === 'FULL' && !disabled);
  if (right !== 'FULL' && isLast) {
    throw new UserError('LAST_FULL_USER', `Nobody but ${found.email} has the right FULL.`, 'email');
  }
  await transaction.update(userAccount).set({ companyRight: right }).where(eq(userAccount.id, found.id));
  await recordChanges(transaction, actor, now, [
    {
      action: 'account.right_changed',
      entity: 'account',
      entityKey: found.email,
      before: { companyRight: found.right },
      after: { companyRight: right },
      ...(reason ? { reason } : {}),
    },
  ]);
}

type LockedPerson = {
  readonly id: number;
  readonly email: string;
  readonly disabled: boolean;
  readonly right: CompanyRight;
};

/**
 * Everybody of the actor's company, locked: of two who take rights from one another the second waits, and has lost its own.
 * @throws UserError FORBIDDEN, NOT_FOUND where nobody of the company has the address.
 */
async function lockCompany(
  transaction: Transaction,
  actor: Actor,
  given: string,
): Promise<{ readonly people: readonly LockedPerson[]; readonly self: LockedPerson; readonly found: LockedPerson }> {
  const { agentId } = await requireCompany(transaction, actor);
  const email = canonicalEmail(given);
  const people = await rawSql(transaction)<LockedPerson[]>`
    select id, email, disabled, company_right as "right" from user_account where agent_id = ${agentId} order by id for update`;
  const self = people.find(({ id }) => id === actor.user?.id);
  const found = people.find((person) => person.email === email);
  if (!self || self.disabled) throw new UserError('FORBIDDEN', 'Your account is shut out.');
  if (self.right !== 'FULL') throw new UserError('FORBIDDEN', 'Your right is READ by now.');
  if (!found) throw new UserError('NOT_FOUND', 'Nobody of your company has this e-mail address.', 'email');
  return { people, self, found };
}
