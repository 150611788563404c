import { Decimal } from '../../money.ts';
import type { OverrideDefinition } from '../definitions.ts';
import { ancestorsOf, type OverrideComponent, overridesOf, type Payable, type Place, type Stretch } from './chains.ts';
import type { PlanVersion } from './resolve.ts';

// DIFFERENTIAL overrides (docs/commission.md §6): a table rates every agent by the volume of its team; who stands higher gets
// the difference to the highest rate below it.

export type DifferentialDefinition = Extract<OverrideDefinition, { method: 'DIFFERENTIAL' }>;

/** What a team's volume counts: components that count alike share one. */
export type TeamMeasure = {
  readonly eventTypes: readonly string[];
  readonly measure: DifferentialDefinition['measure'];
  /** What amounts are converted into; undefined for UNITS. */
  readonly currency: string | undefined;
};

/** Team volume by agent; who is not in it sold nothing. */
export type TeamVolumes = ReadonlyMap<number, Decimal>;

/** A volume that counts for every agent on a path. */
export type PathVolume = { readonly path: readonly number[]; readonly volume: Decimal };

/** A text that is the same for measures that count the same. */
function keyOfMeasure({ eventTypes, measure, currency }: TeamMeasure): string {
  return [measure, currency ?? '', ...[...eventTypes].sort()].join('|');
}

function teamMeasureOf(definition: DifferentialDefinition, version: PlanVersion): TeamMeasure {
  const { eventTypes, measure } = definition;
  return { eventTypes, measure, currency: measure === 'AMOUNT' ? version.currency : undefined };
}

/** All measures that components of these versions rate teams by, each once, by key. */
export function teamMeasures(versions: readonly PlanVersion[]): Map<string, TeamMeasure> {
  const measures = versions.flatMap((version) =>
    differentialsOf(version).map(({ definition }) => teamMeasureOf(definition, version)),
  );
  return new Map(measures.map((measure) => [keyOfMeasure(measure), measure]));
}

/** The team volume of every agent that stands on some path: of all credits whose path contains it, refunds negative. */
export function addUpTeams(parts: readonly PathVolume[]): Map<number, Decimal> {
  const volumes = new Map<number, Decimal>();
  for (const { path, volume } of parts) {
    for (const agentId of path) volumes.set(agentId, volume.plus(volumes.get(agentId) ?? 0));
  }
  return volumes;
}

/** The percent of the entry [from, to) that holds the volume; 0 where none does. */
export function rateOf(table: DifferentialDefinition['table'], volume: Decimal): Decimal {
  const entry = table.find(({ from, to }) => volume.gte(from) && (to === undefined || volume.lt(to)));
  return new Decimal(entry?.percent ?? 0);
}

/**
 * Who is paid which percent of the base for the credits of each stretch: the seller its own rate where its own plan's component
 * pays sellers, each ACTIVE ancestor what its rate exceeds the highest below it by. Each payee's own component rates the whole
 * path.
 * @param volumesOf the team volumes of each measure, by its key
 */
export function differentialPayables(
  stretches: readonly Stretch[],
  volumesOf: ReadonlyMap<string, TeamVolumes>,
): Payable[] {
  const rate = rememberedRates(volumesOf);
  return stretches.flatMap((stretch) => {
    const path = [stretch.place, ...ancestorsOf(stretch.place)];
    return path.flatMap((payee, index): Payable[] => {
      const { version } = payee;
      // Whether the seller itself is ACTIVE is the credit's matter: else it counts for nobody.
      if (!version || (index > 0 && !payee.isActive)) return [];
      const below = path.slice(0, index);
      return differentialsOf(version)
        .filter(({ definition }) => index > 0 || definition.paysSeller)
        .map((component) => {
          const { componentId, definition } = component;
          const highest = below.map((place) => rate(component, version, place));
          const percent = Decimal.max(0, rate(component, version, payee).minus(Decimal.max(0, ...highest)));
          return { stretch, payee, version, componentId, definition, percent };
        })
        .filter(({ percent }) => !percent.isZero());
    });
  });
}

type DifferentialComponent = OverrideComponent & { readonly definition: DifferentialDefinition };

function differentialsOf(version: PlanVersion): DifferentialComponent[] {
  return overridesOf(version).flatMap((component) =>
    component.definition.method === 'DIFFERENTIAL' ? [{ ...component, definition: component.definition }] : [],
  );
}

/** Rates by version, component and agent, each looked up once. */
function rememberedRates(volumesOf: ReadonlyMap<string, TeamVolumes>) {
  const known = new Map<string, (agentId: number) => Decimal>();
  const ratesBy = (definition: DifferentialDefinition, version: PlanVersion) => {
    const volumes = volumesOf.get(keyOfMeasure(teamMeasureOf(definition, version)));
    const rates = new Map<number, Decimal>();
    return (agentId: number) => {
      const found = rates.get(agentId) ?? rateOf(definition.table, volumes?.get(agentId) ?? new Decimal(0));
      rates.set(agentId, found);
      return found;
    };
  };
  return ({ componentId, definition }: DifferentialComponent, version: PlanVersion, { agentId }: Place): Decimal => {
    const key = `${version.id}|${componentId}`;
    const rates = known.get(key) ?? ratesBy(definition, version);
    known.set(key, rates);
    return rates(agentId);
  };
}
