import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText } from '../../shared/values.tsx';
import { ReportsListDocument, type ReportsListQuery } from './Reports.generated.ts';
import { StateTag, states } from './states.tsx';

type Report = NonNullable<ReportsListQuery['misconductReports']>['edges'][number]['node'];

/** The reports of misconduct, the latest first. */
export function Reports() {
  const { t } = useTranslation('reports');
  const { chosen, choose, key } = useFilters();
  const state = chosen('state', states);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state.title')}
          all={t('all')}
          value={state}
          values={states}
          textOf={(value) => t(`state.${value}`)}
          onChange={(value) => choose('state', value)}
        />
      </div>
      <ReportList key={key} state={state} />
    </Page>
  );
}

function ReportList({ state }: { readonly state: (typeof states)[number] | undefined }) {
  const { t } = useTranslation('reports');
  const pages = usePages();
  const read = useRead(ReportsListDocument, { state: state ?? null, after: pages.after }, { keep: true });
  return (
    <Loaded read={read}>
      {({ misconductReports }) => (
        <PagedList
          label={t('title')}
          connection={misconductReports}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Report>[] {
  return [
    {
      key: 'category',
      title: t('category.title'),
      render: ({ id, category }) => <Link to={`/reports/${id}`}>{t(`category.${category}`)}</Link>,
    },
    {
      key: 'about',
      title: t('about'),
      render: ({ about }) => <span style={{ overflowWrap: 'anywhere' }}>{about ?? '–'}</span>,
    },
    { key: 'filedOn', title: t('filedOn'), render: ({ filedOn }) => <DateText value={filedOn} /> },
    { key: 'state', title: t('state.title'), render: ({ state }) => <StateTag state={state} /> },
    { key: 'last', title: t('last'), render: ({ messages }) => <Last message={messages.at(-1)} /> },
  ];
}

/** Who wrote last: after the reporter it is compliance's turn. */
function Last({ message }: { readonly message: Report['messages'][number] | undefined }) {
  const { t } = useTranslation('reports');
  if (!message) return '–';
  return (
    <>
      <DateText value={message.writtenOn} />{' '}
      <Tag color={message.fromReporter ? 'gold' : 'default'}>{t(message.fromReporter ? 'reporter' : 'compliance')}</Tag>
    </>
  );
}
