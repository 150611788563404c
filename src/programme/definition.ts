import type {
  Clawback,
  Definition,
  Instalment,
  OverrideDefinition,
  OverrideLevel,
  PoolDefinition,
  PoolFactor,
  PoolFund,
  RateDefinition,
} from '../commissions/definitions.ts';
import type { ProgrammeComponent, ProgrammePoolVersion, ProgrammeRateComponent } from './schema.ts';

// Entries of a programme that were checked → definitions as they are stored: defaults filled in, what has no order sorted,
// what is not declared left out (undefined never reaches JSON).

type Of<Kind extends ProgrammeComponent['kind']> = Extract<ProgrammeComponent, { readonly kind: Kind }>;

/** The kind and definition of a component. */
export function componentDefinition(component: ProgrammeComponent): Definition {
  switch (component.kind) {
    case 'RATE':
      return { kind: 'RATE', definition: rateDefinition(component) };
    case 'RESIDUAL':
      return { kind: 'RESIDUAL', definition: { ...rateDefinition(component), months: component.months } };
    case 'SPIFF': {
      const { campaign, budget } = component;
      return { kind: 'SPIFF', definition: { ...rateDefinition(component), campaign, budget } };
    }
    case 'BRACKET': {
      const { method, bounds, brackets, target } = component;
      return {
        kind: 'BRACKET',
        definition: { ...volumeDefinition(component), target, method, bounds, brackets },
      };
    }
    case 'QUOTA_BONUS': {
      const { target, curve, pays, points, maximumAttainment } = component;
      return {
        kind: 'QUOTA_BONUS',
        definition: { ...volumeDefinition(component), target, curve, pays, points, maximumAttainment },
      };
    }
    case 'OVERRIDE':
      return { kind: 'OVERRIDE', definition: overrideDefinition(component) };
    case 'DRAW':
      return { kind: 'DRAW', definition: { minimum: component.minimum } };
  }
}

function rateDefinition(component: ProgrammeRateComponent): RateDefinition {
  const { base, holdback, clawback, reactivationDays, cap, floor } = component;
  return {
    eventTypes: component.events.toSorted(),
    base,
    ...multipliers(component),
    instalments: component.instalments?.map(instalment),
    onBill: component.onBill ? true : undefined,
    holdback,
    clawback: clawback && clawbackOf(clawback),
    reactivationDays,
    cap,
    floor,
  };
}

function multipliers({ multiplyBy, scoreFactor }: Pick<ProgrammeRateComponent, 'multiplyBy' | 'scoreFactor'>) {
  return { multiplyByTier: multiplyBy.includes('TIER'), scoreFactor };
}

function volumeDefinition(component: Of<'BRACKET'> | Of<'QUOTA_BONUS'>) {
  const { measure, window, cap } = component;
  return { eventTypes: component.events.toSorted(), measure, window, ...multipliers(component), cap };
}

/** The checks have seen to it that exactly one due date is there. */
function instalment(entry: NonNullable<ProgrammeRateComponent['instalments']>[number]): Instalment {
  const { percent, month, days, paidBill } = entry;
  if (month !== undefined) return { percent, month };
  if (days !== undefined) return { percent, days };
  if (paidBill !== undefined) return { percent, paidBill };
  // Not yet checked: what is compared with a published version may be faulty as well.
  return { percent, month: 0 };
}

function clawbackOf(entry: NonNullable<ProgrammeRateComponent['clawback']>): Clawback {
  const { method, months, days } = entry;
  const shared = { events: entry.events.toSorted(), method };
  return days === undefined ? { ...shared, months: months ?? 0 } : { ...shared, days };
}

function overrideDefinition(component: Of<'OVERRIDE'>): OverrideDefinition {
  const { cap } = component;
  switch (component.method) {
    case 'PERCENT_OF_COMMISSION':
      return { method: component.method, levels: sortedLevels(component.levels), cap };
    case 'PERCENT_OF_BASE': {
      const { method, base, levels, events } = component;
      return { method, eventTypes: events.toSorted(), base, levels: sortedLevels(levels), cap };
    }
    case 'DIFFERENTIAL': {
      const { method, base, measure, table, paysSeller, events } = component;
      return { method, eventTypes: events.toSorted(), base, measure, table, paysSeller, cap };
    }
  }
}

function sortedLevels(levels: readonly OverrideLevel[]): OverrideLevel[] {
  return levels.toSorted((a, b) => a.level - b.level);
}

/** The definition of a pool version. */
export function poolDefinition(version: ProgrammePoolVersion): PoolDefinition {
  return {
    fund: poolFund(version.fund),
    threshold: version.threshold ?? null,
    minimum: version.minimum ?? null,
    maximum: version.maximum ?? null,
    reservePercent: version.reservePercent,
    weight: version.weight.map(poolFactor),
    remainder: version.remainder,
    channelTypes: version.channelTypes.toSorted(),
    plans: version.plans.length > 0 ? version.plans.toSorted() : undefined,
    period: version.period === 'QUARTER' ? 'QUARTER' : undefined,
    floor: version.floor,
    cap: version.cap,
  };
}

function poolFund(fund: ProgrammePoolVersion['fund']): PoolFund {
  if (!('fixed' in fund)) return { percent: fund.percent, of: fund.of, eventTypes: fund.events.toSorted() };
  if (!fund.events) return { fixed: fund.fixed };
  return { fixed: fund.fixed, of: fund.of ?? 'AMOUNT', eventTypes: fund.events.toSorted() };
}

function poolFactor(weight: ProgrammePoolVersion['weight'][number]): PoolFactor {
  return 'events' in weight ? { factor: weight.factor, eventTypes: weight.events.toSorted() } : weight;
}
