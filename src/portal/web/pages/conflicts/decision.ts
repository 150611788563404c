import type { ConflictDecisionInput } from './CasePage.generated.ts';

export const creditKinds = ['AWARD', 'SPLIT', 'VOID', 'KEEP'] as const;

type Penalty = { readonly agentCode?: string; readonly amount?: string };

/** What the fields of a decision hold. */
export type DecisionFields = {
  readonly credits?: (typeof creditKinds)[number];
  readonly awarded?: string;
  /** SPLIT: percents by agent. */
  readonly percents?: Readonly<Record<string, string | undefined>>;
  /** The place of the event that stays among those of the case. */
  readonly kept?: string;
  readonly penalties?: readonly (Penalty | undefined)[];
  readonly priceDifference?: boolean;
  readonly reason?: string;
};

type EventKey = { readonly source: string; readonly externalId: string };

/** The decision as the API takes it. @param currency of penalties */
export function decisionOf(
  fields: DecisionFields,
  events: readonly EventKey[],
  currency: string,
): ConflictDecisionInput {
  const credits = fields.credits ?? 'KEEP';
  const kept = fields.kept ? events.find((event) => keyOf(event) === fields.kept) : undefined;
  const names = credits === 'AWARD' || credits === 'SPLIT';
  return {
    credits,
    shares: sharesOf(fields),
    ...(names && kept && { keptEvent: { source: kept.source, externalId: kept.externalId } }),
    penalties: (fields.penalties ?? []).flatMap((penalty) =>
      penalty?.agentCode && penalty.amount
        ? [{ agentCode: penalty.agentCode, amount: penalty.amount.trim(), currency }]
        : [],
    ),
    ...(fields.priceDifference && { priceDifference: true }),
    reason: fields.reason?.trim() ?? '',
  };
}

export const keyOf = ({ source, externalId }: EventKey) => `${source}/${externalId}`;

function sharesOf({ credits, awarded, percents = {} }: DecisionFields) {
  if (credits === 'AWARD') return awarded ? [{ agentCode: awarded }] : [];
  if (credits !== 'SPLIT') return [];
  return Object.entries(percents).flatMap(([agentCode, percent]) =>
    percent?.trim() ? [{ agentCode, percent: percent.trim() }] : [],
  );
}
