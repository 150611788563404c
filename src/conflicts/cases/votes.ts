/** What votes come to: more than half of all seats in favour decide; what cannot reach that any more is settled. */
export function voteOutcome({
  seats,
  inFavour,
  against,
}: {
  readonly seats: number;
  readonly inFavour: number;
  readonly against: number;
}): 'OPEN' | 'DECIDED' | 'SETTLED' {
  if (2 * inFavour > seats) return 'DECIDED';
  return 2 * (seats - against) > seats ? 'OPEN' : 'SETTLED';
}
