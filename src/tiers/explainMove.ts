import { Decimal } from '../money.ts';
import type { TierMoveKind } from './evaluate.ts';
import { explainDistance, type Names, type Sentence } from './explainProgress.ts';
import { distanceTo } from './missing.ts';
import type { CriterionFact, TierSchemeDefinition } from './scheme.ts';

// A move of an evaluation as a sentence in English and Chinese. Pure.

export type ExplainedMove = {
  readonly agentCode: string;
  readonly kind: TierMoveKind;
  readonly fromTier: string | null;
  readonly toTier: string;
  readonly missesAfter: number;
  readonly facts: readonly CriterionFact[];
};

/** What one criterion was found to be. */
export function explainFact({ criterion, value, held }: CriterionFact, names: Names): Sentence {
  // Kept with ten decimals at most, but compared unrounded: what held, holds.
  return explainDistance(
    criterion,
    { ...distanceTo(criterion, value === null ? undefined : new Decimal(value)), held },
    names,
  );
}

/** What became of an agent's tier, and by which criteria. */
export function explainMove(
  move: ExplainedMove,
  { grace, protectionMonths, maxSteps }: Pick<TierSchemeDefinition, 'grace' | 'protectionMonths' | 'maxSteps'>,
  names: Names,
): Sentence {
  const { agentCode, kind, fromTier, toTier, missesAfter, facts } = move;
  const missed = listed(
    facts.filter(({ list, tier, held }) => list === 'KEEP' && tier === fromTier && !held),
    names,
  );
  const entered = listed(
    facts.filter(({ list, tier, held }) => list === 'ENTRY' && tier === toTier && held),
    names,
  );
  switch (kind) {
    case 'ENTERED':
      return {
        en: `${agentCode} enters at ${toTier}${entered.en && `: ${entered.en}`}.`,
        zh: `${agentCode} 首次评级为 ${toTier}${entered.zh && `：${entered.zh}`}。`,
      };
    case 'PROMOTED':
      return entered.en === ''
        ? {
            en: `${agentCode} rises from ${fromTier} to ${toTier}, at most ${maxSteps} at once: all that a higher tier asks for holds.`,
            zh: `${agentCode} 由 ${fromTier} 升至 ${toTier}：满足更高等级的全部条件，每次最多升 ${maxSteps} 级。`,
          }
        : {
            en: `${agentCode} rises from ${fromTier} to ${toTier}: ${entered.en}.`,
            zh: `${agentCode} 由 ${fromTier} 升至 ${toTier}：${entered.zh}。`,
          };
    case 'KEPT': {
      // Entry criteria of higher tiers come from the next one up.
      const lacking = facts.find(({ list, held }) => list === 'ENTRY' && !held);
      if (!lacking) return { en: `${agentCode} keeps ${toTier}.`, zh: `${agentCode} 保持 ${toTier}。` };
      const { en, zh } = explainFact(lacking, names);
      return {
        en: `${agentCode} keeps ${toTier}. To rise to ${lacking.tier}: ${en}`,
        zh: `${agentCode} 保持 ${toTier}。升至 ${lacking.tier}：${zh}`,
      };
    }
    case 'PROTECTED':
      return {
        en: `${agentCode} keeps ${toTier}, being within its first ${protectionMonths} months: ${missed.en}.`,
        zh: `${agentCode} 保持 ${toTier}，处于前 ${protectionMonths} 个月保护期：${missed.zh}。`,
      };
    case 'MISSED':
      return {
        en: `${agentCode} keeps ${toTier} for now, miss ${missesAfter} of ${grace}: ${missed.en}.`,
        zh: `${agentCode} 暂保持 ${toTier}，连续未达标第 ${missesAfter} 次（满 ${grace} 次降级）：${missed.zh}。`,
      };
    case 'DEMOTED':
      return {
        en: `${agentCode} falls from ${fromTier} to ${toTier} after ${grace} misses in a row: ${missed.en}.`,
        zh: `${agentCode} 连续 ${grace} 次未达标，由 ${fromTier} 降至 ${toTier}：${missed.zh}。`,
      };
    case 'OVERRIDDEN':
      return {
        en: `${agentCode} keeps what was given by hand: ${toTier}.`,
        zh: `${agentCode} 保持人工核定的等级 ${toTier}。`,
      };
  }
}

function listed(facts: readonly CriterionFact[], names: Names): Sentence {
  const sentences = facts.map((fact) => explainFact(fact, names));
  return {
    en: sentences.map(({ en }) => en.replace(/\.$/, '')).join('; '),
    zh: sentences.map(({ zh }) => zh.replace(/。$/, '')).join('；'),
  };
}
