import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { EnvelopeKeys } from '../partners/envelope.ts';
import { payeeBound, unsealAccount } from './accounts.ts';
import type { Claim } from './claims.ts';

/** Where money for an agent goes. */
export type Holder = {
  readonly holderName: string;
  readonly account: string;
  readonly bankName: string | null;
  readonly bic: string | null;
  readonly clearingCode: string | null;
};

type PayeeRow = Omit<Holder, 'account'> & {
  readonly id: number;
  readonly agentId: number;
  readonly validFrom: string;
  readonly ciphertext: string;
  readonly wrappedKey: string;
  readonly envelopeKeyId: string;
};

/**
 * By agent, where its money goes: its payee. The account of the partner file, which one person can change, is never paid.
 * Needs the owner's rights. @throws UserError ENVELOPE_*.
 */
export async function loadHolders(
  transaction: Transaction,
  keys: EnvelopeKeys,
  claims: readonly Claim[],
): Promise<Map<number, Holder>> {
  const payeeIds = [...new Set(claims.flatMap(({ payeeId }) => payeeId ?? []))];
  const rows = await readPayees(transaction, payeeIds);
  return new Map(
    rows.map((row) => {
      const { agentId, holderName, bankName, bic, clearingCode } = row;
      return [agentId, { holderName, account: unsealAccount(keys, payeeBound(row), row), bankName, bic, clearingCode }];
    }),
  );
}

function readPayees(transaction: Transaction, ids: readonly number[]) {
  return rawSql(transaction)<PayeeRow[]>`
    select id, agent_id as "agentId", holder_name as "holderName", bank_name as "bankName", bic, clearing_code as "clearingCode",
      valid_from::text as "validFrom", ciphertext, wrapped_key as "wrappedKey", envelope_key_id as "envelopeKeyId"
    from payee where id = any (${[...ids]}::integer[])`;
}
