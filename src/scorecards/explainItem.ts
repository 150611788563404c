import { Decimal } from '../money.ts';
import { ranksText, shortNumber } from './explainText.ts';
import type { ItemMethod, ItemScore, RaterGroup, ScoreDetail, TemplateItem } from './template.ts';

/** One part of a score in words, English and Chinese, and as arithmetic. */
export type Said = { readonly en: string; readonly zh: string; readonly formula: string };

/**
 * An item as somebody is shown it. `withheld`: what raters said is left out (no groups, no input); it was rated, or too few rated for
 * there to be a value.
 */
export type ShownItemScore = ItemScore & { readonly withheld?: 'RATED' | 'TOO_FEW_RATERS' };

/** A score's kept detail as somebody is shown it. */
export type ExplainedDetail = Omit<ScoreDetail, 'items'> & { readonly items: readonly ShownItemScore[] };

type Method<Kind extends ItemMethod['kind']> = Extract<ItemMethod, { readonly kind: Kind }>;

/** How an item came to its points; without ` = `. */
export function pointsOf(item: TemplateItem, score: ShownItemScore): Said {
  const { method } = item;
  if (score.withheld === 'RATED') return { en: 'rated by others', zh: '由他人评分', formula: score.points ?? '0' };
  if (score.input === null || score.points === null) return nothing;
  switch (method.kind) {
    case 'LINEAR':
      return linear(item, score, score.input);
    case 'STEP':
      return step(method, score, score.input);
    case 'RANK':
      return rank(method, item, score, score.input);
    case 'PEER_MEAN':
      return peerMean(item, score, score.input);
    case 'RATED_360':
      return rated(method, item, score, score.input);
  }
}

const nothing: Said = { en: 'nothing', zh: '无', formula: '0' };

/** Within 0..cap. */
const clamped = (inner: string, { cap }: TemplateItem) => `clamp(${inner}, 0, ${cap})`;

function linear(item: TemplateItem, { target = '0', floor = '0' }: ItemScore, input: string): Said {
  const en = `${input} against a target of ${target} and a floor of ${floor}`;
  const zh = `完成值 ${input}，目标 ${target}，底线 ${floor}`;
  if (target !== floor) {
    return { en, zh, formula: clamped(`100 × (${input} − ${floor}) / (${target} − ${floor})`, item) };
  }
  const isReached = new Decimal(input).gte(target);
  return {
    en: `${input} ${isReached ? 'reaches' : 'misses'} the target of ${target}, which is the floor too`,
    zh: `完成值 ${input}，${isReached ? '达到' : '未达到'}目标 ${target}（与底线相同）`,
    formula: isReached ? clamped('100', item) : '0',
  };
}

function step({ steps }: Method<'STEP'>, { points }: ItemScore, input: string): Said {
  const reached = steps.filter(({ from }) => new Decimal(from).lte(input)).at(-1);
  return {
    en: reached ? `${input} reaches the step from ${reached.from}` : `${input} reaches no step`,
    zh: reached ? `完成值 ${input}，达到 ${reached.from} 起的档` : `完成值 ${input}，未达到任何一档`,
    formula: points ?? '0',
  };
}

function rank(
  { lowestFirst }: Method<'RANK'>,
  item: TemplateItem,
  { rank: place = '1', peerCount = 1 }: ItemScore,
  input: string,
): Said {
  const { en, zh } = ranksText(place, peerCount, lowestFirst ?? false);
  const formula = peerCount === 1 ? '100' : `100 × (${peerCount} − ${place}) / (${peerCount} − 1)`;
  return { en: `${input} ${en}`, zh: `完成值 ${input}，${zh}`, formula: clamped(formula, item) };
}

function peerMean(item: TemplateItem, { peerMean: mean = '0', peerCount = 0 }: ItemScore, input: string): Said {
  const isAboveZero = new Decimal(mean).gt(0);
  const count = `${peerCount} ${peerCount === 1 ? 'peer' : 'peers'}`;
  return {
    en: `${input} against a mean of ${shortNumber(mean)} of ${count}${isAboveZero ? '' : ', which is not above 0'}`,
    zh: `完成值 ${input}，同类 ${peerCount} 家均值 ${shortNumber(mean)}${isAboveZero ? '' : '（不大于 0）'}`,
    formula: isAboveZero ? clamped(`100 × ${input} / ${mean}`, item) : '0',
  };
}

const groupWords: Readonly<Record<RaterGroup, { readonly en: string; readonly zh: string }>> = {
  MANAGER: { en: 'managers', zh: '经理' },
  CUSTOMER_SERVICE: { en: 'customer service', zh: '客服' },
  PEER: { en: 'peers', zh: '同行' },
  CUSTOMER: { en: 'customers', zh: '客户' },
};

/** A decided appeal puts a figure in the place of what the groups said. */
function rated(
  { groups }: Method<'RATED_360'>,
  item: TemplateItem,
  { groups: given = [] }: ItemScore,
  input: string,
): Said {
  if (given.length === 0) {
    const mean = shortNumber(input);
    return { en: `rated: mean ${mean}`, zh: `评分均值 ${mean}`, formula: clamped(input, item) };
  }
  const weights = new Map(groups.map(({ group, weight }) => [group, weight]));
  const weightOf = (group: RaterGroup) => weights.get(group) ?? '0';
  const en = given.map(
    ({ group, mean, raterCount }) =>
      `${groupWords[group].en} ${shortNumber(mean)} (${raterCount}, weight ${weightOf(group)})`,
  );
  const zh = given.map(
    ({ group, mean, raterCount }) =>
      `${groupWords[group].zh} ${shortNumber(mean)}（${raterCount} 人，权重 ${weightOf(group)}）`,
  );
  const weighted = given.map(({ group, mean }) => `${weightOf(group)} × ${mean}`).join(' + ');
  const whole = given.map(({ group }) => weightOf(group)).join(' + ');
  return {
    en: `the means of ${en.join(', ')}`,
    zh: `各组评分均值：${zh.join('、')}`,
    formula: clamped(`(${weighted}) / (${whole})`, item),
  };
}
