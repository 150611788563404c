import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { formatAmount, formatNumber } from '../../shared/format.ts';
import type { Component } from './types.ts';

type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The terms of a component as sentences, those it has. */
export function useTerms(component: Component, currency: string): readonly string[] {
  const { t, i18n } = useTranslation(['plans', 'words']);
  const own = useCurrency();
  const say: Say = (key, values) => t(key, values ?? {});
  const amount = (value: string) => formatAmount(value, currency, i18n.language, own);
  const number = (value: string) => formatNumber(value, i18n.language);
  return [...reads(component, say), ...figures(component, say, amount, number), ...timing(component, say, number)];
}

function reads({ eventTypes, months, volume, bracket, override, spiff }: Component, say: Say): string[] {
  const listed = eventTypes.map((type) => say(`words:eventType.${type}`)).join(', ');
  return [
    listed && say('term.reads', { events: listed }),
    months !== null && say('term.months', { count: months }),
    volume && say('term.volume', { measure: say(`measure.${volume.measure}`), window: say(`window.${volume.window}`) }),
    volume?.target && say('term.target', { metric: volume.target }),
    bracket && say(`bracketMethod.${bracket.method}`),
    bracket?.bounds === 'ATTAINMENT' && say('term.attainment'),
    override && say(`overrideMethod.${override.method}`),
    spiff && say('term.campaign', { campaign: spiff.campaign }),
  ].filter((term) => typeof term === 'string' && term !== '') as string[];
}

type Shown = (value: string) => string;

function figures(component: Component, say: Say, amount: Shown, number: Shown): string[] {
  const { cap, floor, minimum, multiplyByTier, scoreFactor, spiff, quotaBonus, override } = component;
  const steps = scoreFactor?.steps.map(({ from, factor }) => `${number(from)} → ×${number(factor)}`).join(', ');
  return [
    minimum !== null && say('term.minimum', { amount: amount(minimum) }),
    cap !== null && say('term.cap', { amount: amount(cap) }),
    floor !== null && say('term.floor', { amount: amount(floor) }),
    spiff && say('term.budget', { amount: amount(spiff.budget) }),
    quotaBonus && say(`curve.${quotaBonus.curve}`),
    quotaBonus?.maximumAttainment && say('term.mostAttainment', { percent: number(quotaBonus.maximumAttainment) }),
    ...(override?.levels ?? []).map(({ level, percent }) => say('term.level', { level, percent: number(percent) })),
    multiplyByTier && say('term.tier'),
    steps && say(`term.score.${scoreFactor?.period}`, { steps }),
  ].filter((term) => typeof term === 'string' && term !== '') as string[];
}

function timing({ instalments, holdback, clawback, reactivationDays }: Component, say: Say, number: Shown): string[] {
  const parts = instalments.map(({ percent, month, days, paidBill }) => {
    const key = paidBill !== null ? 'paidBill' : days !== null ? 'days' : month === 0 ? 'once' : 'month';
    return say(`instalment.${key}`, { percent: number(percent), count: paidBill ?? days ?? month ?? 0 });
  });
  const condition = holdback?.condition;
  return [
    parts.length > 0 && say('term.instalments', { parts: parts.join('; ') }),
    holdback && say('term.holdback', { percent: number(holdback.percent), count: holdback.months }),
    condition?.atLeast && say('term.atLeast', { metric: condition.metric, value: number(condition.atLeast) }),
    condition?.below && say('term.below', { metric: condition.metric, value: number(condition.below) }),
    clawback &&
      say(`clawback.${clawback.method}`, {
        events: clawback.events.map((event) => say(`words:eventType.${event}`)).join(', '),
        span:
          clawback.days === null
            ? say('span.months', { count: clawback.months ?? 0 })
            : say('span.days', { count: clawback.days }),
      }),
    reactivationDays !== null && say('term.reactivation', { count: reactivationDays }),
  ].filter((term) => typeof term === 'string' && term !== '') as string[];
}
