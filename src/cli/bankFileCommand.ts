import { writeFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { loadEnvelopeKeys } from '../partners/envelope.ts';
import { fetchBankFile } from '../payments/fetchFile.ts';
import type { Output } from './output.ts';

/** `tributary bank-file PB-1`: writes the bank file of an approved batch. A file that is there is replaced. @throws UserError as fetchBankFile. */
export async function bankFile(
  databases: Databases,
  output: Output,
  config: Config,
  batch: string,
  options: { readonly as: string; readonly out?: string },
): Promise<void> {
  const keys = loadEnvelopeKeys(config);
  const { bytes, fileName, sha256 } = await databases.owner.transaction((transaction) =>
    fetchBankFile(transaction, keys, localActor(options.as), new Date(), batch),
  );
  const file = options.out ?? fileName;
  await writeFile(file, bytes, { mode: 0o600 });
  output.answer({ file, bytes: bytes.length, sha256 }, () => `${file}: ${bytes.length} bytes, SHA-256 ${sha256}.`);
}
