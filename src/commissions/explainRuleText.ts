import type { PlanComponent } from './engine/resolve.ts';

// What an outcome of explainRule says in a sentence.

export type RuleOutcome = {
  readonly rule: string;
  readonly outcome: 'WINS' | 'OTHER_DIMENSION' | 'OUTSIDE_BASE_RANGE' | 'LESS_SPECIFIC';
  /** The first dimension that does not match, or in which the winner is more specific. */
  readonly dimension: string | null;
  /** What the rule asks for in that dimension, and what the credit has; null: nothing. */
  readonly wanted: string | null;
  readonly given: string | null;
};

export type ComponentOutcome = {
  readonly component: string;
  readonly kind: PlanComponent['kind'];
  /** Whether the component reads events of this type at all. */
  readonly reads: boolean;
  readonly winner: string | null;
  /** What the percent of the winner applies to, in the plan's currency. */
  readonly base: string | null;
  /** Why nothing is paid, where that is known from the event alone (a budget or cap is not). */
  readonly reason: string | null;
  readonly rules: readonly RuleOutcome[];
  readonly sentenceEn: string;
  readonly sentenceZh: string;
};

const reasonWords: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  AGENT_SUSPENDED: ['the agent is suspended', '代理商已暂停'],
  AGENT_TERMINATED: ['the agent is terminated', '代理商已终止合作'],
  NO_MATCHING_RULE: ['no rule matches', '没有匹配的规则'],
  NO_EXCHANGE_RATE: ['there is no exchange rate on its date', '当日无汇率'],
  OUTSIDE_CAMPAIGN: ['it lies outside the campaign', '不在活动期内'],
  NO_SUBSCRIPTION: ['the start of its subscription is not known', '用户入网时间未知'],
  MONTH_OUT_OF_RANGE: ['its month of the subscription is not paid', '不在计酬月份内'],
  NO_BASE: ['the event has no such base', '业务缺少计酬基数'],
  ZERO_AMOUNT: ['what it pays rounds to nothing', '金额四舍五入后为零'],
  REVERSED: ['the event was reversed', '业务已冲正'],
  HELD_BY_CONFLICT: ['a conflict holds it', '因渠道冲突暂缓计酬'],
  REJECTED_BY_CONFLICT: ['a conflict rejects it', '因渠道冲突不予计酬'],
};

/**
 * @param type the event's
 * @param caseCode of the case that blocks the event
 */
export function componentSentences(
  outcome: Omit<ComponentOutcome, 'sentenceEn' | 'sentenceZh'>,
  type: string,
  caseCode?: string | null,
): Pick<ComponentOutcome, 'sentenceEn' | 'sentenceZh'> {
  const { component, kind, reads, winner, reason, rules } = outcome;
  if (!reads) {
    return { sentenceEn: `${component} does not read ${type}.`, sentenceZh: `科目 ${component} 不计 ${type} 业务。` };
  }
  if (kind === 'BRACKET' || kind === 'QUOTA_BONUS') {
    return {
      sentenceEn: `${component} counts ${type} in its volume.`,
      sentenceZh: `科目 ${component} 将 ${type} 计入业务量。`,
    };
  }
  if (kind === 'OVERRIDE') {
    return {
      sentenceEn: `${component} pays those above for ${type}.`,
      sentenceZh: `科目 ${component} 就 ${type} 向上级计酬。`,
    };
  }
  const [en, zh] = (reason && reasonWords[reason]) || [reason ?? '', reason ?? ''];
  const ofCase = caseCode && reason?.endsWith('_BY_CONFLICT') ? caseCode : undefined;
  const lost = rules.filter(({ outcome }) => outcome === 'LESS_SPECIFIC').length;
  const over = lost === 0 ? '' : `, the most specific of ${lost + 1} that match`;
  const zhOver = lost === 0 ? '' : `，为 ${lost + 1} 条匹配规则中最具体者`;
  if (reason !== null) {
    const rule = winner === null ? '' : ` (rule ${winner} would apply)`;
    return {
      sentenceEn: `${component} pays nothing: ${en}${ofCase ? `, the case ${ofCase}` : ''}${rule} (${reason}).`,
      sentenceZh: `科目 ${component} 不计酬：${zh}${ofCase ? `（冲突 ${ofCase}）` : ''}${winner === null ? '' : `（适用规则 ${winner}）`}（${reason}）。`,
    };
  }
  return {
    sentenceEn: `${component} pays by rule ${winner}${over}.`,
    sentenceZh: `科目 ${component} 按规则 ${winner} 计酬${zhOver}。`,
  };
}
