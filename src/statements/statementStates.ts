import { UserError } from '../errors.ts';
import type { statementState } from './tables.ts';

// The life of an issued statement (DOMAIN.md §10): ISSUED → CONFIRMED, or ISSUED → DISPUTED → CONFIRMED. Pure.

export type StatementState = (typeof statementState.enumValues)[number];
/** CONFIRM: the agent agrees. PASS: its days are over. DISPUTE: the agent objects. SETTLE: its last dispute is decided or withdrawn. */
export type StatementAction = 'CONFIRM' | 'PASS' | 'DISPUTE' | 'SETTLE';

const steps: Readonly<Record<StatementAction, Partial<Record<StatementState, StatementState>>>> = {
  CONFIRM: { ISSUED: 'CONFIRMED' },
  PASS: { ISSUED: 'CONFIRMED' },
  // what was confirmed before stays so: it is paid, and what the dispute comes to is an adjustment
  DISPUTE: { ISSUED: 'DISPUTED', DISPUTED: 'DISPUTED', CONFIRMED: 'CONFIRMED' },
  SETTLE: { DISPUTED: 'CONFIRMED', CONFIRMED: 'CONFIRMED' },
};

/**
 * The state that an action leads to; the same one where nothing is to be done.
 * @param number what the statement is called
 * @throws UserError RECORD_STATE.
 */
export function nextState(state: StatementState, action: StatementAction, number: string): StatementState {
  const next = steps[action][state];
  if (next) return next;
  throw new UserError('RECORD_STATE', `Statement ${number} is ${state}.`, number);
}
