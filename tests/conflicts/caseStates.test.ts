import { describe, expect, it } from 'vitest';
import { caseActions, caseAppealStates, caseStates, nextCaseState } from '../../src/conflicts/cases/caseStates.ts';
import { conflictAppealState, conflictCaseState } from '../../src/conflicts/tables.ts';

/** From each state, by action; '': not allowed. */
const table = {
  //               OPEN            IN_MEDIATION    RESOLVED    APPEALED    CLOSED
  speak: ['OPEN', 'IN_MEDIATION', 'RESOLVED', 'APPEALED', ''],
  assign: ['OPEN', 'IN_MEDIATION', '', 'APPEALED', ''],
  escalate: ['OPEN', 'IN_MEDIATION', '', '', ''],
  startMediation: ['IN_MEDIATION', '', '', '', ''],
  propose: ['OPEN', 'IN_MEDIATION', '', '', ''],
  decide: ['RESOLVED', 'RESOLVED', '', '', ''],
  appeal: ['', '', 'APPEALED', '', ''],
  decideAppeal: ['', '', '', 'CLOSED', ''],
  revert: ['', '', 'OPEN', '', 'OPEN'],
} as const;

describe('the life of a case', () => {
  it('goes from where to where, for every action and state', () => {
    const found = Object.fromEntries(
      caseActions.map((action) => [action, caseStates.map((state) => nextCaseState(action, state) ?? '')]),
    );
    expect(found).toEqual(table);
  });

  it('has the states of the database', () => {
    expect(caseStates).toEqual(conflictCaseState.enumValues);
    expect(caseAppealStates).toEqual(conflictAppealState.enumValues);
  });
});
