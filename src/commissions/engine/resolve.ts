import { Decimal, minorUnitDigits, type RoundingMode } from '../../money.ts';
import { neverEarningTypes, type SalesEventType } from '../../sales/eventTypes.ts';
import type { AgreementTerms, Definition, RateBase, RateDefinition, ScoreFactor } from '../definitions.ts';
import type { AgentStatus } from './facts.ts';
import { type CreditDimensions, matches, type RuleMatch, winningRules } from './rules.ts';

// Resolving: for each combination of dimensions that occurs among a period's credits, which rule of each component pays it,
// or why nothing does. The database then rates all credits of a combination alike.

export type RateRule = RuleMatch & {
  readonly id: number;
  readonly percent: Decimal;
  readonly flat: Decimal;
  readonly minimum: Decimal | null;
  readonly maximum: Decimal | null;
};

/** A component of a plan version, in plan order. Only RATE, RESIDUAL and SPIFF have rules. */
export type PlanComponent = Definition & {
  readonly componentId: number;
  readonly code: string;
  readonly position: number;
  readonly rules: readonly RateRule[];
};

/** One that pays per credit. */
export type EventComponent = Extract<PlanComponent, { kind: 'RATE' | 'RESIDUAL' | 'SPIFF' }>;

export function isEventComponent(component: PlanComponent): component is EventComponent {
  return component.kind === 'RATE' || component.kind === 'RESIDUAL' || component.kind === 'SPIFF';
}

export type PlanVersion = {
  readonly id: number;
  readonly planId: number;
  readonly plan: string;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly components: readonly PlanComponent[];
};

/** What all credits of an agent share over a stretch of days; combinations refer to it by index. */
export type CreditClass = {
  readonly status: AgentStatus | undefined;
  readonly hasAgreement: boolean;
  readonly version: PlanVersion | undefined;
  readonly channelType: string;
  readonly tier: string | undefined;
  readonly tierMultiplier: Decimal;
  readonly trailing: AgreementTerms['trailing'];
  /** The agent's scores of the period and of the one before; undefined where there is none or none is asked for. */
  readonly scores: Readonly<Record<ScoreFactor['period'], Decimal | undefined>>;
};

/** What of a credit, besides the dimensions of rules, decides whether and how components pay. */
export type CreditCircumstances = {
  readonly currency: string;
  /** Plan units per unit of the event's currency on its date; undefined: no rate. */
  readonly exchangeRate: (planCurrency: string) => string | undefined;
  readonly isInCampaign: (campaign: string) => boolean;
  /** Whether a RESIDUAL for months 1..n pays; undefined: the subscription's start is not known. */
  readonly isWithinMonths: (months: number) => boolean | undefined;
};

/** Reasons for which a credit pays nothing that are known without looking at its figures (DOMAIN.md §9.12). */
type Reason =
  | 'NO_AGREEMENT'
  | 'NO_PLAN_VERSION'
  | 'AGENT_SUSPENDED'
  | 'AGENT_TERMINATED'
  | 'NO_COMPONENT'
  | 'NO_MATCHING_RULE'
  | 'NO_EXCHANGE_RATE'
  | 'OUTSIDE_CAMPAIGN'
  | 'NO_SUBSCRIPTION'
  | 'MONTH_OUT_OF_RANGE';

/** Reasons that only say that a component is not about this credit: listed only where nothing at all was paid. */
const mildReasons: readonly Reason[] = ['NO_MATCHING_RULE', 'OUTSIDE_CAMPAIGN', 'MONTH_OUT_OF_RANGE'];

/** How every credit of a combination, with its base in `range`, is paid by one component. Numbers as text for COPY. */
export type Resolution = {
  readonly componentId: number;
  readonly ruleId: number;
  readonly range: string | null;
  readonly base: RateBase;
  /** percent / 100, exact. */
  readonly rate: string;
  readonly flat: string;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly factor: string;
  /** What a base of money is multiplied by; '1' in the plan's own currency. */
  readonly exchange: string;
  readonly digits: number;
  readonly rounding: RoundingMode;
  readonly currency: string;
};

export type Resolved = {
  readonly paid: readonly Resolution[];
  /** Why (part of) the credits are paid nothing. */
  readonly reason: Reason | undefined;
  /** Whether the reason is listed only for credits that nothing was paid for. */
  readonly isMild: boolean;
  /** Components of which some rule's dimensions admit the credit: what floors ask for (docs/commission.md §8). */
  readonly matched: readonly number[];
};

/** What the credits of a combination are paid, and the reason where (part of) them are paid nothing. */
export function resolveCombination(
  creditClass: CreditClass,
  dimensions: CreditDimensions,
  circumstances: CreditCircumstances,
): Resolved {
  const blocked = blockingReason(creditClass, dimensions.event);
  const version = creditClass.version;
  if (blocked || !version) {
    return { paid: [], reason: blocked ?? 'NO_PLAN_VERSION', isMild: false, matched: [] };
  }
  const reading = componentsReading(version, dimensions.event);
  const components = reading.filter((component) => isPaying(creditClass, component));
  const outcomes = components.map((component) =>
    payByComponent(creditClass, version, component, dimensions, circumstances),
  );
  const paid = outcomes.flatMap((outcome) => outcome.paid);
  const reasons = [
    ...outcomes.flatMap((outcome) => (outcome.reason ? [outcome.reason] : [])),
    // where RESIDUAL goes on after termination, what the others would have paid is missed all the same
    ...(components.length < reading.length ? (['AGENT_TERMINATED'] as const) : []),
  ];
  const grave = reasons.find((reason) => !mildReasons.includes(reason));
  return {
    paid,
    // that no rule matches says least
    reason: grave ?? reasons.find((reason) => reason !== 'NO_MATCHING_RULE') ?? reasons[0],
    isMild: grave === undefined,
    matched: components
      .filter(({ rules }) => rules.some((rule) => matches(rule, dimensions)))
      .map((component) => component.componentId),
  };
}

