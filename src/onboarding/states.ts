// The steps of an application (DOMAIN.md §4): which action leads from where to where. The database refuses the same leaps.

export const applicationStates = [
  'DRAFT',
  'SUBMITTED',
  'SCREENING',
  'APPROVED',
  'CONTRACTED',
  'ACTIVE',
  'REJECTED',
  'WITHDRAWN',
] as const;
export type ApplicationState = (typeof applicationStates)[number];

export const applicationActions = [
  'change',
  'submit',
  'startScreening',
  'score',
  'approve',
  'reject',
  'sign',
  'activate',
  'withdraw',
] as const;
export type ApplicationAction = (typeof applicationActions)[number];

type Transition = { readonly from: readonly ApplicationState[]; readonly to: ApplicationState };

export const transitions: Readonly<Record<ApplicationAction, Transition>> = {
  change: { from: ['DRAFT'], to: 'DRAFT' },
  submit: { from: ['DRAFT'], to: 'SUBMITTED' },
  startScreening: { from: ['SUBMITTED'], to: 'SCREENING' },
  score: { from: ['SCREENING'], to: 'SCREENING' },
  approve: { from: ['SCREENING'], to: 'APPROVED' },
  reject: { from: ['SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED'], to: 'REJECTED' },
  sign: { from: ['APPROVED'], to: 'CONTRACTED' },
  activate: { from: ['CONTRACTED'], to: 'ACTIVE' },
  withdraw: { from: ['DRAFT', 'SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED'], to: 'WITHDRAWN' },
};

/** @returns the state that the action leads to from `state`, or undefined where it is not allowed there. */
export function nextState(action: ApplicationAction, state: ApplicationState): ApplicationState | undefined {
  const { from, to } = transitions[action];
  return from.includes(state) ? to : undefined;
}
