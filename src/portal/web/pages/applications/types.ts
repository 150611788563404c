import type { ApplicationPageOneQuery } from './Applications.generated.ts';

/** What the page is about, as its query answers it. */
export type Application = NonNullable<ApplicationPageOneQuery['application']>;
