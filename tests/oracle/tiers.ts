import type { TierSchemeDefinition } from '../../src/tiers/scheme.ts';

// What becomes of a tier, by the words of DOMAIN.md §6 and written down a second time: over lists of which criteria hold, place by place.

export type Found = {
  /** Place of the tier from the lowest, 0; -1: none. */
  readonly place: number;
  readonly misses: number;
  readonly months: number;
  readonly overridden: boolean;
  /** By place: whether all entry criteria hold, and all keep criteria. */
  readonly entry: readonly boolean[];
  readonly keep: readonly boolean[];
};

export type Became = { readonly kind: string; readonly place: number; readonly misses: number };

type Rules = Pick<TierSchemeDefinition, 'maxSteps' | 'grace' | 'protectionMonths'>;

export function oracleTier({ maxSteps, grace, protectionMonths }: Rules, found: Found): Became {
  const { place, misses, months, overridden, entry, keep } = found;
  if (overridden && place >= 0) return { kind: 'OVERRIDDEN', place, misses };
  const reached = entry.lastIndexOf(true);
  if (place < 0) return { kind: 'ENTERED', place: Math.min(Math.max(reached, 0), maxSteps), misses: 0 };
  if (reached > place) return { kind: 'PROMOTED', place: Math.min(reached, place + maxSteps), misses: 0 };
  if (keep[place]) return { kind: 'KEPT', place, misses: 0 };
  if (months <= protectionMonths) return { kind: 'PROTECTED', place, misses: 0 };
  const counted = Math.min(misses + 1, grace);
  if (counted < grace || place === 0) return { kind: 'MISSED', place, misses: counted };
  const within = keep.map((holds, below) => ({ holds, below })).slice(Math.max(0, place - maxSteps), place);
  const kept = within.filter(({ holds }) => holds).at(-1);
  return { kind: 'DEMOTED', place: (kept ?? within[0])?.below ?? -1, misses: 0 };
}
