import { Alert } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCurrency } from '../../app/session.tsx';
import { Chart } from '../../shared/Chart.tsx';
import { formatAmount } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Amount } from '../../shared/values.tsx';
import { Distribution, Pools } from './Spread.tsx';
import type { Simulated } from './types.ts';

type Compared = {
  readonly currency: string;
  readonly paid: string;
  readonly simulated: string;
  readonly difference: string;
};

/** Before and after: in all, by component, by agent. */
export function Result({ simulation }: { readonly simulation: Simulated }) {
  const { t } = useTranslation('simulation');
  const { totals, components, gains, losses, distribution, pools } = simulation;
  const { winnerCount, loserCount, unchangedCount, unsettledCount } = simulation;
  const agentRow = ({ agentCode }: { readonly agentCode: string }) => (
    <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>
  );
  return (
    <>
      <h2>{t('result')}</h2>
      {unsettledCount > 0 && (
        <Alert type="warning" showIcon title={t('unsettled', { count: unsettledCount })} style={{ marginBottom: 12 }} />
      )}
      <p>{t('who', { winners: winnerCount, losers: loserCount, unchanged: unchangedCount })}</p>
      <Compare label={t('totals')} rows={totals} name={({ currency }) => currency} />
      {byCurrency(components).map((rows) => (
        <BeforeAfter key={rows[0]?.currency} components={rows} />
      ))}
      <h2>{t('components')}</h2>
      <Compare label={t('components')} rows={components} name={nameOf} />
      {byCurrency(distribution).map((rows) => (
        <Distribution key={rows[0]?.currency} stretches={rows} />
      ))}
      {pools.length > 0 && <Pools pools={pools} />}
      <h2>{t('gains')}</h2>
      <Compare label={t('gains')} rows={gains} name={agentRow} />
      <h2>{t('losses')}</h2>
      <Compare label={t('losses')} rows={losses} name={agentRow} />
    </>
  );
}

function Compare<Row extends Compared>({
  label,
  rows,
  name,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly name: (row: Row) => ReactNode;
}) {
  const { t } = useTranslation('simulation');
  return (
    <List
      label={label}
      rows={rows}
      rowKey={(row) => JSON.stringify(row)}
      empty={t('nothing')}
      columns={[
        { key: 'name', title: label, render: name },
        {
          key: 'paid',
          title: t('before'),
          align: 'right',
          render: ({ paid, currency }) => <Amount value={paid} currency={currency} />,
        },
        {
          key: 'simulated',
          title: t('after'),
          align: 'right',
          render: ({ simulated, currency }) => <Amount value={simulated} currency={currency} />,
        },
        {
          key: 'difference',
          title: t('difference'),
          align: 'right',
          render: ({ difference, currency }) => <Amount value={difference} currency={currency} strong />,
        },
      ]}
    />
  );
}

type Component = Simulated['components'][number];

/** Components of different plans may have the same code. */
const nameOf = ({ planCode, componentCode }: Pick<Component, 'planCode' | 'componentCode'>) =>
  [planCode, componentCode].filter(Boolean).join(' · ');

/** Rows in one currency each: amounts in different ones have no scale in common. */
function byCurrency<Row extends { readonly currency: string }>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return currencies.map((wanted) => rows.filter(({ currency }) => currency === wanted));
}

function BeforeAfter({ components }: { readonly components: readonly Simulated['components'][number][] }) {
  const { t, i18n } = useTranslation('simulation');
  const own = useCurrency();
  const options = useMemo(
    () => ({
      legend: { top: 0 },
      xAxis: { type: 'category', data: components.map(nameOf), axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value' },
      series: [
        // positions of bars, not amounts
        {
          type: 'bar',
          name: t('before'),
          data: components.map(({ paid }) => Number(paid)),
          itemStyle: { color: '#8c8c8c' },
        },
        {
          type: 'bar',
          name: t('after'),
          data: components.map(({ simulated }) => Number(simulated)),
          itemStyle: { color: '#0b5cad' },
        },
      ],
    }),
    [components, t],
  );
  const label = components
    .map(
      ({ paid, simulated, currency, ...component }) =>
        `${nameOf(component)}: ${formatAmount(paid, currency, i18n.language, own)} → ${formatAmount(simulated, currency, i18n.language, own)}`,
    )
    .join('; ');
  return (
    <Panel title={t('beforeAfter', { currency: components[0]?.currency })} style={{ marginBlock: 12 }}>
      <Chart label={label} options={options} />
    </Panel>
  );
}
