import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { Month } from './Month.tsx';
import { Months } from './Months.tsx';
import { Targets } from './Targets.tsx';

const views = ['month', 'months', 'targets'] as const;

/** The scores of a month from calculating to final, the months so far, and what agents are to reach. */
export function ScoreRounds() {
  const { t } = useTranslation('rounds');
  const [period, setPeriod] = usePeriod();
  const { chosen, choose } = useFilters();
  const view = chosen('view', views) ?? 'month';
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={view === 'month' && <PeriodChoice value={period} onChange={setPeriod} />}
    >
      <Segmented
        aria-label={t('views')}
        value={view}
        options={views.map((value) => ({ value, label: t(`view.${value}`) }))}
        onChange={(value) => choose('view', value === 'month' ? undefined : value)}
        style={{ marginBottom: 12 }}
      />
      {view === 'month' && <Month period={period} key={period} />}
      {view === 'months' && <Months />}
      {view === 'targets' && <Targets />}
    </Page>
  );
}
