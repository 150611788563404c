import { UserError } from '../errors.ts';
import type { SecretKind } from './tables.ts';

// What tells two numbers apart, and what of a number everybody may see. Pure.

/** How many characters a number has once it is normalised. */
const lengths: Readonly<Record<SecretKind, readonly [least: number, most: number]>> = {
  REGISTRATION_NUMBER: [4, 64],
  IDENTITY_NUMBER: [4, 64],
  BANK_ACCOUNT: [4, 64],
  PHONE: [5, 20],
};

const nameOfKind: Readonly<Record<SecretKind, string>> = {
  REGISTRATION_NUMBER: 'registration number',
  IDENTITY_NUMBER: 'identity number',
  BANK_ACCOUNT: 'bank account',
  PHONE: 'phone number',
};

/**
 * What is the same however a number is typed: letters and digits alone, capitals, full-width forms as plain ones; a mainland mobile
 * number without its country code. @throws UserError NUMBER_UNFIT, which never repeats the number.
 */
export function normaliseNumber(kind: SecretKind, plain: string): string {
  const compact = plain
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
  const normal = kind === 'PHONE' ? withoutPrefixes(compact) : compact;
  const [least, most] = lengths[kind];
  const isFit = normal.length >= least && normal.length <= most && (kind !== 'PHONE' || /^\d+$/.test(normal));
  if (isFit && plain.length <= 200) return normal;
  const characters = kind === 'PHONE' ? 'digits' : 'letters and digits';
  throw new UserError('NUMBER_UNFIT', `A ${nameOfKind[kind]} has ${least} to ${most} ${characters}.`, kind);
}

function withoutPrefixes(digits: string): string {
  return /^(?:00)?86(1\d{10})$/.exec(digits)?.[1] ?? digits.replace(/^00/, '');
}

/** `****1234`: the last four characters, of short numbers fewer, so that at least half stays hidden. */
export function maskNumber(normal: string): string {
  return `****${normal.slice(normal.length - Math.min(4, Math.floor(normal.length / 2)))}`;
}
