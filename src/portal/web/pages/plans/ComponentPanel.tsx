import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Amount, Quantity } from '../../shared/values.tsx';

import { useTerms } from './terms.ts';
import type { Component } from './types.ts';

type Rule = Component['rules'][number];
type Bracket = NonNullable<Component['bracket']>['brackets'][number];

type ComponentProps = { readonly component: Component; readonly currency: string };

/** A component of a plan: what it pays for, by which rules or brackets, and on what terms. */
export function ComponentPanel({ component, currency }: ComponentProps) {
  const { t } = useTranslation(['plans', 'words']);
  const terms = useTerms(component, currency);
  const { code, name, kind, rules, bracket, volume, quotaBonus, override } = component;
  return (
    <Panel title={`${name} · ${code}`} extra={<Tag>{t(`kind.${kind}`)}</Tag>} style={{ marginBottom: 12 }}>
      <p>{t(`kindText.${kind}`)}</p>
      {rules.length > 0 && <Rules component={component} currency={currency} />}
      {bracket && (
        <Brackets
          brackets={bracket.brackets}
          boundsAre={bracket.bounds === 'ATTAINMENT' ? 'percents' : volume?.measure === 'AMOUNT' ? 'money' : 'units'}
          // Of money a percent, of units so much for each.
          ratesAre={volume?.measure === 'UNITS' ? 'money' : 'percents'}
          currency={currency}
        />
      )}
      {override && override.table.length > 0 && (
        <Brackets
          brackets={override.table}
          boundsAre={override.measure === 'UNITS' ? 'units' : 'money'}
          ratesAre="percents"
          currency={currency}
        />
      )}
      {quotaBonus && (
        <List
          label={t('points')}
          rows={quotaBonus.points}
          rowKey={({ attainment }) => attainment}
          empty=""
          columns={[
            {
              key: 'attainment',
              title: t('attainment'),
              render: ({ attainment }) => <Quantity value={attainment} suffix=" %" />,
            },
            {
              key: 'value',
              title: t('pays'),
              align: 'right',
              render: ({ value }) =>
                quotaBonus.pays === 'AMOUNT' ? (
                  <Amount value={value} currency={currency} />
                ) : (
                  <Quantity value={value} suffix=" %" />
                ),
            },
          ]}
        />
      )}
      <ul>
        {terms.map((term) => (
          <li key={term}>{term}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Rules({ component: { rules, base }, currency }: ComponentProps) {
  const { t } = useTranslation('plans');
  const conditions = useConditions();
  const isOther = (amount: string) => /[1-9]/.test(amount);
  return (
    <List
      label={t('rules')}
      rows={rules}
      rowKey={({ code }) => code}
      empty=""
      columns={[
        { key: 'code', title: t('rule'), render: ({ code }) => code },
        { key: 'when', title: t('when'), render: (rule) => conditions(rule).join(' · ') || t('anything') },
        {
          key: 'pays',
          title: t('pays'),
          align: 'right',
          render: ({ flat, percent }) => (
            <>
              {(isOther(flat) || !isOther(percent)) && <Amount value={flat} currency={currency} strong />}
              {isOther(flat) && isOther(percent) && ' + '}
              {isOther(percent) && <Quantity value={percent} suffix=" %" />}
              {isOther(percent) && base && ` ${t(`of.${base}`)}`}
            </>
          ),
        },
        {
          key: 'least',
          title: t('least'),
          align: 'right',
          render: ({ minimum }) => (minimum === null ? '–' : <Amount value={minimum} currency={currency} />),
        },
        {
          key: 'most',
          title: t('most'),
          align: 'right',
          render: ({ maximum }) => (maximum === null ? '–' : <Amount value={maximum} currency={currency} />),
        },
      ]}
    />
  );
}

/** For what a rule holds, condition by condition. */
function useConditions() {
  const { t } = useTranslation(['plans', 'words']);
  return (rule: Rule): string[] =>
    [
      rule.eventType && t(`words:eventType.${rule.eventType}`),
      rule.product?.name,
      rule.productCategory?.name,
      rule.segment?.name,
      rule.region?.name,
      rule.channelType?.name,
      rule.tier?.name,
      rule.campaign?.name,
      rule.contractMonths !== null && t('contractMonths', { count: rule.contractMonths }),
      rule.baseFrom !== null && t('baseFrom', { value: rule.baseFrom }),
      rule.baseTo !== null && t('baseTo', { value: rule.baseTo }),
      rule.baseUpTo !== null && t('baseUpTo', { value: rule.baseUpTo }),
    ].filter((condition) => typeof condition === 'string');
}

type Unit = 'money' | 'percents' | 'units';

type BracketsProps = {
  readonly brackets: readonly Bracket[];
  readonly boundsAre: Unit;
  readonly ratesAre: Unit;
  readonly currency: string;
};

function Brackets({ brackets, boundsAre, ratesAre, currency }: BracketsProps) {
  const { t } = useTranslation('plans');
  const shown = (value: string, unit: Unit) =>
    unit === 'money' ? (
      <Amount value={value} currency={currency} />
    ) : (
      <Quantity value={value} suffix={unit === 'percents' ? ' %' : ''} />
    );
  return (
    <List
      label={t('brackets')}
      rows={brackets}
      rowKey={({ from }) => from}
      empty=""
      columns={[
        { key: 'from', title: t('from'), render: ({ from }) => shown(from, boundsAre) },
        { key: 'to', title: t('below'), render: ({ to }) => (to === null ? '–' : shown(to, boundsAre)) },
        { key: 'rate', title: t('rate'), align: 'right', render: ({ rate }) => shown(rate, ratesAre) },
      ]}
    />
  );
}
