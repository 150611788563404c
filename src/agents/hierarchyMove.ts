// What a move makes of an agent's links to those above it. Pure.

/** A dated link to an agent above, as people read it. */
export type ParentLink = {
  /** null: one that the reader may not see. */
  readonly parentCode: string | null;
  readonly from: string;
  readonly to: string | null;
};

/** A dated link to the agent above, [from, to). */
export type Link = { readonly parentId: number; readonly from: string; readonly to: string | null };

type Move = { readonly parentId: number | null; readonly from: string; readonly replaceLater: boolean };

/**
 * An agent's links with a move in them: the present one ends, the new one holds until what was planned for a later day (another
 * parent, or none), or for good where that is replaced.
 * @param links in order, no two on the same day
 */
export function withMove(links: readonly Link[], { parentId, from, replaceLater }: Move): Link[] {
  const earlier = links.filter((link) => link.from < from);
  const later = replaceLater ? [] : links.filter((link) => link.from > from);
  const divided = links.find((link) => link.from <= from && (link.to === null || link.to > from));
  const plannedEnd = divided ? divided.to : (later[0]?.from ?? null);
  const moved = {
    parentId,
    from,
    to: replaceLater ? null : plannedEnd,
  };
  return joined([
    ...earlier.map(({ parentId: above, from: since, to }) => ({
      parentId: above,
      from: since,
      to: to === null || to > from ? from : to,
    })),
    moved,
    ...later.map(({ parentId: above, from: since, to }) => ({ parentId: above, from: since, to })),
  ]);
}

/** Links that follow one another under the same parent as one; without those to none. */
function joined(links: readonly (Omit<Link, 'parentId'> & { readonly parentId: number | null })[]): Link[] {
  const whole: Link[] = [];
  for (const { parentId, from, to } of links) {
    const last = whole.at(-1);
    if (parentId === null) continue;
    if (last?.parentId === parentId && last.to === from) whole[whole.length - 1] = { ...last, to };
    else whole.push({ parentId, from, to });
  }
  return whole;
}
