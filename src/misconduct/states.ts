/** Where a report of misconduct stands. */
export type MisconductState = 'FILED' | 'IN_REVIEW' | 'SETTLED' | 'DISMISSED';

/** The states that a report may come to from each; one that was closed is taken up again where something new is said. */
const nextStates: Readonly<Record<MisconductState, readonly MisconductState[]>> = {
  FILED: ['IN_REVIEW', 'DISMISSED'],
  IN_REVIEW: ['SETTLED', 'DISMISSED'],
  SETTLED: ['IN_REVIEW'],
  DISMISSED: ['IN_REVIEW'],
};

/** @returns the states from which a report may come to `state`. */
export function statesBefore(state: MisconductState): MisconductState[] {
  return (Object.keys(nextStates) as MisconductState[]).filter((before) => nextStates[before].includes(state));
}
