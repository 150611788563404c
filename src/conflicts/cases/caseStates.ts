// The life of a case (DOMAIN.md §8): which action of a person leads from where to where. The database refuses the same leaps.

export const caseStates = ['OPEN', 'IN_MEDIATION', 'RESOLVED', 'APPEALED', 'CLOSED'] as const;
export type CaseState = (typeof caseStates)[number];

export const caseActions = [
  'speak',
  'assign',
  'escalate',
  'startMediation',
  'propose',
  'decide',
  'appeal',
  'decideAppeal',
  'revert',
] as const;
export type CaseAction = (typeof caseActions)[number];

type Steps = Readonly<Partial<Record<CaseState, CaseState>>>;

const undecided: Steps = { OPEN: 'OPEN', IN_MEDIATION: 'IN_MEDIATION' };

const transitions: Readonly<Record<CaseAction, Steps>> = {
  // comments and evidence
  speak: { ...undecided, RESOLVED: 'RESOLVED', APPEALED: 'APPEALED' },
  assign: { ...undecided, APPEALED: 'APPEALED' },
  escalate: undecided,
  startMediation: { OPEN: 'IN_MEDIATION' },
  // the committee, its proposals and votes
  propose: undecided,
  decide: { OPEN: 'RESOLVED', IN_MEDIATION: 'RESOLVED' },
  appeal: { RESOLVED: 'APPEALED' },
  decideAppeal: { APPEALED: 'CLOSED' },
  // a decision that was a mistake is taken back; an appeal that is open is decided first
  revert: { RESOLVED: 'OPEN', CLOSED: 'OPEN' },
};

/** @returns the state that the action leads to from `state`, or undefined where it is not allowed there. */
export function nextCaseState(action: CaseAction, state: CaseState): CaseState | undefined {
  return transitions[action][state];
}

export const caseAppealStates = ['FILED', 'UPHELD', 'CHANGED', 'WITHDRAWN'] as const;
