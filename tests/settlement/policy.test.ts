import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { asRequest, localActor, type Role } from '../../src/db/transaction.ts';
import { publishSettlementPolicy, settlementPolicyOn } from '../../src/settlement/policies.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, smallProgramme } from '../programme/programmes.ts';
import { asOwner, codeOf, now } from '../support/books.ts';

const definition = (confirmDays: number) => ({
  confirmDays,
  decisionLimits: [{ role: 'FINANCE', currency: 'CNY', amount: '500.00' }],
  debtorAccounts: [{ code: 'MAIN', currency: 'CNY', holderName: 'Demo', account: '6222000' }],
  journal: [{ entry: 'EXPENSE', account: '6601' }],
});
const section = `
settlementPolicy:
  versions:
    - validFrom: 2026-03-01
      definition:
        confirmDays: 10
        debtorAccounts: [{ code: MAIN, currency: CNY, holderName: Demo, account: 6222000 }]
`;

let databases: Databases;
const on = (day: string) => asOwner(databases, (transaction) => settlementPolicyOn(transaction, day));
const publish = (validFrom: string, given: unknown) =>
  asOwner(databases, (transaction) =>
    publishSettlementPolicy(transaction, localActor('anna'), now, { validFrom, definition: given }),
  );
const seenBy = (role: Role) => {
  const actor = { name: 'x', user: { id: 1, role, agentId: null, regionId: null }, requestId: null };
  return asRequest(databases.owner, actor, '2026-12-05', async (transaction) => {
    const policy = await settlementPolicyOn(transaction, '2026-02-01');
    return [
      policy.definition.confirmDays,
      policy.definition.decisionLimits.length,
      policy.definition.debtorAccounts.length,
    ];
  });
};

beforeAll(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

describe('the settlement policy', () => {
  it('is the defaults until one is published, then the version of the day', async () => {
    const defaults = await on('2026-01-01');
    expect([defaults.number, defaults.definition.confirmDays, defaults.definition.checklist.length]).toEqual([
      0, 7, 10,
    ]);
    expect(await publish('2026-02-01', definition(9))).toBe(1);
    expect(await publish('2026-02-01', definition(9))).toBe(1);
    expect((await on('2026-01-31')).number).toBe(0);
    expect((await on('2026-02-01')).definition).toMatchObject({ confirmDays: 9, disputeDays: 30, letterhead: null });
    expect(await codeOf(publish('2026-01-01', definition(8)))).toBe('VERSION_TOO_EARLY');
    expect(await codeOf(publish('2026-02-02', { confirmDays: 0 }))).toBe('INPUT_INVALID');
  });

  it('is known to everybody by its days and limits, to those who see all money with its accounts', async () => {
    expect(await seenBy('FINANCE')).toEqual([9, 1, 1]);
    expect(await seenBy('AUDITOR')).toEqual([9, 1, 1]);
    expect(await seenBy('CHANNEL_MANAGER')).toEqual([9, 1, 0]);
    expect(await seenBy('AGENT')).toEqual([9, 1, 0]);
  });

  it('is declared by a programme file, which changes nothing when it is applied again', async () => {
    const changes = await apply(databases, section);
    expect(changes.map(({ action, entity, key }) => `${action} ${entity} ${key}`)).toEqual([
      'create settlementPolicyVersion SETTLEMENT@2026-03-01',
    ]);
    expect(await apply(databases, section)).toEqual([]);
    expect((await on('2026-03-01')).definition).toMatchObject({
      confirmDays: 10,
      debtorAccounts: [{ code: 'MAIN', account: '6222000', iban: false }],
    });
  });

  it('is never altered by one', async () => {
    const [fault = ''] = await faultsOf(() => apply(databases, section.replace('confirmDays: 10', 'confirmDays: 11')));
    expect(fault).toMatch(
      /^DEFINITION_PUBLISHED settlementPolicy\[SETTLEMENT\]\.versions\[0\] \(line 2\).*confirmDays/,
    );
    const [unknown = ''] = await faultsOf(() => apply(databases, section.replace('confirmDays', 'confirmDay')));
    expect(unknown).toMatch(/^PROGRAMME_INVALID settlementPolicy\.versions\[0\]\.definition\.confirmDay \(line 6\)/);
  });
});
