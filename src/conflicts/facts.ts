/**
 * What a hit was found by, as staff see it and as its hash is made of; decimals as text, keys and lists in a settled order, no row
 * numbers: the same facts give the same hash whenever they are found.
 */
export type HitFacts = {
  /** The test that failed: OUTSIDE_OWN, INSIDE_EXCLUSIVE, REGISTRATION, CUSTOMER, DUPLICATE, PRICE_FLOOR, LIST_PRICE, MATRIX, CERTIFICATION, CAMPAIGN_OVERLAP. */
  readonly findings: readonly HitFinding[];
};

export type HitFinding = {
  readonly test: string;
  /** Agents (codes) whose right it goes against, ascending. */
  readonly agents?: readonly string[];
  /** Other events concerned, as source/external id, in the order of DOMAIN.md §9.1. */
  readonly events?: readonly string[];
  readonly region?: string;
  readonly registration?: string;
  readonly floorPrice?: string;
  readonly currency?: string;
  readonly courses?: readonly string[];
  readonly campaigns?: readonly string[];
};

/** What a party is told of its own side, without anything of the others. */
export type PartyFacts = {
  /** The tests that concern it. */
  readonly tests: readonly string[];
  /** Its event, as source/external id; absent where its claim is no event. */
  readonly event?: string;
  /** Where it sold itself: only the accused is told. */
  readonly region?: string;
  readonly registration?: string;
};
