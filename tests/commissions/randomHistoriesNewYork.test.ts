import { testRandomHistories } from '../support/randomHistories.ts';

// Where summer time ends within the months, over the end of a quarter, and over the end of a year.
testRandomHistories('America/New_York', [
  { start: '2026-09', months: 3 },
  { start: '2026-10', months: 4 },
]);
