import type { Transaction } from '../db/client.ts';
import { Decimal, roundMoney } from '../money.ts';
import { localMidnight } from '../period.ts';
import { creditClasses, type FactRow } from './credits.ts';
import {
  type CreditCircumstances,
  type CreditClass,
  type EventComponent,
  earningTypes,
  isEventComponent,
  type PlanComponent,
  type RateRule,
  type Resolution,
  resolveCombination,
} from './engine/resolve.ts';
import { type CreditDimensions, compareSpecificity, matches, winningRules } from './engine/rules.ts';
import { baseOf } from './explainEvent.ts';
import { type CreditOfEvent, type EventKey, loadRuleFacts, type RuleFacts } from './explainRuleLoad.ts';
import { type ComponentOutcome, componentSentences, type RuleOutcome } from './explainRuleText.ts';
import { plain } from './explainText.ts';
import type { DatedVersion } from './scope.ts';

// Which rule of each component pays a credit of one event, and why the others do not: the same choice that a calculation makes
// (engine/resolve.ts, engine/rules.ts), told rule by rule.

export type { ComponentOutcome, RuleOutcome } from './explainRuleText.ts';

export type CreditOutcome = {
  readonly agent: string;
  readonly role: string;
  readonly share: string;
  /** Of the plan version in force for the agent at the event; null without one. */
  readonly plan: string | null;
  readonly version: number | null;
  readonly from: string | null;
  readonly to: string | null;
  /**
   * Why no component can pay; TRANSFERRED: the event names the agent, but a TRANSFER gave its subscription to another; RECREDITED: a case
   * or credit rule credits others.
   */
  readonly reason: string | null;
  /** The case that holds, rejects or gives the credit. */
  readonly caseCode: string | null;
  /** The credit rule that gives it. */
  readonly creditRule: string | null;
  readonly components: readonly ComponentOutcome[];
};

export type RuleExplanation = {
  readonly source: string;
  readonly externalId: string;
  readonly type: string;
  readonly period: string;
  readonly isReversed: boolean;
  readonly credits: readonly CreditOutcome[];
};

/**
 * For each credit of an event and each component of the plan version in force: which rules were considered, which one wins and
 * why the others do not. By today's facts. Whoever asks sees the credits of agents that it may see.
 * @throws UserError NOT_FOUND where there is no such event, or the caller has no part in it; NOT_SET_UP.
 */
export async function explainRule(transaction: Transaction, key: EventKey): Promise<RuleExplanation> {
  const facts = await loadRuleFacts(transaction, key);
  const { event, credits, isReversed } = facts;
  const { classes, rows } = creditClasses({
    inputs: facts.inputs,
    period: event.period,
    timeZone: facts.timeZone,
  });
  return {
    source: event.source,
    externalId: event.externalId,
    type: event.type,
    period: event.period,
    isReversed,
    credits: credits.map((credit) => explainCredit(facts, credit, classOf(facts, credit, classes, rows))),
  };
}

type Placed = { readonly creditClass: CreditClass | undefined; readonly regionId: number | undefined };

/** The class that holds for the credit's agent at the event. */
function classOf(
  { event, timeZone }: RuleFacts,
  { agentId }: CreditOfEvent,
  classes: readonly CreditClass[],
  rows: readonly FactRow[],
): Placed {
  const midnight = Date.parse(localMidnight(event.date, timeZone));
  const fact = rows.find(
    (row) => row.agentId === agentId && Date.parse(row.fromInstant) <= midnight && midnight < Date.parse(row.toInstant),
  );
  return { creditClass: fact && classes[fact.classIndex], regionId: fact?.regionId };
}

function explainCredit(facts: RuleFacts, credit: CreditOfEvent, { creditClass, regionId }: Placed): CreditOutcome {
  const { caseCode = null, ruleCode: creditRule = null } = facts.crediting ?? {};
  const about = { agent: credit.agent, role: credit.role, share: plain(credit.share), caseCode, creditRule };
  const noPlan = { plan: null, version: null, from: null, to: null, components: [] };
  if (credit.goneBy !== null) return { ...about, ...noPlan, reason: credit.goneBy };
  // the class was made of these very versions
  const version = creditClass?.version as DatedVersion | undefined;
  if (!creditClass || !version) {
    const reason = creditClass?.hasAgreement ? 'NO_PLAN_VERSION' : 'NO_AGREEMENT';
    return { ...about, ...noPlan, reason: hindrance(facts) ?? reason };
  }
  const dimensions = dimensionsOf(facts, creditClass, regionId);
  const circumstances = circumstancesOf(facts);
  const whole = resolveCombination(creditClass, dimensions, circumstances);
  const components = version.components.map((component) =>
    isEventComponent(component)
      ? explainComponent(facts, credit, creditClass, version, component, dimensions, circumstances)
      : otherComponent(facts, component),
  );
  return {
    ...about,
    plan: version.plan,
    version: version.number,
    from: version.from,
    to: version.to,
    reason: hindrance(facts) ?? (whole.paid.length > 0 ? null : (whole.reason ?? null)),
    components,
  };
}

