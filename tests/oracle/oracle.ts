import { causeOf, creditsOfPeriod, eventsOfPeriod, type PeriodCredit, refusal } from './credits.ts';
import { agreementOn, overlaps, statusOn, versionOn } from './facts.ts';
import { add, compare, compareText, type Fraction, fraction, subtract, toText, ZERO } from './fraction.ts';
import type { Line, OracleInput, OracleOutput, Reason, Refusal, SalesEvent, Statement, Unpaid } from './model.ts';
import { isPoolOfPeriod, runPool, typesReadBy } from './pool.ts';
import { digitsOf, rateCredit } from './rate.ts';

/*
 * A second implementation of DOMAIN.md §3, §9.1, §9.2, §9.8, §9.12 and §10, row by row with exact fractions, to hold the
 * engine against. Where DOMAIN.md leaves a choice, these are the readings taken:
 * - The reasons are asked in this order: REVERSED, NO_AGREEMENT, NO_PLAN_VERSION, AGENT_SUSPENDED, AGENT_TERMINATED,
 *   NO_COMPONENT, NO_MATCHING_RULE, NO_EXCHANGE_RATE, NO_BASE, NO_MATCHING_RULE (no base range), ZERO_AMOUNT.
 * - An event in another currency without a rate is refused even where the rule is flat; a component whose base is
 *   missing pays nothing even where the rule is flat.
 * - A type counts as read where a version of any plan that has a day in the period reads it.
 * - `refusals` has every component that read a credit and gave no line. `unpaid` has of these, once per credit, each
 *   reason but NO_MATCHING_RULE, and that only where nothing was paid and there is nothing else to say.
 * - A credit that no component of its own plan reads but that fed a pool is not listed.
 * - A missed threshold pays nobody, so what was carried in is remainder too.
 * - A pool runs where it is in force on the period's last day. Credits without an agreement (within the pool's filter)
 *   or from a time of suspension or after termination feed neither its base nor its weights.
 * - Statements exist for agents with a line or an opening that is not 0, one per currency.
 * REFUND rows are not subtracted from volumes here.
 */

const NEVER_EARN = ['REFUND', 'REVERSAL', 'CHURN', 'TRANSFER', 'PLAN_CHANGE'];

type Rating = { lines: Line[]; refusals: Refusal[] };

/** Why a credit cannot be rated by any component, before components are asked. */
function hindrance(input: OracleInput, credit: PeriodCredit): Reason | undefined {
  if (credit.isReversed) return 'REVERSED';
  const agreement = agreementOn(input, credit.agent.code, credit.date);
  if (!agreement) return 'NO_AGREEMENT';
  if (!versionOn(input, agreement.plan, credit.date)) return 'NO_PLAN_VERSION';
  const status = statusOn(credit.agent, credit.date);
  if (status === 'SUSPENDED') return 'AGENT_SUSPENDED';
  if (status === 'TERMINATED') return 'AGENT_TERMINATED';
  return undefined;
}

/** Rates one credit by every component of the plan version in force when the event occurred. */
function rateByPlan(input: OracleInput, credit: PeriodCredit): Rating {
  const reason = hindrance(input, credit);
  if (reason) return { lines: [], refusals: [refusal(credit, '', reason)] };
  const agreement = agreementOn(input, credit.agent.code, credit.date);
  const version = agreement && versionOn(input, agreement.plan, credit.date);
  if (!agreement || !version) throw new Error('unreachable: hindrance has looked at both');
  const rating: Rating = { lines: [], refusals: [] };
  const components = version.components.filter((each) => each.events.includes(credit.event.type));
  if (components.length === 0) rating.refusals.push(refusal(credit, '', 'NO_COMPONENT'));
  for (const component of components) {
    const rated = rateCredit(input, version, component, credit);
    if (typeof rated === 'string') {
      rating.refusals.push(refusal(credit, component.code, rated));
      continue;
    }
    rating.lines.push({
      component: component.code,
      plan: agreement.plan,
      kind: 'RATE',
      cause: causeOf(credit.event),
      agent: credit.agent.code,
      role: credit.role,
      ...rated,
      currency: version.currency,
    });
  }
  return rating;
}

/** The event types that some component of a plan version of the period reads and that can earn. */
function typesRead(input: OracleInput): Set<string> {
  const versions = input.plans.flatMap((plan) => plan.versions).filter((version) => overlaps(version, input.period));
  const types = versions.flatMap((version) => version.components.flatMap((component) => component.events));
  return new Set(types.filter((type) => !NEVER_EARN.includes(type)));
}

/** What is listed of one credit's refusals; see the readings above. */
function unpaidOf(rating: Rating, hasFedPool: boolean): Unpaid[] {
  const reasons = new Set(rating.refusals.map((each) => each.reason));
  if (hasFedPool) reasons.delete('NO_COMPONENT');
  if (rating.lines.length > 0 || reasons.size > 1) reasons.delete('NO_MATCHING_RULE');
  return [...reasons].flatMap((reason) => {
    const found = rating.refusals.find((each) => each.reason === reason);
    return found ? [withoutComponent(found)] : [];
  });
}

function withoutComponent({ source, externalId, agent, role, reason }: Refusal): Unpaid {
  return { source, externalId, agent, role, reason };
}

