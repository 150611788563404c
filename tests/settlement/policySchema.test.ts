import { expect, it } from 'vitest';
import { localActor } from '../../src/db/transaction.ts';
import { UserErrors } from '../../src/errors.ts';
import { publishSettlementPolicy, settlementPolicyOn } from '../../src/settlement/policies.ts';
import { testDatabase } from '../database.ts';

// A policy that no bank could work with is not published.

const now = new Date('2026-11-05T04:00:00Z');
const account = { code: 'MAIN', currency: 'EUR', holderName: 'Demo', account: 'DE89370400440532013000', iban: true };
const column = (field: string) => ({ header: field, field });
const layoutOf = (...fields: string[]) => ({ bankLayouts: [{ code: 'OWN', columns: fields.map(column) }] });

const faultsOf = async (definition: object) => {
  const { owner } = await testDatabase();
  return owner
    .transaction((transaction) =>
      publishSettlementPolicy(transaction, localActor('anna'), now, { validFrom: '2026-01-01', definition }),
    )
    .catch((error: unknown) => {
      if (error instanceof UserErrors) return error.errors.map(({ code, at }) => `${code} ${at}`);
      throw error;
    });
};

it.each([
  [{ debtorAccounts: [account] }, 1],
  [{ debtorAccounts: [{ ...account, account: '4711', iban: false }] }, 1],
  [
    { debtorAccounts: [{ ...account, account: 'DE89370400440532013001' }] },
    ['INPUT_INVALID definition.debtorAccounts[0].account'],
  ],
  [layoutOf('holderName', 'account', 'amount'), 1],
  [layoutOf('holderName', 'amount'), ['INPUT_INVALID definition.bankLayouts[0].columns']],
  [layoutOf('holderName', 'account'), ['INPUT_INVALID definition.bankLayouts[0].columns']],
])('%j', async (definition, outcome) => {
  expect(await faultsOf(definition)).toEqual(outcome);
});

it('is still read where an earlier version was published without these rules', async () => {
  const { owner } = await testDatabase();
  await owner.transaction((transaction) =>
    publishSettlementPolicy(transaction, localActor('anna'), now, { validFrom: '2026-01-01', definition: {} }),
  );
  const old = { debtorAccounts: [{ ...account, account: 'DE00' }] };
  await owner.$client.unsafe(`alter table settlement_policy_version disable trigger user`);
  await owner.$client`update settlement_policy_version set definition = ${owner.$client.json(old)}`;
  const read = await owner.transaction((transaction) => settlementPolicyOn(transaction, '2026-11-05'));
  expect(read.definition.debtorAccounts[0]?.account).toBe('DE00');
});
