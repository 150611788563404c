import type { FindSaleEventsQuery } from './FindSale.generated.ts';

/** What the page is about, as its query answers it. */
export type SaleEvent = NonNullable<FindSaleEventsQuery['salesEvents']>['edges'][number]['node'];
