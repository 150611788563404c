import { testRandomHistories } from '../support/randomHistories.ts';

// Over the end of a quarter, and over the end of a year.
testRandomHistories('Asia/Shanghai', [
  { start: '2026-08', months: 4 },
  { start: '2026-11', months: 3 },
]);