/** Adds up amounts per key; the keys come out ordered by bytes. */
function totalsBy<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  amountOf: (row: T) => Fraction,
): [string, Fraction][] {
  const totals = new Map<string, Fraction>();
  for (const row of rows) totals.set(keyOf(row), add(totals.get(keyOf(row)) ?? ZERO, amountOf(row)));
  return [...totals].sort(([a], [b]) => compareText(a, b));
}

/** An amount of a currency with all its digits; it must not be finer than the minor unit. */
function moneyText(input: OracleInput, amount: Fraction, currency: string): string {
  const digits = digitsOf(input, currency);
  const [whole = '0', decimals = ''] = toText(amount).split('.');
  if (decimals.length > digits) throw new Error(`${toText(amount)} is finer than ${currency} allows`);
  return digits === 0 ? whole : `${whole}.${decimals.padEnd(digits, '0')}`;
}

/** One statement per agent and currency: opening + earned = closing (DOMAIN.md §10). */
function statementsOf(input: OracleInput, lines: readonly Line[]): Statement[] {
  const keyOf = (row: { agent: string; currency: string }) => `${row.agent}\t${row.currency}`;
  const openings = input.openings.filter((row) => compare(fraction(row.amount), ZERO) !== 0);
  const earnedBy = new Map(totalsBy(lines, keyOf, (line) => fraction(line.amount)));
  const openingBy = new Map(totalsBy(openings, keyOf, (row) => fraction(row.amount)));
  const keys = [...new Set([...earnedBy.keys(), ...openingBy.keys()])].sort(compareText);
  return keys.map((key) => {
    const [agent = '', currency = ''] = key.split('\t');
    const opening = openingBy.get(key) ?? ZERO;
    const earned = earnedBy.get(key) ?? ZERO;
    const closing = add(opening, earned);
    const payable = compare(closing, ZERO) > 0 ? closing : ZERO;
    const money = (amount: Fraction) => moneyText(input, amount, currency);
    return {
      agent,
      currency,
      opening: money(opening),
      earned: money(earned),
      closing: money(closing),
      payable: money(payable),
      nextOpening: money(subtract(closing, payable)),
    };
  });
}

function componentTotals(input: OracleInput, lines: readonly Line[]): OracleOutput['totals']['components'] {
  const keyed = totalsBy(
    lines,
    (line) => `${line.component}\t${line.currency}`,
    (line) => fraction(line.amount),
  );
  return keyed.map(([key, amount]) => {
    const [component = '', currency = ''] = key.split('\t');
    return { component, currency, amount: moneyText(input, amount, currency) };
  });
}

function countNotRead(events: readonly SalesEvent[], read: ReadonlySet<string>): { type: string; count: number }[] {
  const types = [...new Set(events.map((event) => event.type))].filter((type) => !read.has(type)).sort(compareText);
  return types.map((type) => ({ type, count: events.filter((event) => event.type === type).length }));
}

/** Orders rows by the named columns, by bytes. */
function sortBy<T>(rows: readonly T[], columns: readonly (keyof T)[]): T[] {
  return [...rows].sort((a, b) => {
    for (const column of columns) {
      const order = compareText(String(a[column]), String(b[column]));
      if (order !== 0) return order;
    }
    return 0;
  });
}

function distinct<T>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/**
 * Calculates one period. The input is taken as valid: references exist, agreements of one agent do not overlap, rules do
 * not tie; what is not throws. All lists of the output are ordered by bytes of their keys, whatever the input's order.
 */
export function calculate(input: OracleInput): OracleOutput {
  const credits = creditsOfPeriod(input);
  const poolsOfPeriod = input.pools.filter((pool) => isPoolOfPeriod(input, pool));
  const poolRuns = poolsOfPeriod.map((pool) => runPool(input, pool, credits));
  const read = typesRead(input);
  const ratings = credits
    .filter((credit) => read.has(credit.event.type))
    .map((credit) => ({ credit, rating: rateByPlan(input, credit) }));

  const rateLines = ratings.flatMap(({ rating }) => rating.lines);
  const poolLines = poolRuns.flatMap((run) => run.lines);
  const lines = sortBy([...rateLines, ...poolLines], ['kind', 'component', 'cause', 'agent', 'role', 'plan']);
  const poolRefusals = poolRuns.flatMap((run) => run.refusals);
  const refusals = [...ratings.flatMap(({ rating }) => rating.refusals), ...poolRefusals];
  const unpaid = ratings.flatMap(({ credit, rating }) =>
    unpaidOf(
      rating,
      poolRuns.some((run) => run.fed.has(credit)),
    ),
  );
  const readByPools = poolsOfPeriod.flatMap(typesReadBy);
  return {
    lines,
    pools: sortBy(
      poolRuns.map((run) => run.result),
      ['code'],
    ),
    statements: statementsOf(input, lines),
    unpaid: sortBy(distinct([...unpaid, ...poolRefusals.map(withoutComponent)]), [
      'source',
      'externalId',
      'agent',
      'role',
      'reason',
    ]),
    refusals: sortBy(distinct(refusals), ['source', 'externalId', 'agent', 'role', 'component', 'reason']),
    totals: {
      components: componentTotals(input, lines),
      currencies: totalsBy(
        lines,
        (line) => line.currency,
        (line) => fraction(line.amount),
      ).map(([currency, amount]) => ({ currency, amount: moneyText(input, amount, currency) })),
      notRead: countNotRead(eventsOfPeriod(input), new Set([...read, ...readByPools])),
    },
  };
}
