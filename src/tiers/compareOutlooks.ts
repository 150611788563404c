import type { CriterionOutlook, TierOutlook } from './outlook.ts';

/** A criterion before further sales and with them. */
export type ComparedCriterion = Omit<CriterionOutlook, 'value' | 'held'> & {
  readonly before: string | null;
  /** null: there is none, or further sales do not move it. */
  readonly after: string | null;
  readonly heldBefore: boolean | null;
  readonly heldAfter: boolean | null;
};

/** What further sales do to a tier. */
export type ComparedTier = Omit<TierOutlook, 'outcome' | 'entry' | 'keep'> & {
  readonly before: TierOutlook['outcome'];
  readonly after: TierOutlook['outcome'];
  readonly entry: readonly ComparedCriterion[];
  readonly keep: readonly ComparedCriterion[];
};

/** Puts two outlooks of one agent and scheme side by side; pure. */
export function compareOutlooks(before: TierOutlook, after: TierOutlook): ComparedTier {
  const { outcome, entry, keep, ...shared } = before;
  return {
    ...shared,
    before: outcome,
    after: after.outcome,
    entry: compareCriteria(entry, after.entry),
    keep: compareCriteria(keep, after.keep),
  };
}

function compareCriteria(before: readonly CriterionOutlook[], after: readonly CriterionOutlook[]): ComparedCriterion[] {
  return before.map(({ value, held, ...shared }, index) => ({
    ...shared,
    before: value,
    after: shared.unmoved === null ? (after[index]?.value ?? null) : null,
    heldBefore: held,
    heldAfter: after[index]?.held ?? null,
  }));
}
