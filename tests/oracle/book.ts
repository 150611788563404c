import { shiftPeriod } from './dates.ts';
import { childrenOf, followItem, type Told } from './follow.ts';
import { drawItems } from './guarantee.ts';
import type { Earning, Item, Override } from './items.ts';
import { agentFacts, type Known } from './known.ts';
import { lifeOf } from './life.ts';
import { limitItems } from './limits.ts';
import { overrideItems } from './override.ts';
import type { Rating } from './rating.ts';
import { volumeItems } from './volumes.ts';

/** One period as calculated with today's facts: all lines but RETRO and TAX, and what later periods ask of it. */
export type Book = {
  period: string;
  items: Item[];
  told: Told[];
  overrides: { override: Override; children: Told[] }[];
};

/** What is paid out later, comes back or is lost in the period, of this and of earlier periods' lines. */
function lifeItems(known: Known, period: string, books: readonly Pick<Book, 'told' | 'overrides'>[]): Item[] {
  const ofEarnings = books.flatMap((book) =>
    book.told.flatMap(({ life }) => life.bookings.filter((each) => each.period === period).map((each) => each.item)),
  );
  const ofOverrides = books.flatMap((book) =>
    book.overrides.flatMap(
      ({ override, children }) => followItem(known, override, children, period, shiftPeriod(period, -1)) ?? [],
    ),
  );
  return [...ofEarnings, ...ofOverrides];
}

/**
 * Calculates one period in the order of DOMAIN.md §9.11. `ratings` are its credits, after budgets; `pools` its POOL lines;
 * `earlier` the periods before it, as they are with today's facts; `last` the last period there is.
 */
export function calculatePeriod(
  known: Known,
  period: string,
  ratings: readonly Rating[],
  pools: readonly Item[],
  earlier: readonly Book[],
  last: string,
): Book {
  const earnings: Earning[] = ratings.flatMap((rating) => rating.earnings);
  const uncut = (item: Item) => ({ ...item, cut: 0n });
  const volumes = volumeItems(known, period).map(uncut);
  const overrides = overrideItems(known, period, ratings);
  const lastFacts = known.world.agents.flatMap((agent) => agentFacts(known, agent, period) ?? []);
  const lines = { earnings, overrides, volumes, pools: pools.map(uncut) };
  const limits = limitItems(known, period, ratings, lines, lastFacts);
  const earned: Item[] = [...earnings, ...volumes, ...overrides, ...pools, ...limits];
  const earlierItems = earlier.flatMap((book) => book.items);
  const draws = drawItems(known, period, lastFacts, earned, earlierItems);
  const told = earnings.map((earning) => ({ earning, life: lifeOf(known, earning, last) }));
  const own = { told, overrides: overrides.map((override) => ({ override, children: childrenOf(override, told) })) };
  const later = lifeItems(known, period, [...earlier, own]);
  return { period, items: [...earned, ...draws, ...later], ...own };
}
