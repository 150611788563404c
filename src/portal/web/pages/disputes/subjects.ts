/** What a dispute can be about. */
export const subjects = ['LINE', 'MISSING_CREDIT', 'SCORE', 'STATEMENT'] as const;
