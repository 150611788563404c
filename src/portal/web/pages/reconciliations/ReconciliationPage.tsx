import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { ReconciliationPageListDocument, type ReconciliationPageListQuery } from './ReconciliationPage.generated.ts';
import { Rows, VerdictTag } from './Rows.tsx';
import { Unlisted } from './Unlisted.tsx';

type Reconciliation = NonNullable<ReconciliationPageListQuery['reconciliations']>['edges'][number]['node'];

/** A list of sales, compared: what it came to by verdict, and every row with what became of it. */
export function ReconciliationPage() {
  const { t } = useTranslation('reconciliations');
  const { reconciliationId = '' } = useParams();
  const read = useRead(ReconciliationPageListDocument, { code: reconciliationId });
  const [found] = rowsOf(read.data?.reconciliations);
  return (
    <Page
      title={t('reconciliationPage.title', { code: reconciliationId })}
      actions={found && <a href={found.downloadPath}>{t('download')}</a>}
    >
      <Loaded read={read} rows={14}>
        {() =>
          found ? (
            <>
              <Facts reconciliation={found} />
              <Totals reconciliation={found} />
              <h2>{t('rows')}</h2>
              <Rows code={found.code} agentCode={found.agent.code} />
              {found.unlistedCount > 0 && <Unlisted code={found.code} />}
            </>
          ) : (
            <Nothing>{t('reconciliationPage.none')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

function Facts({ reconciliation }: { readonly reconciliation: Reconciliation }) {
  const { t } = useTranslation('reconciliations');
  const { agent, period, fileName, rowCount, unlistedCount, uploadedAt, uploadedBy } = reconciliation;
  const items = [
    { key: 'agent', label: t('agent'), children: `${agent.code} · ${agent.name}` },
    { key: 'period', label: t('common:period'), children: <PeriodText value={period} /> },
    { key: 'file', label: t('file'), children: fileName },
    {
      key: 'at',
      label: t('sentAt'),
      children: (
        <span>
          <InstantText value={uploadedAt} /> · {uploadedBy}
        </span>
      ),
    },
    { key: 'rows', label: t('rows'), children: <Quantity value={rowCount} /> },
    { key: 'unlisted', label: t('unlisted'), children: <Quantity value={unlistedCount} /> },
  ];
  return (
    <Panel>
      <Descriptions column={{ xs: 1, sm: 1, md: 2, lg: 3 }} items={items} size="small" />
      {unlistedCount > 0 && <p className="quiet">{t('unlistedText')}</p>}
    </Panel>
  );
}

function Totals({ reconciliation }: { readonly reconciliation: Reconciliation }) {
  const { t } = useTranslation('reconciliations');
  return (
    <>
      <h2>{t('totals')}</h2>
      <List
        label={t('totals')}
        rows={reconciliation.totals}
        rowKey={({ verdict, currency }) => `${verdict} ${currency}`}
        empty={t('rowsNone')}
        columns={[
          { key: 'verdict', title: t('verdict.title'), render: ({ verdict }) => <VerdictTag verdict={verdict} /> },
          { key: 'rows', title: t('rows'), align: 'right', render: ({ rowCount }) => <Quantity value={rowCount} /> },
          {
            key: 'expected',
            title: t('expected'),
            align: 'right',
            render: ({ expected, currency }) => <Amount value={expected} currency={currency} />,
          },
          {
            key: 'paid',
            title: t('paid'),
            align: 'right',
            render: ({ paid, currency }) => <Amount value={paid} currency={currency} />,
          },
          {
            key: 'difference',
            title: t('difference'),
            align: 'right',
            render: ({ difference, currency }) => <Amount value={difference} currency={currency} />,
          },
        ]}
      />
    </>
  );
}
