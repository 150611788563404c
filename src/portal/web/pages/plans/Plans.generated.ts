// Made from Plans.graphql by `npm run generate`.
import { documentOf } from '../../graphql/request.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What holds between the points of a quota bonus. */
export type BonusCurve =
  /** A straight line from point to point. */
  | 'LINEAR'
  /** The value of the highest point reached. */
  | 'STEP';

/** What the values of a quota bonus are. */
export type BonusPays =
  /** Money. */
  | 'AMOUNT'
  /** Percents of the volume. */
  | 'PERCENT_OF_VOLUME';

/** What the bounds of brackets are. */
export type BracketBounds =
  /** Percents of the agent's target. */
  | 'ATTAINMENT'
  /** Volumes. */
  | 'VOLUME';

/** How brackets are applied. */
export type BracketMethod =
  /** Each slice at its own rate. */
  | 'MARGINAL'
  /** The whole volume at the rate of the bracket that holds it. */
  | 'WHOLE';

/** What takes money back. */
export type ClawbackEvent =
  /** The customer left. */
  | 'CHURN'
  /** The customer was refunded. */
  | 'REFUND';

/** How much a CHURN takes back. */
export type ClawbackMethod =
  /** Everything. */
  | 'FULL'
  /** For the months or days that were not served. */
  | 'PRO_RATA';

/** What an override is a part of. */
export type OverrideMethod =
  /** The base, at the difference between the own rate and the highest rate below. */
  | 'DIFFERENTIAL'
  /** The base of the sale. */
  | 'PERCENT_OF_BASE'
  /** What the agent of the credit earned. */
  | 'PERCENT_OF_COMMISSION';

/** How a component of a plan pays. */
export type PlanComponentKind =
  /** By brackets of an agent's volume. */
  | 'BRACKET'
  /** A top-up to a minimum, recovered later. */
  | 'DRAW'
  /** To agents for the sales of those below them. */
  | 'OVERRIDE'
  /** For an agent's attainment of its target. */
  | 'QUOTA_BONUS'
  /** A rate per credit of a sales event. */
  | 'RATE'
  /** A rate per bill in a subscription's first months. */
  | 'RESIDUAL'
  /** A rate within a campaign's dates until its budget is used up. */
  | 'SPIFF';

/** What the percent of a rule applies to. */
export type RateBase =
  /** The amount of the event. */
  | 'AMOUNT'
  /** Amount − cost · quantity. */
  | 'MARGIN'
  /** The monthly fee of the subscription. */
  | 'MONTHLY_FEE'
  /** The quantity of the event. */
  | 'QUANTITY';

/** What happened. */
export type SalesEventType =
  /** A subscription began. */
  | 'ACTIVATION'
  /** A customer was billed. */
  | 'BILL'
  /** A customer left. */
  | 'CHURN'
  /** A device was sold. */
  | 'DEVICE_SALE'
  /** A customer paid. */
  | 'PAYMENT'
  /** A customer changed the tariff. */
  | 'PLAN_CHANGE'
  /** A customer came back. */
  | 'REACTIVATION'
  /** Prepaid money was added. */
  | 'RECHARGE'
  /** Money was given back for another event. */
  | 'REFUND'
  /** A contract was renewed. */
  | 'RENEWAL'
  /** Another event is undone. */
  | 'REVERSAL'
  /** A subscription changed hands. */
  | 'TRANSFER';

/** Whose score counts. */
export type ScorePeriod =
  /** That of the period before. */
  | 'PREVIOUS'
  /** That of the same period. */
  | 'SAME';

/** What makes a volume. */
export type VolumeMeasure =
  /** The amounts of the events. */
  | 'AMOUNT'
  /** Their quantities. */
  | 'UNITS';

/** Over what time a volume is counted. */
export type VolumeWindow =
  /** The month. */
  | 'MONTH'
  /** The calendar quarter to date. */
  | 'QUARTER'
  /** The calendar year to date. */
  | 'YEAR';

