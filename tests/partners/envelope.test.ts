import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprintOf, loadEnvelopeKeys, noEnvelopeKeys, rewrap, seal, unseal } from '../../src/partners/envelope.ts';
import { maskNumber, normaliseNumber } from '../../src/partners/numbers.ts';
import { keysNamed } from './people.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tributary-keys-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const key = (fill: number, bytes = 32) => Buffer.alloc(bytes, fill).toString('base64');
const load = (envelopeKeys?: string, fingerprintKey?: string, databaseUrl?: string) =>
  loadEnvelopeKeys({ databaseUrl, dataDir, envelopeKeys, fingerprintKey });

describe('loadEnvelopeKeys', () => {
  it('makes keys at the first start with an embedded database, for this system user alone, and finds them again', () => {
    const made = load();
    const file = join(dataDir, 'envelope-keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const sealed = seal(made, 'f', '4711');
    expect(unseal(load(), 'f', sealed)).toBe('4711');
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual(['envelopeKeys', 'fingerprintKey']);
  });

  it('makes none for a database elsewhere', () => {
    expect(load(undefined, undefined, 'postgres://elsewhere')).toBe(noEnvelopeKeys);
  });

  it.each([
    ['no id', key(1), key(2), 'TRIBUTARY_ENVELOPE_KEYS'],
    ['a short key', `a:${key(1, 16)}`, key(2), 'TRIBUTARY_ENVELOPE_KEYS'],
    ['no base64', 'a:not-base64!', key(2), 'TRIBUTARY_ENVELOPE_KEYS'],
    ['an id twice', `a:${key(1)},a:${key(3)}`, key(2), 'TRIBUTARY_ENVELOPE_KEYS'],
    ['no fingerprint key', `a:${key(1)}`, undefined, 'TRIBUTARY_FINGERPRINT_KEY'],
    ['only a fingerprint key', undefined, key(2), 'TRIBUTARY_ENVELOPE_KEYS'],
  ])('refuses %s', (_what, envelopeKeys, fingerprintKey, at) => {
    expect(() => load(envelopeKeys, fingerprintKey)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID', at }),
    );
  });

  it('takes the first as the current one', () => {
    expect(load(`b:${key(3)}, a:${key(1)}`, key(2)).currentId).toBe('b');
  });
});

describe('seal', () => {
  it('never gives the same twice, and is opened with the same keys and fingerprint only', () => {
    const keys = keysNamed('a');
    const one = seal(keys, 'f', '4711');
    const two = seal(keys, 'f', '4711');
    expect(one.ciphertext).not.toBe(two.ciphertext);
    expect(one.wrappedKey).not.toBe(two.wrappedKey);
    expect(unseal(keys, 'f', one)).toBe('4711');
    expect(() => unseal(keys, 'g', one)).toThrow();
    expect(() => unseal(keys, 'f', { ...one, wrappedKey: two.wrappedKey })).toThrow();
    expect(() => unseal(keysNamed('b'), 'f', one)).toThrow(expect.objectContaining({ code: 'ENVELOPE_KEY_UNKNOWN' }));
    expect(() => unseal(keysNamed('b'), 'f', { ...one, envelopeKeyId: 'b' })).toThrow();
  });

  it('is wrapped anew without touching the number', () => {
    const sealed = seal(keysNamed('a'), 'f', '4711');
    const wrapped = rewrap(keysNamed('b', 'a'), sealed);
    expect(wrapped.envelopeKeyId).toBe('b');
    expect(unseal(keysNamed('b'), 'f', { ...sealed, ...wrapped })).toBe('4711');
  });
});

describe('fingerprints', () => {
  it('depend on the kind and the number, not on the envelope keys', () => {
    const mark = fingerprintOf(keysNamed('a'), 'PHONE', '4711');
    expect(fingerprintOf(keysNamed('b', 'a'), 'PHONE', '4711')).toBe(mark);
    expect(fingerprintOf(keysNamed('a'), 'BANK_ACCOUNT', '4711')).not.toBe(mark);
    expect(fingerprintOf(keysNamed('a'), 'PHONE', '4712')).not.toBe(mark);
  });
});

describe('numbers', () => {
  it.each([
    ['BANK_ACCOUNT', ' 6222 0211-0300 ', '622202110300'],
    ['REGISTRATION_NUMBER', '91350100m000100y43', '91350100M000100Y43'],
    ['IDENTITY_NUMBER', '１１０１０１１９９００３０７４５１ｘ', '11010119900307451X'],
    ['PHONE', '+86 138-0000-0001', '13800000001'],
    ['PHONE', '0086 138 0000 0001', '13800000001'],
    ['PHONE', '00 49 30 1234567', '49301234567'],
    ['PHONE', '+49 30 1234567', '49301234567'],
    // 86 is no country code here: what follows is no mainland mobile number
    ['PHONE', '8620123', '8620123'],
  ] as const)('%s %s is %s', (kind, typed, normal) => {
    expect(normaliseNumber(kind, typed)).toBe(normal);
  });

  it.each([
    ['PHONE', '1234'],
    ['PHONE', '12345a'],
    ['BANK_ACCOUNT', ' - '],
    ['BANK_ACCOUNT', '1'.repeat(65)],
  ] as const)('%s %s is refused', (kind, typed) => {
    expect(() => normaliseNumber(kind, typed)).toThrow(expect.objectContaining({ code: 'NUMBER_UNFIT' }));
  });

  it('show at most half of themselves', () => {
    expect(maskNumber('6222021103')).toBe('****1103');
    expect(maskNumber('12345')).toBe('****45');
  });
});
