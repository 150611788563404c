import { builder } from './builder.ts';
import { PlanComponentInput } from './componentInputs.ts';
import { PoolPeriodEnum, TrailingEnum } from './definitionEnums.ts';
import {
  AgentStatusEnum,
  PoolFactorEnum,
  PoolFundBaseEnum,
  PoolRemainderEnum,
  RoundingModeEnum,
  SalesEventTypeEnum,
} from './enums.ts';

// Inputs mirror the entries of a programme file field by field, so that one validation serves both ways in.

const code = 'Its code: the key by which everything else refers to it.';
const name = 'Its name, for people.';
const from = 'The first day on which it holds.';
const to = 'The first day on which it no longer holds; without it, it has no end.';
const tierMultiplier = 'What commission is multiplied by where a component says so.';

export const RegionInput = builder.inputType('RegionInput', {
  description: 'A region to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
    parent: t.string({
      description: 'The region (code) it lies in. null makes it a root; without it, it stays as it is.',
    }),
  }),
});

export const ProductInput = builder.inputType('ProductInput', {
  description: 'A product to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
    category: t.string({
      description: 'The category (code) it belongs to. null removes it; without it, it stays as it is.',
    }),
  }),
});

export const ProductCategoryInput = builder.inputType('ProductCategoryInput', {
  description: 'A product category to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
  }),
});

export const TierInput = builder.inputType('TierInput', {
  description: 'A tier to declare.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
    rank: t.int({ required: true, description: 'Its place among the tiers: the higher the better.' }),
    multiplier: t.field({ type: 'Decimal', required: true, description: tierMultiplier }),
  }),
});