/** Why nothing is paid for the event, whatever a plan says of it: as calculations list it. */
function hindrance({ isReversed, crediting }: RuleFacts): string | null {
  if (isReversed) return 'REVERSED';
  return crediting?.block ? `${crediting.block}_BY_CONFLICT` : null;
}

function dimensionsOf(facts: RuleFacts, creditClass: CreditClass, ownRegion: number | undefined): CreditDimensions {
  const { event, product, segment, campaign, regionId, contractMonths } = facts;
  const region = regionId ?? ownRegion;
  return {
    product: product.code,
    category: product.category ?? undefined,
    event: event.type,
    channelType: creditClass.channelType,
    tier: creditClass.tier,
    regionPath: region === undefined ? [] : (facts.inputs.reference.regionPaths.get(region) ?? []),
    segment: segment ?? undefined,
    campaign: campaign ?? undefined,
    contractMonths: contractMonths ?? undefined,
  };
}

function circumstancesOf({ event, inputs, subscriptionMonth }: RuleFacts): CreditCircumstances {
  const holds = (from: string, to: string | null) => from <= event.date && (to === null || event.date < to);
  const { exchangeRates, campaigns } = inputs.reference;
  return {
    currency: event.currency,
    exchangeRate: (into) =>
      into === event.currency
        ? '1'
        : exchangeRates.find(
            (rate) => rate.currency === event.currency && rate.into === into && holds(rate.from, rate.to),
          )?.rate,
    isInCampaign: (code) => campaigns.some((each) => each.code === code && holds(each.startsOn, each.endsOn)),
    isWithinMonths: (months) => (subscriptionMonth === null ? undefined : subscriptionMonth <= months),
  };
}

/** A component that pays no credits may count them. */
function otherComponent({ event }: RuleFacts, component: PlanComponent): ComponentOutcome {
  const types: readonly string[] = 'eventTypes' in component.definition ? component.definition.eventTypes : [];
  const outcome = {
    component: component.code,
    kind: component.kind,
    reads: types.includes(event.type),
    winner: null,
    base: null,
    reason: null,
    rules: [],
  };
  return { ...outcome, ...componentSentences(outcome, event.type) };
}

function explainComponent(
  facts: RuleFacts,
  credit: CreditOfEvent,
  creditClass: CreditClass,
  version: DatedVersion,
  component: EventComponent,
  dimensions: CreditDimensions,
  circumstances: CreditCircumstances,
): ComponentOutcome {
  const { event } = facts;
  const alone = { ...creditClass, version: { ...version, components: [component] } };
  const resolved = resolveCombination(alone, dimensions, circumstances);
  const reads = earningTypes(component.definition.eventTypes).includes(event.type);
  const rate = circumstances.exchangeRate(version.currency);
  const own = baseOf(component.definition, event);
  const base = own && rate !== undefined && component.definition.base !== 'QUANTITY' ? own.times(rate) : own;
  const winner = reads ? winnerOf(component, dimensions, base) : undefined;
  const paid = resolved.paid.find((row) => row.ruleId === winner?.id);
  const reasonOf = () => {
    const hindered = hindrance(facts);
    if (hindered !== null) return hindered;
    if (resolved.paid.length === 0) return resolved.reason ?? null;
    return shortfall(paid, base, credit, event.quantity);
  };
  const outcome = {
    component: component.code,
    kind: component.kind,
    reads,
    winner: winner?.code ?? null,
    base: base ? plain(base) : null,
    reason: reads ? reasonOf() : null,
    rules: reads ? component.rules.map((rule) => explainOne(rule, winner, dimensions, base)) : [],
  };
  return { ...outcome, ...componentSentences(outcome, event.type, facts.crediting?.caseCode) };
}

/** Why a credit that some rule admits is paid nothing. */
function shortfall(
  paid: Resolution | undefined,
  base: Decimal | undefined,
  credit: CreditOfEvent,
  quantity: string,
): string | null {
  if (!base) return 'NO_BASE';
  if (!paid) return 'NO_MATCHING_RULE';
  const whole = base.times(paid.rate).plus(new Decimal(paid.flat).times(quantity));
  const raised = paid.minimum === null ? whole : Decimal.max(whole, paid.minimum);
  const clamped = paid.maximum === null ? raised : Decimal.min(raised, paid.maximum);
  return roundMoney(clamped.times(credit.share).times(paid.factor), paid.digits, paid.rounding).isZero()
    ? 'ZERO_AMOUNT'
    : null;
}

