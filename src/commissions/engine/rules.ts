import type { Decimal } from '../../money.ts';

// Which rule wins (DOMAIN.md §9.2). Everything here is by code and pure: what a plan means is decided and tested without a
// database.

/** The dimensions a rule names; what it does not name matches anything. The base range is [baseFrom, baseTo) or, with
 * `baseUpTo`, [baseFrom, baseUpTo]. */
export type RuleMatch = {
  readonly code: string;
  readonly product?: string;
  readonly category?: string;
  readonly event?: string;
  readonly channelType?: string;
  readonly tier?: string;
  readonly region?: string;
  readonly segment?: string;
  readonly campaign?: string;
  readonly contractMonths?: number;
  readonly baseFrom?: Decimal;
  readonly baseTo?: Decimal;
  readonly baseUpTo?: Decimal;
};

/** What of a credit a rule can ask for. `regionPath` runs from the credit's region up to the root. */
export type CreditDimensions = {
  readonly product?: string;
  readonly category?: string;
  readonly event: string;
  readonly channelType: string;
  readonly tier?: string;
  readonly regionPath: readonly string[];
  readonly segment?: string;
  readonly campaign?: string;
  readonly contractMonths?: number;
};

/** A stretch of base amounts in which one rule wins (or none). Text as PostgreSQL writes a numrange; null = every base. */
export type RuleStretch<Rule> = { readonly range: string | null; readonly rule: Rule | undefined };

/** @returns whether the rule's dimensions, its base range aside, admit the credit. */
export function matches(rule: RuleMatch, credit: CreditDimensions): boolean {
  return (
    admits(rule.product, credit.product) &&
    admits(rule.category, credit.category) &&
    admits(rule.event, credit.event) &&
    admits(rule.channelType, credit.channelType) &&
    admits(rule.tier, credit.tier) &&
    (rule.region === undefined || credit.regionPath.includes(rule.region)) &&
    admits(rule.segment, credit.segment) &&
    admits(rule.campaign, credit.campaign) &&
    admits(rule.contractMonths, credit.contractMonths)
  );
}

function admits<Value>(wanted: Value | undefined, given: Value | undefined): boolean {
  return wanted === undefined || wanted === given;
}

/**
 * Orders two rules that both admit a credit: negative where `a` is the more specific. Compared dimension by dimension in
 * the order of DOMAIN.md §9.2: product before category before any, then event type, channel type, tier, region (the
 * deeper first), segment, campaign, contract months, base range.
 */
export function compareSpecificity(a: RuleMatch, b: RuleMatch, regionPath: readonly string[]): number {
  const left = specificity(a, regionPath);
  const right = specificity(b, regionPath);
  const at = left.findIndex((level, index) => level !== right[index]);
  return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
}

function specificity(rule: RuleMatch, regionPath: readonly string[]): number[] {
  const named = (value: unknown) => (value === undefined ? 0 : 1);
  return [
    rule.product !== undefined ? 2 : named(rule.category),
    named(rule.event),
    named(rule.channelType),
    named(rule.tier),
    rule.region === undefined ? 0 : regionPath.length - regionPath.indexOf(rule.region),
    named(rule.segment),
    named(rule.campaign),
    named(rule.contractMonths),
    hasRange(rule) ? 1 : 0,
  ];
}

const hasRange = (rule: RuleMatch) =>
  rule.baseFrom !== undefined || rule.baseTo !== undefined || rule.baseUpTo !== undefined;

/**
 * Pairs of rules that could win for the same event with the same specificity: a plan with any cannot be published. Two
 * such rules name the same dimensions with the same values, and their base ranges overlap.
 */
export function findTies(rules: readonly RuleMatch[]): { first: string; second: string }[] {
  const groups = new Map<string, RuleMatch[]>();
  for (const rule of rules) {
    const key = JSON.stringify(
      [
        rule.product,
        rule.category,
        rule.event,
        rule.channelType,
        rule.tier,
        rule.region,
        rule.segment,
        rule.campaign,
        rule.contractMonths,
        hasRange(rule),
      ].map((value) => value ?? null),
    );
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((first, index) =>
      group
        .slice(index + 1)
        .filter((second) => rangesOverlap(first, second))
        .map((second) => ({ first: first.code, second: second.code })),
    ),
  );
}

function rangesOverlap(a: RuleMatch, b: RuleMatch): boolean {
  return beginsBeforeEnd(a, b) && beginsBeforeEnd(b, a);
}

function beginsBeforeEnd(a: RuleMatch, b: RuleMatch): boolean {
  if (a.baseFrom === undefined) return true;
  if (b.baseUpTo !== undefined) return a.baseFrom.lte(b.baseUpTo);
  return b.baseTo === undefined || a.baseFrom.lt(b.baseTo);
}

/**
 * The rules that win for a credit, by stretches of its base: one stretch where no admitted rule has a base range, else as
 * many as the ranges cut out, together covering every base ≥ 0. A stretch without a rule pays nothing.
 */
export function winningRules<Rule extends RuleMatch>(
  rules: readonly Rule[],
  credit: CreditDimensions,
): RuleStretch<Rule>[] {
  const admitted = rules
    .filter((rule) => matches(rule, credit))
    .sort((a, b) => compareSpecificity(a, b, credit.regionPath));
  if (!admitted.some(hasRange)) return [{ range: null, rule: admitted[0] }];

  const cuts = cutPoints(admitted);
  return cuts.map((start, index) => {
    const end = cuts[index + 1];
    return {
      range: `${start.inclusive ? '[' : '('}${start.value?.toFixed() ?? ''},${end?.value?.toFixed() ?? ''}${end && !end.inclusive ? ']' : ')'}`,
      rule: admitted.find((rule) => coversFrom(rule, start)),
    };
  });
}

/** Where a stretch begins: at the value itself (inclusive) or just above it. The first begins below every base. */
type Cut = { readonly value: Decimal | undefined; readonly inclusive: boolean };

function cutPoints(rules: readonly RuleMatch[]): Cut[] {
  const cuts: Cut[] = rules.flatMap((rule) => [
    ...(rule.baseFrom === undefined ? [] : [{ value: rule.baseFrom, inclusive: true }]),
    ...(rule.baseTo === undefined ? [] : [{ value: rule.baseTo, inclusive: true }]),
    ...(rule.baseUpTo === undefined ? [] : [{ value: rule.baseUpTo, inclusive: false }]),
  ]);
  const sorted = cuts.sort(compareCuts);
  const distinct = sorted.filter((cut, index) => index === 0 || compareCuts(cut, sorted[index - 1] ?? cut) !== 0);
  return [{ value: undefined, inclusive: false }, ...distinct];
}

function compareCuts(a: Cut, b: Cut): number {
  if (a.value === undefined || b.value === undefined) return a.value === b.value ? 0 : a.value === undefined ? -1 : 1;
  return a.value.comparedTo(b.value) || (a.inclusive === b.inclusive ? 0 : a.inclusive ? -1 : 1);
}

function coversFrom(rule: RuleMatch, start: Cut): boolean {
  const from: Cut = { value: rule.baseFrom, inclusive: rule.baseFrom !== undefined };
  if (compareCuts(from, start) > 0) return false;
  if (rule.baseUpTo !== undefined) return compareCuts(start, { value: rule.baseUpTo, inclusive: false }) < 0;
  return rule.baseTo === undefined || compareCuts(start, { value: rule.baseTo, inclusive: true }) < 0;
}
