import { Decimal } from '../money.ts';
import type { TierCriterion } from './scheme.ts';

/** How far an agent is from a criterion of a tier, in the criterion's own unit. */
export type CriterionDistance = {
  /** null: no value. CERTIFICATION: 1 or 0. */
  readonly value: Decimal | null;
  readonly held: boolean;
  /** How much is missing to the least that is asked for; null where nothing is. Without a value all of it is. */
  readonly missing: Decimal | null;
  /** By how much the most that is allowed is exceeded; null where it is not. */
  readonly excess: Decimal | null;
};

/** The distance of a value from a criterion (DOMAIN.md §6): pure. Without a value a criterion does not hold. */
export function distanceTo(criterion: TierCriterion, value: Decimal | undefined): CriterionDistance {
  const { atLeast, atMost } = boundsOf(criterion);
  const lacks = atLeast?.minus(value ?? 0);
  const exceeds = atMost && value?.minus(atMost);
  const missing = lacks?.gt(0) ? lacks : null;
  const excess = exceeds?.gt(0) ? exceeds : null;
  return { value: value ?? null, held: value !== undefined && missing === null && excess === null, missing, excess };
}

/** The least and the most that a criterion asks for; a certificate is there, or not. */
export function boundsOf(criterion: TierCriterion): { readonly atLeast?: Decimal; readonly atMost?: Decimal } {
  if (criterion.kind === 'CERTIFICATION') return { atLeast: new Decimal(1) };
  const atMost = 'atMost' in criterion ? criterion.atMost : undefined;
  return {
    ...(criterion.atLeast === undefined ? {} : { atLeast: new Decimal(criterion.atLeast) }),
    ...(atMost === undefined ? {} : { atMost: new Decimal(atMost) }),
  };
}
