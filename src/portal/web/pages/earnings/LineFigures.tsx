import { Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isNothing } from '../../shared/exact.ts';
import { PeriodText, Quantity } from '../../shared/values.tsx';
import type { EarningsLineQuery } from './LineExplained.generated.ts';

export type LineNode = Extract<NonNullable<EarningsLineQuery['node']>, { id: string }>;
type Rule = NonNullable<LineNode['rule']>;

/** What the rule asks for, dimension by dimension; what it leaves out matches anything. */
function conditionsOf(rule: Rule): readonly (readonly [string, string])[] {
  const asked: readonly (readonly [string, string | number | null | undefined])[] = [
    ['product', rule.product?.code],
    ['category', rule.productCategory?.code],
    ['type', rule.eventType],
    ['channelType', rule.channelType?.code],
    ['tier', rule.tier?.code],
    ['region', rule.region?.code],
    ['segment', rule.segment?.code],
    ['campaign', rule.campaign?.code],
    ['contractMonths', rule.contractMonths],
    ['baseFrom', rule.baseFrom],
    ['baseTo', rule.baseTo],
    ['baseUpTo', rule.baseUpTo],
  ];
  return asked.flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, String(value)] as const],
  );
}

/** The line's own figures, and the rule that made them. */
export function LineFigures({ line }: { readonly line: LineNode }) {
  const { t } = useTranslation(['earnings', 'words']);
  const { rule, sourceAgent } = line;
  const figures: readonly (readonly [string, ReactNode])[] = [
    ['base', isNothing(line.base) ? null : <Quantity key="base" value={line.base} />],
    ['share', <Quantity key="share" value={line.share} />],
    ['factor', <Quantity key="factor" value={line.factor} />],
    ['role', t(`role.${line.role}`, { defaultValue: line.role })],
    ['instalment', line.instalment],
    ['originPeriod', line.originPeriod && <PeriodText key="origin" value={line.originPeriod} />],
    ['sourceAgent', sourceAgent && `${sourceAgent.code} ${sourceAgent.name}`],
    ['rule', rule?.code],
    ['percent', rule && !isNothing(rule.percent) && <Quantity key="percent" value={rule.percent} suffix=" %" />],
    ['flat', rule && !isNothing(rule.flat) && <Quantity key="flat" value={rule.flat} />],
    ['minimum', rule?.minimum && <Quantity key="minimum" value={rule.minimum} />],
    ['maximum', rule?.maximum && <Quantity key="maximum" value={rule.maximum} />],
    [
      'conditions',
      rule &&
        conditionsOf(rule)
          .map(([key, value]) => `${t(`condition.${key}`)}: ${key === 'type' ? t(`words:eventType.${value}`) : value}`)
          .join(' · '),
    ],
  ];
  return (
    <section>
      <h2>{t('lineExplained.figures')}</h2>
      <Descriptions
        className="table-frame"
        bordered
        size="small"
        column={1}
        items={figures
          .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
          .map(([key, value]) => ({ key, label: t(`figure.${key}`), children: value }))}
      />
    </section>
  );
}
