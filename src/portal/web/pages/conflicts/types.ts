import type { CasePageCaseQuery } from './CasePage.generated.ts';

/** What the page is about, as its query answers it. */
export type CaseShown = NonNullable<CasePageCaseQuery['conflictCase']>;
