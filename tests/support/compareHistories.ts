import { expect } from 'vitest';
import { Decimal, minorUnitDigits } from '../../src/money.ts';
import { periodOf } from '../../src/period.ts';
import type { HistoryInput, SalesEvent, Step } from '../oracle/historyModel.ts';
import type { HistoryOutput, Line, PeriodOutput, Unpaid } from '../oracle/historyOutput.ts';

// Engine and oracle side by side: every line, pool, statement and listed event of every month.

const lineText = (line: Line) =>
  [
    line.kind,
    [line.plan, line.component].filter(Boolean).join('.'),
    line.cause,
    line.agent,
    line.role,
    line.rule && `rule ${line.rule}`,
    line.original && `original ${line.original}`,
    line.instalment && `instalment ${line.instalment}`,
    line.sourceAgent && `source ${line.sourceAgent}`,
    line.sourceComponent && `of ${line.sourceComponent}`,
    line.origin && `origin ${line.origin}`,
    line.kind === 'EARNING' && `${line.factor} of ${line.base}`,
    line.amount,
    line.currency,
  ]
    .filter(Boolean)
    .join(' ');

/** Lines of one text added up: the oracle calls source components by code, the engine tells those of two plans apart. */
function lineTexts(lines: readonly Line[]): string[] {
  const sums = new Map<string, { line: Line; amount: Decimal }>();
  for (const line of lines) {
    const key = lineText({ ...line, amount: '' });
    sums.set(key, { line, amount: (sums.get(key)?.amount ?? new Decimal(0)).plus(line.amount) });
  }
  return [...sums.values()]
    .filter(({ amount }) => !amount.isZero())
    .map(({ line, amount }) => lineText({ ...line, amount: amount.toFixed(minorUnitDigits[line.currency] ?? 2) }));
}

const creditOf = ({ source, externalId, agent, role }: Unpaid) => `${source}:${externalId} ${agent} ${role}`;
const mild = ['NO_MATCHING_RULE', 'OUTSIDE_CAMPAIGN', 'MONTH_OUT_OF_RANGE'];

/**
 * Of a credit with several reasons the engine names one of the oracle's; one that only says that a component is not about the
 * credit it leaves out where something was paid.
 */
function unpaidDifferences(engine: readonly Unpaid[], oracle: PeriodOutput): string[] {
  const paid = new Set(
    oracle.lines.filter(({ kind }) => kind === 'EARNING').map(({ cause, agent, role }) => `${cause} ${agent} ${role}`),
  );
  const reasons = new Map<string, string[]>();
  for (const row of oracle.unpaid) {
    if (mild.includes(row.reason) && paid.has(creditOf(row))) continue;
    reasons.set(creditOf(row), [...(reasons.get(creditOf(row)) ?? []), row.reason]);
  }
  const listed = new Map(engine.map((row) => [creditOf(row), row.reason]));
  return [
    ...[...reasons].filter(([key]) => !listed.has(key)).map(([key, own]) => `- unpaid ${key} ${own.join('|')}`),
    ...[...listed]
      .filter(([key, reason]) => !reasons.get(key)?.includes(reason))
      .map(([key, reason]) => `+ unpaid ${key} ${reason} (oracle: ${reasons.get(key)?.join('|') ?? 'not listed'})`),
  ];
}

const isWorthless = (statement: PeriodOutput['statements'][number]) =>
  Object.entries(statement).every(([name, value]) => name === 'agent' || name === 'currency' || Number(value) === 0);

/** Texts on one side only, `-` the oracle's and `+` the engine's; each as often as it is missing. */
function textDifferences(engine: readonly string[], oracle: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of engine) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of oracle) counts.set(text, (counts.get(text) ?? 0) - 1);
  return [...counts]
    .flatMap(([text, count]) => Array.from({ length: Math.abs(count) }, () => `${count > 0 ? '+' : '-'} ${text}`))
    .sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}

