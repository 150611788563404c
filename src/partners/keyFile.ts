import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDurably, readIfThere, replaceDurably } from '../db/embedded/files.ts';

// The keys of an installation that keeps its own, beside its embedded database: as the environment would give them, the first is the
// current one. Whoever holds the folder's lock is alone with the file.

/** Texts as in TRIBUTARY_ENVELOPE_KEYS and TRIBUTARY_FINGERPRINT_KEY. */
export type KeyTexts = { readonly envelopeKeys: string; readonly fingerprintKey: string };

const fileOf = (dataDir: string) => join(dataDir, 'envelope-keys.json');
const newKey = () => randomBytes(32).toString('base64');
const entriesOf = ({ envelopeKeys }: KeyTexts) => envelopeKeys.split(',');

/** The kept keys; made at the first start, for this system user alone. */
export function readKeyFile(dataDir: string): KeyTexts {
  const kept = readIfThere(fileOf(dataDir));
  if (kept !== undefined) return JSON.parse(kept) as KeyTexts;
  const made = { envelopeKeys: `k1:${newKey()}`, fingerprintKey: newKey() };
  mkdirSync(dataDir, { recursive: true });
  createDurably(fileOf(dataDir), JSON.stringify(made), 0o600);
  return made;
}

/** Puts a new key before the one that is kept. Where there are two already, a rotation was stopped: it goes on with these. */
export function addKeyToFile(dataDir: string): void {
  const kept = readKeyFile(dataDir);
  const [current = ''] = entriesOf(kept);
  if (entriesOf(kept).length > 1) return;
  const number = Number(/^k(\d+):/.exec(current)?.[1] ?? 0);
  replaceDurably(
    fileOf(dataDir),
    JSON.stringify({ ...kept, envelopeKeys: `k${number + 1}:${newKey()},${current}` }),
    0o600,
  );
}

/** Keeps only the current key: nothing may be encrypted with the others any more. */
export function dropOldKeysOfFile(dataDir: string): void {
  const kept = readKeyFile(dataDir);
  const [current = ''] = entriesOf(kept);
  replaceDurably(fileOf(dataDir), JSON.stringify({ ...kept, envelopeKeys: current }), 0o600);
}
