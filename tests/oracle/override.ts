import {
  add,
  compare,
  compareText,
  type Fraction,
  fraction,
  multiply,
  percent,
  roundToUnits,
  subtract,
  toText,
  unitsToFraction,
  ZERO,
} from './fraction.ts';
import type {
  Agent,
  Base,
  BaseOverride,
  CommissionOverride,
  DifferentialOverride,
  PlanVersion,
} from './historyModel.ts';
import { type Item, item, type Override } from './items.ts';
import { agreementOn, ancestorsOn, digitsOf, type Known, rateOn, statusOn, versionOn } from './known.ts';
import type { Rating } from './rating.ts';
import { baseOf } from './rules.ts';
import { type Credit, isListed, measured, type VolumeEntry, volumeEntries } from './sales.ts';

/** Someone whom a credit may pay: an ancestor (level 1 the nearest) or, at level 0, the seller itself. */
type Payee = { agent: Agent; level: number; plan: string; agreement: string; version: PlanVersion };

/** The payee with its own plan at the event; undefined where it cannot be paid in the credit's plan currency. */
function payeeOf(known: Known, credit: Credit, agent: Agent, level: number): Payee | undefined {
  const { date } = credit.sale;
  const agreement = agreementOn(known, agent.code, date);
  const version = agreement && versionOn(known, agreement.plan, date);
  if (!agreement || !version || statusOn(agent, date) !== 'ACTIVE') return undefined;
  if (version.currency !== credit.version?.currency) return undefined;
  return { agent, level, plan: agreement.plan, agreement: agreement.code, version };
}

type Paid = { component: string; amount: Fraction; base: Fraction; sourceComponent?: string };

function overrideOf(known: Known, credit: Credit, payee: Payee, paid: Paid): Override | undefined {
  const { version } = payee;
  const units = roundToUnits(paid.amount, digitsOf(known, version.currency), version.rounding);
  if (units === 0n) return undefined;
  const line: Item = item({
    kind: 'OVERRIDE',
    plan: payee.plan,
    component: paid.component,
    cause: credit.sale.key,
    agent: payee.agent.code,
    role: credit.role,
    sourceAgent: credit.agent.code,
    sourceComponent: paid.sourceComponent ?? '',
    base: toText(paid.base),
    units,
    currency: version.currency,
  });
  return { ...line, credit, version, agreement: payee.agreement, cut: 0n };
}

function percentOfLevel(levels: readonly { level: number; percent: string }[], level: number): Fraction {
  return percent(levels.find((each) => each.level === level)?.percent ?? '0');
}

/** One line per EARNING line of the credit, on its whole amount after budgets, before caps and instalments. */
function commissionItems(known: Known, { credit, earnings }: Rating, payee: Payee, component: CommissionOverride) {
  return earnings.map((child) => {
    const base = unitsToFraction(child.units, digitsOf(known, child.currency));
    return overrideOf(known, credit, payee, {
      component: component.code,
      amount: multiply(percentOfLevel(component.levels, payee.level), base),
      base,
      sourceComponent: child.component,
    });
  });
}

/** The whole event's base in the payee's plan currency; undefined where it is missing or has no rate. */
function convertedBase(known: Known, credit: Credit, base: Base, currency: string): Fraction | undefined {
  const { event, date } = credit.sale;
  const rate = rateOn(known, event.currency, currency, date);
  const own = baseOf(event, base);
  if (rate === undefined || own === undefined) return undefined;
  return base === 'QUANTITY' ? own : multiply(own, rate);
}

function baseItem(known: Known, credit: Credit, payee: Payee, component: BaseOverride) {
  if (!component.eventTypes.includes(credit.sale.event.type)) return undefined;
  const base = convertedBase(known, credit, component.base, payee.version.currency);
  if (base === undefined) return undefined;
  const amount = multiply(multiply(percentOfLevel(component.levels, payee.level), credit.share), base);
  return overrideOf(known, credit, payee, { component: component.code, amount, base });
}

/** A month's entries with everybody whose team they belong to. */
type TeamEntry = { entry: VolumeEntry; path: string[] };

function teamEntries(known: Known, period: string): TeamEntry[] {
  return volumeEntries(known, period).map((entry) => {
    const { agent, sale } = entry.credit;
    return { entry, path: [agent.code, ...ancestorsOn(known, agent, sale.date).map((each) => each.code)] };
  });
}

/** The percent the table gives an agent for its team volume of the month; 0 outside every bracket. */
function differentialRate(
  known: Known,
  teams: readonly TeamEntry[],
  agent: Agent,
  component: DifferentialOverride,
  currency: string,
): Fraction {
  let volume = ZERO;
  for (const { entry, path } of teams) {
    if (!path.includes(agent.code) || !isListed(entry, component.eventTypes)) continue;
    volume = add(volume, measured(known, entry, component.measure, currency) ?? ZERO);
  }
  const held = component.table.find(
    ({ from, to }) => compare(fraction(from), volume) <= 0 && (to === undefined || compare(volume, fraction(to)) < 0),
  );
  return percent(held?.percent ?? '0');
}

function differentialItem(
  known: Known,
  teams: readonly TeamEntry[],
  credit: Credit,
  path: readonly Agent[],
  payee: Payee,
  component: DifferentialOverride,
) {
  if (!component.eventTypes.includes(credit.sale.event.type)) return undefined;
  if (payee.level === 0 && !component.paysSeller) return undefined;
  const base = convertedBase(known, credit, component.base, payee.version.currency);
  if (base === undefined) return undefined;
  const rateOfAgent = (agent: Agent) => differentialRate(known, teams, agent, component, payee.version.currency);
  let highest = ZERO;
  for (const below of path.slice(0, payee.level)) {
    const rate = rateOfAgent(below);
    if (compare(rate, highest) > 0) highest = rate;
  }
  const own = subtract(rateOfAgent(payee.agent), highest);
  const rate = compare(own, ZERO) > 0 ? own : ZERO;
  const amount = multiply(multiply(rate, credit.share), base);
  return overrideOf(known, credit, payee, { component: component.code, amount, base });
}

/** Orders OVERRIDE lines of one payee and component: by event, then source agent, source component, role. */
export function compareOverrides(a: Override, b: Override): number {
  return (
    compareText(a.sourceAgent, b.sourceAgent) ||
    compareText(a.sourceComponent, b.sourceComponent) ||
    compareText(a.role, b.role)
  );
}

/** The OVERRIDE lines of a period (docs/commission.md §6). */
export function overrideItems(known: Known, period: string, ratings: readonly Rating[]): Override[] {
  const teams = teamEntries(known, period);
  return ratings
    .flatMap((rating) => {
      const { credit } = rating;
      const path = [credit.agent, ...ancestorsOn(known, credit.agent, credit.sale.date)];
      const payees = path.flatMap((agent, level) => payeeOf(known, credit, agent, level) ?? []);
      return payees.flatMap((payee) =>
        payee.version.components.flatMap((component): (Override | undefined)[] => {
          if (component.kind !== 'OVERRIDE') return [];
          if (component.method === 'PERCENT_OF_COMMISSION') {
            return payee.level === 0 ? [] : commissionItems(known, rating, payee, component);
          }
          if (!credit.counts) return [];
          if (component.method === 'DIFFERENTIAL') {
            return [differentialItem(known, teams, credit, path, payee, component)];
          }
          return payee.level === 0 ? [] : [baseItem(known, credit, payee, component)];
        }),
      );
    })
    .flatMap((each) => each ?? []);
}
