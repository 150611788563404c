import { add, compareText, type Fraction, fraction, sum, toText } from './fraction.ts';
import { calculateHistory } from './history.ts';
import type * as history from './historyModel.ts';
import type { Line as HistoryLine, PeriodOutput } from './historyOutput.ts';
import type { Component, Line, OracleInput, OracleOutput, Plan, Pool, Reason, Rule } from './model.ts';
import { sortBy } from './unpaid.ts';

/*
 * The oracle for a single month of RATE components and pools, in the words of model.ts: a history of one step, in which
 * every event has arrived.
 */

function ruleOf({ min, max, ...rule }: Rule): history.Rule {
  return { ...rule, minimum: min, maximum: max };
}

function componentOf({ events, base, rules, ...component }: Component): history.RateComponent {
  const upper = base.toUpperCase() as Uppercase<typeof base>;
  return { ...component, eventTypes: events, base: upper, rules: rules.map(ruleOf) };
}

function planOf({ code, versions }: Plan): history.Plan {
  const ordered = [...versions].sort((a, b) => compareText(a.from, b.from));
  return {
    code,
    versions: ordered.map((version, index) => ({
      ...version,
      number: index + 1,
      components: version.components.map(componentOf),
    })),
  };
}

function poolOf({ fund, min, max, thresholdPercent, target, weights, ...pool }: Pool): history.Pool {
  const { base, events, ...amount } = fund;
  return {
    ...pool,
    fund: { ...amount, of: base === 'quantity' ? 'QUANTITY' : 'AMOUNT', eventTypes: events },
    minimum: min,
    maximum: max,
    threshold:
      thresholdPercent === undefined || target === undefined ? undefined : { percent: thresholdPercent, target },
    weight: weights.map(({ factor, events: eventTypes = [] }) =>
      factor === 'TIER_MULTIPLIER' ? { factor } : { factor, eventTypes },
    ),
  };
}

function historyOf({ period, events, ...world }: OracleInput): history.HistoryInput {
  return {
    ...world,
    campaigns: [],
    agents: world.agents.map((agent) => ({ ...agent, parents: [] })),
    agreements: world.agreements.map((agreement, index) => ({ ...agreement, code: `G${index + 1}` })),
    plans: world.plans.map(planOf),
    pools: world.pools.map(poolOf),
    metricValues: [],
    exchangeRates: world.exchangeRates.map(({ of, in: into, ...rate }) => ({ ...rate, currency: of, into })),
    steps: [{ period, arrivals: events }],
  };
}

function lineOf(line: HistoryLine): Line {
  const { component, plan, cause, agent, role, rule, base, factor, amount, currency } = line;
  const isPool = line.kind === 'POOL';
  return {
    component,
    plan,
    kind: isPool ? 'POOL' : 'RATE',
    cause,
    agent,
    role: isPool ? '' : role,
    rule,
    base,
    factor,
    amount,
    currency,
  };
}

/** Adds up amounts per key; the keys come out ordered by bytes. */
function totalsBy(lines: readonly Line[], keyOf: (line: Line) => string): [string, Fraction][] {
  const totals = new Map<string, Fraction>();
  for (const line of lines) {
    const key = keyOf(line);
    totals.set(key, add(totals.get(key) ?? sum([]), fraction(line.amount)));
  }
  return [...totals].sort(([a], [b]) => compareText(a, b));
}

/** An amount of a currency with all its digits. */
function moneyText(input: OracleInput, amount: Fraction, currency: string): string {
  const digits = input.currencyDigits[currency] ?? 0;
  const [whole = '0', decimals = ''] = toText(amount).split('.');
  return digits === 0 ? whole : `${whole}.${decimals.padEnd(digits, '0')}`;
}

function totalsOf(input: OracleInput, lines: readonly Line[], { notRead }: PeriodOutput): OracleOutput['totals'] {
  const components = totalsBy(lines, (line) => `${line.component}\t${line.currency}`);
  const currencies = totalsBy(lines, (line) => line.currency);
  return {
    components: components.map(([key, amount]) => {
      const [component = '', currency = ''] = key.split('\t');
      return { component, currency, amount: moneyText(input, amount, currency) };
    }),
    currencies: currencies.map(([currency, amount]) => ({ currency, amount: moneyText(input, amount, currency) })),
    notRead,
  };
}

/** Calculates one month. All lists of the output are ordered by bytes of their keys, whatever the input's order. */
export function calculate(input: OracleInput): OracleOutput {
  const output = calculateHistory(historyOf(input)).periods[input.period];
  if (!output) throw new Error('unreachable: the period has been calculated');
  const lines = sortBy(output.lines.map(lineOf), ['kind', 'component', 'cause', 'agent', 'role', 'plan']);
  return {
    lines,
    pools: output.pools,
    statements: output.statements.map(({ agent, currency, opening, earned, closing, payable, nextOpening }) => ({
      agent,
      currency,
      opening,
      earned,
      closing,
      payable,
      nextOpening,
    })),
    unpaid: output.unpaid.map((row) => ({ ...row, reason: row.reason as Reason })),
    refusals: output.refusals.map((row) => ({ ...row, reason: row.reason as Reason })),
    totals: totalsOf(input, lines, output),
  };
}
