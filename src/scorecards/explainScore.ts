import { Decimal } from '../money.ts';
import { type ExplainedDetail, pointsOf, type Said, type ShownItemScore } from './explainItem.ts';
import { type ExplanationLanguage, listed, shortNumber, totalText } from './explainText.ts';
import type {
  ItemScore,
  PointsRule,
  PointsScore,
  TemplateDefinition,
  TemplateItem,
  VetoRule,
  VetoScore,
} from './template.ts';

export type ScoreExplanation = {
  readonly summary: string;
  /** The arithmetic of the total, from the contributions to ten decimals. */
  readonly formula: string;
  /** Every item, bonus, deduction and veto, in the template's order; an empty formula where nothing is computed. */
  readonly items: readonly { readonly code: string; readonly sentence: string; readonly formula: string }[];
};

export type ExplainedScore = {
  readonly total: string | null;
  readonly blockedBy: readonly string[];
  readonly detail: ExplainedDetail;
};

/**
 * A score in a sentence and a formula, and so each of its parts: input, target, method, points, weight and contribution (DOMAIN.md §5).
 * Pure: the score's kept detail and its template version say it all.
 */
export function explainScore(
  definition: TemplateDefinition,
  score: ExplainedScore,
  language: ExplanationLanguage,
): ScoreExplanation {
  const { detail } = score;
  const weightSum = leftWeight(detail.items);
  const sums = sumsOf(definition, detail);
  const parts = [
    ...pair(definition.items, detail.items, (item, found) => explainItem(item, found, weightSum)),
    ...pair(definition.bonuses, detail.bonuses, (rule, found) => explainPoints(rule, found, true)),
    ...pair(definition.deductions, detail.deductions, (rule, found) => explainPoints(rule, found, false)),
    ...pair(definition.vetoes, detail.vetoes, (rule, found) => explainVeto(rule, found, sums)),
  ];
  const total = explainTotal(definition, score, sums);
  return {
    summary: total[language],
    formula: total.formula,
    items: parts.map(({ code, said }) => ({ code, sentence: said[language], formula: said.formula })),
  };
}

type Coded = { readonly code: string };

function pair<Rule extends Coded, Found extends Coded>(
  rules: readonly Rule[],
  found: readonly Found[],
  explain: (rule: Rule, found: Found) => Said,
): { readonly code: string; readonly said: Said }[] {
  const byCode = new Map(found.map((each) => [each.code, each]));
  return rules.flatMap((rule) => {
    const each = byCode.get(rule.code);
    return each ? [{ code: rule.code, said: explain(rule, each) }] : [];
  });
}

/** Σ weights of what was not left out. */
function leftWeight(items: readonly ItemScore[]): Decimal {
  return items.reduce(
    (sum, { weight, effectiveWeight }) => (effectiveWeight === '0' ? sum : sum.plus(weight)),
    new Decimal(0),
  );
}

function explainItem(item: TemplateItem, score: ShownItemScore, weightSum: Decimal): Said {
  const { points, input, withheld } = score;
  const isMissing = (input === null && withheld !== 'RATED') || isUnmeasured(item, score);
  if (points === null || isMissing) return explainMissing(item, score);
  const said = pointsOf(item, score);
  const isWhole = weightSum.eq(100);
  const short = { points: shortNumber(points), contribution: shortNumber(score.contribution) };
  const weight = shortNumber(score.effectiveWeight);
  const changed = isWhole
    ? { en: '', zh: '' }
    : { en: ` (${item.weight} before others were left out)`, zh: `（剔除其他指标前为 ${item.weight}）` };
  return {
    en: `${item.name}: ${said.en}: ${short.points} of at most ${item.cap} points; with a weight of ${weight}${changed.en} that is ${short.contribution}.`,
    zh: `${item.name}：${said.zh}，得 ${short.points} 分（上限 ${item.cap}）；权重 ${weight}${changed.zh}，计 ${short.contribution} 分。`,
    formula: `${said.formula} × ${isWhole ? `${item.weight}%` : `${item.weight} / ${weightSum.toFixed()}`} = ${score.contribution}`,
  };
}

/** A value for which there is no target: it counts as missing, also where that gives 0 points. */
const isUnmeasured = ({ method }: TemplateItem, { target }: ItemScore) =>
  method.kind === 'LINEAR' && target === undefined;

const consequences = {
  ZERO: { en: 'it counts as 0 points', zh: '按 0 分计' },
  EXCLUDE: { en: 'it is left out and the others weigh more', zh: '剔除，其余指标权重相应提高' },
  BLOCK: { en: 'the agent cannot be scored', zh: '无法评分' },
} as const;

