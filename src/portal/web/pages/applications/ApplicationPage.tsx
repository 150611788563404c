import { Alert, Descriptions, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { useDocumentKind } from '../../shared/documentKind.ts';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { DateText, InstantText } from '../../shared/values.tsx';
import { RecordTraining } from '../agents/RecordTraining.tsx';
import { ApplicationPageOneDocument } from './Applications.generated.ts';
import { stateColour } from './Applications.tsx';
import { Decisions } from './Decisions.tsx';
import { Screening } from './Screening.tsx';
import type { Application } from './types.ts';

/** One application: who it is, what it brought, what was found, what is next. */
export function ApplicationPage() {
  const { t } = useTranslation('applications');
  const { applicationId = '' } = useParams();
  const read = useRead(ApplicationPageOneDocument, { code: applicationId });
  const found = read.data?.application;
  return (
    <Page
      title={found ? `${found.code} · ${found.name}` : applicationId}
      actions={found && <Decisions application={found} plans={read.data?.plans ?? []} />}
    >
      <Loaded read={read} rows={14}>
        {({ application, missingCourses, courses }) =>
          application ? (
            <>
              <Facts application={application} />
              <Duplicates application={application} />
              <Screening application={application} />
              <Papers application={application} />
              <Training
                application={application}
                missing={(missingCourses ?? []).map(
                  (course) => courses?.find(({ code }) => code === course)?.name ?? course,
                )}
              />
              <h2>{t('history')}</h2>
              <List
                label={t('history')}
                rows={application.steps}
                rowKey={({ at, to }) => at + to}
                empty={t('noHistory')}
                columns={[
                  { key: 'to', title: t('state'), render: ({ to }) => t(`states.${to}`) },
                  { key: 'by', title: t('by'), render: ({ by }) => by },
                  { key: 'at', title: t('at'), render: ({ at }) => <InstantText value={at} /> },
                  { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason ?? '–' },
                ]}
              />
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

function Facts({ application }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  const {
    state,
    dueOn,
    channelType,
    region,
    contactName,
    email,
    numbers,
    territories,
    agent,
    plan,
    contractFrom,
    contractTo,
  } = application;
  return (
    <Panel>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 1, md: 2 }}
        items={[
          { key: 'state', label: t('state'), children: <Tag color={stateColour[state]}>{t(`states.${state}`)}</Tag> },
          { key: 'due', label: t('due'), children: <DateText value={dueOn} /> },
          { key: 'type', label: t('channelType'), children: channelType.name },
          { key: 'region', label: t('region'), children: region.name },
          { key: 'contact', label: t('contact'), children: `${contactName} · ${email}` },
          {
            key: 'numbers',
            label: t('numbers'),
            children: numbers.map(({ kind, masked }) => `${t(`secret.${kind}`)} ${masked}`).join(', ') || '–',
          },
          {
            key: 'territories',
            label: t('territories'),
            children:
              territories.map((one) => one.region.name + (one.exclusive ? ` (${t('exclusive')})` : '')).join(', ') ||
              '–',
          },
          {
            key: 'contract',
            label: t('contract'),
            children: plan ? (
              <>
                {plan.code} · <DateText value={contractFrom} /> – <DateText value={contractTo} />
              </>
            ) : (
              '–'
            ),
          },
          { key: 'agent', label: t('agent'), children: agent?.code ?? '–' },
        ]}
      />
    </Panel>
  );
}

/** Others with the same numbers. */
function Duplicates({ application }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  if (application.duplicates.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginTop: 12 }}
      title={t('duplicates')}
      description={application.duplicates.map(({ kind, code, name, reason }) => (
        <div key={kind + code}>{[t(`secret.${kind}`), `${code} ${name}`, reason].filter(Boolean).join(' · ')}</div>
      ))}
    />
  );
}

function Papers({ application }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  const kindText = useDocumentKind();
  const missing = (application.formVersion?.requiredDocuments ?? []).filter(
    (kind) => !application.documentKinds.includes(kind),
  );
  return (
    <>
      <h2>{t('documents')}</h2>
      {missing.length > 0 && <p>{t('missing', { kinds: missing.map(kindText).join(', ') })}</p>}
      <List
        label={t('documents')}
        rows={application.documents}
        rowKey={({ id }) => id}
        empty={t('noDocuments')}
        columns={[
          {
            key: 'name',
            title: t('file'),
            render: ({ fileName, downloadPath }) => <a href={downloadPath}>{fileName}</a>,
          },
          { key: 'kind', title: t('kind'), render: ({ kind }) => kindText(kind) },
          { key: 'by', title: t('by'), render: ({ uploadedBy }) => uploadedBy },
          { key: 'at', title: t('at'), render: ({ uploadedAt }) => <InstantText value={uploadedAt} /> },
        ]}
      />
      <NewPaper application={application} missing={missing} />
    </>
  );
}

/** Adds a paper: what the form asks for, or the contract that is to be signed. */
function NewPaper({
  application,
  missing,
}: {
  readonly application: Application;
  readonly missing: readonly string[];
}) {
  const { t } = useTranslation('applications');
  const kindText = useDocumentKind();
  const { role } = useMe();
  const { code, state } = application;
  const [chosen, setChosen] = useState<string>();
  const isOver = state === 'ACTIVE' || state === 'REJECTED' || state === 'WITHDRAWN';
  if (isOver || (role !== 'ADMIN' && role !== 'CHANNEL_MANAGER')) return null;
  const kinds = [...new Set([...missing, 'CONTRACT', 'OTHER'])];
  const kind = chosen ?? (state === 'APPROVED' ? 'CONTRACT' : (kinds[0] ?? 'OTHER'));
  return (
    <div className="buttons">
      <Select
        aria-label={t('kind')}
        value={kind}
        onChange={setChosen}
        options={kinds.map((value) => ({ value, label: kindText(value) }))}
        style={{ minWidth: 200 }}
      />
      <FileUpload label={t('upload')} path={`/documents?${new URLSearchParams({ application: code, kind })}`} />
    </div>
  );
}

/** Courses without which it cannot be activated, and where their results are kept. */
function Training({
  application,
  missing,
}: {
  readonly application: Application;
  readonly missing: readonly string[];
}) {
  const { t } = useTranslation('applications');
  const { code, state } = application;
  if (state === 'ACTIVE' || state === 'REJECTED' || state === 'WITHDRAWN') return null;
  return (
    <>
      <h2>{t('training')}</h2>
      <p>{missing.length > 0 ? t('missingCourses', { courses: missing.join(', ') }) : t('noMissingCourses')}</p>
      <RecordTraining learner={{ applicationCode: code }} />
    </>
  );
}
