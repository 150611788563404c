import { builder } from './builder.ts';
import {
  BonusCurveEnum,
  BonusPaysEnum,
  BracketBoundsEnum,
  ClawbackEventEnum,
  ClawbackMethodEnum,
  ComponentMethodEnum,
  PlanComponentKindEnum,
  ScorePeriodEnum,
  VolumeMeasureEnum,
  VolumeWindowEnum,
} from './definitionEnums.ts';
import { RateBaseEnum, SalesEventTypeEnum } from './enums.ts';

// The components of a plan version as inputs: one type with the fields of every kind, named as in a programme file. Which of
// them a kind may have, and what they mean together, is the programme's validation to say.

const RateRuleInput = builder.inputType('RateRuleInput', {
  description:
    'A rule: percent of the base + flat · quantity, between minimum and maximum. A dimension left out matches anything.',
  fields: (t) => ({
    code: t.string({ description: 'Its code; R1, R2 … by its position without it.' }),
    product: t.string({ description: 'Only this product (code).' }),
    category: t.string({ description: 'Only products of this category (code).' }),
    event: t.field({ type: SalesEventTypeEnum, description: "Only events of this type, one of the component's." }),
    channelType: t.string({ description: 'Only agents of this channel type (code).' }),
    tier: t.string({ description: 'Only agents in this tier (code).' }),
    region: t.string({ description: 'Only events in this region (code) and those under it.' }),
    segment: t.string({ description: 'Only this customer segment (code).' }),
    campaign: t.string({ description: 'Only events of this campaign (code).' }),
    contractMonths: t.int({ description: 'Only contracts of exactly this many months.' }),
    baseFrom: t.field({ type: 'Decimal', description: 'Only a base of at least this.' }),
    baseTo: t.field({ type: 'Decimal', description: 'Only a base below this.' }),
    baseUpTo: t.field({ type: 'Decimal', description: 'Only a base of at most this; instead of baseTo.' }),
    percent: t.field({ type: 'Decimal', description: 'Percent of the base.' }),
    flat: t.field({ type: 'Decimal', description: 'Money per unit of quantity.' }),
    minimum: t.field({ type: 'Decimal', description: 'The least amount of one event.' }),
    maximum: t.field({ type: 'Decimal', description: 'The most amount of one event.' }),
  }),
});

const ScoreFactorStepInput = builder.inputType('ScoreFactorStepInput', {
  description: 'A step of a score factor.',
  fields: (t) => ({
    from: t.field({ type: 'Decimal', required: true, description: 'The score from which on it holds.' }),
    factor: t.field({ type: 'Decimal', required: true, description: 'What the amount is multiplied by.' }),
  }),
});

const ScoreFactorInput = builder.inputType('ScoreFactorInput', {
  description: "A factor by steps of the agent's score; below the first step 0.",
  fields: (t) => ({
    period: t.field({ type: ScorePeriodEnum, description: 'Whose score counts; SAME without it.' }),
    steps: t.field({ type: [ScoreFactorStepInput], required: true, description: 'In ascending order.' }),
  }),
});

const InstalmentInput = builder.inputType('InstalmentInput', {
  description: 'One part of an amount. It falls due by exactly one of month, days and paidBill.',
  fields: (t) => ({
    percent: t.field({ type: 'Decimal', required: true, description: 'Percent of the amount; together 100.' }),
    month: t.int({ description: "Due at the end of the event's period + this many months; 0: at once." }),
    days: t.int({ description: 'Due this many days after the event.' }),
    paidBill: t.int({ description: 'Due when this many bills of the subscription are paid.' }),
  }),
});

const MetricConditionInput = builder.inputType('MetricConditionInput', {
  description: "A test of one of the agent's metrics; a missing value fails it.",
  fields: (t) => ({
    metric: t.string({ required: true, description: 'The metric.' }),
    atLeast: t.field({ type: 'Decimal', description: 'The least value that passes.' }),
    below: t.field({ type: 'Decimal', description: 'Only smaller values pass.' }),
  }),
});

const HoldbackInput = builder.inputType('HoldbackInput', {
  description: 'A part that is paid later, under a condition.',
  fields: (t) => ({
    percent: t.field({ type: 'Decimal', required: true, description: 'Percent that is held back.' }),
    months: t.int({ required: true, description: "Released at the end of the event's period + this many months." }),
    condition: t.field({
      type: MetricConditionInput,
      description: 'What must hold in the month of release; else it is forfeited.',
    }),
  }),
});

const ClawbackInput = builder.inputType('ClawbackInput', {
  description: 'Money that comes back, within exactly one of months and days.',
  fields: (t) => ({
    events: t.field({ type: [ClawbackEventEnum], description: 'What takes it back; both without it.' }),
    method: t.field({ type: ClawbackMethodEnum, required: true, description: 'How much a CHURN takes back.' }),
    months: t.int({ description: 'Within this many months of the event.' }),
    days: t.int({ description: 'Within this many days of the event.' }),
  }),
});

const BracketInput = builder.inputType('BracketInput', {
  description: 'A bracket, [from, to).',
  fields: (t) => ({
    from: t.field({ type: 'Decimal', required: true, description: 'Where it begins.' }),
    to: t.field({ type: 'Decimal', description: 'Where it ends; only the last may have no end.' }),
    rate: t.field({ type: 'Decimal', required: true, description: 'Percent, or money per unit of a volume of units.' }),
  }),
});

