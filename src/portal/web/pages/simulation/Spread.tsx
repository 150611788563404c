import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { Chart } from '../../shared/Chart.tsx';
import { formatAmount } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import type { Simulated } from './types.ts';

type Stretch = Simulated['distribution'][number];

/** How many agents gain or lose how much, in one currency: as a chart and as a table. */
export function Distribution({ stretches }: { readonly stretches: readonly Stretch[] }) {
  const { t, i18n } = useTranslation('simulation');
  const own = useCurrency();
  const options = useMemo(() => {
    const shown = (amount: string, currency: string) => formatAmount(amount, currency, i18n.language, own);
    return {
      xAxis: {
        type: 'category',
        data: stretches.map(({ from, to, currency }) => `${shown(from, currency)} – ${shown(to, currency)}`),
        axisLabel: { hideOverlap: true },
      },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        {
          type: 'bar',
          name: t('agentCount'),
          data: stretches.map(({ agentCount }) => agentCount),
          itemStyle: { color: '#0b5cad' },
        },
      ],
    };
  }, [stretches, t, i18n.language, own]);
  const title = t('distribution', { currency: stretches[0]?.currency });
  return (
    <Panel title={title} style={{ marginBlock: 12 }}>
      <Chart label={t('distributionChart')} options={options} />
      <List
        label={t('stretch')}
        rows={stretches}
        rowKey={({ from }) => from}
        empty={t('nothing')}
        columns={[
          {
            key: 'stretch',
            title: t('stretch'),
            render: ({ from, to, currency }) => (
              <>
                <Amount value={from} currency={currency} /> – <Amount value={to} currency={currency} />
              </>
            ),
          },
          {
            key: 'agents',
            title: t('agentCount'),
            align: 'right',
            render: ({ agentCount }) => <Quantity value={agentCount} />,
          },
        ]}
      />
    </Panel>
  );
}

/** How the pools that differ would have been funded and shared. */
export function Pools({ pools }: { readonly pools: Simulated['pools'] }) {
  const { t } = useTranslation('simulation');
  const amounts = ['carriedIn', 'fund', 'shared', 'remainder'] as const;
  return (
    <>
      <h2>{t('pools')}</h2>
      <List
        label={t('pools')}
        rows={pools}
        rowKey={({ poolCode, period, currency }) => `${poolCode} ${period} ${currency}`}
        empty={t('nothing')}
        columns={[
          { key: 'pool', title: t('pools'), render: ({ poolCode }) => poolCode },
          { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
          ...amounts.map((item) => ({
            key: item,
            title: t(`pool.${item}`),
            align: 'right' as const,
            render: (pool: Simulated['pools'][number]) => <Amount value={pool[item]} currency={pool.currency} />,
          })),
        ]}
      />
    </>
  );
}
