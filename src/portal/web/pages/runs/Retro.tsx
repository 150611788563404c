import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, PeriodText } from '../../shared/values.tsx';
import { RunsRetroDocument, type RunsRetroQuery } from './Review.generated.ts';

type Preview = Extract<RunsRetroQuery['retroPreview'], { __typename: 'RetroPreview' }>;

/** What late sales and changed facts do to closed months, before the next calculation books it. Calculated when somebody asks: it takes a while. */
export function Retro() {
  const { t } = useTranslation('runs');
  const [asked, setAsked] = useState(false);
  return (
    <Panel title={t('retro.title')} style={{ marginTop: 16 }}>
      <p>{t('retro.lead')}</p>
      {asked ? <Found /> : <Button onClick={() => setAsked(true)}>{t('retro.ask')}</Button>}
    </Panel>
  );
}

function Found() {
  const { t } = useTranslation('runs');
  const read = useRead(RunsRetroDocument, {});
  return (
    <Loaded read={read} rows={4}>
      {({ retroPreview: found }) =>
        found.__typename !== 'RetroPreview' ? null : found.differenceCount === 0 ? (
          <p>{t('retro.nothing', { count: found.causeCount })}</p>
        ) : (
          <Differences found={found} />
        )
      }
    </Loaded>
  );
}

const mostShown = 200;

function Differences({ found }: { readonly found: Preview }) {
  const { t } = useTranslation('runs');
  const { period, totals, agents, causes, causeCount } = found;
  return (
    <>
      <p>
        {t('retro.booked')} <PeriodText value={period} />
      </p>
      <List
        label={t('retro.totals')}
        rows={totals}
        rowKey={({ originPeriod, currency }) => originPeriod + currency}
        empty=""
        columns={[
          { key: 'origin', title: t('retro.origin'), render: (row) => <PeriodText value={row.originPeriod} /> },
          { key: 'amount', title: t('retro.difference'), align: 'right', render: amountOf },
        ]}
      />
      <h3>{t('retro.agents')}</h3>
      <List
        label={t('retro.agents')}
        rows={agents}
        rowKey={(row) => `${row.agentCode} ${row.planCode} ${row.componentCode} ${row.originPeriod} ${row.currency}`}
        empty=""
        columns={[
          { key: 'agent', title: t('retro.agent'), render: ({ agentCode }) => agentCode },
          {
            key: 'component',
            title: t('retro.component'),
            render: ({ planCode, componentCode }) => [planCode, componentCode].filter(Boolean).join(' · '),
          },
          { key: 'origin', title: t('retro.origin'), render: (row) => <PeriodText value={row.originPeriod} /> },
          { key: 'amount', title: t('retro.difference'), align: 'right', render: amountOf },
        ]}
      />
      {agents.length === mostShown && <p>{t('retro.more', { count: mostShown })}</p>}
      <h3>{t('retro.causes', { count: causeCount })}</h3>
      <List
        label={t('retro.causes', { count: causeCount })}
        rows={causes}
        rowKey={({ agentCode, reason, since }) => `${agentCode} ${reason} ${since}`}
        empty=""
        columns={[
          { key: 'agent', title: t('retro.agent'), render: ({ agentCode }) => agentCode },
          {
            key: 'reason',
            title: t('retro.cause'),
            render: ({ reason }) => t(`retro.reason.${reason}`, { defaultValue: reason }),
          },
          { key: 'since', title: t('retro.since'), render: ({ since }) => <PeriodText value={since} /> },
        ]}
      />
      {causeCount > mostShown && <p>{t('retro.more', { count: mostShown })}</p>}
    </>
  );
}

const amountOf = ({ amount, currency }: { readonly amount: string; readonly currency: string }) => (
  <Amount value={amount} currency={currency} strong />
);
