import type { OwnApplicationShownQuery } from './OwnApplication.generated.ts';

/** What the page is about, as its query answers it. */
export type OwnApplicationShown = NonNullable<OwnApplicationShownQuery['followApplication']>;
