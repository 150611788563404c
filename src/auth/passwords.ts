import { hash, verify } from '@node-rs/argon2';
import { UserError } from '../errors.ts';

// argon2id (the library's default algorithm) with the parameters OWASP names as a minimum; each check costs a few tens of
// milliseconds and 19 MiB.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const shortest = 10;
const longest = 200;

/** The same password typed on two keyboards may arrive in two forms of Unicode. */
const canonical = (password: string) => password.normalize('NFKC');

/** @returns what is wrong with a new password, or undefined: 10 to 200 characters. */
export function passwordFault(password: string): UserError | undefined {
  const length = [...canonical(password)].length;
  if (length >= shortest && length <= longest) return undefined;
  return new UserError('INPUT_INVALID', `A password has ${shortest} to ${longest} characters.`, 'password');
}

/** The argon2id hash of a password, with salt and parameters, as kept in `user_account.password_hash`. */
export function hashPassword(password: string): Promise<string> {
  return hash(canonical(password), parameters);
}

let nobodysHash: Promise<string> | undefined;

/**
 * Whether `password` is the one behind `passwordHash`. Without a hash (an unknown e-mail address) the same work is done
 * and the answer is no, so that the time taken does not tell which addresses have accounts.
 */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  if (password.length > longest * 4) return false;
  nobodysHash ??= hashPassword('an account that does not exist');
  const matches = await verify(passwordHash ?? (await nobodysHash), canonical(password));
  return passwordHash !== undefined && matches;
}
