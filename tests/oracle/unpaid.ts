import { compareText } from './fraction.ts';
import type { PlanVersion } from './historyModel.ts';
import type { Reason, Refusal, Unpaid } from './historyOutput.ts';
import type { Earning, Override } from './items.ts';
import type { Known } from './known.ts';
import { agentFacts, overlaps } from './known.ts';
import { isPoolOfPeriod, type PoolReading, typesReadBy } from './pool.ts';
import type { Rating } from './rating.ts';
import { type Credit, isListed, measured, NEVER_EARN, volumeEntries } from './sales.ts';
import { isVolumeComponent } from './volumes.ts';

/*
 * What pays nothing, or less than it could (DOMAIN.md §10, Nothing is silent):
 * - `refusals` has every component that read a credit and gave no line, or a cut one. `unpaid` has of these, once per
 *   credit, each reason but NO_MATCHING_RULE, and that only where nothing was paid and there is nothing else to say.
 * - Credits of types that no component of any version with a day in the period reads are not listed but counted.
 * - A credit that no component of its own plan reads but that fed a volume or a pool, or paid an override, is not listed.
 */

/** The event types that some component of a plan version of the period reads and that can earn or count. */
function typesRead(known: Known, period: string): Set<string> {
  const versions = known.world.plans.flatMap((plan) => plan.versions).filter((version) => overlaps(version, period));
  const types = versions.flatMap((version) =>
    version.components.flatMap((component) => ('eventTypes' in component ? component.eventTypes : [])),
  );
  return new Set(types.filter((type) => !NEVER_EARN.includes(type)));
}

function refusal(credit: Credit, component: string, reason: Reason, sale = credit.sale): Refusal {
  const { source, externalId } = sale.event;
  return { source, externalId, agent: credit.agent.code, role: credit.role, reason, component };
}

function withoutComponent({ source, externalId, agent, role, reason }: Refusal): Unpaid {
  return { source, externalId, agent, role, reason };
}

/** The plan version by which the credit's volumes count: that of its agent's facts of the plan (docs/commission.md §5). */
function countingVersion(known: Known, { agent, agreement }: Credit, period: string): PlanVersion | undefined {
  return agreement && agentFacts(known, agent, period, agreement.plan)?.version;
}

/** Whether a volume of the credit's own plan counts its event type, or an OVERRIDE of it reads it. */
function feedsOwnPlan(known: Known, credit: Credit, period: string): boolean {
  const volumes = countingVersion(known, credit, period)?.components.filter(isVolumeComponent) ?? [];
  const overrides = credit.version?.components.filter(({ kind }) => kind === 'OVERRIDE') ?? [];
  const { type } = credit.sale.event;
  return (
    credit.counts && [...volumes, ...overrides].some((each) => 'eventTypes' in each && each.eventTypes.includes(type))
  );
}

function isSameCredit(a: Credit, b: Credit): boolean {
  return a.sale.key === b.sale.key && a.agent === b.agent && a.role === b.role;
}

/** What is listed of one credit's refusals; see above. */
function listed(refusals: readonly Refusal[], isPaid: boolean, hasFed: boolean): Unpaid[] {
  const reasons = new Set(refusals.map((each) => each.reason));
  if (hasFed) reasons.delete('NO_COMPONENT');
  if (isPaid || reasons.size > 1) reasons.delete('NO_MATCHING_RULE');
  return [...reasons].flatMap((reason) => {
    const found = refusals.find((each) => each.reason === reason);
    return found ? [withoutComponent(found)] : [];
  });
}

/** Amounts that volumes need in their plan's currency and cannot have. */
function volumeRefusals(known: Known, period: string): Refusal[] {
  return volumeEntries(known, period).flatMap((entry) => {
    const version = entry.credit.version && countingVersion(known, entry.credit, period);
    const reading = (version?.components ?? []).filter(
      (each) => isVolumeComponent(each) && each.measure === 'AMOUNT' && isListed(entry, each.eventTypes),
    );
    if (!version || measured(known, entry, 'AMOUNT', version.currency) !== undefined) return [];
    return reading.map(({ code }) => refusal(entry.credit, code, 'NO_EXCHANGE_RATE', entry.figures));
  });
}

export function sortBy<T>(rows: readonly T[], columns: readonly (keyof T)[]): T[] {
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

function refusalsOf(rating: Rating): Refusal[] {
  const cut = rating.earnings.filter((each: Earning) => each.cut > 0n);
  return [
    ...rating.refusals.map(({ component, reason }) => refusal(rating.credit, component, reason)),
    ...cut.map(({ component }) => refusal(rating.credit, component, 'CAP_REACHED')),
  ];
}

/** The lists of a period, and how many of its events nobody reads. */
export function unpaidOf(
  known: Known,
  period: string,
  ratings: readonly Rating[],
  overrides: readonly Override[],
  pools: readonly PoolReading[],
): { unpaid: Unpaid[]; refusals: Refusal[]; notRead: { type: string; count: number }[] } {
  const read = typesRead(known, period);
  const perCredit = ratings
    .filter(({ credit }) => read.has(credit.sale.event.type))
    .map((rating) => {
      const { credit } = rating;
      const hasFed =
        feedsOwnPlan(known, credit, period) ||
        overrides.some((override) => isSameCredit(override.credit, credit)) ||
        pools.some((pool) => pool.fed.some((fed) => isSameCredit(fed, credit)));
      return { refusals: refusalsOf(rating), isPaid: rating.earnings.length > 0, hasFed };
    });
  const others = [
    ...volumeRefusals(known, period),
    ...pools.flatMap(({ code, refusals }) =>
      refusals.map(({ credit, sale }) => refusal(credit, code, 'NO_EXCHANGE_RATE', sale)),
    ),
  ];
  const unpaid = perCredit.flatMap((each) => listed(each.refusals, each.isPaid, each.hasFed));
  const refusals = [...perCredit.flatMap((each) => each.refusals), ...others];
  const poolTypes = known.world.pools.filter((pool) => isPoolOfPeriod(pool, period)).flatMap(typesReadBy);
  const isRead = new Set([...read, ...poolTypes]);
  const unread = (known.byPeriod.get(period) ?? []).map((sale) => sale.event.type).filter((type) => !isRead.has(type));
  return {
    unpaid: sortBy(distinct([...unpaid, ...others.map(withoutComponent)]), [
      'source',
      'externalId',
      'agent',
      'role',
      'reason',
    ]),
    refusals: sortBy(distinct(refusals), ['source', 'externalId', 'agent', 'role', 'component', 'reason']),
    notRead: [...new Set(unread)]
      .sort(compareText)
      .map((type) => ({ type, count: unread.filter((each) => each === type).length })),
  };
}
