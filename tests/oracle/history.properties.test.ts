import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequence } from './draw.ts';
import { add, compare, type Fraction, fraction, sum, toText, unitsToText, ZERO } from './fraction.ts';
import { type HistoryOptions, histories } from './generateHistory.ts';
import { SLOTS } from './generateProgramme.ts';
import { calculateHistory, changed } from './history.ts';
import type { HistoryInput, SalesEvent, World } from './historyModel.ts';
import type { HistoryOutput, Line, LineKind } from './historyOutput.ts';

const numRuns = Number(process.env.ORACLE_HISTORIES ?? 15);
const timeout = 60_000 + numRuns * 500;
const withoutSpiffs = Object.keys(SLOTS).filter((code) => SLOTS[code] !== 'SPIFF');

function holds(name: string, options: HistoryOptions, check: (input: HistoryInput, seed: number) => void): void {
  it(name, { timeout }, () => {
    fc.assert(
      fc.property(histories(options), fc.nat(), (input, seed) => check(input, seed)),
      { numRuns },
    );
  });
}

function total(texts: readonly string[]): Fraction {
  return sum(texts.map(fraction));
}

function allLines(output: HistoryOutput): Line[] {
  return Object.values(output.periods).flatMap((period) => period.lines);
}

/** Totals of all periods per key; zeros left out, so that what came and went does not show. */
function totals(lines: readonly Line[], keyOf: (line: Line) => string): Record<string, string> {
  const found = new Map<string, Fraction>();
  for (const line of lines) found.set(keyOf(line), add(found.get(keyOf(line)) ?? ZERO, fraction(line.amount)));
  const kept = [...found].filter(([, amount]) => compare(amount, ZERO) !== 0);
  return Object.fromEntries(kept.map(([key, amount]) => [key, toText(amount)]));
}

/** What was booked in the end, for whatever period it was: by period and key, without what stays as it was approved. */
function settled(output: HistoryOutput): Record<string, string> {
  const rows = Object.entries(output.periods).flatMap(([period, { lines }]) =>
    lines
      .filter((line) => !['TAX', 'POOL', 'ADJUSTMENT'].includes(line.kind))
      .map((line) => ({ ...line, origin: line.origin || period })),
  );
  return totals(rows, ({ origin, plan, component, cause, original, agent, role, instalment, ...line }) =>
    [origin, plan, component, cause, original, agent, role, instalment, line.sourceAgent, line.sourceComponent].join(
      '/',
    ),
  );
}

/** A copy with every list in another order, but those whose order means something. */
function shuffled<T>(value: T, next: () => number, key = ''): T {
  if (Array.isArray(value)) {
    const copy = value.map((each) => shuffled(each, next));
    if (['steps', 'components', 'instalments', 'conflicts'].includes(key)) return copy as T;
    for (let index = copy.length - 1; index > 0; index--) {
      const other = next() % (index + 1);
      [copy[index], copy[other]] = [copy[other], copy[index]];
    }
    return copy as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shuffled(each, next, name)])) as T;
}

/** The history without REVERSALs, which undo in later months what was right when it was booked. */
function withoutReversals(input: HistoryInput): HistoryInput {
  const steps = input.steps.map((step) => ({
    ...step,
    arrivals: step.arrivals.filter((event) => event.type !== 'REVERSAL'),
  }));
  return { ...input, steps };
}

/** A copy in which every text is renamed. */
function renamed<T>(value: T, rename: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value), (_key, each) => (typeof each === 'string' ? rename(each) : each));
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

