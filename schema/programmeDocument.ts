import { UserError } from '../src/errors.ts';
import type { PlanComponentInput } from './componentInputs.ts';
import type { AgentInput, PlanInput, PlanVersionInput, PoolInput, PoolVersionInput } from './programmeInputs.ts';

// Inputs of mutations → fragments of a programme document, as readers of a programme file would write them.

type Agent = typeof AgentInput.$inferInput;
type Fact = string | readonly object[];

/** Without fields that are null: where null means nothing more than leaving the field out. */
export function withoutNulls<Entry extends object>(entry: Entry): { [Key in keyof Entry]: NonNullable<Entry[Key]> } {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value != null)) as {
    [Key in keyof Entry]: NonNullable<Entry[Key]>;
  };
}

/** @throws UserError INPUT_INVALID where a fact is given both as one value and as a history. */
export function agentEntry(input: Agent, index: number): object {
  const { statuses, tiers, regions, parents, status, tier, region, parent, ...rest } = input;
  const at = `agents[${index}]`;
  return withoutNulls({
    ...rest,
    status: oneOf(status, statuses, `${at}.status`),
    tier: oneOf(tier, tiers, `${at}.tier`),
    region: oneOf(region, regions, `${at}.region`),
    parent: oneOf(parent, parents, `${at}.parent`),
  });
}

function oneOf(
  single: string | null | undefined,
  history: readonly object[] | null | undefined,
  at: string,
): Fact | null {
  if (single != null && history != null) {
    throw new UserError('INPUT_INVALID', 'Give one value or a whole history, not both.', at);
  }
  return single ?? history ?? null;
}

export function planEntry(plan: typeof PlanInput.$inferInput, version: typeof PlanVersionInput.$inferInput): object {
  return { ...plan, versions: [{ ...withoutNulls(version), components: version.components.map(componentEntry) }] };
}

function componentEntry(input: typeof PlanComponentInput.$inferInput): object {
  const { kind, multiplyByTier, ...rest } = input;
  // A kind that has no multipliers is not told that there is none.
  return deepWithoutNulls({ ...rest, kind: kind ?? 'RATE', multiplyBy: multiplyByTier ? ['TIER'] : null });
}

/** Without fields that are null, at any depth. */
export function deepWithoutNulls(value: object): object {
  const cleaned = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(cleaned);
    return typeof each === 'object' && each !== null ? deepWithoutNulls(each) : each;
  };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each != null)
      .map(([key, each]) => [key, cleaned(each)]),
  );
}

export function poolEntry(pool: typeof PoolInput.$inferInput, version: typeof PoolVersionInput.$inferInput): object {
  return { ...pool, versions: [deepWithoutNulls(version)] };
}
