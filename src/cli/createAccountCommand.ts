import { createAccount } from '../auth/accounts.ts';
import { newToken } from '../auth/tokens.ts';
import type { Databases } from '../db/client.ts';
import { localActor, type Role, roles } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { Output } from './output.ts';

export type AccountFlags = {
  readonly role: string;
  readonly name: string;
  readonly as: string;
  readonly agent?: string;
  readonly region?: string;
  readonly passwordStdin: boolean;
};

/**
 * `tributary create-account`: the first administrator of an installation, and whoever else is let in from its console. The password is the
 * first line of standard input where asked for; else one is made up and printed, once.
 * @throws UserError INPUT_INVALID for an unknown role, and as createAccount.
 */
export async function createAccountHere(
  databases: Databases,
  output: Output,
  email: string,
  { role, name, as, agent, region, passwordStdin }: AccountFlags,
  readInput: () => Promise<string>,
): Promise<void> {
  if (!isRole(role)) throw new UserError('INPUT_INVALID', `A role is one of ${roles.join(', ')}.`, '--role');
  const password = passwordStdin ? firstLine(await readInput()) : newToken().slice(0, 16);
  const account = { email, name, role, agentCode: agent, regionCode: region, password };
  const created = await databases.owner.transaction((transaction) =>
    createAccount(transaction, localActor(as), new Date(), account),
  );
  const answer = { email: created.email, role: created.role, ...(passwordStdin ? {} : { password }) };
  output.answer(answer, () => {
    const made = `${created.email} may sign in as ${created.role}.`;
    return passwordStdin ? made : `${made} The password is shown only now: ${password}`;
  });
}

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);
const firstLine = (text: string) => text.split(/\r?\n/, 1)[0] ?? '';
