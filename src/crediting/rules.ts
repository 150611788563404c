import { z } from 'zod';
import { scopeCodes } from '../conflicts/rules.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed } from '../definitions/declare.ts';
import { namedCodes, requireCodes } from '../definitions/knownCodes.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { codeSchema, dateSchema, nameSchema } from '../programme/fields.ts';
import type { CreditRuleDefinition } from './rule.ts';
import { creditRuleDefinitionSchema } from './ruleSchema.ts';

export type CreditRuleInput = {
  readonly code: string;
  readonly name: string;
  /** The first local day on which the version is in force. */
  readonly validFrom: string;
  /** As `creditRuleDefinitionSchema` reads it. */
  readonly definition: unknown;
};

const identitySchema = z.strictObject({ code: codeSchema, name: nameSchema });

/**
 * Publishes a version of a rule of shared credits 业绩融合 (DOMAIN.md §8), which is declared if it is new. What the latest version says
 * already, from the same day on, is not published again. On no day two enabled rules in force have one priority. For administrators.
 * @returns the number of the version that says it.
 * @throws UserErrors INPUT_INVALID, REFERENCE_UNKNOWN, each fault at its place; UserError CREDIT_PRIORITY_TAKEN, VERSION_TOO_EARLY.
 */
export async function publishCreditRule(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: CreditRuleInput,
): Promise<number> {
  const identity = checkInput(identitySchema, { code, name }, 'rule');
  const definition = checkInput(creditRuleDefinitionSchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  await requireCodes(transaction, [
    ...scopeCodes(definition, 'definition'),
    ...definition.shares.flatMap(({ channelTypes }, index) =>
      namedCodes('channel_type', channelTypes, `definition.shares[${index}].channelTypes`),
    ),
  ]);
  const id = await declareNamed(transaction, actor, now, 'credit_rule', identity);
  await requirePriority(transaction, id, from, definition);
  const version = { kind: 'credit_rule', id, code, validFrom: from, definition } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}

/** A version is in force until the next one of its rule; a new one without an end. */
async function requirePriority(
  transaction: Transaction,
  id: number,
  from: string,
  { priority, enabled }: CreditRuleDefinition,
): Promise<void> {
  if (!enabled) return;
  const sql = rawSql(transaction);
  // Two who publish at once would each not see the other's.
  await sql`select pg_advisory_xact_lock(hashtext('credit rule priorities'))`;
  const [other] = await sql<{ code: string; since: string }[]>`
    select rule.code, greatest(version.valid_from, ${from}::date)::text as since
    from (
      select *, lead(valid_from) over (partition by rule_id order by valid_from, number) as until from credit_rule_version
    ) version
    join credit_rule rule on rule.id = version.rule_id
    where rule.id <> ${id} and (definition ->> 'priority')::integer = ${priority} and (definition ->> 'enabled')::boolean
      and (until is null or until > greatest(version.valid_from, ${from}::date))
    order by since, rule.code limit 1`;
  if (!other) return;
  const message = `Rule ${other.code} has the priority ${priority} on ${other.since}.`;
  throw new UserError('CREDIT_PRIORITY_TAKEN', message, 'definition.priority');
}
