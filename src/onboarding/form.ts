import { canonicalDecimal, Decimal } from '../money.ts';

/** One thing an applicant is judged on: what it weighs (as text) of 100. */
export type ScreeningItem = { readonly code: string; readonly name: string; readonly weight: string };

/** What a version of a screening form says. Weights total exactly 100 (DOMAIN.md §4). */
export type ScreeningFormDefinition = {
  readonly items: readonly ScreeningItem[];
  /** The least total, of 100, that passes. */
  readonly passMark: string;
  /** The kinds of documents that an application must have before it can be decided on. */
  readonly requiredDocuments: readonly string[];
  /** Days after a rejection before the applicant may come back. */
  readonly coolingOffDays: number;
  /** Days that an application may stay in a state. */
  readonly dueDays: Readonly<Partial<Record<DueState, number | undefined>>>;
};

type DueState = 'DRAFT' | 'SUBMITTED' | 'SCREENING' | 'APPROVED' | 'CONTRACTED';

const usualDueDays: Readonly<Record<DueState, number>> = {
  DRAFT: 30,
  SUBMITTED: 5,
  SCREENING: 15,
  APPROVED: 30,
  CONTRACTED: 30,
};

/** @returns how many days an application may stay in a state, as the form says or as usual; undefined in states that are ends. */
export function dueDaysOf(definition: ScreeningFormDefinition | undefined, state: string): number | undefined {
  const isDue = (name: string): name is DueState => Object.hasOwn(usualDueDays, name);
  return isDue(state) ? (definition?.dueDays[state] ?? usualDueDays[state]) : undefined;
}

/** Points for items, 0 to 100, by the item's code. */
export type ScreeningPoints = ReadonlyMap<string, string>;

/** What a form makes of the points: Σ weight · points / 100, exact, over the items that have any (DOMAIN.md §4). */
export type ScreeningResult = {
  readonly total: string;
  readonly unscored: readonly string[];
  /** Whether every item is scored and the total reaches the pass mark. */
  readonly passes: boolean;
};

/** Adds the points up by weight. Nothing is rounded: 69.995 does not pass a mark of 70. */
export function screeningResult(definition: ScreeningFormDefinition, points: ScreeningPoints): ScreeningResult {
  const total = definition.items
    .reduce((sum, item) => sum.plus(new Decimal(item.weight).times(points.get(item.code) ?? '0')), new Decimal(0))
    .div(100);
  const unscored = definition.items.filter((item) => !points.has(item.code)).map((item) => item.code);
  return {
    total: canonicalDecimal(total),
    unscored,
    passes: unscored.length === 0 && total.gte(definition.passMark),
  };
}
