import type { Aggregate } from '../agents/metricWindow.ts';
import { Decimal } from '../money.ts';
import type { CriterionDistance } from './missing.ts';
import { boundsOf } from './missing.ts';
import type { TierCriterion } from './scheme.ts';

// What an agent lacks to a tier, as sentences in English and Chinese. Pure.

export type Sentence = { readonly en: string; readonly zh: string };

/** What people call metrics and courses, by code. */
export type Names = {
  readonly metric: (code: string) => { readonly name: string; readonly unit?: string | undefined };
  readonly course: (code: string) => string;
};

const aggregateWords: Readonly<Record<Aggregate, Sentence>> = {
  SUM: { en: 'sum', zh: '合计' },
  AVERAGE: { en: 'average', zh: '平均' },
  MINIMUM: { en: 'least', zh: '最低' },
  MAXIMUM: { en: 'greatest', zh: '最高' },
  LATEST: { en: 'latest', zh: '最近一期' },
};

/** In what a criterion is counted; undefined: in nothing that has a name. */
export function unitOf(criterion: TierCriterion, names: Names): string | undefined {
  switch (criterion.kind) {
    case 'METRIC':
      return criterion.unit ?? names.metric(criterion.metric).unit;
    case 'RATIO':
      return '%';
    case 'MONTHS_OF_SERVICE':
      return 'months';
    case 'CERTIFICATION':
      return undefined;
  }
}

/** What a criterion looks at. */
export function subjectOf(criterion: TierCriterion, names: Names): Sentence {
  switch (criterion.kind) {
    case 'METRIC': {
      const { name } = names.metric(criterion.metric);
      if (criterion.months === 1) return { en: name, zh: name };
      const words = aggregateWords[criterion.aggregate];
      return {
        en: `${name} (${words.en} of ${criterion.months} months)`,
        zh: `${name}（近 ${criterion.months} 个月${words.zh}）`,
      };
    }
    case 'RATIO': {
      const [numerator, denominator] = [
        names.metric(criterion.numerator).name,
        names.metric(criterion.denominator).name,
      ];
      const months = criterion.months === 1 ? '' : ` (${criterion.months} months)`;
      const zhMonths = criterion.months === 1 ? '' : `（近 ${criterion.months} 个月）`;
      return { en: `${numerator} / ${denominator}${months}`, zh: `${numerator} / ${denominator}${zhMonths}` };
    }
    case 'CERTIFICATION': {
      const name = names.course(criterion.course);
      return { en: `course ${name}`, zh: `培训 ${name}` };
    }
    case 'MONTHS_OF_SERVICE':
      return { en: 'months of service', zh: '合作月数' };
  }
}

/** Where an agent stands with a criterion, and what is missing. */
export function explainDistance(criterion: TierCriterion, distance: CriterionDistance, names: Names): Sentence {
  const subject = subjectOf(criterion, names);
  if (criterion.kind === 'CERTIFICATION') {
    return distance.held
      ? { en: `${subject.en}: passed.`, zh: `${subject.zh}：已通过。` }
      : { en: `${subject.en}: to be passed.`, zh: `${subject.zh}：尚未通过。` };
  }
  const withUnit = (value: Decimal) => amountText(value, unitOf(criterion, names));
  const { atLeast, atMost } = boundsOf(criterion);
  const asked = [atLeast && `at least ${withUnit(atLeast)}`, atMost && `at most ${withUnit(atMost)}`];
  const zhAsked = [atLeast && `至少 ${withUnit(atLeast)}`, atMost && `至多 ${withUnit(atMost)}`];
  const bounds = { en: asked.filter(Boolean).join(' and '), zh: zhAsked.filter(Boolean).join('且') };
  const { value, missing, excess } = distance;
  if (!value) {
    return {
      en: `${subject.en}: no value yet, needs ${bounds.en}.`,
      zh: `${subject.zh}：暂无数据，要求${bounds.zh}。`,
    };
  }
  // Rounded so that what is there and what is missing add up to what is asked for, and a near miss is none too little to see.
  const places = Math.max(2, ...[atLeast, atMost].map((bound) => bound?.decimalPlaces() ?? 0));
  const short = (number: Decimal, rounding: Decimal.Rounding) => withUnit(number.toDecimalPlaces(places, rounding));
  const shown = short(value, excess ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR);
  const lack = missing && short(missing, Decimal.ROUND_CEIL);
  const surplus = excess && short(excess, Decimal.ROUND_CEIL);
  const rest = lack ? `, ${lack} missing` : surplus ? `, ${surplus} too much` : '';
  const zhRest = lack ? `，还差 ${lack}` : surplus ? `，超出 ${surplus}` : '';
  return {
    en: `${subject.en}: ${shown}, asked for ${bounds.en}${rest}.`,
    zh: `${subject.zh}：${shown}，要求${bounds.zh}${zhRest}。`,
  };
}

