import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import { createAccount } from '../auth/accounts.ts';
import { passwordFault } from '../auth/passwords.ts';
import { hashToken, newToken } from '../auth/tokens.ts';
import type { Transaction } from '../db/client.ts';
import { type Actor, type CompanyRight, companyRights } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { portalInvitation } from './tables.ts';

const validDays = 14;
const dayMilliseconds = 86_400_000;

type Invitation = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly email: string;
  readonly name: string;
  /** What whoever accepts may do; FULL without it. */
  readonly companyRight?: CompanyRight;
};

/**
 * Invites somebody to the portal of an agent. The token is returned here and kept nowhere: only its hash is.
 * The e-mail address and name were checked by whoever calls.
 */
export async function invite(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, agentCode, email, name, companyRight = 'FULL' }: Invitation,
): Promise<string> {
  const token = newToken('inv_');
  const expiresAt = new Date(now.getTime() + validDays * dayMilliseconds).toISOString();
  const row = {
    tokenHash: hashToken(token),
    agentId,
    email,
    name,
    companyRight,
    createdAt: now.toISOString(),
    expiresAt,
  };
  await transaction.insert(portalInvitation).values(row);
  await recordChanges(transaction, actor, now, [
    {
      action: 'portal.invited',
      entity: 'agent',
      entityKey: agentCode,
      after: { email, name, companyRight, expiresAt },
    },
  ]);
  return token;
}

const invitedSchema = z.strictObject({
  agentCode: z.string(),
  email: z.email('must be an e-mail address').max(320),
  name: z.string().trim().min(1, 'must not be empty').max(200),
  companyRight: z.enum(companyRights).nullish(),
});

/**
 * Invites a further person, or the same again, to the portal of an agent that is there already.
 * @returns the token. @throws UserError INPUT_INVALID; AGENT_UNKNOWN where the transaction sees no such agent.
 */
export async function inviteAgain(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: z.input<typeof invitedSchema>,
): Promise<string> {
  const { agentCode, email, name, companyRight } = checkInput(invitedSchema, input, 'invitation');
  const found = await transaction.query.agent.findFirst({ columns: { id: true }, where: { code: agentCode } });
  if (!found) throw new UserError('AGENT_UNKNOWN', `No agent has the code ${agentCode}.`, 'agentCode');
  const invited = { agentId: found.id, agentCode, email: email.toLowerCase(), name };
  return invite(transaction, actor, now, { ...invited, companyRight: companyRight ?? 'FULL' });
}

/**
 * Accepts an invitation: makes an AGENT account with the password. `transaction` is the owner's, since nobody is signed in; whoever has
 * the token may do this, once.
 * @returns the account's e-mail address. @throws UserError INPUT_INVALID (password), INVITATION_INVALID, USER_EXISTS.
 */
export async function acceptInvitation(
  transaction: Transaction,
  requestId: string | null,
  now: Date,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<string> {
  const fault = passwordFault(password);
  if (fault) throw fault;
  const [invitation] = await transaction
    .select()
    .from(portalInvitation)
    .where(eq(portalInvitation.tokenHash, hashToken(token)))
    .for('update');
  const isOpen = invitation && invitation.acceptedAt === null && new Date(invitation.expiresAt) > now;
  // The same words whatever is wrong with it: a stranger learns nothing.
  if (!isOpen)
    throw new UserError('INVITATION_INVALID', 'This invitation was used, has expired or never was.', 'token');
  const agent = await transaction.query.agent.findFirst({
    columns: { code: true },
    where: { id: invitation.agentId },
  });
  if (!agent) throw new Error('an invitation without its agent');
  const { email, name, companyRight } = invitation;
  const invited: Actor = { name: email.toLowerCase(), user: null, requestId };
  const account = await createAccount(transaction, invited, now, {
    email,
    name,
    role: 'AGENT',
    agentCode: agent.code,
    companyRight,
    password,
  });
  await transaction
    .update(portalInvitation)
    .set({ acceptedAt: now.toISOString() })
    .where(eq(portalInvitation.id, invitation.id));
  await recordChanges(transaction, invited, now, [
    { action: 'portal.invitation_accepted', entity: 'agent', entityKey: agent.code, after: { email: account.email } },
  ]);
  return account.email;
}
