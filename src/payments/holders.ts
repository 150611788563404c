import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type EnvelopeKeys, unseal } from '../partners/envelope.ts';
import { payeeBound, readAccount, unsealAccount } from './accounts.ts';
import type { Claim } from './claims.ts';

/** Where money for an agent goes. */
export type Holder = {
  readonly holderName: string;
  readonly account: string;
  readonly bankName: string | null;
  readonly bic: string | null;
  readonly clearingCode: string | null;
};

type SealedRow = { readonly ciphertext: string; readonly wrappedKey: string; readonly envelopeKeyId: string };
type PayeeRow = SealedRow &
  Omit<Holder, 'account'> & { readonly id: number; readonly agentId: number; readonly validFrom: string };

/**
 * By agent, where its money goes: its payee, else the bank account kept for it, in its own name. Agents whose account is no number that a
 * bank could read are left out. Needs the owner's rights. @throws UserError ENVELOPE_*.
 */
export async function loadHolders(
  transaction: Transaction,
  keys: EnvelopeKeys,
  claims: readonly Claim[],
): Promise<Map<number, Holder>> {
  const names = new Map(
    claims.filter(({ payeeId }) => payeeId === null).map((claim) => [claim.agentId, claim.agentName]),
  );
  const payeeIds = [...new Set(claims.flatMap(({ payeeId }) => payeeId ?? []))];
  const holders = new Map<number, Holder>();
  for (const row of await readSecrets(transaction, [...names.keys()])) {
    const account = readAccount(unseal(keys, row.fingerprint, row));
    if (account === undefined) continue;
    const holderName = names.get(row.agentId) ?? '';
    holders.set(row.agentId, { holderName, account, bankName: null, bic: null, clearingCode: null });
  }
  for (const row of await readPayees(transaction, payeeIds)) {
    const { holderName, bankName, bic, clearingCode } = row;
    const account = unsealAccount(keys, payeeBound(row), row);
    holders.set(row.agentId, { holderName, account, bankName, bic, clearingCode });
  }
  return holders;
}

function readSecrets(transaction: Transaction, agentIds: readonly number[]) {
  return rawSql(transaction)<(SealedRow & { readonly agentId: number; readonly fingerprint: string })[]>`
    select agent_id as "agentId", fingerprint, ciphertext, wrapped_key as "wrappedKey", envelope_key_id as "envelopeKeyId"
    from secret where kind = 'BANK_ACCOUNT' and agent_id = any (${[...agentIds]}::integer[])`;
}

function readPayees(transaction: Transaction, ids: readonly number[]) {
  return rawSql(transaction)<PayeeRow[]>`
    select id, agent_id as "agentId", holder_name as "holderName", bank_name as "bankName", bic, clearing_code as "clearingCode",
      valid_from::text as "validFrom", ciphertext, wrapped_key as "wrappedKey", envelope_key_id as "envelopeKeyId"
    from payee where id = any (${[...ids]}::integer[])`;
}
