import type { Conflict, Credit } from './historyModel.ts';

/*
 * What conflicts make of credits (DOMAIN.md §8, docs/conflicts.md): the latest decision that says something about an
 * event holds; else the strictest effect of what is open.
 */

export type Crediting = {
  block?: 'HELD' | 'REJECTED';
  /** Whoever is credited in place of those that the event came with. */
  shares?: Credit[];
};

function isSame(a: Conflict, b: Conflict): boolean {
  return a.rule === b.rule && a.event === b.event;
}

/** The conflicts in the order in which they were stated, each as it was stated last. */
export function restated(conflicts: readonly Conflict[], news: readonly Conflict[]): Conflict[] {
  let known = [...conflicts];
  for (const each of news) known = [...known.filter((old) => !isSame(old, each)), each];
  return known;
}

/** What a decision says about one of the case's events; undefined where it says nothing. */
function saidOf({ event, others = [], decision }: Conflict, key: string): Crediting | undefined {
  if (!decision || ![event, ...others].includes(key)) return undefined;
  if (decision.credits === 'KEEP') return undefined;
  if (decision.credits === 'VOID') return key === event ? { block: 'REJECTED' } : undefined;
  return key === decision.keeps ? { shares: decision.shares } : { block: 'REJECTED' };
}

/**
 * What all conflicts together make of each event, by its key; events that are credited as they came have no entry. A reversed event is
 * no conflict any more, but what was decided stays.
 */
export function creditingOf(conflicts: readonly Conflict[], reversed: ReadonlySet<string>): Map<string, Crediting> {
  const keys = new Set(conflicts.flatMap(({ event, others = [] }) => [event, ...others]));
  const crediting = new Map<string, Crediting>();
  for (const key of keys) {
    const decided = conflicts.flatMap((each) => saidOf(each, key) ?? []).at(-1);
    const found = conflicts.filter((each) => each.event === key && !each.isGone && !reversed.has(key));
    const open = found.filter((each) => !each.decision);
    const isRejected = decided?.block !== undefined || open.some(({ effect }) => effect === 'REJECT');
    const isHeld = open.some(({ effect }) => effect === 'HOLD');
    if (isRejected) crediting.set(key, { block: 'REJECTED' });
    else if (isHeld) crediting.set(key, { block: 'HELD', shares: decided?.shares });
    else if (decided) crediting.set(key, decided);
  }
  return crediting;
}
