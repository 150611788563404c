import type { TierCriterion, TierSchemeDefinition } from './scheme.ts';

/** Whether any criterion of a scheme looks at the published score. */
export function looksAtScores({ tiers }: TierSchemeDefinition): boolean {
  return tiers.some(({ entry, keep }) => [...entry, ...keep].some(namesScore));
}

function namesScore(criterion: TierCriterion): boolean {
  switch (criterion.kind) {
    case 'METRIC':
      return criterion.metric === 'SCORE';
    case 'RATIO':
      return criterion.numerator === 'SCORE' || criterion.denominator === 'SCORE';
    case 'CERTIFICATION':
    case 'MONTHS_OF_SERVICE':
      return false;
  }
}
