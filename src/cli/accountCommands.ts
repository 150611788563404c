import { canonicalEmail, createAccount, setPassword } from '../auth/accounts.ts';
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
  const password = passwordStdin ? firstLine(await readInput()) : madeUp();
  const account = { email, name, role, agentCode: agent, regionCode: region, password };
  const created = await databases.owner.transaction((transaction) =>
    createAccount(transaction, localActor(as), new Date(), account),
  );
  const answer = { email: created.email, role: created.role, ...(passwordStdin ? {} : { password }) };
  output.answer(answer, () => {
    const made = `${created.email} may sign in as ${created.role}.`;
    return passwordStdin ? made : `${made} ${shownOnce(password)}`;
  });
}

/**
 * `tributary set-password`: for whoever forgot it, the last administrator above all. All sessions of the account end. The password comes from
 * where create-account takes it.
 * @throws UserError NOT_FOUND, INPUT_INVALID
 */
export async function setPasswordHere(
  databases: Databases,
  output: Output,
  address: string,
  { as, passwordStdin }: Pick<AccountFlags, 'as' | 'passwordStdin'>,
  readInput: () => Promise<string>,
): Promise<void> {
  const email = canonicalEmail(address);
  const password = passwordStdin ? firstLine(await readInput()) : madeUp();
  await databases.owner.transaction((transaction) =>
    setPassword(transaction, localActor(as), new Date(), { email, password }),
  );
  const answer = { email, ...(passwordStdin ? {} : { password }) };
  const told = `${email} has a new password.`;
  output.answer(answer, () => (passwordStdin ? told : `${told} ${shownOnce(password)}`));
}

const madeUp = () => newToken().slice(0, 16);
const shownOnce = (password: string) => `The password is shown only now: ${password}`;

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);
const firstLine = (text: string) => text.split(/\r?\n/, 1)[0] ?? '';
