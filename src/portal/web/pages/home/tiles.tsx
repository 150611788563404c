import { Progress, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCurrency } from '../../app/session.tsx';
import { Chart } from '../../shared/Chart.tsx';
import { formatAmount, formatPeriod } from '../../shared/format.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Nothing } from '../../shared/states.tsx';
import { Amount, DateText, PeriodText, Quantity } from '../../shared/values.tsx';
import type { HomeOverviewQuery } from './Home.generated.ts';

type Statement = NonNullable<HomeOverviewQuery['statements']>['edges'][number]['node'];
type Tier = HomeOverviewQuery['tierProgress'];
type Score = NonNullable<HomeOverviewQuery['scores']>['edges'][number]['node'];

export function LastStatement({ statement }: { readonly statement: Statement | undefined }) {
  const { t } = useTranslation('home');
  if (!statement) {
    return (
      <Panel title={t('lastStatement')}>
        <Nothing>{t('noStatement')}</Nothing>
      </Panel>
    );
  }
  const { id, period, currency, payable, earned, issued, run } = statement;
  const state = run.status === 'PAID' ? 'PAID' : (issued?.state ?? 'APPROVED');
  return (
    <Panel title={t('lastStatement')} extra={<Link to={`/earnings/${id}`}>{t('open')}</Link>}>
      <div className="figure">
        <Amount value={payable} currency={currency} strong />
      </div>
      <div>
        <PeriodText value={period} /> <Tag>{t(`state.${state}`)}</Tag>
      </div>
      <div className="quiet">
        {t('earned')} <Amount value={earned} currency={currency} />
      </div>
      {state === 'ISSUED' && (
        <div className="quiet">
          {t('confirmsOn')} <DateText value={issued?.confirmsOn} />
        </div>
      )}
    </Panel>
  );
}

export function TierTile({ progress }: { readonly progress: Tier }) {
  const { t, i18n } = useTranslation('home');
  const chinese = i18n.language === 'zh';
  if (!progress) {
    return (
      <Panel title={t('tier')}>
        <Nothing>{t('noTier')}</Nothing>
      </Panel>
    );
  }
  return (
    <Panel title={t('tier')}>
      <div className="figure">{progress.tier ?? '–'}</div>
      <p>{chinese ? progress.sentenceZh : progress.sentence}</p>
      {progress.nextTier && (
        <ul className="plain-list" aria-label={t('toNextTier', { tier: progress.nextTier })}>
          {progress.entry.map((criterion) => (
            <li key={criterion.subject}>
              <span>{chinese ? criterion.sentenceZh : criterion.sentence}</span>
              {criterion.value !== null && criterion.atLeast !== null && (
                <Progress
                  percent={shareOf(criterion.value, criterion.atLeast)}
                  status={criterion.held ? 'success' : 'normal'}
                  size="small"
                  aria-label={chinese ? criterion.subjectZh : criterion.subject}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** How far a bar reaches: whole percent, for the eye alone. */
function shareOf(value: string, target: string): number {
  const wanted = Number(target);
  return wanted <= 0 ? 100 : Math.max(0, Math.min(100, Math.floor((Number(value) / wanted) * 100)));
}

export function ScoreTile({ score }: { readonly score: Score | undefined }) {
  const { t } = useTranslation('home');
  return (
    <Panel title={t('score')} extra={score && <Link to="/score">{t('open')}</Link>}>
      {score ? (
        <>
          <div className="figure">{score.total === null ? '–' : <Quantity value={score.total} />}</div>
          <PeriodText value={score.period} />
        </>
      ) : (
        <Nothing>{t('noScore')}</Nothing>
      )}
    </Panel>
  );
}

/** The last twelve statements in each currency, the currency of the latest one first: amounts in different ones have no scale in common. */
export function byCurrency(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const currencies = [...new Set(statements.toReversed().map(({ currency }) => currency))];
  return currencies.map((currency) => statements.filter((one) => one.currency === currency).slice(-12));
}

/** What was earned in each of the last twelve months, in one currency, oldest first; the figures stand below for those who do not see the chart. */
export function MonthsChart({ months: rows }: { readonly months: readonly Statement[] }) {
  const { t, i18n } = useTranslation('home');
  const own = useCurrency();
  const options = useMemo(
    () => ({
      xAxis: { type: 'category', data: rows.map(({ period }) => period) },
      yAxis: { type: 'value' },
      series: [
        // a position of a bar, not an amount
        {
          type: 'bar',
          name: t('earned'),
          data: rows.map(({ earned }) => Number(earned)),
          itemStyle: { color: '#0b5cad' },
        },
      ],
    }),
    [rows, t],
  );
  return (
    <Panel title={t('months', { currency: rows[0]?.currency })} style={{ marginBottom: 12 }}>
      <Chart
        label={rows
          .map(
            ({ period, earned, currency }) =>
              `${formatPeriod(period, i18n.language)}: ${formatAmount(earned, currency, i18n.language, own)}`,
          )
          .join('; ')}
        options={options}
      />
    </Panel>
  );
}
