import { planComponentKinds, volumeMeasures } from '../src/commissions/definitions.ts';
import { describedEnum } from './enums.ts';

// What the definitions of components and pools choose from.

export const PlanComponentKindEnum = describedEnum(
  'PlanComponentKind',
  'How a component of a plan pays.',
  planComponentKinds,
  {
    RATE: 'A rate per credit of a sales event.',
    RESIDUAL: "A rate per bill in a subscription's first months.",
    SPIFF: "A rate within a campaign's dates until its budget is used up.",
    BRACKET: "By brackets of an agent's volume.",
    QUOTA_BONUS: "For an agent's attainment of its target.",
    OVERRIDE: 'To agents for the sales of those below them.',
    DRAW: 'A top-up to a minimum, recovered later.',
  },
);

export const ScorePeriodEnum = describedEnum('ScorePeriod', 'Whose score counts.', ['SAME', 'PREVIOUS'] as const, {
  SAME: 'That of the same period.',
  PREVIOUS: 'That of the period before.',
});

export const ClawbackEventEnum = describedEnum(
  'ClawbackEvent',
  'What takes money back.',
  ['CHURN', 'REFUND'] as const,
  { CHURN: 'The customer left.', REFUND: 'The customer was refunded.' },
);

export const ClawbackMethodEnum = describedEnum(
  'ClawbackMethod',
  'How much a CHURN takes back.',
  ['FULL', 'PRO_RATA'] as const,
  { FULL: 'Everything.', PRO_RATA: 'For the months or days that were not served.' },
);

export const VolumeMeasureEnum = describedEnum('VolumeMeasure', 'What makes a volume.', volumeMeasures, {
  AMOUNT: 'The amounts of the events.',
  UNITS: 'Their quantities.',
});

export const VolumeWindowEnum = describedEnum(
  'VolumeWindow',
  'Over what time a volume is counted.',
  ['MONTH', 'QUARTER', 'YEAR'] as const,
  { MONTH: 'The month.', QUARTER: 'The calendar quarter to date.', YEAR: 'The calendar year to date.' },
);

export const BracketMethodEnum = describedEnum(
  'BracketMethod',
  'How brackets are applied.',
  ['MARGINAL', 'WHOLE'] as const,
  { MARGINAL: 'Each slice at its own rate.', WHOLE: 'The whole volume at the rate of the bracket that holds it.' },
);

export const BracketBoundsEnum = describedEnum(
  'BracketBounds',
  'What the bounds of brackets are.',
  ['VOLUME', 'ATTAINMENT'] as const,
  { VOLUME: 'Volumes.', ATTAINMENT: "Percents of the agent's target." },
);

export const BonusCurveEnum = describedEnum(
  'BonusCurve',
  'What holds between the points of a quota bonus.',
  ['STEP', 'LINEAR'] as const,
  { STEP: 'The value of the highest point reached.', LINEAR: 'A straight line from point to point.' },
);

export const BonusPaysEnum = describedEnum(
  'BonusPays',
  'What the values of a quota bonus are.',
  ['AMOUNT', 'PERCENT_OF_VOLUME'] as const,
  { AMOUNT: 'Money.', PERCENT_OF_VOLUME: 'Percents of the volume.' },
);

export const OverrideMethodEnum = describedEnum(
  'OverrideMethod',
  'What an override is a part of.',
  ['PERCENT_OF_COMMISSION', 'PERCENT_OF_BASE', 'DIFFERENTIAL'] as const,
  {
    PERCENT_OF_COMMISSION: 'What the agent of the credit earned.',
    PERCENT_OF_BASE: 'The base of the sale.',
    DIFFERENTIAL: 'The base, at the difference between the own rate and the highest rate below.',
  },
);

export const TrailingEnum = describedEnum(
  'Trailing',
  'What becomes of RESIDUAL after termination.',
  ['CONTINUE', 'STOP'] as const,
  { CONTINUE: 'It is paid while the agreement is in force.', STOP: 'It ends.' },
);

export const PoolPeriodEnum = describedEnum(
  'PoolPeriod',
  'How often a pool is shared.',
  ['MONTH', 'QUARTER'] as const,
  {
    MONTH: 'Every month.',
    QUARTER: 'Every calendar quarter, with its last month.',
  },
);

/** How a component of a kind that has methods pays: what an input names, where the kind tells which are meant. */
export const ComponentMethodEnum = describedEnum(
  'ComponentMethod',
  'The method of a BRACKET (MARGINAL, WHOLE) or of an OVERRIDE (the others).',
  ['MARGINAL', 'WHOLE', 'PERCENT_OF_COMMISSION', 'PERCENT_OF_BASE', 'DIFFERENTIAL'] as const,
  {
    MARGINAL: 'Each slice of the volume at its own rate.',
    WHOLE: 'The whole volume at the rate of the bracket that holds it.',
    PERCENT_OF_COMMISSION: 'Percents of what the agent of the credit earned.',
    PERCENT_OF_BASE: 'Percents of the base of the sale.',
    DIFFERENTIAL: 'The base, at the difference between the own rate and the highest rate below.',
  },
);
