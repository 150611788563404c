import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Chart } from '../../shared/Chart.tsx';
import { formatPeriod } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, PeriodText } from '../../shared/values.tsx';
import { EarningsYearDocument, type EarningsYearQuery } from './Earnings.generated.ts';

export type Month = NonNullable<EarningsYearQuery['statements']>['edges'][number]['node'];

/** Statements in the latest one's currency: months in others have no place on the same scale. */
export function comparable(statements: EarningsYearQuery['statements']): readonly Month[] {
  const months = rowsOf(statements);
  const currency = months.at(-1)?.currency;
  return months.filter((month) => month.currency === currency);
}

/** The latest twelve statements, as a chart and as a table. */
export function Year({ agent }: { readonly agent: string }) {
  const read = useRead(EarningsYearDocument, { agent });
  return (
    <Loaded read={read} rows={10}>
      {({ statements }) => <YearShown months={comparable(statements)} />}
    </Loaded>
  );
}

function YearShown({ months }: { readonly months: readonly Month[] }) {
  const { t, i18n } = useTranslation('earnings');
  const latest = months.at(-1);
  const options = useMemo(
    () => ({
      legend: { top: 0 },
      xAxis: { type: 'category', data: months.map(({ period }) => formatPeriod(period, i18n.language)) },
      yAxis: { type: 'value' },
      series: (['earned', 'payable'] as const).map((item, place) => ({
        type: 'bar',
        name: t(`amount.${item}`),
        color: place === 0 ? '#0b5cad' : '#e08a00',
        // Numbers only for the height of a bar; the amounts are in the table.
        data: months.map((month) => Number(month[item])),
      })),
    }),
    [months, i18n.language, t],
  );
  if (!latest) return null;
  return (
    <Panel>
      <Chart label={t('year.label', { count: months.length, currency: latest.currency })} options={options} />
      <details>
        <summary>{t('year.figures')}</summary>
        <YearTable months={months} />
      </details>
    </Panel>
  );
}

function YearTable({ months }: { readonly months: readonly Month[] }) {
  const { t } = useTranslation('earnings');
  return (
    <List
      label={t('year.figures')}
      rows={months.toReversed()}
      rowKey={({ id }) => id}
      empty={t('earnings.none')}
      columns={[
        { key: 'period', title: t('earnings.month'), render: ({ period }) => <PeriodText value={period} /> },
        ...(['earned', 'payable'] as const).map((item) => ({
          key: item,
          title: t(`amount.${item}`),
          align: 'right' as const,
          render: (month: Month) => <Amount value={month[item]} currency={month.currency} />,
        })),
      ]}
    />
  );
}
