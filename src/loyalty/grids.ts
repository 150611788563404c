import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed, requireChannelTypes } from '../definitions/declare.ts';
import { type NamedMetric, unknownMetrics } from '../definitions/knownMetrics.ts';
import { publishVersion } from '../definitions/versions.ts';
import { UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { dateSchema, named } from '../programme/fields.ts';
import type { LoyaltyGridDefinition } from './grid.ts';
import { loyaltyGridDefinitionSchema } from './gridSchema.ts';

export type GridInput = {
  readonly code: string;
  readonly name: string;
  /** The first local day on which the version is in force. */
  readonly validFrom: string;
  /** As `loyaltyGridDefinitionSchema` reads it. */
  readonly definition: unknown;
};

/**
 * Publishes a version of a loyalty grid 忠诚度分类, which is declared if it is new. What the latest version says already, from the same
 * day on, is not published again. For administrators.
 * @returns the number of the version that says it.
 * @throws UserError INPUT_INVALID and METRIC_UNKNOWN (each fault at its place), REFERENCE_UNKNOWN, VERSION_TOO_EARLY.
 */
export async function publishGrid(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: GridInput,
): Promise<number> {
  const identity = checkInput(named('grid'), { code, name }, 'grid');
  const definition = checkInput(loyaltyGridDefinitionSchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  await requireChannelTypes(transaction, definition.channelTypes);
  const unknown = await unknownMetrics(transaction, metricsOf(definition));
  if (unknown.length > 0) throw new UserErrors(unknown);
  const id = await declareNamed(transaction, actor, now, 'loyalty_grid', identity);
  const version = { kind: 'loyalty_grid', id, code, validFrom: from, definition } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}

const metricsOf = (definition: LoyaltyGridDefinition): NamedMetric[] =>
  (['loyalty', 'contribution'] as const).flatMap((axis) => {
    const { measure } = definition[axis];
    return measure.kind === 'METRIC' ? [{ metric: measure.metric, at: `definition.${axis}.measure.metric` }] : [];
  });
