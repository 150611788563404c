import { Decimal } from '../../money.ts';

export type BracketStanding = {
  readonly volume: string;
  /** The rate that is reached; null below the first bracket. */
  readonly rate: string | null;
  readonly next: { readonly from: string; readonly rate: string; readonly missing: string } | null;
};

/**
 * Where a volume stands among brackets [from, to) in ascending order, and what is missing to the next one. Pure.
 * @param brackets bounds and rates as decimal texts
 */
export function standingOf(
  brackets: readonly { readonly from: string; readonly rate: string }[],
  volume: Decimal,
): BracketStanding {
  const reached = brackets.filter(({ from }) => volume.gte(from)).at(-1);
  const next = brackets.find(({ from }) => volume.lt(from));
  return {
    volume: volume.toFixed(),
    rate: reached?.rate ?? null,
    next: next ? { from: next.from, rate: next.rate, missing: new Decimal(next.from).minus(volume).toFixed() } : null,
  };
}
