import { z } from 'zod';
import { UserError } from '../errors.ts';
import { type EnvelopeKeys, type Sealed, seal, unseal } from '../partners/envelope.ts';
import { maskNumber } from '../partners/numbers.ts';

// Numbers of bank accounts: how they are checked, kept and shown. No number ever stands in an audit record, an error or a log.

/** Whether it is an IBAN (ISO 13616): its check digits hold. In: capitals and digits without spaces. */
export function isIban(account: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(account)) return false;
  const digits = `${account.slice(4)}${account.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}

/**
 * A number of an account as banks write it: capitals, digits and no spaces.
 * @throws UserError ACCOUNT_UNFIT where it is none, or looks like an IBAN whose check digits are wrong; the number is not repeated.
 */
export function checkAccount(given: string): string {
  const account = given
    .normalize('NFKC')
    .replaceAll(/[\s.\-‐–]/g, '')
    .toUpperCase();
  if (!/^[A-Z0-9]{4,34}$/.test(account)) {
    throw new UserError('ACCOUNT_UNFIT', 'The number of an account has 4 to 34 letters and digits.', 'account');
  }
  if (/^[A-Z]{2}\d{2}/.test(account) && !isIban(account)) {
    throw new UserError('ACCOUNT_UNFIT', 'The check digits of the IBAN are wrong.', 'account');
  }
  return account;
}

/** BIC (ISO 9362): 8 or 11 capitals and digits. */
export const bicSchema = z
  .string()
  .regex(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'must be a BIC: 8 or 11 capital letters and digits');

/** The code of a bank in the clearing of China: CNAPS 联行号. */
export const clearingCodeSchema = z.string().regex(/^\d{12}$/, 'must be a CNAPS code: 12 digits');

/** An account as it is kept: encrypted, and what everybody may see of it. */
export type SealedAccount = Sealed & { readonly accountMasked: string };

/**
 * Encrypts an account. `bound` names the row that it is for, and never changes: no row's account can be put into another row.
 * @throws UserError ENVELOPE_KEYS_MISSING.
 */
export function sealAccount(keys: EnvelopeKeys, bound: string, account: string): SealedAccount {
  return { ...seal(keys, bound, account), accountMasked: maskNumber(account) };
}

/** The account. @throws UserError ENVELOPE_KEYS_MISSING, ENVELOPE_KEY_UNKNOWN; Error where something was tampered with. */
export function unsealAccount(keys: EnvelopeKeys, bound: string, sealed: Sealed): string {
  return unseal(keys, bound, sealed);
}

/** An IBAN, in one piece or in groups of four; digits in one piece or in groups. */
const accountPatterns = [
  /(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Z0-9])/gi,
  /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?![A-Z0-9])/gi,
  /\p{Nd}{8,}/gu,
  /\p{Nd}(?:[ -]?\p{Nd}){11,}/gu,
];

/** Somebody else's words without numbers that could be accounts: of IBANs and of eight digits or more the last four are left. */
export const maskAccounts = (text: string): string =>
  accountPatterns.reduce(
    (masked, pattern) =>
      masked.replaceAll(pattern, (found) => {
        const number = found.normalize('NFKC').replaceAll(/[ -]/g, '');
        // words of four letters after a code are no IBAN
        return number.replaceAll(/\D/g, '').length < 8 ? found : maskNumber(number);
      }),
    text,
  );

/** What the account of a payee is bound to. */
export const payeeBound = (row: {
  readonly agentId: number;
  readonly holderName: string;
  readonly validFrom: string;
}) => `payee ${row.agentId} ${row.validFrom} ${row.holderName}`;

/** What the account of a payment is bound to. */
export const paymentBound = (endToEndId: string) => `payment ${endToEndId}`;