function amountText(value: Decimal, unit: string | undefined): string {
  const text = value.toFixed();
  return unit === undefined ? text : `${text} ${unit}`;
}

export type Standing = {
  readonly agent: string;
  readonly tier: string | null;
  readonly nextTier: string | null;
  /** What is not held yet of the next tier's entry criteria, and of the present tier's keep criteria. */
  readonly toNext: readonly Sentence[];
  readonly atRisk: readonly Sentence[];
  readonly misses: number;
  readonly grace: number;
  readonly isProtected: boolean;
  readonly isOverridden: boolean;
};

/** Where an agent stands between tiers, in a few sentences. */
export function explainStanding(standing: Standing): Sentence {
  const parts = [presentTier(standing), wayUp(standing), wayDown(standing)].filter((part) => part !== undefined);
  return { en: parts.map(({ en }) => en).join(' '), zh: parts.map(({ zh }) => zh).join('') };
}

function presentTier({ agent, tier, isOverridden }: Standing): Sentence {
  if (tier === null) return { en: `${agent} has no tier yet.`, zh: `${agent} 尚未评级。` };
  return isOverridden
    ? { en: `${agent} is ${tier} by hand.`, zh: `${agent} 当前等级 ${tier}（人工核定）。` }
    : { en: `${agent} is ${tier}.`, zh: `${agent} 当前等级 ${tier}。` };
}

const listed = (sentences: readonly Sentence[]): Sentence => ({
  en: sentences.map(({ en }) => en.replace(/\.$/, '')).join('; '),
  zh: sentences.map(({ zh }) => zh.replace(/。$/, '')).join('；'),
});

function wayUp({ tier, nextTier, toNext }: Standing): Sentence {
  if (nextTier === null) return { en: 'There is no higher tier.', zh: '已是最高等级。' };
  if (tier === null) return { en: `It begins with ${nextTier}.`, zh: `首次评级为 ${nextTier}。` };
  if (toNext.length === 0) {
    return { en: `All that ${nextTier} asks for holds.`, zh: `已满足 ${nextTier} 的全部条件。` };
  }
  const { en, zh } = listed(toNext);
  return { en: `To ${nextTier}: ${en}.`, zh: `升至 ${nextTier}：${zh}。` };
}

function wayDown({ tier, atRisk, misses, grace, isProtected }: Standing): Sentence | undefined {
  if (tier === null || atRisk.length === 0) return undefined;
  const { en, zh } = listed(atRisk);
  const count = isProtected
    ? { en: 'new agents are not demoted yet', zh: '新代理保护期内不降级' }
    : { en: `${misses} of ${grace} misses so far`, zh: `已连续未达标 ${misses} 次，满 ${grace} 次降级` };
  return { en: `To keep ${tier}: ${en} (${count.en}).`, zh: `保持 ${tier}：${zh}（${count.zh}）。` };
}
