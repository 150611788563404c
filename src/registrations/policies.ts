import { z } from 'zod';
import { scopeCodes } from '../conflicts/rules.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { declareNamed } from '../definitions/declare.ts';
import { requireCodes } from '../definitions/knownCodes.ts';
import { publishVersion } from '../definitions/versions.ts';
import { checkInput } from '../input.ts';
import { codeSchema, dateSchema, nameSchema } from '../programme/fields.ts';
import { registrationPolicyDefinitionSchema } from './policySchema.ts';

export type RegistrationPolicyInput = {
  readonly code: string;
  readonly name: string;
  /** The first local day on which the version is in force. */
  readonly validFrom: string;
  /** As `registrationPolicyDefinitionSchema` reads it. */
  readonly definition: unknown;
};

const identitySchema = z.strictObject({ code: codeSchema, name: nameSchema });

/**
 * Publishes a version of a policy of deal registration 报备 (DOMAIN.md §8), which is declared if it is new. What the latest version says
 * already, from the same day on, is not published again. Deals keep the version by which they were registered. For administrators.
 * @returns the number of the version that says it.
 * @throws UserErrors INPUT_INVALID, REFERENCE_UNKNOWN, each fault at its place; UserError VERSION_TOO_EARLY.
 */
export async function publishRegistrationPolicy(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { code, name, validFrom, definition: given }: RegistrationPolicyInput,
): Promise<number> {
  const identity = checkInput(identitySchema, { code, name }, 'policy');
  const definition = checkInput(registrationPolicyDefinitionSchema, given, 'definition');
  const from = checkInput(dateSchema, validFrom, 'validFrom');
  await requireCodes(transaction, scopeCodes(definition, 'definition'));
  const id = await declareNamed(transaction, actor, now, 'registration_policy', identity);
  const version = { kind: 'registration_policy', id, code, validFrom: from, definition } as const;
  return (await publishVersion(transaction, actor, now, version)).number;
}
