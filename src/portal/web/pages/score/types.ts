import type { ScoreOfAgentQuery } from './Score.generated.ts';

/** What the page is about, as its query answers it. */
export type ScoreRow = NonNullable<ScoreOfAgentQuery['scores']>['edges'][number]['node'];
