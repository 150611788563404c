// The life of a registered deal (DOMAIN.md §8): which action leads from where to where. The database refuses the same leaps.

export const registrationStates = [
  'PENDING',
  'QUEUED',
  'PROTECTED',
  'WON',
  'LOST',
  'EXPIRED',
  'REFUSED',
  'WITHDRAWN',
] as const;
export type RegistrationState = (typeof registrationStates)[number];

/** What people do; a protection that ends, and a queue that moves on, is the clock's doing. */
export type RegistrationAction = 'protect' | 'refuse' | 'extend' | 'win' | 'lose' | 'withdraw';

const transitions: Readonly<
  Record<RegistrationAction, Readonly<Partial<Record<RegistrationState, RegistrationState>>>>
> = {
  protect: { PENDING: 'PROTECTED' },
  refuse: { PENDING: 'REFUSED' },
  extend: { PROTECTED: 'PROTECTED' },
  // a sale within the protection that came to light only later
  win: { PROTECTED: 'WON', EXPIRED: 'WON' },
  lose: { PROTECTED: 'LOST' },
  withdraw: { PENDING: 'WITHDRAWN', QUEUED: 'WITHDRAWN', PROTECTED: 'WITHDRAWN' },
};

/** @returns the state that the action leads to from `state`, or undefined where it is not allowed there. */
export function nextRegistrationState(
  action: RegistrationAction,
  state: RegistrationState,
): RegistrationState | undefined {
  return transitions[action][state];
}
