import { z } from 'zod';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed } from '../definitions/declare.ts';
import { namedCodes, requireCodes } from '../definitions/knownCodes.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { codeSchema, dateSchema, nameSchema } from '../programme/fields.ts';
import type { ConflictKind, RuleScope } from './rule.ts';
import { conflictRuleDefinitionSchema } from './ruleSchema.ts';

export type ConflictRuleInput = {
  readonly code: string;
  readonly name: string;
  /** The first local day on which the version is in force. */
  readonly validFrom: string;
  /** As `conflictRuleDefinitionSchema` reads it. */
  readonly definition: unknown;
};

const identitySchema = z.strictObject({ code: codeSchema, name: nameSchema });

/**
 * Publishes a version of a conflict rule (DOMAIN.md §8), which is declared if it is new. What the latest version says already, from the
 * same day on, is not published again. A rule keeps its kind over all its versions. For administrators.
 * @returns the number of the version that says it.
 * @throws UserErrors INPUT_INVALID, REFERENCE_UNKNOWN, each fault at its place; UserError RULE_KIND_FIXED, VERSION_TOO_EARLY.
 */
export async function publishConflictRule(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: ConflictRuleInput,
): Promise<number> {
  const identity = checkInput(identitySchema, { code, name }, 'rule');
  const definition = checkInput(conflictRuleDefinitionSchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  await requireCodes(transaction, scopeCodes(definition.scope, 'definition.scope'));
  const id = await declareNamed(transaction, actor, now, 'conflict_rule', identity);
  await requireKind(transaction, id, code, definition.kind);
  const version = { kind: 'conflict_rule', id, code, validFrom: from, definition } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}

/** What a scope names, and where. */
export function scopeCodes({ channelTypes, regions, categories }: Omit<RuleScope, 'events'>, at: string) {
  return [
    ...namedCodes('channel_type', channelTypes, `${at}.channelTypes`),
    ...namedCodes('region', regions, `${at}.regions`),
    ...namedCodes('product_category', categories, `${at}.categories`),
  ];
}

async function requireKind(transaction: Transaction, id: number, code: string, kind: ConflictKind): Promise<void> {
  const [other] = await rawSql(transaction)<{ kind: string }[]>`
    select definition ->> 'kind' as kind from conflict_rule_version
    where rule_id = ${id} and definition ->> 'kind' <> ${kind} limit 1`;
  if (!other) return;
  throw new UserError('RULE_KIND_FIXED', `Rule ${code} is of kind ${other.kind}.`, 'definition.kind');
}