describe('invariants of histories (DOMAIN.md §10)', () => {
  holds('statements add up and follow one another', {}, (plain, seed) => {
    const openings = plain.agents.map(({ code }, index) => ({
      agent: code,
      currency: 'CNY',
      amount: unitsToText(BigInt((seed % (index + 7_001)) - 3_000), 2),
    }));
    const input = { ...plain, openings };
    const nextOpenings = new Map(openings.map(({ agent, amount }) => [`${agent}/CNY`, amount]));
    for (const [period, { statements, lines }] of Object.entries(calculateHistory(input).periods)) {
      const keyOf = ({ agent, currency }: { agent: string; currency: string }) => `${agent}/${currency}`;
      for (const moved of input.steps.find((step) => step.period === period)?.changes?.balances ?? []) {
        const before = nextOpenings.get(keyOf(moved)) ?? '0';
        nextOpenings.set(keyOf(moved), toText(add(fraction(before), fraction(moved.amount))));
      }
      for (const each of statements) {
        const own = lines.filter((line) => keyOf(line) === keyOf(each));
        const closing = add(fraction(each.opening), total(own.map((line) => line.amount)));
        expect(toText(closing)).toBe(toText(fraction(each.closing)));
        const columns = [
          each.opening,
          each.earned,
          `-${each.withheld}`,
          each.released,
          `-${each.clawedBack}`,
          each.adjustments,
          `-${each.tax}`,
        ];
        expect(toText(total(columns.map((text) => text.replace('--', ''))))).toBe(toText(closing));
        expect(toText(add(fraction(each.payable), fraction(each.nextOpening)))).toBe(toText(closing));
        expect(fraction(each.opening)).toEqual(fraction(nextOpenings.get(keyOf(each)) ?? '0'));
        nextOpenings.set(keyOf(each), each.nextOpening);
      }
      const stated = new Set(statements.map(keyOf));
      expect(lines.filter((line) => !stated.has(keyOf(line)))).toEqual([]);
    }
  });

  holds('nothing is booked twice, nothing of zero', {}, (input) => {
    for (const { lines } of Object.values(calculateHistory(input).periods)) {
      const keys = lines.map(({ rule: _rule, base: _base, factor: _factor, amount: _amount, ...key }) =>
        JSON.stringify(key),
      );
      expect(new Set(keys).size).toBe(keys.length);
      expect(lines.filter((line) => compare(fraction(line.amount), ZERO) === 0)).toEqual([]);
    }
  });

  holds('an event reversed in time never happened', { late: false }, (input) => {
    const steps = input.steps.flatMap(({ period, arrivals }) => arrivals.map((event) => ({ period, event })));
    const reversedIn = new Map(
      steps
        .filter(({ event }) => event.type === 'REVERSAL')
        .map(({ period, event }) => [`${event.source}:${event.original}`, period]),
    );
    for (const [period, { lines }] of Object.entries(calculateHistory(input).periods)) {
      const ofReversed = lines.filter(
        ({ kind, cause }) => kind === 'EARNING' && (reversedIn.get(cause) ?? '9') <= period,
      );
      expect(ofReversed).toEqual([]);
    }
  });

  holds('every line has a cause that exists', {}, (input) => {
    const events = input.steps.flatMap((step) => step.arrivals.map((event) => `${event.source}:${event.externalId}`));
    const known = new Set(['', ...events, ...input.pools.map((pool) => pool.code)]);
    expect(allLines(calculateHistory(input)).filter((line) => !known.has(line.cause))).toEqual([]);
    const ofPeriod: LineKind[] = ['VOLUME', 'FLOOR', 'DRAW', 'TAX'];
    expect(
      allLines(calculateHistory(input)).filter((line) => ofPeriod.includes(line.kind) && line.cause !== ''),
    ).toEqual([]);
  });

  holds('pools share out exactly and carry over', {}, (input) => {
    const carried = new Map<string, string>();
    for (const { pools, lines } of Object.values(calculateHistory(input).periods)) {
      for (const pool of pools) {
        const shares = total(
          lines.filter((line) => line.kind === 'POOL' && line.component === pool.code).map((line) => line.amount),
        );
        expect(shares).toEqual(fraction(pool.paid));
        expect(add(shares, fraction(pool.remainder))).toEqual(add(fraction(pool.fund), fraction(pool.carriedIn)));
        expect(fraction(pool.carriedIn)).toEqual(fraction(carried.get(pool.code) ?? '0'));
        carried.set(pool.code, pool.carriedOver);
      }
    }
  });

  holds(
    'a line never pays more than it earned net of caps, nor less than nothing',
    { late: false, changes: false },
    (input) => {
      const lines: Line[] = [];
      for (const period of Object.values(calculateHistory(withoutReversals(input)).periods)) {
        lines.push(...period.lines.filter((line) => line.role !== 'MEMBER'));
        const keyOf = (line: Line) =>
          JSON.stringify([
            line.plan,
            line.component,
            line.original || line.cause,
            line.agent,
            line.role,
            line.sourceAgent,
            line.sourceComponent,
          ]);
        const whole: LineKind[] = ['EARNING', 'OVERRIDE', 'CAP'];
        const owed = totals(
          lines.filter((line) => whole.includes(line.kind)),
          keyOf,
        );
        const life: LineKind[] = [...whole, 'WITHHOLDING', 'RELEASE', 'CLAWBACK'];
        for (const [key, paid] of Object.entries(
          totals(
            lines.filter((line) => life.includes(line.kind) && line.cause !== ''),
            keyOf,
          ),
        )) {
          expect(compare(fraction(paid), ZERO)).toBeGreaterThanOrEqual(0);
          expect(compare(fraction(paid), fraction(owed[key] ?? '0'))).toBeLessThanOrEqual(0);
        }
      }
    },
  );

  holds('a budget is never exceeded', { components: ['C4'], late: false, changes: false }, (input) => {
    const spent = totals(
      allLines(calculateHistory(withoutReversals(input))).filter((line) => line.kind === 'EARNING'),
      (line) => line.plan,
    );
    for (const plan of input.plans) {
      const budgets = plan.versions.flatMap((version) =>
        version.components.flatMap((each) => (each.kind === 'SPIFF' ? Number(each.budget) : [])),
      );
      expect(compare(fraction(spent[plan.code] ?? '0'), fraction(String(Math.max(0, ...budgets))))).toBeLessThanOrEqual(
        0,
      );
    }
  });

  holds('is silent about nothing', { late: false }, (input) => {
    const output = calculateHistory(input);
    for (const [period, own] of Object.entries(output.periods)) {
      const notRead = new Set(own.notRead.map((row) => row.type));
      const listed = new Set(own.unpaid.map((row) => `${row.source}:${row.externalId}`));
      const paid = new Set(own.lines.map((line) => line.cause));
      const plain = ['ACTIVATION', 'BILL', 'RENEWAL', 'RECHARGE'];
      const counted = [
        ...input.plans.flatMap((plan) => plan.versions.flatMap((version) => version.components)),
        ...input.steps.flatMap((step) => step.changes?.versions ?? []).flatMap((each) => each.version.components),
      ]
        .filter((each) => !['RATE', 'RESIDUAL', 'SPIFF'].includes(each.kind))
        .flatMap((each) => ('eventTypes' in each ? each.eventTypes : []));
      const ofPools = input.pools.flatMap((pool) => [
        ...(pool.fund.eventTypes ?? []),
        ...pool.weight.flatMap((each) => ('eventTypes' in each ? each.eventTypes : [])),
      ]);
      const step = input.steps.find((each) => each.period === period);
      for (const event of step?.arrivals ?? []) {
        const isCounted = [...counted, ...ofPools].includes(event.type);
        if (!plain.includes(event.type) || notRead.has(event.type) || isCounted) continue;
        const key = `${event.source}:${event.externalId}`;
        expect({ key, isKnown: paid.has(key) || listed.has(key) }).toEqual({ key, isKnown: true });
      }
    }
  });
});

