// Which territories cannot stand beside one another (DOMAIN.md §2), for many at once: what territory_conflicts() in the database
// says of one. Pure.

/** What has more levels, or is a circle, is refused elsewhere. */
const levelsMost = 10;

/** Days [from, to). */
export type Days = { readonly from: string; readonly to: string | null };

/** A right of an agent in a region, both by code. */
export type Right = Days & { readonly agent: string; readonly region: string; readonly exclusive: boolean };

/** A link of an agent to the one above it. */
export type Link = Days & { readonly parent: string };

/** The trees that rights stand in, by code: no circle in either. */
export type Trees = {
  /** The region that each region lies in. */
  readonly regionParents: ReadonlyMap<string, string | null>;
  readonly agentParents: ReadonlyMap<string, readonly Link[]>;
};

/** Why a right cannot be added: the agent's own in the region, the very same, or another's that stands against it. */
export type Clash = { readonly kind: 'SAME' | 'OWN' | 'EXCLUSIVE'; readonly other: Right };

type Held = { readonly all: Right[]; readonly exclusive: Right[] };

/** Rights that stand beside one another; each is looked for by its region, by the regions above and by those below. */
export class Rights {
  readonly #trees: Trees;
  /** Rights in a region itself. */
  readonly #inRegion = new Map<string, Held>();
  /** Rights in a region and in all under it. */
  readonly #inSubtree = new Map<string, Held>();
  /** Rights of an agent in a region. */
  readonly #own = new Map<string, Right[]>();

  constructor(trees: Trees) {
    this.#trees = trees;
  }

  /** Adds a right that clashes with none. */
  add(right: Right): void {
    hold(this.#inRegion, right.region, right);
    for (const region of this.#path(right.region)) hold(this.#inSubtree, region, right);
    const key = ownKey(right);
    const own = this.#own.get(key);
    if (own) own.push(right);
    else this.#own.set(key, [right]);
  }

  /** What stands against a right, or is it already; undefined where it can be added. */
  clash(right: Right): Clash | undefined {
    const own = this.#own.get(ownKey(right))?.find((other) => overlap(right, other));
    if (own) return { kind: isSame(right, own) ? 'SAME' : 'OWN', other: own };
    const lists = [this.#inSubtree.get(right.region), ...this.#above(right.region)];
    for (const held of lists) {
      const candidates = (right.exclusive ? held?.all : held?.exclusive) ?? [];
      const other = candidates.find((each) => this.#standsAgainst(right, each));
      if (other) return { kind: 'EXCLUSIVE', other };
    }
    return undefined;
  }

  *#path(region: string): Generator<string> {
    for (let at: string | null = region; at !== null; at = this.#trees.regionParents.get(at) ?? null) yield at;
  }

  #above(region: string): (Held | undefined)[] {
    return [...this.#path(region)].slice(1).map((each) => this.#inRegion.get(each));
  }

  /** An exclusive right is open to those who stand below its holder on all days that the two rights have in common. */
  #standsAgainst(right: Right, other: Right): boolean {
    if (other.agent === right.agent || !overlap(right, other)) return false;
    const common = intersection(right, other);
    return !this.#isBelow(right.agent, other.agent, common) && !this.#isBelow(other.agent, right.agent, common);
  }

  /** Whether an agent stands below another on every one of some days. */
  #isBelow(lower: string, upper: string, days: Days): boolean {
    const stretches = [...this.#daysBelow(lower, upper, days)].sort((a, b) => (a.from < b.from ? -1 : 1));
    let reached: string | null = days.from;
    for (const { from, to } of stretches) {
      if (reached !== null && from <= reached) reached = to;
    }
    return reached === null || (days.to !== null && reached >= days.to);
  }

  /** The days among `days` on which an agent stands below another: stretches that do not overlap. */
  *#daysBelow(lower: string, upper: string, days: Days, levels = levelsMost): Generator<Days> {
    if (levels === 1) return;
    for (const link of this.#trees.agentParents.get(lower) ?? []) {
      if (!overlap(link, days)) continue;
      const together = intersection(link, days);
      if (link.parent === upper) yield together;
      else yield* this.#daysBelow(link.parent, upper, together, levels - 1);
    }
  }
}

function hold(held: Map<string, Held>, region: string, right: Right): void {
  const present = held.get(region) ?? { all: [], exclusive: [] };
  present.all.push(right);
  if (right.exclusive) present.exclusive.push(right);
  held.set(region, present);
}

const ownKey = ({ agent, region }: Right) => `${agent} ${region}`;

/** A clash in a sentence that names both. `place` says where the other stands, if that needs to be said. */
export function clashText(right: Right, { kind, other }: Clash, place = ''): string {
  if (kind !== 'EXCLUSIVE')
    return `Agent ${right.agent} has a right in region ${right.region} ${inWords(other)} already${place}.`;
  const exclusively = ({ exclusive }: Right) => (exclusive ? ' exclusively' : '');
  const wanted = `Agent ${right.agent} cannot have region ${right.region}${exclusively(right)} ${inWords(right)}`;
  return `${wanted}: agent ${other.agent} has region ${other.region}${exclusively(other)} ${inWords(other)}${place}.`;
}

const inWords = ({ from, to }: Days) => (to === null ? `from ${from}` : `from ${from} to ${to}`);

function isSame(one: Right, other: Right): boolean {
  return one.exclusive === other.exclusive && one.from === other.from && one.to === other.to;
}

function overlap(one: Days, other: Days): boolean {
  return (one.to === null || other.from < one.to) && (other.to === null || one.from < other.to);
}

function intersection(one: Days, other: Days): Days {
  const from = one.from > other.from ? one.from : other.from;
  if (one.to === null) return { from, to: other.to };
  return { from, to: other.to === null || one.to < other.to ? one.to : other.to };
}