const DatedStatusInput = builder.inputType('DatedStatusInput', {
  description: 'A dated state of an agent.',
  fields: (t) => ({
    status: t.field({ type: AgentStatusEnum, required: true, description: 'Whether it may sell.' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
  }),
});

const DatedTierInput = builder.inputType('DatedTierInput', {
  description: 'A dated tier of an agent.',
  fields: (t) => ({
    tier: t.string({ required: true, description: 'The tier (code).' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
  }),
});

const DatedRegionInput = builder.inputType('DatedRegionInput', {
  description: 'A dated region of an agent.',
  fields: (t) => ({
    region: t.string({ required: true, description: 'The region (code).' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
  }),
});

const DatedParentInput = builder.inputType('DatedParentInput', {
  description: 'A dated link of an agent to the one above it.',
  fields: (t) => ({
    parent: t.string({ required: true, description: 'The agent (code) above.' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
  }),
});

const history = 'Its whole history: what was declared before and is not in the list, goes.';

export const AgentInput = builder.inputType('AgentInput', {
  description:
    'An agent to declare. State, tier, region and parent are given as one value that holds from `since` on, or as a whole history; what is left out stays as it is.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
    channelType: t.string({ required: true, description: 'Its channel type (code).' }),
    since: t.field({ type: 'Date', description: 'From when on single values hold; 2000-01-01 without it.' }),
    status: t.field({ type: AgentStatusEnum, description: 'Whether it may sell. A new agent is ACTIVE without it.' }),
    statuses: t.field({ type: [DatedStatusInput], description: history }),
    tier: t.string({ description: 'Its tier (code).' }),
    tiers: t.field({ type: [DatedTierInput], description: history }),
    region: t.string({ description: 'The region (code) it sells in.' }),
    regions: t.field({ type: [DatedRegionInput], description: history }),
    parent: t.string({ description: 'The agent (code) above it.' }),
    parents: t.field({ type: [DatedParentInput], description: history }),
  }),
});

export const AgreementInput = builder.inputType('AgreementInput', {
  description: 'An agreement to declare.',
  fields: (t) => ({
    code: t.string({ description: 'Its code; AGENT-PLAN-FROM without it.' }),
    agent: t.string({ required: true, description: 'The agent (code) it binds.' }),
    plan: t.string({ required: true, description: 'The plan (code) it binds the agent to.' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
    totalCap: t.field({
      type: 'Decimal',
      description: 'Most commission of a period, over all components, pools last; no cap without it.',
    }),
    minimumPayout: t.field({ type: 'Decimal', description: 'Less than this is not paid out but carried forward.' }),
    taxPercent: t.field({ type: 'Decimal', description: 'Percent of what is payable that is withheld as tax.' }),
    trailing: t.field({
      type: TrailingEnum,
      description: 'What becomes of RESIDUAL after termination; STOP without it.',
    }),
    vatPercent: t.field({ type: 'Decimal', description: 'Percent of value-added tax on the agent’s invoices.' }),
    vatIncluded: t.boolean({
      description: 'Whether what is payable contains value-added tax; false without it: it is paid on top.',
    }),
    invoiceRequired: t.boolean({
      description: 'Whether an accepted invoice is needed before payment; false without it.',
    }),
    depositTarget: t.field({ type: 'Decimal', description: 'The deposit to be kept, in the plan’s currency.' }),
    depositPercent: t.field({
      type: 'Decimal',
      description: 'Percent of each payment that goes into the deposit until it is full.',
    }),
  }),
});

export const PlanInput = builder.inputType('PlanInput', {
  description: 'The plan that gets a version; declared if it is new.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
  }),
});

export const PlanVersionInput = builder.inputType('PlanVersionInput', {
  description: 'A version to publish. It is never altered afterwards; a later version supersedes it.',
  fields: (t) => ({
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
    currency: t.string({ required: true, description: 'The currency it pays in (ISO 4217).' }),
    rounding: t.field({ type: RoundingModeEnum, description: 'How amounts are rounded, once; HALF_UP without it.' }),
    corrects: t.boolean({
      description:
        'Whether it is a correction: it may begin before published versions and reach into approved periods, and is in force once two people other than who proposes it have approved it.',
    }),
    components: t.field({ type: [PlanComponentInput], required: true, description: 'Its components, in order.' }),
  }),
});

const PoolFundInput = builder.inputType('PoolFundInput', {
  description: 'How a pool is funded: a fixed amount, or a percent of the eligible base.',
  fields: (t) => ({
    fixed: t.field({ type: 'Decimal', description: 'The same amount every period; then no percent.' }),
    percent: t.field({ type: 'Decimal', description: 'Percent of the eligible base of the period.' }),
    of: t.field({ type: PoolFundBaseEnum, description: 'What of the events makes the base; AMOUNT without it.' }),
    events: t.field({
      type: [SalesEventTypeEnum],
      description: 'The events that make the base; of a fixed fund only a threshold looks at them.',
    }),
  }),
});

const PoolThresholdInput = builder.inputType('PoolThresholdInput', {
  description: 'Below this share of the target the fund is 0.',
  fields: (t) => ({
    target: t.field({ type: 'Decimal', required: true, description: 'The target of the eligible base.' }),
    percent: t.field({ type: 'Decimal', required: true, description: 'The percent of it that must be reached.' }),
  }),
});

const PoolWeightInput = builder.inputType('PoolWeightInput', {
  description: 'One factor of the weight that an agent has in a pool.',
  fields: (t) => ({
    factor: t.field({ type: PoolFactorEnum, required: true, description: 'What it counts.' }),
    events: t.field({
      type: [SalesEventTypeEnum],
      description: 'The events it counts; for UNITS and VOLUME.',
    }),
    metric: t.string({ description: 'The metric it counts; for METRIC.' }),
  }),
});

export const PoolInput = builder.inputType('PoolInput', {
  description: 'The pool that gets a version; declared if it is new.',
  fields: (t) => ({
    code: t.string({ required: true, description: code }),
    name: t.string({ required: true, description: name }),
  }),
});

export const PoolVersionInput = builder.inputType('PoolVersionInput', {
  description: 'A version to publish. It is never altered afterwards; a later version supersedes it.',
  fields: (t) => ({
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({ type: 'Date', description: to }),
    currency: t.string({ required: true, description: 'The currency it pays in (ISO 4217).' }),
    rounding: t.field({ type: RoundingModeEnum, description: 'How the fund is rounded; HALF_UP without it.' }),
    fund: t.field({ type: PoolFundInput, required: true, description: 'How it is funded.' }),
    threshold: t.field({ type: PoolThresholdInput, description: 'Below what the fund is 0.' }),
    minimum: t.field({ type: 'Decimal', description: 'The least fund.' }),
    maximum: t.field({ type: 'Decimal', description: 'The most fund.' }),
    reservePercent: t.field({ type: 'Decimal', description: 'Percent of the fund that is held back.' }),
    weight: t.field({
      type: [PoolWeightInput],
      required: true,
      description: 'The factors whose product is the weight.',
    }),
    remainder: t.field({
      type: PoolRemainderEnum,
      required: true,
      description: 'What happens to money that nobody gets.',
    }),
    channelTypes: t.stringList({ description: 'Only agents of these channel types (codes); any without it.' }),
    plans: t.stringList({
      description: 'Only agents whose agreement is to one of these plans (codes); any without it.',
    }),
    period: t.field({ type: PoolPeriodEnum, description: 'How often it is shared; MONTH without it.' }),
    floor: t.field({ type: 'Decimal', description: 'The least share of one member.' }),
    cap: t.field({ type: 'Decimal', description: 'The most share of one member.' }),
  }),
});

export const ExchangeRateInput = builder.inputType('ExchangeRateInput', {
  description: 'A dated rate; the one of the same pair and first day is changed.',
  fields: (t) => ({
    currency: t.string({ required: true, description: 'The currency that is converted (ISO 4217).' }),
    into: t.string({ required: true, description: 'The currency it is converted into (ISO 4217).' }),
    from: t.field({ type: 'Date', required: true, description: from }),
    to: t.field({
      type: 'Date',
      description: 'The first day on which it no longer holds; without it, until the next rate of the pair begins.',
    }),
    rate: t.field({ type: 'Decimal', required: true, description: 'Units of `into` for one unit of `currency`.' }),
  }),
});
