import { Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Chart } from '../../shared/Chart.tsx';
import { List, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import { RunPageReviewDocument, type RunPageReviewQuery } from './Review.generated.ts';

type Reviewed = NonNullable<RunPageReviewQuery['runReview']>;
type OfCurrency = Reviewed['currencies'][number];

/** How a run differs from the month before: in all, by component, in how agents are spread, and who stands out. */
export function Review({ runId }: { readonly runId: string }) {
  const { t } = useTranslation('runs');
  const pages = usePages();
  const read = useRead(RunPageReviewDocument, { runId, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ runReview }) =>
        runReview ? (
          <>
            <h2>
              {t('review')}{' '}
              {runReview.comparedTo ? <PeriodText value={runReview.comparedTo.period} /> : t('nothingBefore')}
            </h2>
            {runReview.currencies.map((one) => (
              <Currency key={one.currency} of={one} />
            ))}
            <h2>{t('outliers')}</h2>
            <PagedList
              label={t('outliers')}
              connection={runReview.outliers}
              pages={pages}
              rowKey={({ agentCode, currency }) => agentCode + currency}
              empty={t('noOutliers')}
              columns={[
                {
                  key: 'agent',
                  title: t('agent'),
                  render: ({ agentCode, agentName }) => (
                    <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{`${agentCode} · ${agentName}`}</Link>
                  ),
                },
                {
                  key: 'reason',
                  title: t('hint'),
                  render: ({ reason }) => reason && <Tag>{t(`hints.${reason}`)}</Tag>,
                },
                {
                  key: 'before',
                  title: t('before'),
                  align: 'right',
                  render: ({ amountBefore, currency }) => <Amount value={amountBefore} currency={currency} />,
                },
                {
                  key: 'now',
                  title: t('now'),
                  align: 'right',
                  render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
                },
                {
                  key: 'change',
                  title: t('change'),
                  align: 'right',
                  render: ({ change, currency, changePercent }) => (
                    <>
                      <Amount value={change} currency={currency} strong />{' '}
                      {changePercent !== null && <Quantity value={changePercent} suffix=" %" />}
                    </>
                  ),
                },
                {
                  key: 'deviation',
                  title: t('deviation'),
                  align: 'right',
                  render: ({ deviation }) => <Quantity value={deviation} />,
                },
              ]}
            />
          </>
        ) : (
          <Nothing>{t('noReview')}</Nothing>
        )
      }
    </Loaded>
  );
}

function Currency({ of }: { readonly of: OfCurrency }) {
  const { t } = useTranslation('runs');
  const { currency, agentCount, agentCountBefore, earned, earnedBefore, change, components } = of;
  return (
    <>
      <p>
        <Amount value={earnedBefore} currency={currency} /> → <Amount value={earned} currency={currency} strong /> (
        <Amount value={change} currency={currency} />) ·{' '}
        {t('agentCounts', { before: agentCountBefore, now: agentCount })}
      </p>
      <Spread of={of} />
      <List
        label={t('byComponent')}
        rows={components}
        rowKey={({ planCode, componentCode }) => `${planCode} ${componentCode}`}
        empty={t('noTotals')}
        columns={[
          {
            key: 'component',
            title: t('component'),
            render: ({ planCode, componentCode }) => [planCode, componentCode].filter(Boolean).join(' · '),
          },
          {
            key: 'agents',
            title: t('agents'),
            align: 'right',
            render: ({ agentCount: count }) => <Quantity value={count} />,
          },
          {
            key: 'before',
            title: t('before'),
            align: 'right',
            render: ({ amountBefore }) => <Amount value={amountBefore} currency={currency} />,
          },
          {
            key: 'now',
            title: t('now'),
            align: 'right',
            render: ({ amount }) => <Amount value={amount} currency={currency} />,
          },
          {
            key: 'change',
            title: t('change'),
            align: 'right',
            render: ({ change: more }) => <Amount value={more} currency={currency} strong />,
          },
        ]}
      />
    </>
  );
}

/** How many agents earned about how much, in both months. */
function Spread({ of }: { readonly of: OfCurrency }) {
  const { t } = useTranslation('runs');
  const options = useMemo(
    () => ({
      legend: {},
      xAxis: { type: 'category', data: of.distribution.map(({ from, to }) => `${from}–${to}`) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        {
          type: 'bar',
          name: t('before'),
          data: of.distribution.map(({ agentCountBefore }) => agentCountBefore),
          itemStyle: { color: '#8c8c8c' },
        },
        {
          type: 'bar',
          name: t('now'),
          data: of.distribution.map(({ agentCount }) => agentCount),
          itemStyle: { color: '#0b5cad' },
        },
      ],
    }),
    [of, t],
  );
  if (of.distribution.length === 0) return null;
  const label = of.distribution
    .map(({ from, to, agentCount, agentCountBefore }) => `${from}–${to}: ${agentCountBefore} → ${agentCount}`)
    .join('; ');
  return (
    <Panel title={`${t('spread')} (${of.currency})`} style={{ marginBottom: 12 }}>
      <Chart label={label} options={options} height={220} />
    </Panel>
  );
}
