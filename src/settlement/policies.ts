import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed } from '../definitions/declare.ts';
import { publishVersion, type Version } from '../definitions/versions.ts';
import { checkInput } from '../input.ts';
import { lastDate, type Period } from '../period.ts';
import { dateSchema } from '../programme/fields.ts';
import type { SettlementPolicyDefinition } from './policy.ts';
import { newSettlementPolicySchema, settlementPolicyDefinitionSchema } from './policySchema.ts';

/** One operator has one settlement policy. */
export const settlementIdentity = { code: 'SETTLEMENT', name: 'Settlement policy' };

/**
 * Publishes a version of the settlement policy; what the latest version says already, from the same day on, is not published again.
 * For administrators.
 * @param validFrom the first local day on which it is in force
 * @param given as `newSettlementPolicySchema` reads it
 * @returns the number of the version that says it.
 * @throws UserErrors INPUT_INVALID, each fault at its place; UserError VERSION_TOO_EARLY.
 */
export async function publishSettlementPolicy(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { validFrom, definition: given }: { readonly validFrom: string; readonly definition: unknown },
): Promise<number> {
  const definition = checkInput(newSettlementPolicySchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  const id = await declareNamed(transaction, actor, now, 'settlement_policy', settlementIdentity);
  const version = {
    kind: 'settlement_policy',
    id,
    code: settlementIdentity.code,
    validFrom: from,
    definition,
  } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}

/**
 * The policy in force on a local day; where none has begun, the defaults as version 0 without an id of its own (0). Who does not see all money
 * gets it without accounts, bank files and journal.
 */
export async function settlementPolicyOn(
  transaction: Transaction,
  day: string,
): Promise<Version<SettlementPolicyDefinition>> {
  const [found] = await rawSql(transaction)<Version<unknown>[]>`
    select id, number, valid_from::text as "validFrom", definition from settlement_policy_on(${day})`;
  return {
    ...(found ?? { id: 0, number: 0, validFrom: day }),
    definition: settlementPolicyDefinitionSchema.parse(found?.definition ?? {}),
  };
}

/**
 * The policy by which the books of a period go: its checklist and the accounts of its journal (docs/settlement.md §1). As long as the period is
 * not locked the newest version that has begun, so that what was forgotten can be added; once it is locked the one that was known then.
 * @param today the operator's local date; without it the database's. What begins by the period's last day has begun.
 * @returns as settlementPolicyOn; the defaults for who does not see all money.
 */
export async function booksPolicy(
  transaction: Transaction,
  period: Period,
  today?: string,
): Promise<Version<SettlementPolicyDefinition>> {
  const sql = rawSql(transaction);
  const [found] = await sql<Version<unknown>[]>`
    select version.id, version.number, version.valid_from::text as "validFrom", version.definition
    from operator, books_policy_on(${period},
      greatest(${lastDate(period)}::date, coalesce(${today ?? null}::date, (now() at time zone operator.time_zone)::date))) version`;
  return {
    ...(found ?? { id: 0, number: 0, validFrom: lastDate(period) }),
    definition: settlementPolicyDefinitionSchema.parse(found?.definition ?? {}),
  };
}
