import { decimalsOf, unitsOf } from './quotients.ts';

// What an item is for all peers together (DOMAIN.md §5): ranks and means count those of them that have a value.

/** Twice the average rank by value (as text), since ties share halves; and how many have one. */
export type Ranks = { readonly twiceRanks: ReadonlyMap<string, bigint>; readonly count: number };

/** The best has rank 1; ties share the average of their ranks. */
export function ranksOf(texts: readonly (string | undefined)[], lowestFirst: boolean): Ranks {
  const scale = scaleOf(texts);
  const byValue = new Map<string, { readonly units: bigint; count: number }>();
  for (const text of texts) {
    if (text === undefined) continue;
    const known = byValue.get(text);
    if (known) known.count++;
    else byValue.set(text, { units: unitsOf(text, scale), count: 1 });
  }
  const sorted = [...byValue].sort(([, a], [, b]) => (a.units < b.units ? -1 : 1));
  if (!lowestFirst) sorted.reverse();
  const twiceRanks = new Map<string, bigint>();
  let before = 0;
  for (const [text, { count }] of sorted) {
    twiceRanks.set(text, BigInt(2 * before + count + 1));
    before += count;
  }
  return { twiceRanks, count: before };
}

/** The sum of the values in whole numbers of 10^-scale, and how many there are. */
export type PeerSum = { readonly sum: bigint; readonly scale: number; readonly count: number };

export function sumOf(texts: readonly (string | undefined)[]): PeerSum {
  const scale = scaleOf(texts);
  let sum = 0n;
  let count = 0;
  for (const text of texts) {
    if (text === undefined) continue;
    sum += unitsOf(text, scale);
    count++;
  }
  return { sum, scale, count };
}

/** The most decimals of any of the texts. */
export function scaleOf(texts: readonly (string | undefined)[]): number {
  return texts.reduce((most, text) => (text === undefined ? most : Math.max(most, decimalsOf(text))), 0);
}
