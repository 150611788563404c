// The life of the scores of a period (DOMAIN.md §5) and of an appeal against one: which action leads from where to where.

export const scoreStates = ['OPEN', 'CALCULATED', 'PUBLISHED', 'FINAL'] as const;
export type ScoreState = (typeof scoreStates)[number];

export const scoreActions = ['calculate', 'publish', 'appeal', 'finalise'] as const;
export type ScoreAction = (typeof scoreActions)[number];

export const appealStates = ['FILED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'] as const;
export type AppealState = (typeof appealStates)[number];

export const appealActions = ['accept', 'reject', 'withdraw'] as const;
export type AppealAction = (typeof appealActions)[number];

type Transition<State> = { readonly from: readonly State[]; readonly to: State };

const scoreTransitions: Readonly<Record<ScoreAction, Transition<ScoreState>>> = {
  calculate: { from: ['OPEN', 'CALCULATED'], to: 'CALCULATED' },
  publish: { from: ['CALCULATED'], to: 'PUBLISHED' },
  // filing or deciding an appeal
  appeal: { from: ['PUBLISHED'], to: 'PUBLISHED' },
  finalise: { from: ['PUBLISHED'], to: 'FINAL' },
};

const appealTransitions: Readonly<Record<AppealAction, Transition<AppealState>>> = {
  accept: { from: ['FILED'], to: 'ACCEPTED' },
  reject: { from: ['FILED'], to: 'REJECTED' },
  withdraw: { from: ['FILED'], to: 'WITHDRAWN' },
};

/** @returns the state that the action leads to from `state`, or undefined where it is not allowed there. */
export function nextScoreState(action: ScoreAction, state: ScoreState): ScoreState | undefined {
  const { from, to } = scoreTransitions[action];
  return from.includes(state) ? to : undefined;
}

/** @returns the state that the action leads to from `state`, or undefined where it is not allowed there. */
export function nextAppealState(action: AppealAction, state: AppealState): AppealState | undefined {
  const { from, to } = appealTransitions[action];
  return from.includes(state) ? to : undefined;
}