/** The rule that the engine lets win where the base lies; without a base the one that no range depends on. */
function winnerOf(component: EventComponent, dimensions: CreditDimensions, base: Decimal | undefined) {
  const stretches = winningRules(component.rules, dimensions);
  const holding = stretches.find(({ range }) => range === null || (base !== undefined && holdsBase(range, base)));
  return holding?.rule;
}

/** Whether a numrange, as text, holds a value. */
function holdsBase(range: string, base: Decimal): boolean {
  const [, opening = '', from = '', to = '', closing = ''] = /^([[(])([^,]*),([^)\]]*)([)\]])$/.exec(range) ?? [];
  const isAbove = from === '' || (opening === '[' ? base.gte(from) : base.gt(from));
  const isBelow = to === '' || (closing === ']' ? base.lte(to) : base.lt(to));
  return isAbove && isBelow;
}

function explainOne(
  rule: RateRule,
  winner: RateRule | undefined,
  dimensions: CreditDimensions,
  base: Decimal | undefined,
): RuleOutcome {
  const about = (outcome: RuleOutcome['outcome'], dimension: string | null): RuleOutcome => ({
    rule: rule.code,
    outcome,
    dimension,
    wanted: dimension === null ? null : wantedText(rule, dimension),
    given: dimension === null ? null : givenText(dimensions, dimension, base),
  });
  if (rule.id === winner?.id) return about('WINS', null);
  if (!matches(rule, dimensions)) return about('OTHER_DIMENSION', firstMismatch(rule, dimensions));
  if (base !== undefined && !coversBase(rule, base)) return about('OUTSIDE_BASE_RANGE', 'base');
  if (!winner) return about('OUTSIDE_BASE_RANGE', 'base');
  const dimension = firstLessSpecific(rule, winner, dimensions);
  return {
    ...about('LESS_SPECIFIC', dimension),
    wanted: wantedText(rule, dimension),
    given: `${winner.code}: ${wantedText(winner, dimension) ?? 'any'}`,
  };
}

function coversBase(rule: RateRule, base: Decimal): boolean {
  if (rule.baseFrom && base.lt(rule.baseFrom)) return false;
  if (rule.baseTo && base.gte(rule.baseTo)) return false;
  return !(rule.baseUpTo && base.gt(rule.baseUpTo));
}

/** In the order in which specificity is compared (DOMAIN.md §9.2). */
const dimensionNames = [
  'product',
  'category',
  'event',
  'channelType',
  'tier',
  'region',
  'segment',
  'campaign',
  'contractMonths',
] as const;

function firstMismatch(rule: RateRule, dimensions: CreditDimensions): string {
  const only = (name: (typeof dimensionNames)[number]) => ({ code: rule.code, [name]: rule[name] });
  return dimensionNames.find((name) => !matches(only(name), dimensions)) ?? 'base';
}

/** The dimension that decides between two rules that both admit the credit. */
function firstLessSpecific(rule: RateRule, winner: RateRule, { regionPath }: CreditDimensions): string {
  const names = [['product', 'category'], ...dimensionNames.slice(2).map((name) => [name])];
  const only = (of: RateRule, keys: readonly string[]) => ({
    code: of.code,
    ...Object.fromEntries(Object.entries(of).filter(([name]) => keys.includes(name))),
  });
  const deciding = names.find((keys) => compareSpecificity(only(winner, keys), only(rule, keys), regionPath) !== 0);
  return deciding?.[0] ?? 'base';
}

function wantedText(rule: RateRule, dimension: string): string | null {
  if (dimension === 'base') {
    const { baseFrom, baseTo, baseUpTo } = rule;
    const ends = [
      baseFrom && `from ${plain(baseFrom)}`,
      baseTo && `below ${plain(baseTo)}`,
      baseUpTo && `up to ${plain(baseUpTo)}`,
    ];
    return ends.filter(Boolean).join(' ') || null;
  }
  if (dimension === 'product') return rule.product ?? rule.category ?? null;
  const value = rule[dimension as (typeof dimensionNames)[number]];
  return value === undefined ? null : String(value);
}

function givenText(dimensions: CreditDimensions, dimension: string, base: Decimal | undefined): string | null {
  if (dimension === 'base') return base ? plain(base) : null;
  if (dimension === 'region') return dimensions.regionPath[0] ?? null;
  const value = dimensions[dimension as Exclude<(typeof dimensionNames)[number], 'region'>];
  return value === undefined ? null : String(value);
}