const BonusPointInput = builder.inputType('BonusPointInput', {
  description: 'A point of the curve of a quota bonus.',
  fields: (t) => ({
    attainment: t.field({ type: 'Decimal', required: true, description: 'Percent of the target.' }),
    value: t.field({ type: 'Decimal', required: true, description: 'What is paid there.' }),
  }),
});

const OverrideLevelInput = builder.inputType('OverrideLevelInput', {
  description: 'What an ancestor on a level gets.',
  fields: (t) => ({
    level: t.int({ required: true, description: 'How far above the agent of the credit: 1 is its parent.' }),
    percent: t.field({ type: 'Decimal', required: true, description: 'Its percent.' }),
  }),
});

const OverrideRateInput = builder.inputType('OverrideRateInput', {
  description: 'The rate of an agent whose team volume lies in [from, to).',
  fields: (t) => ({
    from: t.field({ type: 'Decimal', required: true, description: 'Where it begins.' }),
    to: t.field({ type: 'Decimal', description: 'Where it ends; only the last may have no end.' }),
    percent: t.field({ type: 'Decimal', required: true, description: 'The rate: percent of the base.' }),
  }),
});

export const PlanComponentInput = builder.inputType('PlanComponentInput', {
  description: 'A component of a plan version. It takes the fields of its kind; any other is refused.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, the same in every version of the plan.' }),
    name: t.string({ required: true, description: 'Its name, for people.' }),
    kind: t.field({ type: PlanComponentKindEnum, description: 'How it pays; RATE without it.' }),
    events: t.field({
      type: [SalesEventTypeEnum],
      description: 'The event types it reads. Not for DRAW and percents of commission; RESIDUAL reads BILL.',
    }),
    base: t.field({
      type: RateBaseEnum,
      description: 'RATE, RESIDUAL, SPIFF, OVERRIDE: what percent applies to; AMOUNT without it.',
    }),
    multiplyByTier: t.boolean({ description: "Whether it is multiplied by the multiplier of the agent's tier." }),
    scoreFactor: t.field({
      type: ScoreFactorInput,
      description: "By what factor of the agent's score it is multiplied.",
    }),
    instalments: t.field({
      type: [InstalmentInput],
      description: 'RATE, RESIDUAL, SPIFF: the parts in which it is paid; all at once without it.',
    }),
    onBill: t.boolean({ description: 'Whether paidBill counts bills when they are billed, not when they are paid.' }),
    holdback: t.field({ type: HoldbackInput, description: 'RATE, RESIDUAL, SPIFF: what is held back.' }),
    clawback: t.field({ type: ClawbackInput, description: 'RATE, RESIDUAL, SPIFF: what comes back.' }),
    reactivationDays: t.int({
      description: 'RATE, RESIDUAL, SPIFF: days after a CHURN within which a REACTIVATION undoes it.',
    }),
    cap: t.field({ type: 'Decimal', description: 'Most per agent and period.' }),
    floor: t.field({ type: 'Decimal', description: 'RATE, RESIDUAL, SPIFF: least per agent and period.' }),
    months: t.int({ description: 'RESIDUAL: paid for bills in month 1 to this month of the subscription.' }),
    campaign: t.string({ description: 'SPIFF: the campaign (code) within whose dates it pays.' }),
    budget: t.field({ type: 'Decimal', description: 'SPIFF: most that it pays in all.' }),
    measure: t.field({
      type: VolumeMeasureEnum,
      description: 'BRACKET, QUOTA_BONUS, differential: what makes the volume; AMOUNT without it.',
    }),
    window: t.field({
      type: VolumeWindowEnum,
      description: 'BRACKET, QUOTA_BONUS: over what time it is counted; MONTH without it.',
    }),
    target: t.string({ description: "BRACKET, QUOTA_BONUS: the metric that holds the agent's target for the window." }),
    method: t.field({ type: ComponentMethodEnum, description: 'BRACKET, OVERRIDE: how it pays.' }),
    bounds: t.field({ type: BracketBoundsEnum, description: 'BRACKET: what from and to are; VOLUME without it.' }),
    brackets: t.field({ type: [BracketInput], description: 'BRACKET: in ascending order, without gaps.' }),
    curve: t.field({ type: BonusCurveEnum, description: 'QUOTA_BONUS: what holds between points.' }),
    pays: t.field({ type: BonusPaysEnum, description: 'QUOTA_BONUS: what values are.' }),
    points: t.field({ type: [BonusPointInput], description: 'QUOTA_BONUS: in ascending order.' }),
    maximumAttainment: t.field({
      type: 'Decimal',
      description: 'QUOTA_BONUS: attainment above which no more is counted.',
    }),
    levels: t.field({ type: [OverrideLevelInput], description: 'OVERRIDE by percent: what ancestors get, by level.' }),
    table: t.field({
      type: [OverrideRateInput],
      description: 'Differential OVERRIDE: the rates by team volume, in ascending order, without gaps.',
    }),
    paysSeller: t.boolean({
      description: 'Differential OVERRIDE: whether the seller gets its own rate; true without it.',
    }),
    minimum: t.field({ type: 'Decimal', description: 'DRAW: what an agent gets at least for a full month.' }),
    rules: t.field({
      type: [RateRuleInput],
      description: 'RATE, RESIDUAL, SPIFF: its rules; the most specific matching one wins.',
    }),
  }),
});
