import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { currentKeyId, keepsOwnKeys, loadEnvelopeKeys } from '../partners/envelope.ts';
import { addKeyToFile, dropOldKeysOfFile } from '../partners/keyFile.ts';
import { rotateKeys } from '../partners/secrets.ts';
import type { Output } from './output.ts';

/**
 * `tributary rotate-keys`: wraps the keys of all encrypted numbers with the first of TRIBUTARY_ENVELOPE_KEYS; where an installation keeps
 * its own keys, with a new one that takes the place of the old. May be stopped and started again.
 * @throws UserError as loadEnvelopeKeys and rotateKeys.
 */
export async function rotateEnvelopeKeys(
  databases: Databases,
  output: Output,
  config: Config,
  options: { as: string },
): Promise<void> {
  const own = keepsOwnKeys(config);
  if (own) addKeyToFile(config.dataDir);
  const keys = loadEnvelopeKeys(config);
  const progress = output.progress('Wrapping keys');
  const onBatch = (done: number, total: number) => progress.update((done * 100) / total, `${done} of ${total}`);
  const actor = localActor(options.as);
  const count = await rotateKeys(databases.owner, keys, actor, new Date(), { onBatch }).finally(() => progress.end());
  if (own) dropOldKeysOfFile(config.dataDir);
  output.answer({ envelopeKeyId: currentKeyId(keys), count }, ({ envelopeKeyId }) => {
    const others = own ? 'The old key is gone.' : 'No number needs another key now: the others can be taken away.';
    return `The keys of ${count} numbers are wrapped with "${envelopeKeyId}". ${others}`;
  });
}
