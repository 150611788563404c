import { integer, pgTable, unique } from 'drizzle-orm/pg-core';
import { codeColumn, idColumn, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import type { SettlementPolicyDefinition } from './policy.ts';

/** How statements are settled with agents and with the books. One operator has one: its code is SETTLEMENT. */
export const settlementPolicy = pgTable('settlement_policy', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
});

export const settlementPolicyVersion = pgTable(
  'settlement_policy_version',
  {
    id: idColumn(),
    policyId: integer('policy_id')
      .notNull()
      .references(() => settlementPolicy.id),
    ...versionColumns<SettlementPolicyDefinition>(),
  },
  (table) => [unique('settlement_policy_version_number').on(table.policyId, table.number)],
);
