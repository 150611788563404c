import { UserError, UserErrors } from '../errors.ts';
import { Decimal } from '../money.ts';
import { scoresOf } from './scoring.ts';
import type { AgentScore, GroupRating, ItemScore, PeerInput, ScoreDetail, TemplateDefinition } from './template.ts';

// The score of one agent with corrected values (DOMAIN.md §5): its peers' values are those that their published scores were made of.

/** Values to put in place of others, by the code of an item, bonus, deduction or veto. */
export type Corrections = ReadonlyMap<string, Decimal>;

/** The items whose points depend on the peers' values. */
export function peerItems({ items }: TemplateDefinition): string[] {
  return items.flatMap(({ code, method }) => (method.kind === 'RANK' || method.kind === 'PEER_MEAN' ? [code] : []));
}

/**
 * What corrections come to for all that a score reads: a corrected value stands for its metric in every item, bonus, deduction and veto,
 * unless that one is corrected itself. Pure.
 * @throws UserErrors INPUT_INVALID (`corrections`) where one that is not corrected reads a metric that two others give different values.
 */
export function spreadCorrections(definition: TemplateDefinition, corrections: Corrections): Corrections {
  const readers = [...definition.items, ...definition.bonuses, ...definition.deductions, ...definition.vetoes];
  const faults: UserError[] = [];
  const all = readers.flatMap(({ code, metric }): [string, Decimal][] => {
    const own = corrections.get(code);
    if (own) return [[code, own]];
    const givers = readers.filter(
      (each) => metric !== undefined && each.metric === metric && corrections.has(each.code),
    );
    const values = givers.flatMap((each) => corrections.get(each.code) ?? []);
    const [first] = values;
    if (!first) return [];
    if (values.every((value) => value.eq(first))) return [[code, first]];
    const named = givers.map((each) => each.code).join(' and ');
    const message = `${named} give ${metric} different values: say which of them ${code} has.`;
    faults.push(new UserError('INPUT_INVALID', message, 'corrections'));
    return [];
  });
  if (faults.length > 0) throw new UserErrors(faults);
  return new Map(all);
}

/**
 * Scores an agent again from what its score kept, with corrected values in place of others (see `spreadCorrections`); a corrected item of ratings gets the value
 * as its mean. Pure.
 * @param peers the values of the other agents for each of `peerItems`, in their order; null: none
 */
export function rescore(
  definition: TemplateDefinition,
  agentCode: string,
  detail: ScoreDetail,
  given: Corrections,
  peers: readonly (readonly (string | null)[])[],
): AgentScore {
  const corrections = spreadCorrections(definition, given);
  const own = ownInput(definition, agentCode, detail, corrections);
  const places = new Map(peerItems(definition).map((code, place) => [code, place]));
  const others = peers.map((values): PeerInput => {
    const readValue = ({ code }: { readonly code: string }) => decimalOf(values[places.get(code) ?? -1]);
    return { ...noInput, values: definition.items.map(readValue) };
  });
  const { value: score, done } = scoresOf(definition, [own, ...others]).next();
  if (done) throw new Error('No score was made');
  return { ...score, detail: { ...score.detail, items: score.detail.items.map(withoutStandIn) } };

  /** The group that stood in for a corrected mean said nothing. */
  function withoutStandIn(item: ItemScore): ItemScore {
    const isRated = definition.items.some(({ code, method }) => code === item.code && method.kind === 'RATED_360');
    if (!isRated || !corrections.has(item.code)) return item;
    const { groups: _standIn, ...rest } = item;
    return rest;
  }
}

const noInput: PeerInput = {
  agentCode: '',
  values: [],
  ratings: [],
  targets: [],
  bonuses: [],
  deductions: [],
  vetoes: [],
};

const decimalOf = (text: string | null | undefined) => (text == null ? undefined : new Decimal(text));

function ownInput(
  definition: TemplateDefinition,
  agentCode: string,
  { items, bonuses, deductions, vetoes }: ScoreDetail,
  corrections: Corrections,
): PeerInput {
  const kept = new Map([...items, ...bonuses, ...deductions, ...vetoes].map(({ code, input }) => [code, input]));
  const keptItems = new Map(items.map((item) => [item.code, item]));
  const readValue = ({ code }: { readonly code: string }) => corrections.get(code) ?? decimalOf(kept.get(code));
  return {
    agentCode,
    values: definition.items.map(readValue),
    ratings: definition.items.map(({ code, method }): readonly GroupRating[] | undefined => {
      if (method.kind !== 'RATED_360') return undefined;
      const corrected = corrections.get(code);
      const [standIn] = method.groups;
      if (corrected && standIn) {
        const raterCount = Math.max(1, method.minimumRaters);
        return [{ group: standIn.group, sum: corrected.times(raterCount), raterCount }];
      }
      return keptItems
        .get(code)
        ?.groups?.map(({ group, sum, raterCount }) => ({ group, sum: new Decimal(sum), raterCount }));
    }),
    targets: definition.items.map(({ code }) => decimalOf(keptItems.get(code)?.target)),
    bonuses: definition.bonuses.map(readValue),
    deductions: definition.deductions.map(readValue),
    vetoes: definition.vetoes.map(readValue),
  };
}
