import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal, minorUnitDigits, type RoundingMode } from '../money.ts';
import { endDate, firstDate, lastDate, type Period, parsePeriod, shiftPeriod } from '../period.ts';
import type { MetricCondition, RateDefinition } from './definitions.ts';
import { type LifeTerms, lifeTermsOf } from './engine/life.ts';
import { isEventComponent } from './engine/resolve.ts';
import type { Scope } from './scope.ts';

// Which lines have a life after they were earned: those of rules whose component, as its plan version defines it, has instalments,
// a holdback or a clawback.

/** One way of living; the lines of many rules share it. */
export type LifeKind = {
  readonly terms: LifeTerms;
  /** Of its holdback, if it has one. */
  readonly condition: MetricCondition | undefined;
};

export type Catalogue = {
  readonly kinds: readonly LifeKind[];
  /** Index in `kinds` by rule id. */
  readonly kindByRule: ReadonlyMap<number, number>;
  /** The event types that such components read. */
  readonly eventTypes: readonly string[];
  /** Whether any component pays overrides: only then lines follow others. */
  readonly hasOverrides: boolean;
};

type Row = { rule_id: number; definition: RateDefinition; currency: string; rounding: RoundingMode };

/** Reads every plan version ever published: a line lives by the version that rated it. Those of the scope go first. */
export async function loadCatalogue(transaction: Transaction, scope: Scope): Promise<Catalogue> {
  const published = await rawSql(transaction)<Row[]>`
    select rule.id as rule_id, part.definition, version.currency, version.rounding
    from plan_component part
    join plan_version version on version.id = part.version_id
    join rate_rule rule on rule.plan_component_id = part.id
    where jsonb_exists_any(part.definition, array['instalments', 'holdback', 'clawback']) order by rule.id`;
  const ofScope = scope.inputs.versions.flatMap(({ components, currency, rounding }) =>
    components
      .filter(isEventComponent)
      .flatMap(({ rules, definition }) =>
        rules.map((rule): Row => ({ rule_id: rule.id, definition, currency, rounding })),
      ),
  );
  const [overrides] = await rawSql(transaction)<{ exist: boolean }[]>`
    select exists (select from component where kind = 'OVERRIDE') as exist`;
  return {
    ...gather([...published, ...ofScope.filter(({ definition }) => hasLife(definition))]),
    hasOverrides: overrides?.exist ?? false,
  };
}

function hasLife({ instalments, holdback, clawback }: RateDefinition): boolean {
  return instalments !== undefined || holdback !== undefined || clawback !== undefined;
}

function gather(rows: readonly Row[]): Pick<Catalogue, 'kinds' | 'kindByRule' | 'eventTypes'> {
  const kinds: LifeKind[] = [];
  const indexByContent = new Map<string, number>();
  const kindByRule = new Map<number, number>();
  const eventTypes = new Set<string>();
  for (const { rule_id, definition, currency, rounding } of rows) {
    const { instalments, onBill, holdback, clawback, reactivationDays } = definition;
    const digits = minorUnitDigits[currency] ?? 2;
    const content = JSON.stringify([instalments, onBill, holdback, clawback, reactivationDays, digits, rounding]);
    const index = indexByContent.get(content) ?? kinds.length;
    if (index === kinds.length) {
      indexByContent.set(content, index);
      kinds.push({ terms: lifeTermsOf(definition, digits, rounding), condition: holdback?.condition });
    }
    kindByRule.set(rule_id, index);
    for (const type of definition.eventTypes) eventTypes.add(type);
  }
  return { kinds, kindByRule, eventTypes: [...eventTypes] };
}

/** A part of lines earned in `period` that falls due in the scope's period, known without looking at any event but for days. */
export type DuePart = {
  readonly kind: number;
  readonly instalment: number;
  readonly period: Period;
  readonly days: number | undefined;
  readonly condition: MetricCondition | undefined;
};

/** What falls due in a period by date, of the lines of which earlier periods (§9.2). */
export function duePartsOf(kinds: readonly LifeKind[], period: Period): DuePart[] {
  return kinds.flatMap(({ terms, condition }, kind) =>
    terms.parts.flatMap(({ due }, index): DuePart[] => {
      const part = { kind, instalment: index + 1, days: undefined, condition: undefined };
      if ('month' in due) return due.month > 0 ? [{ ...part, period: shiftPeriod(period, -due.month) }] : [];
      if ('holdbackMonths' in due) return [{ ...part, condition, period: shiftPeriod(period, -due.holdbackMonths) }];
      if ('days' in due) {
        return periodsBeforeDays(period, due.days).map((earlier) => ({ ...part, days: due.days, period: earlier }));
      }
      return [];
    }),
  );
}

/** The earlier periods that hold a date from which so many days lead into the period. */
function periodsBeforeDays(period: Period, days: number): Period[] {
  const back = (date: string) => {
    const instant = new Date(`${date}T00:00:00Z`);
    instant.setUTCDate(instant.getUTCDate() - days);
    return parsePeriod(instant.toISOString().slice(0, 7));
  };
  const from = back(firstDate(period));
  const to = back(lastDate(period));
  const found: Period[] = [];
  for (let at = from; at && to && at <= to && at < period; at = shiftPeriod(at, 1)) found.push(at);
  return found;
}

/**
 * The earliest period whose lines can still change in `period`: none of their parts is unpaid and no window open any more before.
 * @returns undefined where a part waits for a bill, however long
 */
export function reachOf(kinds: readonly LifeKind[], period: Period): Period | undefined {
  if (kinds.some(({ terms }) => terms.parts.some(({ due }) => 'paidBill' in due))) return undefined;
  const monthsOf = (days: number) => Math.ceil(days / 28);
  const months = kinds.map(({ terms }) => {
    const dues = terms.parts.map(({ due }) =>
      'month' in due
        ? due.month
        : 'holdbackMonths' in due
          ? due.holdbackMonths
          : 'days' in due
            ? monthsOf(due.days)
            : 0,
    );
    const window = terms.clawback
      ? 'months' in terms.clawback
        ? terms.clawback.months
        : monthsOf(terms.clawback.days)
      : 0;
    return Math.max(window, ...dues) + monthsOf(terms.reactivationDays ?? 0) + 1;
  });
  return shiftPeriod(period, -Math.max(0, ...months));
}

/** Whether a local date lies before the period's end: for dates of parts that wait for days. */
export function dueDateCondition(localDate: string, days: string, period: Period): string {
  return `${localDate} + ${days} >= '${firstDate(period)}' and ${localDate} + ${days} < '${endDate(period)}'`;
}

/** Whole-number weights of the parts, without a common divisor, and their sum. */
export function wholeWeights({ parts }: LifeTerms): { weights: bigint[]; total: bigint } {
  const scale = Math.max(...parts.map(({ weight }) => weight.decimalPlaces()));
  const raised = parts.map(({ weight }) => BigInt(weight.times(new Decimal(10).pow(scale)).toFixed(0)));
  const divisor = raised.reduce(greatestCommonDivisor, 0n) || 1n;
  const weights = raised.map((weight) => weight / divisor);
  return { weights, total: weights.reduce((sum, weight) => sum + weight, 0n) };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
