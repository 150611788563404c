import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { Decimal } from '../money.ts';
import { endDate, lastDate, type Period, periodOf, periodsBetween, shiftPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { type ComputedMetric, measureAgent } from '../scorecards/measure.ts';
import { loadCatalogue } from '../scorecards/metricCatalogue.ts';
import { evaluateTier, type TierMoveKind, type TierOutcome } from './evaluate.ts';
import { loadStandings, type Standing } from './evaluateAgents.ts';
import { type Names, type Sentence, subjectOf, unitOf } from './explainProgress.ts';
import { loadTierFacts, type TierFacts, windowsOf } from './facts.ts';
import { boundsOf, distanceTo } from './missing.ts';
import { loadNames } from './progress.ts';
import type { TierCriterion, TierSchemeDefinition } from './scheme.ts';
import { type SchemeInForce, schemeFor } from './schemeOfAgent.ts';

// What the next evaluation of an agent would find if its months ended now: by figures of the month of today as they come to so far.

/**
 * Why further sales of this month do not move what a criterion looks at. SCORE: it is the score, which stands once it is published.
 * OTHER_MONTHS: the evaluation looks at later months. NOT_SALES: it is not counted from sales.
 */
export const unmovedReasons = ['SCORE', 'OTHER_MONTHS', 'NOT_SALES'] as const;
type UnmovedReason = (typeof unmovedReasons)[number];

export type CriterionOutlook = {
  readonly kind: TierCriterion['kind'];
  readonly subject: Sentence;
  readonly unit: string | null;
  /** null: there is none yet. At most ten decimals. */
  readonly value: string | null;
  readonly atLeast: string | null;
  readonly atMost: string | null;
  /** null: not known before the figure is there. */
  readonly held: boolean | null;
  /** null: further sales may move it. */
  readonly unmoved: UnmovedReason | null;
};

export type TierOutlook = {
  readonly scheme: string;
  readonly schemeName: string;
  /** The month with which the scheme evaluates next. */
  readonly period: Period;
  /** From when on its tiers hold. */
  readonly effectiveOn: string;
  readonly tier: string | null;
  readonly nextTier: string | null;
  /** What the evaluation would find; null: it depends on figures that are not there yet. */
  readonly outcome: { readonly kind: TierMoveKind; readonly tier: string; readonly misses: number } | null;
  readonly entry: readonly CriterionOutlook[];
  readonly keep: readonly CriterionOutlook[];
};

type Criteria = {
  readonly facts: TierFacts;
  readonly unmoved: (criterion: TierCriterion) => UnmovedReason | null;
  /** Whether it looks at a figure that is still to come. */
  readonly isPending: (criterion: TierCriterion) => boolean;
};

/**
 * Evaluates an agent's tier (DOMAIN.md §6) ahead of time: as the next evaluation of its scheme would, with the figures of the month of
 * today measured now, in a transaction that may hold made-up sales. As owner; stores nothing. Evaluations of earlier months that are not
 * applied yet are left out.
 * @returns undefined where no scheme grades the agent.
 * @throws UserError EXCHANGE_RATE_MISSING.
 */
export async function tierOutlook(
  transaction: Transaction,
  now: Date,
  agentCode: string,
): Promise<TierOutlook | undefined> {
  const { timeZone } = await loadOperator(transaction);
  const month = periodOf(now, timeZone);
  const [agent] = await rawSql(transaction)<{ id: number; channelType: string }[]>`
    select agent.id, channel_type.code as "channelType"
    from agent join channel_type on channel_type.id = agent.channel_type_id where agent.code = ${agentCode}`;
  const found = agent && (await nextEvaluation(transaction, agent.channelType, month));
  if (!agent || !found) return undefined;
  const { scheme, period } = found;
  const [standing] = await loadStandings(transaction, scheme, period, agent.id);
  if (!standing) return undefined;
  const { definition } = scheme.version;
  const criteria = await loadCriteria(transaction, agent.id, month, period, definition);
  const names = await loadNames(transaction);
  const place = definition.tiers.findIndex(({ tier }) => tier === standing.tier);
  const next = definition.tiers[place + 1];
  const outlookOf = (criterion: TierCriterion) => criterionOutlook(criterion, criteria, names);
  return {
    scheme: scheme.code,
    schemeName: scheme.name,
    period,
    effectiveOn: endDate(period),
    tier: standing.tier,
    nextTier: next?.tier ?? null,
    outcome: outcomeOf(definition, standing, criteria),
    entry: (next?.entry ?? []).map(outlookOf),
    keep: (definition.tiers[place]?.keep ?? []).map(outlookOf),
  };
}

/** The scheme that grades a channel type, as of the month with which it evaluates next. */
async function nextEvaluation(
  transaction: Transaction,
  channelType: string,
  month: Period,
): Promise<{ readonly scheme: SchemeInForce; readonly period: Period } | undefined> {
  const scheme = await schemeFor(transaction, channelType, lastDate(month));
  if (scheme?.version.definition.evaluation !== 'QUARTERLY') return scheme && { scheme, period: month };
  const period = shiftPeriod(month, 2 - ((Number(month.slice(5)) - 1) % 3));
  const then = await schemeFor(transaction, channelType, lastDate(period));
  return then && { scheme: then, period };
}

async function loadCriteria(
  transaction: Transaction,
  agentId: number,
  month: Period,
  period: Period,
  definition: TierSchemeDefinition,
): Promise<Criteria> {
  const windows = definition.tiers.flatMap(({ entry, keep }) => [...entry, ...keep]).flatMap(windowsOf);
  const wanted = new Set(windows.map(({ metric }) => metric));
  const metrics = await loadComputed(transaction, wanted);
  const measured = await measureAgent(transaction, { agentId, period: month, metrics });
  const fresh = metrics.map(({ code }) => ({
    agentId,
    metric: code,
    period: month,
    value: measured.get(code) ?? null,
  }));
  const facts = (await loadTierFacts(transaction, period, definition, [agentId], fresh))(agentId);
  const there = await rawSql(transaction)<{ metric: string }[]>`
    select metric from metric_value where agent_id = ${agentId} and period = ${period} and metric = any(${[...wanted]})`;
  const present = new Set(there.map(({ metric }) => metric));
  const computed = new Set(metrics.map(({ code }) => code));
  const moved = new Set(metrics.filter(({ formula }) => formula.kind !== 'CONFLICTS').map(({ code }) => code));
  const looksAtMonth = (months: number) => periodsBetween(shiftPeriod(period, 1 - months), period).includes(month);
  return {
    facts,
    unmoved: (criterion) => {
      const looked = windowsOf(criterion);
      if (looked.some(({ metric }) => metric === 'SCORE')) return 'SCORE';
      const counted = looked.filter(({ metric }) => moved.has(metric));
      if (counted.length === 0) return 'NOT_SALES';
      return counted.some(({ months }) => looksAtMonth(months)) ? null : 'OTHER_MONTHS';
    },
    isPending: (criterion) =>
      windowsOf(criterion).some(({ metric, months }) =>
        computed.has(metric) ? !looksAtMonth(months) : !present.has(metric),
      ),
  };
}

async function loadComputed(transaction: Transaction, wanted: ReadonlySet<string>): Promise<ComputedMetric[]> {
  return (await loadCatalogue(transaction)).flatMap(({ code, definition }) =>
    wanted.has(code) && definition.source === 'COMPUTED' ? [{ code, formula: definition.formula }] : [],
  );
}

/**
 * What the evaluation finds whatever the figures come to that are not there yet: the same where all of their criteria hold as where none
 * does, and so in between, since more criteria that hold never lead to a lower tier. null: it depends on them.
 */
function outcomeOf(scheme: TierSchemeDefinition, standing: Standing, criteria: Criteria): TierOutlook['outcome'] {
  const { tier: tierNow, misses, isOverridden, tierByHand } = standing;
  const { monthsOfService, value } = criteria.facts;
  const evaluate = (pending: (criterion: TierCriterion) => Decimal | undefined): TierOutcome =>
    evaluateTier(scheme, {
      tierNow,
      misses,
      isOverridden,
      monthsOfService,
      value: (criterion) => (criteria.isPending(criterion) ? pending(criterion) : value(criterion)),
    });
  const best = evaluate(reaching);
  const worst = evaluate(() => undefined);
  if (best.kind !== worst.kind || best.tier !== worst.tier) return null;
  const tier = best.kind === 'OVERRIDDEN' ? (tierByHand ?? best.tier) : best.tier;
  return { kind: best.kind, tier, misses: best.missesAfter };
}

/** A value with which a criterion holds. */
function reaching(criterion: TierCriterion): Decimal {
  const { atLeast, atMost } = boundsOf(criterion);
  return atLeast ?? atMost ?? new Decimal(0);
}

function criterionOutlook(criterion: TierCriterion, criteria: Criteria, names: Names): CriterionOutlook {
  const { atLeast, atMost } = boundsOf(criterion);
  const { value, held } = distanceTo(criterion, criteria.facts.value(criterion));
  const text = (decimal: Decimal | null | undefined) => decimal?.toDecimalPlaces(10).toFixed() ?? null;
  return {
    kind: criterion.kind,
    subject: subjectOf(criterion, names),
    unit: unitOf(criterion, names) ?? null,
    value: text(value),
    atLeast: text(atLeast),
    atMost: text(atMost),
    held: criteria.isPending(criterion) ? null : held,
    unmoved: criteria.unmoved(criterion),
  };
}
