import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { readKeyFile } from './keyFile.ts';
import type { SecretKind } from './tables.ts';

// How numbers are encrypted (DOMAIN.md §12). Each has a data key of its own, which an envelope key wraps: rotation wraps the data
// keys anew and touches no number. Fingerprints are made with a key of their own, which rotation does not change: if it did, a number
// saved before and the same one saved after would no longer look the same, and making all fingerprints anew would mean to decrypt
// everything. Whoever learns that key can only test guesses against the database, not decrypt; it is changed by saving everything anew.

/** The keys of this installation. */
export type EnvelopeKeys = {
  readonly currentId: string | null;
  readonly byId: ReadonlyMap<string, KeyObject>;
  readonly fingerprintKey: KeyObject | null;
};

/** Where no keys are configured: whoever needs one gets ENVELOPE_KEYS_MISSING. */
export const noEnvelopeKeys: EnvelopeKeys = { currentId: null, byId: new Map(), fingerprintKey: null };

/** A number as it is kept: base64 of nonce, tag and ciphertext; its data key, wrapped likewise; and by which envelope key. */
export type Sealed = { readonly ciphertext: string; readonly wrappedKey: string; readonly envelopeKeyId: string };

type KeyConfig = Pick<Config, 'databaseUrl' | 'dataDir' | 'envelopeKeys' | 'fingerprintKey'>;

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The keys from the environment. Without them an installation with the embedded database has its own, made at the first start and
 * kept in DATA_DIR where only this system user can read them; one with a database elsewhere has none.
 * @throws UserError CONFIGURATION_INVALID naming the variable, never repeating its value.
 */
export function loadEnvelopeKeys(config: KeyConfig): EnvelopeKeys {
  const { envelopeKeys, fingerprintKey } = keepsOwnKeys(config)
    ? { ...config, ...readKeyFile(config.dataDir) }
    : config;
  if (envelopeKeys === undefined && fingerprintKey === undefined) return noEnvelopeKeys;
  return parseKeys(envelopeKeys, fingerprintKey);
}

/** Whether the keys are those that the installation made for itself. */
export function keepsOwnKeys({ databaseUrl, envelopeKeys, fingerprintKey }: KeyConfig): boolean {
  return databaseUrl === undefined && envelopeKeys === undefined && fingerprintKey === undefined;
}

/** @throws UserError CONFIGURATION_INVALID. */
function parseKeys(envelopeKeys: string | undefined, fingerprintKey: string | undefined): EnvelopeKeys {
  const byId = new Map<string, KeyObject>();
  for (const entry of (envelopeKeys ?? '').split(',')) {
    const [, id = '', key = ''] = /^\s*([\w.-]{1,40}):(\S+)\s*$/.exec(entry) ?? [];
    if (id === '') throw invalid('TRIBUTARY_ENVELOPE_KEYS', 'must be "id:key", several separated by commas');
    if (byId.has(id)) throw invalid('TRIBUTARY_ENVELOPE_KEYS', `has the id "${id}" twice`);
    byId.set(id, parseKey('TRIBUTARY_ENVELOPE_KEYS', key));
  }
  if (fingerprintKey === undefined) {
    throw invalid('TRIBUTARY_FINGERPRINT_KEY', 'must be set beside TRIBUTARY_ENVELOPE_KEYS, and never be changed');
  }
  const [currentId = null] = byId.keys();
  return { currentId, byId, fingerprintKey: parseKey('TRIBUTARY_FINGERPRINT_KEY', fingerprintKey.trim()) };
}

function parseKey(variable: string, text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== keyBytes || bytes.toString('base64') !== text) {
    throw invalid(variable, `has a key that is not the base64 of ${keyBytes} bytes (openssl rand -base64 ${keyBytes})`);
  }
  return createSecretKey(bytes);
}

const invalid = (variable: string, message: string) => new UserError('CONFIGURATION_INVALID', message, variable);

/** Encrypts a number with a new data key. `fingerprint` is bound to it, so that no row's number can be put into another row. */
export function seal(keys: EnvelopeKeys, fingerprint: string, plain: string): Sealed {
  const { id, key } = currentKey(keys);
  const dataKey = randomBytes(keyBytes);
  const ciphertext = encrypt(createSecretKey(dataKey), fingerprint, Buffer.from(plain, 'utf8'));
  return { ciphertext, wrappedKey: encrypt(key, id, dataKey), envelopeKeyId: id };
}

/** The number. @throws UserError ENVELOPE_KEYS_MISSING, ENVELOPE_KEY_UNKNOWN; Error where something was tampered with. */
export function unseal(keys: EnvelopeKeys, fingerprint: string, sealed: Sealed): string {
  const dataKey = createSecretKey(unwrap(keys, sealed));
  return decrypt(dataKey, fingerprint, sealed.ciphertext).toString('utf8');
}

/** The data key wrapped with the current envelope key; the number itself stays as it is. @throws as unseal. */
export function rewrap(keys: EnvelopeKeys, sealed: Omit<Sealed, 'ciphertext'>): Omit<Sealed, 'ciphertext'> {
  const { id, key } = currentKey(keys);
  return { wrappedKey: encrypt(key, id, unwrap(keys, sealed)), envelopeKeyId: id };
}

/** HMAC-SHA-256 of a normalised number, base64: the same for the same number, of no use to whoever has not the key. */
export function fingerprintOf(keys: EnvelopeKeys, kind: SecretKind, normal: string): string {
  if (!keys.fingerprintKey) throw keysMissing();
  const key = hkdfSync('sha256', keys.fingerprintKey, '', `tributary fingerprint ${kind}`, keyBytes);
  return createHmac('sha256', Buffer.from(key)).update(normal, 'utf8').digest('base64');
}

/** The id of the key that encrypts now. @throws UserError ENVELOPE_KEYS_MISSING. */
export function currentKeyId(keys: EnvelopeKeys): string {
  return currentKey(keys).id;
}

function currentKey({ currentId, byId }: EnvelopeKeys): { id: string; key: KeyObject } {
  const key = currentId === null ? undefined : byId.get(currentId);
  if (currentId === null || !key) throw keysMissing();
  return { id: currentId, key };
}

const keysMissing = () => new UserError('ENVELOPE_KEYS_MISSING', 'No envelope keys are configured.');

function unwrap({ byId }: EnvelopeKeys, { wrappedKey, envelopeKeyId }: Omit<Sealed, 'ciphertext'>): Buffer {
  if (byId.size === 0) throw keysMissing();
  const key = byId.get(envelopeKeyId);
  if (!key) {
    const message = `A number is encrypted with the envelope key "${envelopeKeyId}", which is not configured.`;
    throw new UserError('ENVELOPE_KEY_UNKNOWN', message, envelopeKeyId);
  }
  return decrypt(key, envelopeKeyId, wrappedKey);
}

function encrypt(key: KeyObject, bound: string, plain: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(
    Buffer.from(bound, 'utf8'),
  );
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function decrypt(key: KeyObject, bound: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(bound, 'utf8'))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
}
