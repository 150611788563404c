import type { DisputePageDisputeQuery } from './DisputePage.generated.ts';

/** What the page is about, as its query answers it. */
export type DisputeShown = NonNullable<DisputePageDisputeQuery['dispute']>;
