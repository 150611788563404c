import type { CsvColumns } from '../../shared/csv.ts';

// The columns of the files, as the command line has them: a test compares both.

const eventsNeeded = [
  'source',
  'external_id',
  'type',
  'occurred_at',
  'agent_code',
  'product_code',
  'quantity',
  'amount',
  'currency',
];
export const eventColumns: CsvColumns = {
  known: [
    ...eventsNeeded,
    'region_code',
    'segment',
    'customer_id',
    'subscription_id',
    'contract_months',
    'monthly_fee',
    'campaign_code',
    'list_price',
    'cost',
    'original_external_id',
    'credits',
  ],
  needed: eventsNeeded,
};

export const metricColumns: CsvColumns = {
  known: ['agent_code', 'metric', 'period', 'value'],
  needed: ['agent_code', 'metric', 'period', 'value'],
};

export const trainingColumns: CsvColumns = {
  known: ['agent_code', 'application_code', 'course_code', 'taken_on', 'passed', 'score'],
  needed: ['course_code', 'taken_on', 'passed'],
};

export const priceFloorColumns: CsvColumns = {
  known: [
    'product_code',
    'product_category',
    'region_code',
    'channel_type',
    'currency',
    'price',
    'valid_from',
    'valid_to',
  ],
  needed: ['currency', 'price', 'valid_from'],
};
