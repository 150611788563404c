import type { RuleMatch } from './rules.ts';

// Reducing a credit's dimensions to the values that rules name (DESIGN: 300 regions unreduced make nearly as many
// combinations as there are credits). Each dimension becomes a small index, 0 for "nothing any rule names"; the indexes of
// a credit, written as one mixed-radix number, are its combination.

/** The values of one dimension by index; index 0 stands for everything that no rule names. */
type Axis<Value> = readonly (Value | undefined)[];

export type Axes = {
  readonly classCount: number;
  readonly events: readonly string[];
  readonly products: Axis<{ product?: string; category?: string }>;
  readonly regions: Axis<string>;
  readonly segments: Axis<string>;
  readonly campaigns: Axis<string>;
  readonly contractMonths: Axis<number>;
  readonly currencies: readonly string[];
  /** First local dates of the stretches into which exchange rates and campaigns cut the period. */
  readonly dates: readonly string[];
  /** Last months of the subscription that RESIDUAL components pay: index 0 no start known, i up to the i-th, then beyond. */
  readonly subscriptionMonths: readonly number[];
};

/** The values that rules name, and the events, currencies, stretches of dates and subscription months that matter. */
export function axesOf(
  rules: readonly RuleMatch[],
  categoryOf: ReadonlyMap<string, string | undefined>,
  classCount: number,
  events: readonly string[],
  occurring: Pick<Axes, 'currencies' | 'dates' | 'subscriptionMonths'>,
): Axes {
  const named = <Key extends keyof RuleMatch>(key: Key) =>
    [...new Set(rules.flatMap((rule) => (rule[key] === undefined ? [] : [rule[key]])))] as NonNullable<
      RuleMatch[Key]
    >[];
  const products = named('product').map((product) => ({ product, category: categoryOf.get(product) }));
  const categories = named('category').map((category) => ({ category }));
  return {
    classCount,
    events,
    products: [undefined, ...products, ...categories],
    regions: [undefined, ...named('region')],
    segments: [undefined, ...named('segment')],
    campaigns: [undefined, ...named('campaign')],
    contractMonths: [undefined, ...named('contractMonths')],
    ...occurring,
  };
}

/** The index of a product: its own where a rule names it, else its category's, else 0. */
export function productIndex(axes: Axes, product: string, category: string | undefined): number {
  const own = axes.products.findIndex((value) => value?.product === product);
  if (own > 0) return own;
  return Math.max(
    0,
    axes.products.findIndex(
      (value) => value?.product === undefined && value?.category === category && category !== undefined,
    ),
  );
}

/** The index of a region: that of the deepest named one on its path (from the region up to the root), else 0. */
export function regionIndex(axes: Axes, path: readonly string[]): number {
  const deepest = path.find((region) => axes.regions.indexOf(region) > 0);
  return deepest === undefined ? 0 : axes.regions.indexOf(deepest);
}

/** The sizes of the axes, in the order in which a combination is written (class first). */
export function radixes(axes: Axes): number[] {
  const { classCount, events, products, regions, segments, campaigns, contractMonths, currencies, dates } = axes;
  const subscriptionMonths = axes.subscriptionMonths.length === 0 ? 1 : axes.subscriptionMonths.length + 2;
  return [
    classCount,
    ...[events, products, regions, segments, campaigns, contractMonths, currencies, dates].map((axis) =>
      Math.max(1, axis.length),
    ),
    subscriptionMonths,
  ];
}

/** Takes a combination apart into the indexes of its axes. */
export function indexesOf(combination: bigint, sizes: readonly number[]): number[] {
  const indexes: number[] = [];
  let rest = combination;
  for (const size of sizes.toReversed()) {
    indexes.unshift(Number(rest % BigInt(size)));
    rest /= BigInt(size);
  }
  return indexes;
}
