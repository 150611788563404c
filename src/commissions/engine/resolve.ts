import { Decimal, minorUnitDigits, type RoundingMode } from '../../money.ts';
import { neverEarningTypes, type SalesEventType } from '../../sales/eventTypes.ts';
import type { RateBase, RateDefinition } from '../definitions.ts';
import type { AgentStatus } from './facts.ts';
import { type CreditDimensions, type RuleMatch, winningRules } from './rules.ts';

// Resolving: for each combination of dimensions that occurs among a period's credits, which rule of each component pays it,
// or why nothing does. The database then rates all credits of a combination alike.

export type RateRule = RuleMatch & {
  readonly id: number;
  readonly percent: Decimal;
  readonly flat: Decimal;
  readonly minimum: Decimal | null;
  readonly maximum: Decimal | null;
};

export type RateComponent = {
  readonly componentId: number;
  readonly code: string;
  readonly definition: RateDefinition;
  readonly rules: readonly RateRule[];
};

export type PlanVersion = {
  readonly id: number;
  readonly plan: string;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly components: readonly RateComponent[];
};

/** What all credits of an agent share over a stretch of days; combinations refer to it by index. */
export type CreditClass = {
  readonly status: AgentStatus | undefined;
  readonly hasAgreement: boolean;
  readonly version: PlanVersion | undefined;
  readonly channelType: string;
  readonly tier: string | undefined;
  readonly tierMultiplier: Decimal;
};

/** Reasons for which a credit pays nothing that are known without looking at its figures (DOMAIN.md §9.12). */
export type Reason =
  | 'NO_AGREEMENT'
  | 'NO_PLAN_VERSION'
  | 'AGENT_SUSPENDED'
  | 'AGENT_TERMINATED'
  | 'NO_COMPONENT'
  | 'NO_MATCHING_RULE'
  | 'NO_EXCHANGE_RATE';

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
  readonly digits: number;
  readonly rounding: RoundingMode;
  readonly currency: string;
};

/**
 * What the credits of a combination are paid, and the reason where (part of) them are paid nothing.
 * @param currency the events' currency
 */
export function resolveCombination(
  creditClass: CreditClass,
  dimensions: CreditDimensions,
  currency: string,
): { paid: Resolution[]; reason: Reason | undefined } {
  const blocked = blockingReason(creditClass, dimensions.event);
  if (blocked) return { paid: [], reason: blocked };

  const { version, tierMultiplier } = creditClass;
  const stretches = componentsReading(version, dimensions.event).flatMap((component) =>
    winningRules(component.rules, dimensions).map(({ range, rule }) => ({ component, range, rule })),
  );
  const paid = stretches.flatMap(({ component, range, rule }) =>
    version && rule ? [resolution(version, component, rule, range, tierMultiplier)] : [],
  );
  // Exchange rates do not exist yet: an event in another currency is listed by name, never converted silently.
  if (paid.length > 0 && version?.currency !== currency) return { paid: [], reason: 'NO_EXCHANGE_RATE' };
  return { paid, reason: stretches.some(({ rule }) => rule === undefined) ? 'NO_MATCHING_RULE' : undefined };
}

function blockingReason(creditClass: CreditClass, event: string): Reason | undefined {
  if (!creditClass.hasAgreement) return 'NO_AGREEMENT';
  if (!creditClass.version) return 'NO_PLAN_VERSION';
  if (creditClass.status === 'SUSPENDED') return 'AGENT_SUSPENDED';
  if (creditClass.status !== 'ACTIVE') return 'AGENT_TERMINATED';
  if (componentsReading(creditClass.version, event).length === 0) return 'NO_COMPONENT';
  return undefined;
}

function componentsReading(version: PlanVersion | undefined, event: string): readonly RateComponent[] {
  return version?.components.filter((component) => earningTypes(component.definition).includes(event)) ?? [];
}

/** The event types a component pays on: those it lists, without the ones that never earn. */
export function earningTypes(definition: RateDefinition): readonly string[] {
  return definition.eventTypes.filter((type: SalesEventType) => !neverEarningTypes.includes(type));
}

function resolution(
  version: PlanVersion,
  component: RateComponent,
  rule: RateRule,
  range: string | null,
  tierMultiplier: Decimal,
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
    factor: (component.definition.multiplyByTier ? tierMultiplier : new Decimal(1)).toFixed(),
    digits: minorUnitDigits[version.currency] ?? 2,
    rounding: version.rounding,
    currency: version.currency,
  };
}