export type PlanOfOperatorQueryVariables = Exact<{
  code: string;
}>;


export type PlanOfOperatorQuery = { plan: { code: string, name: string, versions: Array<{ number: number, from: string, to: string | null, currency: string, corrects: boolean, components: Array<{ code: string, name: string, kind: PlanComponentKind, eventTypes: Array<SalesEventType>, base: RateBase | null, months: number | null, minimum: string | null, cap: string | null, floor: string | null, multiplyByTier: boolean, reactivationDays: number | null, rules: Array<{ code: string, percent: string, flat: string, minimum: string | null, maximum: string | null, baseFrom: string | null, baseTo: string | null, baseUpTo: string | null, contractMonths: number | null, eventType: SalesEventType | null, product: { name: string } | null, productCategory: { name: string } | null, segment: { name: string } | null, region: { name: string } | null, channelType: { name: string } | null, tier: { name: string } | null, campaign: { name: string } | null }>, bracket: { bounds: BracketBounds, method: BracketMethod, brackets: Array<{ from: string, to: string | null, rate: string }> } | null, volume: { measure: VolumeMeasure, window: VolumeWindow, target: string | null } | null, quotaBonus: { curve: BonusCurve, pays: BonusPays, maximumAttainment: string | null, points: Array<{ attainment: string, value: string }> } | null, override: { method: OverrideMethod, measure: VolumeMeasure | null, levels: Array<{ level: number, percent: string }>, table: Array<{ from: string, to: string | null, rate: string }> } | null, spiff: { campaign: string, budget: string } | null, scoreFactor: { period: ScorePeriod, steps: Array<{ from: string, factor: string }> } | null, instalments: Array<{ percent: string, month: number | null, days: number | null, paidBill: number | null }>, holdback: { percent: string, months: number, condition: { metric: string, atLeast: string | null, below: string | null } | null } | null, clawback: { events: Array<ClawbackEvent>, method: ClawbackMethod, days: number | null, months: number | null } | null }> }> } | null, pendingPlanCorrections: Array<{ planCode: string, number: number }> | null };

export type PlanOfAgentQueryVariables = Exact<{
  agentCode: string;
}>;


export type PlanOfAgentQuery = { agent: { agreements: Array<{ plan: { code: string, name: string, versions: Array<{ number: number, from: string, to: string | null, currency: string, corrects: boolean, components: Array<{ code: string, name: string, kind: PlanComponentKind, eventTypes: Array<SalesEventType>, base: RateBase | null, months: number | null, minimum: string | null, cap: string | null, floor: string | null, multiplyByTier: boolean, reactivationDays: number | null, rules: Array<{ code: string, percent: string, flat: string, minimum: string | null, maximum: string | null, baseFrom: string | null, baseTo: string | null, baseUpTo: string | null, contractMonths: number | null, eventType: SalesEventType | null, product: { name: string } | null, productCategory: { name: string } | null, segment: { name: string } | null, region: { name: string } | null, channelType: { name: string } | null, tier: { name: string } | null, campaign: { name: string } | null }>, bracket: { bounds: BracketBounds, method: BracketMethod, brackets: Array<{ from: string, to: string | null, rate: string }> } | null, volume: { measure: VolumeMeasure, window: VolumeWindow, target: string | null } | null, quotaBonus: { curve: BonusCurve, pays: BonusPays, maximumAttainment: string | null, points: Array<{ attainment: string, value: string }> } | null, override: { method: OverrideMethod, measure: VolumeMeasure | null, levels: Array<{ level: number, percent: string }>, table: Array<{ from: string, to: string | null, rate: string }> } | null, spiff: { campaign: string, budget: string } | null, scoreFactor: { period: ScorePeriod, steps: Array<{ from: string, factor: string }> } | null, instalments: Array<{ percent: string, month: number | null, days: number | null, paidBill: number | null }>, holdback: { percent: string, months: number, condition: { metric: string, atLeast: string | null, below: string | null } | null } | null, clawback: { events: Array<ClawbackEvent>, method: ClawbackMethod, days: number | null, months: number | null } | null }> }> } }> } | null };

