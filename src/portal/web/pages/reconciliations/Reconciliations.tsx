import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayChange, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { ReconciliationsListDocument, type ReconciliationsListQuery } from './Reconciliations.generated.ts';
import { SendList } from './SendList.tsx';

type Reconciliation = NonNullable<ReconciliationsListQuery['reconciliations']>['edges'][number]['node'];

/** Own lists of sales compared with what was paid 对账: sends a new one, and shows the earlier. */
export function Reconciliations() {
  const { t } = useTranslation('reconciliations');
  const { role } = useMe();
  const mayChange = useMayChange();
  const compares = mayChange && (role === 'AGENT' || role === 'FINANCE' || role === 'ADMIN');
  const pages = usePages();
  const read = useRead(ReconciliationsListDocument, { agentCode: null, after: pages.after }, { keep: true });
  return (
    <Page title={t('reconciliations.title')} lead={t('reconciliations.lead')}>
      {compares && <SendList />}
      <Loaded read={read}>
        {({ reconciliations }) => (
          <PagedList
            label={t('reconciliations.title')}
            connection={reconciliations}
            pages={pages}
            rowKey={({ code }) => code}
            columns={columnsOf(t)}
            empty={t('reconciliations.none')}
          />
        )}
      </Loaded>
    </Page>
  );
}

function columnsOf(t: (key: string) => string): Column<Reconciliation>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <Link to={`/reconciliations/${code}`}>{code}</Link> },
    { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
    { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
    { key: 'file', title: t('file'), render: ({ fileName }) => fileName },
    { key: 'rows', title: t('rows'), align: 'right', render: ({ rowCount }) => <Quantity value={rowCount} /> },
    {
      key: 'unlisted',
      title: t('unlisted'),
      align: 'right',
      render: ({ unlistedCount }) => <Quantity value={unlistedCount} />,
    },
    {
      key: 'at',
      title: t('sentAt'),
      render: ({ uploadedAt, uploadedBy }) => (
        <>
          <InstantText value={uploadedAt} /> · {uploadedBy}
        </>
      ),
    },
  ];
}
