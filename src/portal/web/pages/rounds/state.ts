/** How states are marked, besides their words. */
export const roundColour = { OPEN: 'default', CALCULATED: 'gold', PUBLISHED: 'green', FINAL: 'blue' } as const;