export type PlanVersionShownFragment = { number: number, from: string, to: string | null, currency: string, corrects: boolean, components: Array<{ code: string, name: string, kind: PlanComponentKind, eventTypes: Array<SalesEventType>, base: RateBase | null, months: number | null, minimum: string | null, cap: string | null, floor: string | null, multiplyByTier: boolean, reactivationDays: number | null, rules: Array<{ code: string, percent: string, flat: string, minimum: string | null, maximum: string | null, baseFrom: string | null, baseTo: string | null, baseUpTo: string | null, contractMonths: number | null, eventType: SalesEventType | null, product: { name: string } | null, productCategory: { name: string } | null, segment: { name: string } | null, region: { name: string } | null, channelType: { name: string } | null, tier: { name: string } | null, campaign: { name: string } | null }>, bracket: { bounds: BracketBounds, method: BracketMethod, brackets: Array<{ from: string, to: string | null, rate: string }> } | null, volume: { measure: VolumeMeasure, window: VolumeWindow, target: string | null } | null, quotaBonus: { curve: BonusCurve, pays: BonusPays, maximumAttainment: string | null, points: Array<{ attainment: string, value: string }> } | null, override: { method: OverrideMethod, measure: VolumeMeasure | null, levels: Array<{ level: number, percent: string }>, table: Array<{ from: string, to: string | null, rate: string }> } | null, spiff: { campaign: string, budget: string } | null, scoreFactor: { period: ScorePeriod, steps: Array<{ from: string, factor: string }> } | null, instalments: Array<{ percent: string, month: number | null, days: number | null, paidBill: number | null }>, holdback: { percent: string, months: number, condition: { metric: string, atLeast: string | null, below: string | null } | null } | null, clawback: { events: Array<ClawbackEvent>, method: ClawbackMethod, days: number | null, months: number | null } | null }> };

export const PlanOfOperatorDocument = documentOf<PlanOfOperatorQuery, PlanOfOperatorQueryVariables>('PlanOfOperator', `query PlanOfOperator($code: String!) { plan(code: $code) { code name versions { ...PlanVersionShown } } pendingPlanCorrections { planCode number } } fragment PlanVersionShown on PlanVersion { number from to currency corrects components { code name kind eventTypes base months minimum cap floor multiplyByTier reactivationDays rules { code percent flat minimum maximum baseFrom baseTo baseUpTo contractMonths eventType product { name } productCategory { name } segment { name } region { name } channelType { name } tier { name } campaign { name } } bracket { bounds method brackets { from to rate } } volume { measure window target } quotaBonus { curve pays maximumAttainment points { attainment value } } override { method measure levels { level percent } table { from to rate } } spiff { campaign budget } scoreFactor { period steps { from factor } } instalments { percent month days paidBill } holdback { percent months condition { metric atLeast below } } clawback { events method days months } } }`);
export const PlanOfAgentDocument = documentOf<PlanOfAgentQuery, PlanOfAgentQueryVariables>('PlanOfAgent', `query PlanOfAgent($agentCode: String!) { agent(code: $agentCode) { agreements { plan { code name versions { ...PlanVersionShown } } } } } fragment PlanVersionShown on PlanVersion { number from to currency corrects components { code name kind eventTypes base months minimum cap floor multiplyByTier reactivationDays rules { code percent flat minimum maximum baseFrom baseTo baseUpTo contractMonths eventType product { name } productCategory { name } segment { name } region { name } channelType { name } tier { name } campaign { name } } bracket { bounds method brackets { from to rate } } volume { measure window target } quotaBonus { curve pays maximumAttainment points { attainment value } } override { method measure levels { level percent } table { from to rate } } spiff { campaign budget } scoreFactor { period steps { from factor } } instalments { percent month days paidBill } holdback { percent months condition { metric atLeast below } } clawback { events method days months } } }`);
