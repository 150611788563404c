// What a change of the channel capacity plan makes of it. Pure.

/** How many agents are planned, on the days [from, to). */
export type PlannedAgents = { readonly from: string; readonly to: string | null; readonly plannedAgents: number };

type PlanChange = { readonly from: string; readonly plannedAgents: number | null };

/**
 * The plan of one region and channel type with changes in it: each figure holds from its day until the next entry begins, or until
 * the end of the one that it takes the place of or divides; null ends what is planned.
 * @param entries what is planned now, in order, no two on the same day
 * @param changes no two of the same day
 */
export function withPlan(entries: readonly PlannedAgents[], changes: readonly PlanChange[]): PlannedAgents[] {
  const inOrder = changes.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return inOrder.reduce<PlannedAgents[]>((plan, change) => withFigure(plan, change), [...entries]);
}

function withFigure(plan: readonly PlannedAgents[], { from, plannedAgents }: PlanChange): PlannedAgents[] {
  const earlier = plan.filter((entry) => entry.from < from);
  const later = plan.filter((entry) => entry.from > from);
  const divided = plan.find((entry) => entry.from <= from && (entry.to === null || entry.to > from));
  const to = divided ? divided.to : (later[0]?.from ?? null);
  return [
    ...earlier.map((entry) => (entry === divided ? { ...entry, to: from } : entry)),
    ...(plannedAgents === null ? [] : [{ from, to, plannedAgents }]),
    ...later,
  ];
}