function explainMissing(item: TemplateItem, { input, groups = [], withheld }: ShownItemScore): Said {
  const consequence = consequences[item.missing];
  const raterCount = groups.reduce((count, group) => count + group.raterCount, 0);
  const minimum = item.method.kind === 'RATED_360' ? item.method.minimumRaters : 0;
  const why =
    input !== null
      ? { en: `${input}, but there is no target`, zh: `完成值 ${input}，但没有目标值` }
      : withheld === 'TOO_FEW_RATERS'
        ? { en: `fewer than the ${minimum} raters that are needed`, zh: `评分人数少于 ${minimum}` }
        : raterCount > 0
          ? {
              en: `${raterCount} ${raterCount === 1 ? 'rater' : 'raters'} where ${minimum} are needed`,
              zh: `评分人数 ${raterCount}，少于 ${minimum}`,
            }
          : { en: 'there is no value', zh: '没有数据' };
  return {
    en: `${item.name}: ${why.en}, so ${consequence.en}.`,
    zh: `${item.name}：${why.zh}，${consequence.zh}。`,
    formula: '',
  };
}

function explainPoints(rule: PointsRule, { input, points }: PointsScore, isBonus: boolean): Said {
  const word = isBonus ? { en: 'added', zh: '加' } : { en: 'taken away', zh: '扣' };
  if (input === null) {
    return {
      en: `${rule.name}: there is no value, so nothing is ${word.en}.`,
      zh: `${rule.name}：没有数据，不${word.zh}分。`,
      formula: '',
    };
  }
  const how = rule.perUnit
    ? {
        en: `${input} at ${rule.perUnit} each`,
        zh: `${input}，每单位 ${rule.perUnit} 分`,
        formula: `${rule.perUnit} × ${input}`,
      }
    : stepReached(rule.steps ?? [], input);
  return {
    en: `${rule.name}: ${how.en} means ${points} points ${word.en}, of at most ${rule.maximum}.`,
    zh: `${rule.name}：${how.zh}，${word.zh} ${points} 分（上限 ${rule.maximum}）。`,
    formula: `clamp(${how.formula}, 0, ${rule.maximum}) = ${points}`,
  };
}

function stepReached(steps: NonNullable<PointsRule['steps']>, input: string): Said {
  const reached = steps.filter(({ from }) => new Decimal(from).lte(input)).at(-1);
  if (!reached) return { en: `${input}, which reaches no step,`, zh: `${input}，未达到任何一档`, formula: '0' };
  const { from, points } = reached;
  return {
    en: `${input}, which reaches the step from ${from} (${points} points),`,
    zh: `${input}，达到 ${from} 起的档（${points} 分）`,
    formula: points,
  };
}

function explainVeto(rule: VetoRule, { input, triggered }: VetoScore, sums: Sums): Said {
  const marks = [
    ...(rule.atLeast === undefined ? [] : [{ en: `at least ${rule.atLeast}`, zh: `不低于 ${rule.atLeast}` }]),
    ...(rule.atMost === undefined ? [] : [{ en: `at most ${rule.atMost}`, zh: `不高于 ${rule.atMost}` }]),
  ];
  const mark = { en: marks.map(({ en }) => en).join(' or '), zh: marks.map(({ zh }) => zh).join('或') };
  if (input === null) {
    return {
      en: `${rule.name}: there is no value, so the veto is not triggered.`,
      zh: `${rule.name}：没有数据，不触发一票否决。`,
      formula: '',
    };
  }
  if (!triggered) {
    return {
      en: `${rule.name}: ${input} is not ${mark.en}, so the veto is not triggered.`,
      zh: `${rule.name}：${input}，未触发一票否决（${mark.zh}时触发）。`,
      formula: '',
    };
  }
  const rest = binds(rule, sums)
    ? { en: '', zh: '' }
    : { en: ', which changes nothing here', zh: '，对本次总分没有影响' };
  return {
    en: `${rule.name}: ${input} is ${mark.en}, so the total is ${rule.cap} at most${rest.en}.`,
    zh: `${rule.name}：${input} ${mark.zh}，触发一票否决，总分不超过 ${rule.cap}${rest.zh}。`,
    formula: `min(${sums.raw.toFixed()}, ${rule.cap}) = ${Decimal.min(sums.raw, rule.cap).toFixed()}`,
  };
}

/** What a total is made of, and the vetoes that are triggered. */
type Sums = {
  readonly weighted: Decimal;
  readonly bonus: Decimal;
  readonly deduction: Decimal;
  /** Before vetoes and bounds. */
  readonly raw: Decimal;
  readonly vetoes: readonly VetoRule[];
};