/** Everything in which the two differ, month by month. Statements of nothing but zeros are left out on both sides. */
export function differencesOf(engine: HistoryOutput, oracle: HistoryOutput, input: HistoryInput): string[] {
  const months = new Map(
    input.steps.flatMap(({ arrivals }) =>
      arrivals.map((event) => [`${event.source}:${event.externalId}`, periodOf(event.occurredAt, input.timeZone)]),
    ),
  );
  const types = new Map(
    input.steps.flatMap(({ arrivals }) =>
      arrivals.map((event) => [`${event.source}:${event.externalId}`, event.type] as const),
    ),
  );
  return Object.entries(oracle.periods).flatMap(([period, expected]) => {
    // events of closed months are listed by the run that settles them; the oracle lists only those of the month
    const isOfMonth = (row: Unpaid) =>
      months.get(`${row.source}:${row.externalId}`) === period &&
      // where plans of others stand beside, types that these read are listed, too
      typesRead(input, period).has(types.get(`${row.source}:${row.externalId}`) ?? '');
    const actual = engine.periods[period];
    if (!actual) return [`${period} - the whole month`];
    const statements = (output: PeriodOutput) =>
      output.statements.filter((statement) => !isWorthless(statement)).map((row) => `statement ${values(row)}`);
    const held = (output: PeriodOutput) => output.held.map((row) => `held ${values(row)}`);
    const pools = (output: PeriodOutput) =>
      output.pools.map((pool) => `pool ${values({ ...pool, weightTotal: decimalText(pool.weightTotal) })}`);
    return [
      ...textDifferences(lineTexts(actual.lines), lineTexts(expected.lines)),
      ...textDifferences(pools(actual), pools(expected)),
      ...textDifferences(statements(actual), statements(expected)),
      ...textDifferences(held(actual), held(expected)),
      ...unpaidDifferences(actual.unpaid.filter(isOfMonth), { ...expected, unpaid: expected.unpaid.filter(isOfMonth) }),
    ].map((text) => `${period} ${text}`);
  });
}

/** A weight with 12 decimals: the oracle's is a fraction, the engine shows 18. */
function decimalText(weight: string): string {
  const [numerator = '0', denominator = '1'] = weight.split('/');
  return new Decimal(numerator).div(denominator).toDecimalPlaces(12).toFixed();
}

/** The types that a component of the history's own plans, as far as they are known by then, reads in a month. */
function typesRead(input: HistoryInput, period: string): ReadonlySet<string> {
  const steps = input.steps.filter((step) => step.period <= period);
  const versions = [
    ...input.plans.flatMap((plan) => plan.versions),
    ...steps.flatMap(({ changes }) => changes?.versions?.map(({ version }) => version) ?? []),
  ].filter(({ from, to }) => from.slice(0, 7) <= period && (to === undefined || to > `${period}-01`));
  return new Set(
    versions.flatMap(({ components }) =>
      components.flatMap((component) => ('eventTypes' in component ? component.eventTypes : [])),
    ),
  );
}

const values = (row: object) =>
  Object.entries(row)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(' ');

/** @throws where the two differ, with every difference. */
export function expectSameHistory(engine: HistoryOutput, oracle: HistoryOutput, input: HistoryInput): void {
  expect(differencesOf(engine, oracle, input)).toEqual([]);
}

/** A history without what the import refuses: refunds of nothing, transfers of nothing, and what refers to them. */
export function acceptable(input: HistoryInput): HistoryInput {
  const keyOf = (source: string, externalId: string | undefined) => `${source}:${externalId}`;
  const refused = new Set<string>();
  const isRefused = (event: SalesEvent) =>
    (event.type === 'REFUND' && Number(event.amount) === 0) ||
    (event.type === 'TRANSFER' && event.subscription === undefined) ||
    (event.original !== undefined && refused.has(keyOf(event.source, event.original)));
  const steps = input.steps.map((step) => {
    const arrivals = step.arrivals.filter((event) => {
      if (isRefused(event)) refused.add(keyOf(event.source, event.externalId));
      return !refused.has(keyOf(event.source, event.externalId));
    });
    return { ...step, arrivals };
  });
  const known = new Set(input.plans.filter((plan) => plan.versions.length > 0).map((plan) => plan.code));
  return { ...input, steps: steps.map((step) => withoutUnknown(step, known)) };
}

/** A correction needs a version that it corrects. */
function withoutUnknown(step: Step, known: ReadonlySet<string>): Step {
  const versions = step.changes?.versions?.filter(({ plan }) => known.has(plan));
  return step.changes ? { ...step, changes: { ...step.changes, ...(versions && { versions }) } } : step;
}