describe('histories that must agree', () => {
  holds('whatever the order of the input', {}, (input, seed) => {
    expect(calculateHistory(shuffled(input, sequence(seed)))).toEqual(calculateHistory(input));
  });

  holds('whatever a plan is called', {}, (input) => {
    const rename = (text: string) => (text === 'PLAN-1' ? 'OTHER' : text);
    const expected = renamed(calculateHistory(input), rename).periods;
    for (const [period, own] of Object.entries(calculateHistory(renamed(input, rename)).periods)) {
      expect(sorted(own.lines)).toEqual(sorted(expected[period]?.lines ?? []));
      expect(own.statements).toEqual(expected[period]?.statements);
      expect(own.unpaid).toEqual(expected[period]?.unpaid);
    }
  });

  holds('two sets of agents, apart or together', { pools: false, components: withoutSpiffs }, (input) => {
    const rename = (text: string) =>
      text
        .replace(/^(G-)?A00/, '$1B00')
        .replace(/^E(\d\d)/, 'X$1')
        .replace(/^S(\d)$/, 'T$1')
        .replace(/^(BOSS|WEB):E/, '$1:X');
    const other = renamed(input, rename);
    const steps = input.steps.map((step, index) => {
      const twin = other.steps[index];
      const { agents = [], agreements = [], metricValues = [], conflicts = [], balances = [] } = twin?.changes ?? {};
      return {
        period: step.period,
        arrivals: [...step.arrivals, ...(twin?.arrivals ?? [])],
        changes: {
          ...step.changes,
          agents: [...(step.changes?.agents ?? []), ...agents],
          agreements: [...(step.changes?.agreements ?? []), ...agreements],
          metricValues: [...(step.changes?.metricValues ?? []), ...metricValues],
          conflicts: [...(step.changes?.conflicts ?? []), ...conflicts],
          balances: [...(step.changes?.balances ?? []), ...balances],
        },
      };
    });
    const together = {
      ...input,
      agents: [...input.agents, ...other.agents],
      agreements: [...input.agreements, ...other.agreements],
      metricValues: [...input.metricValues, ...other.metricValues],
      steps,
    };
    const apart = calculateHistory(input);
    for (const [period, own] of Object.entries(calculateHistory(together).periods)) {
      const expected = apart.periods[period];
      expect(sorted(own.lines)).toEqual(
        sorted([...(expected?.lines ?? []), ...renamed(expected?.lines ?? [], rename)]),
      );
      expect(sorted(own.statements)).toEqual(
        sorted([...(expected?.statements ?? []), ...renamed(expected?.statements ?? [], rename)]),
      );
    }
  });

  holds('without an event, or with it and its reversal', { pools: false, components: withoutSpiffs }, (input, seed) => {
    const place = seed % input.steps.length;
    const step = input.steps[place];
    const model = step?.arrivals.find((event) => ['ACTIVATION', 'BILL', 'CHURN', 'TRANSFER'].includes(event.type));
    if (!step || !model) return;
    const event: SalesEvent = { ...model, externalId: 'Z1', amount: '77' };
    const reversal: SalesEvent = { ...model, externalId: 'Z2', type: 'REVERSAL', original: 'Z1' };
    const last = place + (seed % (input.steps.length - place));
    const steps = input.steps.map((each, index) => ({
      ...each,
      arrivals: [...each.arrivals, ...(index === place ? [event] : []), ...(index === last ? [reversal] : [])],
    }));
    expect(settled(calculateHistory({ ...input, steps }))).toEqual(settled(calculateHistory(input)));
  });

  holds('whatever is known late or in time', { pools: false, components: withoutSpiffs }, (input) => {
    let world: World = input;
    for (const step of input.steps) world = changed(world, step.changes);
    const all = input.steps.flatMap((step) => step.arrivals);
    const steps = input.steps.map(({ period }, index) => ({ period, arrivals: index === 0 ? all : [] }));
    expect(settled(calculateHistory(input))).toEqual(settled(calculateHistory({ ...world, steps })));
  });
});

describe('the generator of histories', () => {
  it('reaches every reason and every kind of line', { timeout }, () => {
    const seen = new Set<string>();
    for (const input of fc.sample(histories(), { numRuns: 100, seed: 20261122 })) {
      for (const { lines, unpaid } of Object.values(calculateHistory(input).periods)) {
        for (const each of lines) seen.add(each.kind);
        for (const each of unpaid) seen.add(each.reason);
      }
    }
    expect(seen.size).toBe(13 + 17);
  });
});
