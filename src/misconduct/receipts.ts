import { createHash, randomInt } from 'node:crypto';

// Receipts are noted down by hand: no letters that look like digits, and a reader who takes one for the other is understood.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupCount = 6;
const groupLength = 4;

/** @returns a new receipt of 120 random bits, as `4F7K-…` in six groups. */
export function newReceipt(): string {
  const character = () => alphabet.charAt(randomInt(alphabet.length));
  const group = () => Array.from({ length: groupLength }, character).join('');
  return Array.from({ length: groupCount }, group).join('-');
}

/** What the database keeps of a receipt: the SHA-256 of its characters, however they were grouped or typed. */
export function hashReceipt(receipt: string): string {
  const typed = receipt.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  const canonical = typed.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(canonical).digest('hex');
}
