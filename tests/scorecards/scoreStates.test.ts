import { describe, expect, it } from 'vitest';
import {
  appealActions,
  appealStates,
  nextAppealState,
  nextScoreState,
  scoreActions,
  scoreStates,
} from '../../src/scorecards/scoreStates.ts';
import { appealState, scoreState } from '../../src/scorecards/tables.ts';

/** From each state, by action; '': not allowed. */
const scoreTable = {
  //           OPEN          CALCULATED    PUBLISHED    FINAL
  calculate: ['CALCULATED', 'CALCULATED', '', ''],
  publish: ['', 'PUBLISHED', '', ''],
  appeal: ['', '', 'PUBLISHED', ''],
  finalise: ['', '', 'FINAL', ''],
} as const;

const appealTable = {
  //         FILED        ACCEPTED REJECTED WITHDRAWN
  accept: ['ACCEPTED', '', '', ''],
  reject: ['REJECTED', '', '', ''],
  withdraw: ['WITHDRAWN', '', '', ''],
} as const;

describe('the life of scores', () => {
  it('goes forward only', () => {
    const found = Object.fromEntries(
      scoreActions.map((action) => [action, scoreStates.map((state) => nextScoreState(action, state) ?? '')]),
    );
    expect(found).toEqual(scoreTable);
    expect(scoreStates).toEqual(scoreState.enumValues);
  });

  it('lets an appeal be decided or withdrawn once', () => {
    const found = Object.fromEntries(
      appealActions.map((action) => [action, appealStates.map((state) => nextAppealState(action, state) ?? '')]),
    );
    expect(found).toEqual(appealTable);
    expect(appealStates).toEqual(appealState.enumValues);
  });
});
