import { monthIndex } from './dates.ts';
import { add, clamp, type Fraction, fraction, multiply, percent, roundToUnits, toText } from './fraction.ts';
import type { EventComponent, PlanVersion } from './historyModel.ts';
import type { Reason } from './historyOutput.ts';
import { type Earning, item } from './items.ts';
import { compareSales, digitsOf, isInForce, type Known, rateOn } from './known.ts';
import { baseOf, isInRange, matches, mostSpecific } from './rules.ts';
import { type Credit, creditsOfPeriod, NEVER_EARN } from './sales.ts';
import { collectMissing, multiplierOf } from './scores.ts';

/** What the components of its plan made of one credit. */
export type Rating = {
  credit: Credit;
  earnings: Earning[];
  /** component '' where no component was asked. */
  refusals: { component: string; reason: Reason }[];
  /** Codes of the components that have a rule for the credit's dimensions (for floors). */
  matched: string[];
};

function isEventComponent(component: { kind: string }): component is EventComponent {
  return ['RATE', 'RESIDUAL', 'SPIFF'].includes(component.kind);
}

export function eventComponentsOf(version: PlanVersion): EventComponent[] {
  return version.components.filter(isEventComponent);
}

/** Why nothing can be paid to a credit, whatever its plan says; a conflict before all but a REVERSAL, SUSPENDED before TERMINATED. */
function hindrance(known: Known, credit: Credit): Reason | undefined {
  if (known.reversed.has(credit.sale.key)) return 'REVERSED';
  if (credit.block) return `${credit.block}_BY_CONFLICT`;
  if (!credit.agreement) return 'NO_AGREEMENT';
  if (!credit.version) return 'NO_PLAN_VERSION';
  if (credit.status === 'SUSPENDED') return 'AGENT_SUSPENDED';
  if (credit.status === 'TERMINATED' && credit.agreement.terms?.trailing !== 'CONTINUE') return 'AGENT_TERMINATED';
  return undefined;
}

/** The reason that a SPIFF's campaign or a RESIDUAL's months give for paying nothing (docs/commission.md §4). */
function outOfTime(known: Known, component: EventComponent, credit: Credit): Reason | undefined {
  const { sale } = credit;
  if (component.kind === 'SPIFF') {
    const campaign = known.world.campaigns.find((each) => each.code === component.campaign);
    if (!campaign) throw new Error(`unknown campaign ${component.campaign}`);
    return isInForce(campaign, sale.date) ? undefined : 'OUTSIDE_CAMPAIGN';
  }
  if (component.kind !== 'RESIDUAL') return undefined;
  const subscription = sale.event.subscription;
  const rows = subscription === undefined ? [] : (known.bySubscription.get(subscription) ?? []);
  const start = rows.filter((row) => row.event.type === 'ACTIVATION' && compareSales(row, sale) < 0).at(-1);
  if (!start) return 'NO_SUBSCRIPTION';
  const month = monthIndex(sale.date) - monthIndex(start.date) + 1;
  return month >= 1 && month <= component.months ? undefined : 'MONTH_OUT_OF_RANGE';
}

type Rated = { rule: string; base: string; factor: string; units: bigint };

/** amount = round( share · clamp( percent · base + flat · quantity, minimum, maximum ) · multipliers ) */
function rateMatching(
  known: Known,
  version: PlanVersion,
  component: EventComponent,
  credit: Credit,
  multiplier: Fraction,
): Rated | Reason {
  const { event, date } = credit.sale;
  const matching = component.rules.filter((rule) => matches(known, rule.match, credit));
  if (matching.length === 0) return 'NO_MATCHING_RULE';
  const exchange = rateOn(known, event.currency, version.currency, date);
  if (exchange === undefined) return 'NO_EXCHANGE_RATE';
  const late = outOfTime(known, component, credit);
  if (late) return late;
  const ownBase = baseOf(event, component.base);
  if (ownBase === undefined) return 'NO_BASE';
  const base = component.base === 'QUANTITY' ? ownBase : multiply(ownBase, exchange);
  const inRange = matching.filter((each) => isInRange(each.match, base));
  const rule = mostSpecific(known, component.code, inRange);
  if (rule === undefined) return 'NO_MATCHING_RULE';
  const whole = add(
    multiply(percent(rule.percent ?? '0'), base),
    multiply(fraction(rule.flat ?? '0'), fraction(event.quantity)),
  );
  const factor = multiply(credit.share, multiplier);
  const unrounded = multiply(clamp(whole, rule.minimum, rule.maximum), factor);
  const units = roundToUnits(unrounded, digitsOf(known, version.currency), version.rounding);
  if (units === 0n) return 'ZERO_AMOUNT';
  return { rule: rule.code, base: toText(base), factor: toText(factor), units };
}

/** Rates one credit by every event component of the plan version in force when the event occurred. */
function rateCredit(known: Known, credit: Credit): Rating {
  const rating: Rating = { credit, earnings: [], refusals: [], matched: [] };
  const { agreement, version, sale } = credit;
  const reason = hindrance(known, credit);
  if (reason || !agreement || !version) {
    rating.refusals.push({ component: '', reason: reason ?? 'NO_AGREEMENT' });
    return rating;
  }
  const reading = eventComponentsOf(version).filter((each) => each.eventTypes.includes(sale.event.type));
  if (reading.length === 0) {
    const isOver = credit.status === 'TERMINATED';
    rating.refusals.push({ component: '', reason: isOver ? 'AGENT_TERMINATED' : 'NO_COMPONENT' });
  }
  for (const component of reading) {
    const refuse = (why: Reason) => rating.refusals.push({ component: component.code, reason: why });
    if (credit.status === 'TERMINATED' && component.kind !== 'RESIDUAL') {
      refuse('AGENT_TERMINATED');
      continue;
    }
    const multiplier = multiplierOf(known, component, credit.agent, sale.date, sale.period);
    if (component.rules.some((rule) => matches(known, rule.match, credit))) rating.matched.push(component.code);
    const rated = rateMatching(known, version, component, credit, multiplier);
    if (typeof rated === 'string') {
      refuse(rated);
      continue;
    }
    const line = item({
      kind: 'EARNING',
      plan: agreement.plan,
      component: component.code,
      cause: sale.key,
      agent: credit.agent.code,
      role: credit.role,
      currency: version.currency,
      ...rated,
    });
    rating.earnings.push({ ...line, credit, version, definition: component, cut: 0n });
  }
  return rating;
}

/** What a period's credits that conflicts hold would have earned, whole and before caps; of SPIFFs, which depend on their budget, nothing. */
export function heldItems(known: Known, period: string): Earning[] {
  return creditsOfPeriod(known, period)
    .filter(({ block, sale }) => block === 'HELD' && !NEVER_EARN.includes(sale.event.type))
    .flatMap((credit) => rateCredit(known, { ...credit, block: undefined }).earnings)
    .filter(({ definition }) => definition.kind !== 'SPIFF');
}

/** A credit of a class whose plan version asks for scores needs one, even where nothing is paid for it. */
function askForScores(known: Known, credit: Credit): void {
  if (!credit.version) return;
  for (const component of eventComponentsOf(credit.version)) {
    multiplierOf(known, component, credit.agent, credit.sale.date, credit.sale.period);
  }
}

/** The ratings of a period's credits, SPIFF budgets left aside. */
export function ratePeriod(known: Known, period: string): Rating[] {
  const credits = creditsOfPeriod(known, period);
  collectMissing(credits, (credit) => askForScores(known, credit));
  return credits.filter(({ sale }) => !NEVER_EARN.includes(sale.event.type)).map((credit) => rateCredit(known, credit));
}