function sumsOf({ vetoes }: TemplateDefinition, detail: ExplainedDetail): Sums {
  const weighted = sumOf(detail.items.map(({ contribution }) => contribution));
  const bonus = sumOf(detail.bonuses.map(({ points }) => points));
  const deduction = sumOf(detail.deductions.map(({ points }) => points));
  const triggered = new Set(detail.vetoes.flatMap(({ code, triggered: is }) => (is ? [code] : [])));
  return {
    weighted,
    bonus,
    deduction,
    raw: weighted.plus(bonus).minus(deduction),
    vetoes: vetoes.filter(({ code }) => triggered.has(code)),
  };
}

/** Whether a triggered veto is what holds the total down: of several the lowest. */
function binds({ cap }: VetoRule, { raw, vetoes }: Sums): boolean {
  return raw.gt(cap) && vetoes.every((other) => new Decimal(other.cap).gte(cap));
}

function explainTotal(definition: TemplateDefinition, { total, blockedBy, detail }: ExplainedScore, sums: Sums): Said {
  const names = new Map(definition.items.map(({ code, name }) => [code, name]));
  const namesOf = (codes: readonly string[]) => listed(codes.map((code) => names.get(code) ?? code));
  if (total === null) {
    const blocking = namesOf(blockedBy);
    return {
      en: `There is no score: ${blocking.en} ${blockedBy.length === 1 ? 'has' : 'have'} no value.`,
      zh: `无法评分：${blocking.zh}没有数据。`,
      formula: '',
    };
  }
  const { weighted, bonus, deduction } = sums;
  const leftOut = detail.items.filter(({ effectiveWeight }) => effectiveWeight === '0').map(({ code }) => code);
  const shown = totalText(total);
  const said = [
    {
      en: `The score is ${shown}: the items give ${short(weighted)}`,
      zh: `总分 ${shown}：各指标计 ${short(weighted)} 分`,
    },
    leftOut.length > 0 && {
      en: `, their weights taken to 100 without ${namesOf(leftOut).en}`,
      zh: `（剔除${namesOf(leftOut).zh}后权重折算为 100）`,
    },
    !bonus.isZero() && { en: `, plus a bonus of ${short(bonus)}`, zh: `，加分 ${short(bonus)}` },
    !deduction.isZero() && { en: `, less a deduction of ${short(deduction)}`, zh: `，扣分 ${short(deduction)}` },
    ...boundsReached(definition, sums),
  ].filter((part) => part !== false);
  return {
    en: `${said.map(({ en }) => en).join('')}.`,
    zh: `${said.map(({ zh }) => zh).join('')}。`,
    formula: totalFormula(definition, detail, sums.vetoes, total),
  };
}

/** What vetoes, the maximum and 0 do to the total. */
function boundsReached({ maximum }: TemplateDefinition, sums: Sums) {
  const named = (vetoes: readonly VetoRule[]) => ({
    en: listed(vetoes.map(({ name, cap }) => `${name} (${cap})`)).en,
    zh: listed(vetoes.map(({ name, cap }) => `${name}（${cap}）`)).zh,
  });
  const binding = sums.vetoes.filter((rule) => binds(rule, sums));
  const idle = sums.vetoes.filter((rule) => !binds(rule, sums));
  const capped = Decimal.min(sums.raw, ...sums.vetoes.map(({ cap }) => cap));
  return [
    binding.length > 0 && {
      en: `; ${named(binding).en} cap${binding.length === 1 ? 's' : ''} the total`,
      zh: `；触发一票否决：${named(binding).zh}`,
    },
    idle.length > 0 && {
      en: `; ${named(idle).en} ${idle.length === 1 ? 'is' : 'are'} triggered and change${idle.length === 1 ? 's' : ''} nothing`,
      zh: `；一票否决${named(idle).zh}已触发，对总分没有影响`,
    },
    capped.gt(maximum) && { en: `; it is ${maximum} at most`, zh: `；最高 ${maximum} 分` },
    capped.lt(0) && { en: '; it is never below 0', zh: '；最低 0 分' },
  ];
}

const sumOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum.plus(text), new Decimal(0));
const short = (value: Decimal) => shortNumber(value.toFixed());

function totalFormula(
  definition: TemplateDefinition,
  { items, bonuses, deductions }: ExplainedDetail,
  vetoes: readonly VetoRule[],
  total: string,
): string {
  const added = [...items.map(({ contribution }) => contribution), ...bonuses.map(({ points }) => points)].join(' + ');
  const taken = deductions.map(({ points }) => ` − ${points}`).join('');
  const capped = vetoes.reduce((inner, { cap }) => `min(${inner}, ${cap})`, `${added}${taken}`);
  return `round(clamp(${capped}, 0, ${definition.maximum}), 2) = ${total}`;
}
