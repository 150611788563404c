/** What evaluations make of tiers: first what somebody must look at. */
export const moveKinds = ['PROMOTED', 'DEMOTED', 'ENTERED', 'MISSED', 'PROTECTED', 'OVERRIDDEN', 'KEPT'] as const;

/** How states are marked, besides their words. */
export const evaluationColour = { PREVIEW: 'gold', APPLIED: 'green', DISCARDED: 'default' } as const;
export const overrideColour = {
  REQUESTED: 'gold',
  APPROVED: 'green',
  REJECTED: 'default',
  WITHDRAWN: 'default',
} as const;
export const moveColour = {
  PROMOTED: 'green',
  DEMOTED: 'red',
  ENTERED: 'blue',
  MISSED: 'gold',
  PROTECTED: 'default',
  OVERRIDDEN: 'default',
  KEPT: 'default',
} as const;

/** A tier or a scheme, as it is called. */
export type Named = { readonly code: string; readonly name: string };

/** The name of what has a code; the code where it is not known. */
export const nameOf = (all: readonly Named[], code: string) => all.find((one) => one.code === code)?.name ?? code;
