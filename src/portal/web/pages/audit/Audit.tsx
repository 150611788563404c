import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import { AuditRecordsDocument, type AuditRecordsQuery } from './Audit.generated.ts';
import { AuditFilters, auditPath, useAuditFilter } from './AuditFilters.tsx';
import { Change } from './Change.tsx';

type AuditRecord = NonNullable<AuditRecordsQuery['auditRecords']>['edges'][number]['node'];

/** What was changed, by whom, and why; the latest first. */
export function Audit() {
  const { t } = useTranslation('audit');
  const [search] = useSearchParams();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <AuditFilters key={`filters ${search}`} />
      <Records key={`records ${search}`} />
    </Page>
  );
}

function Records() {
  const { t } = useTranslation('audit');
  const pages = usePages();
  const filter = useAuditFilter();
  const read = useRead(AuditRecordsDocument, { filter, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={12}>
      {({ auditRecords }) => (
        <PagedList
          label={t('title')}
          connection={auditRecords}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

/** What was done, as its code's last part says; codes that have no words of their own are shown as they are. */
function doneText(t: Translate, action: string): string {
  const verb = action.split('.').at(-1) ?? action;
  return t(`verb.${verb}`, { defaultValue: verb.replaceAll('_', ' ') });
}

const entityText = (t: Translate, entity: string) =>
  t(`entity.${entity}`, { defaultValue: entity.replaceAll('_', ' ') });

type Translate = (key: string, options?: { readonly defaultValue: string }) => string;

function columnsOf(t: Translate): Column<AuditRecord>[] {
  return [
    { key: 'at', title: t('at'), render: ({ at }) => <InstantText value={at} /> },
    { key: 'who', title: t('who'), render: ({ actor }) => <Link to={auditPath({ actor })}>{actor}</Link> },
    {
      key: 'what',
      title: t('what'),
      render: ({ action }) => (
        <Link to={auditPath({ action })} title={action}>
          {doneText(t, action)}
        </Link>
      ),
    },
    {
      key: 'subject',
      title: t('subject'),
      render: ({ entity, entityKey }) => (
        <Link to={auditPath({ entity, key: entityKey })} style={{ overflowWrap: 'anywhere' }}>
          {entityText(t, entity)} {entityKey}
        </Link>
      ),
    },
    {
      key: 'change',
      title: t('change'),
      width: '30%',
      render: ({ before, after, requestId }) => <Change before={before} after={after} requestId={requestId} />,
    },
    { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason ?? '–' },
  ];
}
