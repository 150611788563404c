import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Databases } from '../db/client.ts';
import { asUserError } from '../db/constraints.ts';
import { localActor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { importBankStatus, largestStatusFileBytes } from '../payments/statusImport.ts';
import { requireFile } from './importFile.ts';
import type { Output } from './output.ts';

/** `tributary import bank-status FILE`: reads a bank's answer, pain.002.001 or CSV. @throws UserError as importBankStatus. */
export async function importBankStatusFile(
  databases: Databases,
  output: Output,
  file: string,
  options: { readonly as: string },
): Promise<void> {
  const { size } = await requireFile(file);
  if (size > largestStatusFileBytes) {
    throw new UserError('STATUS_REPORT_UNFIT', `The file has more than ${largestStatusFileBytes} bytes.`, file);
  }
  const content = await readFile(file);
  const { id: _, ...imported } = await databases.owner
    .transaction((transaction) =>
      importBankStatus(transaction, localActor(options.as), new Date(), { name: basename(file), content }),
    )
    .catch((error: unknown) => {
      throw asUserError(error);
    });
  output.answer(imported, ({ paidCount, failedCount, knownCount, exceptionCount, repeated }) => {
    const exceptions = exceptionCount === 0 ? '' : `, ${exceptionCount} paid although cancelled`;
    const counts = `${paidCount} paid, ${failedCount} failed, ${knownCount} as before${exceptions}`;
    return repeated ? `The file was read before: ${counts}. Nothing was done.` : `${counts}.`;
  });
}
