import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Awards } from './Awards.tsx';
import { EvaluationPage } from './EvaluationPage.tsx';
import { Evaluations } from './Evaluations.tsx';
import { Overrides } from './Overrides.tsx';
import { TiersKnownDocument } from './Tiers.generated.ts';

const views = ['evaluations', 'overrides', 'awards'] as const;

/** Evaluations of tiers from the preview on, tiers asked for by hand, awards. */
export function Tiers() {
  const { t } = useTranslation('tiers');
  const { chosen, choose, key } = useFilters();
  const view = chosen('view', views) ?? 'evaluations';
  const evaluationId = new URLSearchParams(key).get('evaluation');
  const read = useRead(TiersKnownDocument, {});
  return (
    <Page title={t('title')} lead={t('lead')}>
      {evaluationId === null && (
        <Segmented
          aria-label={t('views')}
          value={view}
          options={views.map((value) => ({ value, label: t(`view.${value}`) }))}
          onChange={(value) => choose('view', value === 'evaluations' ? undefined : value)}
          style={{ marginBottom: 12 }}
        />
      )}
      <Loaded read={read} rows={10}>
        {({ tierSchemes, tiers }) => {
          if (evaluationId !== null) return <EvaluationPage id={evaluationId} tiers={tiers} key={evaluationId} />;
          if (view === 'overrides') return <Overrides tiers={tiers} />;
          if (view === 'awards') return <Awards />;
          return <Evaluations schemes={tierSchemes ?? []} />;
        }}
      </Loaded>
    </Page>
  );
}
