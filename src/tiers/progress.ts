import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { endDate, lastDate, localDate, type Period, parsePeriod, periodOf, previousPeriod } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { explainDistance, explainStanding, type Names, type Sentence, subjectOf, unitOf } from './explainProgress.ts';
import { loadTierFacts } from './facts.ts';
import { boundsOf, distanceTo } from './missing.ts';
import type { TierCriterion } from './scheme.ts';
import { findGradedAgent, type SchemeInForce, schemeFor } from './schemeOfAgent.ts';

/** Where an agent stands with one criterion; decimals as text, at most ten of them. */
export type CriterionProgress = {
  readonly kind: TierCriterion['kind'];
  readonly subject: Sentence;
  readonly unit: string | null;
  readonly value: string | null;
  readonly atLeast: string | null;
  readonly atMost: string | null;
  /** How much is missing, in the criterion's own unit; null: nothing. */
  readonly missing: string | null;
  /** By how much the most that is allowed is exceeded; null: not at all. */
  readonly excess: string | null;
  readonly held: boolean;
  readonly sentence: Sentence;
};

export type TierProgress = {
  readonly agentCode: string;
  readonly scheme: string;
  readonly schemeName: string;
  readonly version: number;
  readonly period: Period;
  readonly tier: string | null;
  readonly nextTier: string | null;
  /** The entry criteria of the next tier. */
  readonly entry: readonly CriterionProgress[];
  /** The keep criteria of the present tier; those that are not held are at risk. */
  readonly keep: readonly CriterionProgress[];
  /** Misses in a row as the last applied evaluation left them, and how many lead to demotion. */
  readonly misses: number;
  readonly grace: number;
  /** Whether a miss would not count yet, since the agent is new. */
  readonly isProtected: boolean;
  readonly isOverridden: boolean;
  readonly sentence: Sentence;
};

/**
 * What is missing to an agent's next tier, and what puts its present one at risk (DOMAIN.md §6), by the figures of a period: the last
 * month that is over, unless told. The tier is today's; with a period, the one of the first day after it, if that has come.
 * @returns null where no scheme grades agents of its channel type.
 * @throws UserError PERIOD_INVALID; NOT_FOUND where there is no such agent that the transaction sees.
 */
export async function tierProgress(
  transaction: Transaction,
  now: Date,
  { agentCode, period: text }: { readonly agentCode: string; readonly period?: string | null | undefined },
): Promise<TierProgress | null> {
  const { timeZone } = await loadOperator(transaction);
  const today = localDate(now, timeZone);
  const period = text == null ? previousPeriod(periodOf(now, timeZone)) : parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `${text} is no period.`, 'period');
  const day = text == null || endDate(period) > today ? today : endDate(period);
  const agent = await findGradedAgent(transaction, agentCode, day);
  const scheme = await schemeFor(transaction, agent.channelType, lastDate(period));
  if (!scheme) return null;
  const { definition } = scheme.version;
  const place = definition.tiers.findIndex(({ tier }) => tier === agent.tier?.code);
  const present = definition.tiers[place];
  const next = definition.tiers[place + 1];
  const facts = (await loadTierFacts(transaction, period, definition, [agent.id]))(agent.id);
  const names = await loadNames(transaction);
  const progressOf = (criterion: TierCriterion) => criterionProgress(criterion, facts.value(criterion), names);
  const standing = {
    tier: agent.tier?.code ?? null,
    nextTier: next?.tier ?? null,
    misses: await missesSoFar(transaction, scheme, agent.id, period),
    grace: definition.grace,
    isProtected: facts.monthsOfService <= definition.protectionMonths,
    isOverridden: await isOverridden(transaction, agent.id, day),
  };
  const entry = (next?.entry ?? []).map(progressOf);
  const keep = (present?.keep ?? []).map(progressOf);
  const lacking = (criteria: readonly CriterionProgress[]) =>
    criteria.filter(({ held }) => !held).map(({ sentence }) => sentence);
  return {
    agentCode,
    scheme: scheme.code,
    schemeName: scheme.name,
    version: scheme.version.number,
    period,
    ...standing,
    entry,
    keep,
    sentence: explainStanding({
      ...standing,
      agent: `${agent.name} (${agentCode})`,
      toNext: lacking(entry),
      atRisk: lacking(keep),
    }),
  };
}

function criterionProgress(
  criterion: TierCriterion,
  found: Parameters<typeof distanceTo>[1],
  names: Names,
): CriterionProgress {
  const distance = distanceTo(criterion, found);
  const { atLeast, atMost } = boundsOf(criterion);
  const text = (value: typeof distance.value | undefined) => value?.toDecimalPlaces(10).toFixed() ?? null;
  return {
    kind: criterion.kind,
    subject: subjectOf(criterion, names),
    unit: unitOf(criterion, names) ?? null,
    value: text(distance.value),
    atLeast: text(atLeast),
    atMost: text(atMost),
    missing: text(distance.missing),
    excess: text(distance.excess),
    held: distance.held,
    sentence: explainDistance(criterion, distance, names),
  };
}

async function missesSoFar(
  transaction: Transaction,
  { id }: SchemeInForce,
  agentId: number,
  period: Period,
): Promise<number> {
  const [last] = await rawSql(transaction)<{ misses: number }[]>`
    select misses_after as misses from tier_move move join tier_evaluation evaluation on evaluation.id = move.evaluation_id
    where move.agent_id = ${agentId} and not move.superseded and evaluation.scheme_id = ${id} and evaluation.state = 'APPLIED'
      and evaluation.period <= ${period}
    order by evaluation.period desc limit 1`;
  return last?.misses ?? 0;
}

async function isOverridden(transaction: Transaction, agentId: number, day: string): Promise<boolean> {
  const rows = await rawSql(transaction)`
    select from tier_override
    where agent_id = ${agentId} and state = 'APPROVED' and daterange(valid_from, valid_to) @> ${day}::date`;
  return rows.length > 0;
}

/** What metrics and courses are called, for sentences. */
export async function loadNames(transaction: Transaction): Promise<Names> {
  const raw = rawSql(transaction);
  const metrics = await raw<{ code: string; name: string; unit: string | null }[]>`
    select code, name, definition ->> 'unit' as unit from metric_definition`;
  const courses = await raw<{ code: string; name: string }[]>`select code, name from course`;
  const metricByCode = new Map(metrics.map(({ code, name, unit }) => [code, { name, unit: unit ?? undefined }]));
  const courseByCode = new Map(courses.map(({ code, name }) => [code, name]));
  return {
    metric: (code) => metricByCode.get(code) ?? { name: code },
    course: (code) => courseByCode.get(code) ?? code,
  };
}
