import { builder } from './builder.ts';
import {
  AgentStatusEnum,
  PoolFactorEnum,
  PoolFundBaseEnum,
  PoolRemainderEnum,
  RateBaseEnum,
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
  }),
});

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

const RateComponentInput = builder.inputType('RateComponentInput', {
  description: 'A component that pays a rate per credit of a sales event.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'Its code, the same in every version of the plan.' }),
    name: t.string({ required: true, description: name }),
    events: t.field({ type: [SalesEventTypeEnum], required: true, description: 'The event types it reads.' }),
    base: t.field({ type: RateBaseEnum, description: 'What percent applies to; AMOUNT without it.' }),
    multiplyByTier: t.boolean({ description: "Whether it is multiplied by the multiplier of the agent's tier." }),
    rules: t.field({
      type: [RateRuleInput],
      required: true,
      description: 'Its rules; the most specific matching one wins.',
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
    components: t.field({ type: [RateComponentInput], required: true, description: 'Its components, in order.' }),
  }),
});

const PoolFundInput = builder.inputType('PoolFundInput', {
  description: 'How a pool is funded: a fixed amount, or a percent of the eligible base.',
  fields: (t) => ({
    fixed: t.field({ type: 'Decimal', description: 'The same amount every period; then nothing else.' }),
    percent: t.field({ type: 'Decimal', description: 'Percent of the eligible base of the period.' }),
    of: t.field({ type: PoolFundBaseEnum, description: 'What of the events makes the base; AMOUNT without it.' }),
    events: t.field({ type: [SalesEventTypeEnum], description: 'The events that make the base.' }),
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
      description: 'The events it counts; not for the tier multiplier.',
    }),
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
  }),
});
