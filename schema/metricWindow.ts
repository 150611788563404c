import { aggregates, type MetricWindow } from '../src/agents/metricWindow.ts';
import type { Role } from '../src/db/transaction.ts';
import { builder, managers } from './builder.ts';
import { describedEnum } from './enums.ts';

// A metric over several periods, as grids and awards name it.

/** Who reads definitions by which agents are compared. */
const readers: readonly Role[] = [...managers, 'FINANCE', 'AUDITOR', 'AGENT'];

export const MetricAggregateEnum = describedEnum(
  'MetricAggregate',
  'What is made of the values of a metric in several months.',
  aggregates,
  {
    SUM: 'Their sum.',
    AVERAGE: 'Their average; months without a value are left out.',
    MINIMUM: 'The least.',
    MAXIMUM: 'The greatest.',
    LATEST: 'The latest one.',
  },
);

export const MetricWindowType = builder.objectRef<MetricWindow>('MetricWindow').implement({
  description: 'A metric over several months.',
  authScopes: { roles: readers },
  fields: (t) => ({
    metric: t.exposeString('metric', { description: 'The metric; SCORE is the published score.' }),
    months: t.exposeInt('months', { description: 'Over how many months, the one looked at included.' }),
    aggregate: t.expose('aggregate', { type: MetricAggregateEnum, description: 'What is made of their values.' }),
  }),
});

export const metricDescription = 'The metric; SCORE is the published score.';
export const monthsDescription = 'Over how many months, the one looked at included; 1 without it.';
export const aggregateDescription = 'What is made of their values; LATEST without it.';

export const MetricWindowInput = builder.inputType('MetricWindowInput', {
  description: 'A metric over several months.',
  fields: (t) => ({
    metric: t.string({ required: true, description: metricDescription }),
    months: t.int({ description: monthsDescription }),
    aggregate: t.field({ type: MetricAggregateEnum, description: aggregateDescription }),
  }),
});
