import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits in URL-safe text, 43 characters after `prefix`. */
export function newToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What the database keeps of a token: its SHA-256 in hex. Tokens are random, so no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
