import { z } from 'zod';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed, requireChannelTypes } from '../definitions/declare.ts';
import { unknownMetrics } from '../definitions/knownMetrics.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { codeSchema, dateSchema, nameSchema } from '../programme/fields.ts';
import { awardRuleDefinitionSchema } from './ruleSchema.ts';

export type AwardRuleInput = {
  readonly code: string;
  readonly name: string;
  /** The first local day on which the version is in force. */
  readonly validFrom: string;
  /** As `awardRuleDefinitionSchema` reads it. */
  readonly definition: unknown;
};

// Its metric is called AWARD_ and this code, and codes of metrics have at most 64 characters.
const identitySchema = z.strictObject({
  code: codeSchema.max(58, 'must have at most 58 characters'),
  name: nameSchema,
});

/** The metric that a pool's prize of an award is shared by. */
export const awardMetric = (code: string) => `AWARD_${code}`;

/**
 * Publishes a version of an award rule 评优, which is declared if it is new. What the latest version says already, from the same day on,
 * is not published again. For administrators. That a pool weighs by the award is looked at when awards are granted.
 * @returns the number of the version that says it.
 * @throws UserErrors INPUT_INVALID, each fault at its place; UserError REFERENCE_UNKNOWN, METRIC_UNKNOWN, VERSION_TOO_EARLY.
 */
export async function publishAwardRule(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: AwardRuleInput,
): Promise<number> {
  const identity = checkInput(identitySchema, { code, name }, 'rule');
  const definition = checkInput(awardRuleDefinitionSchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  await requireChannelTypes(transaction, definition.channelTypes);
  if (definition.prize.kind === 'POOL') await requirePool(transaction, definition.prize.pool);
  const { metric } = definition.measure;
  const [unknown] = await unknownMetrics(transaction, [{ metric, at: 'definition.measure.metric' }]);
  if (unknown) throw unknown;
  const id = await declareNamed(transaction, actor, now, 'award_rule', identity);
  const version = { kind: 'award_rule', id, code, validFrom: from, definition } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}

async function requirePool(transaction: Transaction, code: string): Promise<void> {
  const found = await transaction.query.pool.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('REFERENCE_UNKNOWN', `There is no pool ${code}.`, 'definition.prize.pool');
}
