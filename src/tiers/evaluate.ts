import type { Decimal } from '../money.ts';
import { distanceTo } from './missing.ts';
import type { CriterionFact, SchemeTier, TierCriterion, TierSchemeDefinition } from './scheme.ts';
import type { tierMoveKind } from './tables.ts';

export type TierMoveKind = (typeof tierMoveKind.enumValues)[number];

export type TierInput = {
  /** Code; null: it has none yet. One that the scheme does not list counts as none. */
  readonly tierNow: string | null;
  /** Misses in a row so far. */
  readonly misses: number;
  /** Calendar months with a day ACTIVE, the evaluated one included. */
  readonly monthsOfService: number;
  /** Whether an approved override holds on the first day after the period. */
  readonly isOverridden: boolean;
  /** undefined: no value, and the criterion does not hold. CERTIFICATION: 1 or 0. */
  readonly value: (criterion: TierCriterion) => Decimal | undefined;
};

export type TierOutcome = {
  readonly kind: TierMoveKind;
  readonly tier: string;
  readonly missesAfter: number;
  /** What was looked at: entry criteria of higher tiers, and keep criteria of the present one and those it might fall to. */
  readonly facts: readonly CriterionFact[];
};

/**
 * Where an agent's tier goes (DOMAIN.md §6); pure. Up: towards the highest tier all of whose entry criteria hold, at most maxSteps.
 * Else it stays where the keep criteria of its tier hold. Else it misses: without a consequence while it is protected, down at the
 * grace-th miss in a row, at most maxSteps, to the highest lower tier whose keep criteria hold or as far as it may fall. Who has no
 * tier enters at the lowest, and rises from there at most maxSteps. An approved override leaves tier and misses alone.
 * @throws Error where the scheme lists no tiers.
 */
export function evaluateTier(scheme: TierSchemeDefinition, input: TierInput): TierOutcome {
  const { tiers, maxSteps } = scheme;
  const seen = new Looked(input.value);
  const present = tiers.findIndex(({ tier }) => tier === input.tierNow);
  if (input.isOverridden && input.tierNow !== null) {
    return { kind: 'OVERRIDDEN', tier: input.tierNow, missesAfter: input.misses, facts: seen.facts };
  }
  const reached = highestEntered(tiers, seen, present);
  const start = Math.max(present, 0);
  if (reached > start || present < 0) {
    const kind = present < 0 ? 'ENTERED' : 'PROMOTED';
    const goal = Math.max(start, Math.min(reached, start + maxSteps));
    return { kind, tier: tierAt(tiers, goal).tier, missesAfter: 0, facts: seen.facts };
  }
  return stayOrFall(scheme, input, present, seen);
}

function stayOrFall(
  { tiers, maxSteps, grace, protectionMonths }: TierSchemeDefinition,
  { misses, monthsOfService }: TierInput,
  present: number,
  seen: Looked,
): TierOutcome {
  const { tier } = tierAt(tiers, present);
  const kept = seen.holds(tierAt(tiers, present), 'KEEP');
  if (kept) return { kind: 'KEPT', tier, missesAfter: 0, facts: seen.facts };
  if (monthsOfService <= protectionMonths) return { kind: 'PROTECTED', tier, missesAfter: 0, facts: seen.facts };
  if (misses + 1 < grace) return { kind: 'MISSED', tier, missesAfter: misses + 1, facts: seen.facts };
  // At the lowest tier there is nowhere to fall to: the misses stand at the grace.
  if (present === 0) return { kind: 'MISSED', tier, missesAfter: grace, facts: seen.facts };
  const lowest = Math.max(0, present - maxSteps);
  let goal = present - 1;
  while (goal > lowest && !seen.holds(tierAt(tiers, goal), 'KEEP')) goal -= 1;
  return { kind: 'DEMOTED', tier: tierAt(tiers, goal).tier, missesAfter: 0, facts: seen.facts };
}

/** The place of the highest tier above the present one whose entry criteria all hold; -1: none. */
function highestEntered(tiers: readonly SchemeTier[], seen: Looked, present: number): number {
  let reached = -1;
  for (let place = Math.max(present, 0) + 1; place < tiers.length; place += 1) {
    if (seen.holds(tierAt(tiers, place), 'ENTRY')) reached = place;
  }
  return reached;
}

function tierAt(tiers: readonly SchemeTier[], place: number): SchemeTier {
  const tier = tiers[place];
  if (!tier) throw new Error(`The scheme has no tier at place ${place}`);
  return tier;
}

/** Looks at criteria, and remembers what it found in the order in which it looked. */
class Looked {
  readonly facts: CriterionFact[] = [];
  readonly #value: TierInput['value'];

  constructor(value: TierInput['value']) {
    this.#value = value;
  }

  /** Whether all criteria of a list hold; all are looked at, so that a move shows each. */
  holds({ tier, entry, keep }: SchemeTier, list: CriterionFact['list']): boolean {
    const found = (list === 'ENTRY' ? entry : keep).map((criterion): CriterionFact => {
      const { value, held } = distanceTo(criterion, this.#value(criterion));
      return { tier, list, criterion, value: value?.toDecimalPlaces(10).toFixed() ?? null, held };
    });
    this.facts.push(...found);
    return found.every(({ held }) => held);
  }
}
