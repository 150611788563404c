import { pgEnum } from 'drizzle-orm/pg-core';

/** What can happen (DOMAIN.md §2, sales event). */
export const salesEventType = pgEnum('sales_event_type', [
  'ACTIVATION',
  'RECHARGE',
  'BILL',
  'PAYMENT',
  'DEVICE_SALE',
  'RENEWAL',
  'CHURN',
  'REACTIVATION',
  'PLAN_CHANGE',
  'TRANSFER',
  'REFUND',
  'REVERSAL',
]);

export type SalesEventType = (typeof salesEventType.enumValues)[number];

/** Types that never earn commission by themselves, whatever a component lists (DOMAIN.md §9.12, What earns). */
export const neverEarningTypes: readonly SalesEventType[] = ['REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE'];