type Outcome = { readonly paid: Resolution[]; readonly reason: Reason | undefined };

function payByComponent(
  creditClass: CreditClass,
  version: PlanVersion,
  component: EventComponent,
  dimensions: CreditDimensions,
  circumstances: CreditCircumstances,
): Outcome {
  const stretches = winningRules(component.rules, dimensions);
  if (stretches.every(({ rule }) => rule === undefined)) return { paid: [], reason: 'NO_MATCHING_RULE' };
  const exchange = circumstances.exchangeRate(version.currency);
  if (exchange === undefined) return { paid: [], reason: 'NO_EXCHANGE_RATE' };
  const reason = hindrance(component, circumstances);
  if (reason) return { paid: [], reason };
  const factor = multiplierOf(creditClass, component.definition);
  return {
    paid: stretches.flatMap(({ range, rule }) =>
      rule ? [resolution(version, component, rule, range, factor, exchange)] : [],
    ),
    reason: stretches.some(({ rule }) => rule === undefined) ? 'NO_MATCHING_RULE' : undefined,
  };
}

function hindrance(component: EventComponent, circumstances: CreditCircumstances): Reason | undefined {
  if (component.kind === 'SPIFF' && !circumstances.isInCampaign(component.definition.campaign))
    return 'OUTSIDE_CAMPAIGN';
  if (component.kind !== 'RESIDUAL') return undefined;
  const isWithin = circumstances.isWithinMonths(component.definition.months);
  if (isWithin === undefined) return 'NO_SUBSCRIPTION';
  return isWithin ? undefined : 'MONTH_OUT_OF_RANGE';
}

/** After termination only RESIDUAL goes on, where the agreement says so (docs/commission.md §3.4). */
function isPaying({ status }: CreditClass, { kind }: EventComponent): boolean {
  return status === 'ACTIVE' || kind === 'RESIDUAL';
}

function blockingReason(creditClass: CreditClass, event: string): Reason | undefined {
  const { version, status } = creditClass;
  if (!creditClass.hasAgreement) return 'NO_AGREEMENT';
  if (!version) return 'NO_PLAN_VERSION';
  if (status === 'SUSPENDED') return 'AGENT_SUSPENDED';
  if (status !== 'ACTIVE') {
    const goesOn = componentsReading(version, event).some((component) => isPaying(creditClass, component));
    if (creditClass.trailing !== 'CONTINUE' || !goesOn) return 'AGENT_TERMINATED';
  }
  if (componentsReading(version, event).length === 0) return 'NO_COMPONENT';
  return undefined;
}

function componentsReading(version: PlanVersion, event: string): readonly EventComponent[] {
  return version.components
    .filter(isEventComponent)
    .filter((component) => earningTypes(component.definition.eventTypes).includes(event));
}

/** The event types that can earn, of those a component lists. */
export function earningTypes(eventTypes: readonly SalesEventType[]): readonly string[] {
  return eventTypes.filter((type) => !neverEarningTypes.includes(type));
}

/** Tier multiplier times score factor, as far as a component asks for them. */
export function multiplierOf(
  { tierMultiplier, scores }: Pick<CreditClass, 'tierMultiplier' | 'scores'>,
  definition: Pick<RateDefinition, 'multiplyByTier' | 'scoreFactor'>,
): Decimal {
  const tier = definition.multiplyByTier ? tierMultiplier : new Decimal(1);
  const { scoreFactor } = definition;
  return scoreFactor ? tier.times(scoreFactorOf(scoreFactor, scores[scoreFactor.period])) : tier;
}

/** The factor of the highest step the score reaches; 0 below the first and, until it blocks the run, without a score. */
function scoreFactorOf({ steps }: ScoreFactor, score: Decimal | undefined): Decimal {
  const reached = score ? steps.filter((step) => score.gte(step.from)) : [];
  const highest = reached.reduce<(typeof reached)[number] | undefined>(
    (best, step) => (!best || new Decimal(step.from).gt(best.from) ? step : best),
    undefined,
  );
  return new Decimal(highest?.factor ?? 0);
}

function resolution(
  version: PlanVersion,
  component: EventComponent,
  rule: RateRule,
  range: string | null,
  factor: Decimal,
  exchange: string,
): Resolution {
  return {
    componentId: component.componentId,
    ruleId: rule.id,
    range,
    base: component.definition.base,
    rate: rule.percent.div(100).toFixed(),
    flat: rule.flat.toFixed(),
    minimum: rule.minimum?.toFixed() ?? null,
    maximum: rule.maximum?.toFixed() ?? null,
    factor: factor.toFixed(),
    exchange: component.definition.base === 'QUANTITY' ? '1' : exchange,
    digits: minorUnitDigits[version.currency] ?? 2,
    rounding: version.rounding,
    currency: version.currency,
  };
}
