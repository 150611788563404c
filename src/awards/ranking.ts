import { compareBytes, Decimal } from '../money.ts';
import type { AwardRuleDefinition } from './rule.ts';

// Who wins an award 评优: pure, the same whatever the order of the candidates.

export type AwardCandidate = {
  readonly agentCode: string;
  /** Among whom it is ranked. */
  readonly group: string;
  readonly value: Decimal;
};

export type Ranked<Candidate extends AwardCandidate> = Candidate & {
  /** From 1; who ties shares the place, and the places that they take up are skipped. */
  readonly place: number;
};

type Ranking = Pick<AwardRuleDefinition, 'lowestFirst' | 'minimum' | 'places'>;

/**
 * The winners of each group: who has one of its first `places` places, so that who ties with the last of them wins too. Those who miss
 * the minimum take no place. By group, place and code, by bytes.
 */
export function rankAwards<Candidate extends AwardCandidate>(
  { lowestFirst, minimum, places }: Ranking,
  candidates: readonly Candidate[],
): Ranked<Candidate>[] {
  const isBetter = (a: Decimal, b: Decimal) => (lowestFirst ? a.lt(b) : a.gt(b));
  const reaches = ({ value }: Candidate) => minimum === undefined || !isBetter(new Decimal(minimum), value);
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates.filter(reaches)) {
    const group = groups.get(candidate.group);
    if (group) group.push(candidate);
    else groups.set(candidate.group, [candidate]);
  }
  return [...groups.values()]
    .sort(([a], [b]) => compareBytes(a?.group ?? '', b?.group ?? ''))
    .flatMap((members) => winnersOf(members, places, isBetter));
}

function winnersOf<Candidate extends AwardCandidate>(
  members: readonly Candidate[],
  places: number,
  isBetter: (a: Decimal, b: Decimal) => boolean,
): Ranked<Candidate>[] {
  const ordered = members.toSorted((a, b) => {
    if (a.value.eq(b.value)) return compareBytes(a.agentCode, b.agentCode);
    return isBetter(a.value, b.value) ? -1 : 1;
  });
  const winners: Ranked<Candidate>[] = [];
  for (const [index, candidate] of ordered.entries()) {
    const above = winners.at(-1);
    const place = above?.value.eq(candidate.value) ? above.place : index + 1;
    if (place > places) break;
    winners.push({ ...candidate, place });
  }
  return winners;
}
