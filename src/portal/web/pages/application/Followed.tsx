import { Alert, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Action } from '../../shared/Action.tsx';
import { useDocumentKind } from '../../shared/documentKind.ts';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Faults } from '../../shared/states.tsx';
import { DateSpan, DateText, InstantText } from '../../shared/values.tsx';
import { Correct } from './Correct.tsx';
import {
  OwnApplicationSignDocument,
  OwnApplicationSubmitDocument,
  OwnApplicationWithdrawDocument,
} from './OwnApplication.generated.ts';
import type { OwnApplicationShown } from './types.ts';

export type FollowedProps = {
  readonly access: { readonly code: string; readonly token: string };
  readonly application: OwnApplicationShown;
};

/** An application as its applicant sees it. */
export function Followed({ access, application }: FollowedProps) {
  const { t } = useTranslation('application');
  const { state, name, steps, numbers, dueOn, rejectionReason, contract } = application;
  return (
    <>
      <Alert
        type={state === 'REJECTED' ? 'error' : state === 'ACTIVE' ? 'success' : 'info'}
        showIcon
        title={`${application.code} · ${name}: ${t(`states.${state}`)}`}
        description={rejectionReason ?? t(`next.${state}`)}
      />
      <dl className="pairs" style={{ marginBlock: 12 }}>
        {numbers.map(({ kind, masked }) => (
          <div className="pair" key={kind}>
            <dt>{t(`secret.${kind}`)}</dt>
            <dd className="pair-value">{masked}</dd>
          </div>
        ))}
        {dueOn && (
          <div className="pair">
            <dt>{t('due')}</dt>
            <dd className="pair-value">
              <DateText value={dueOn} />
            </dd>
          </div>
        )}
        {contract?.planName && (
          <div className="pair">
            <dt>{t('contract')}</dt>
            <dd className="pair-value">
              {contract.planName}{' '}
              {contract.from && (
                <>
                  · <DateSpan from={contract.from} to={contract.to} />
                </>
              )}
            </dd>
          </div>
        )}
      </dl>
      <Papers access={access} application={application} />
      <Steps access={access} application={application} />
      <h2>{t('history')}</h2>
      <ul className="plain-list">
        {steps.map(({ to, at }) => (
          <li key={at + to}>
            <InstantText value={at} /> · {t(`states.${to}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Steps({ access, application }: FollowedProps) {
  const { t } = useTranslation('application');
  const kindText = useDocumentKind();
  const { state, missingDocuments, missingNumbers, documents, contract } = application;
  const signed = documents.find(({ kind, mine }) => kind === 'CONTRACT' && mine);
  const missing = [...missingNumbers.map((kind) => t(`secret.${kind}`)), ...missingDocuments.map(kindText)];
  return (
    <>
      {state === 'DRAFT' && missing.length > 0 && <p>{t('missing', { things: missing.join(', ') })}</p>}
      <div className="buttons">
        {state === 'DRAFT' && <Correct access={access} application={application} />}
        {state === 'DRAFT' && (
          <Action
            type="primary"
            label={t('submit')}
            disabled={missing.length > 0}
            document={OwnApplicationSubmitDocument}
            variables={() => access}
          />
        )}
        {state === 'APPROVED' && signed && !contract?.signedAt && (
          <Action
            type="primary"
            label={t('sign')}
            document={OwnApplicationSignDocument}
            variables={() => ({ ...access, documentId: signed.id })}
          >
            <p>{t('signText', { file: signed.fileName })}</p>
          </Action>
        )}
        {(state === 'DRAFT' || state === 'SUBMITTED' || state === 'SCREENING') && (
          <Action
            danger
            label={t('withdraw')}
            reason="needed"
            document={OwnApplicationWithdrawDocument}
            variables={(reason) => ({ ...access, reason })}
          />
        )}
      </div>
    </>
  );
}

function Papers({ access, application }: FollowedProps) {
  const { t } = useTranslation('application');
  const nameOf = useDocumentKind();
  const { state, documents, missingDocuments } = application;
  const kinds =
    state === 'APPROVED'
      ? ['CONTRACT']
      : [...new Set([...missingDocuments, ...documents.map(({ kind }) => kind), 'OTHER'])];
  const [chosen, setChosen] = useState<string>();
  const kind = chosen ?? kinds[0] ?? 'OTHER';
  return (
    <>
      <h2>{t('documents')}</h2>
      <List
        label={t('documents')}
        rows={documents}
        rowKey={({ id }) => id}
        empty={t('noDocuments')}
        columns={[
          {
            key: 'name',
            title: t('file'),
            render: ({ id, fileName }) => <Download access={access} id={id} fileName={fileName} />,
          },
          { key: 'kind', title: t('kind'), render: (row) => nameOf(row.kind) },
          { key: 'at', title: t('at'), render: ({ uploadedAt }) => <InstantText value={uploadedAt} /> },
        ]}
      />
      {(state === 'DRAFT' || state === 'APPROVED') && (
        <div className="buttons">
          <Select
            aria-label={t('kind')}
            value={kind}
            onChange={setChosen}
            options={kinds.map((value) => ({ value, label: nameOf(value) }))}
            style={{ minWidth: 200 }}
          />
          <FileUpload
            label={t('upload')}
            path={`/documents?application=${encodeURIComponent(access.code)}&kind=${encodeURIComponent(kind)}`}
            headers={{ 'x-application-token': access.token }}
          />
        </div>
      )}
    </>
  );
}

/** A file that only the token opens: it travels in a header, which a plain link has not. */
function Download({
  access,
  id,
  fileName,
}: {
  readonly access: FollowedProps['access'];
  readonly id: string;
  readonly fileName: string;
}) {
  const { t } = useTranslation('application');
  const [error, setError] = useState<unknown>();
  const save = async () => {
    const response = await fetch(`/documents/${id}?application=${encodeURIComponent(access.code)}`, {
      headers: { 'x-application-token': access.token },
    });
    if (!response.ok) return setError(new Error(t('noFile')));
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <Button type="link" onClick={() => save().catch(setError)} style={{ paddingInline: 0 }}>
        {fileName}
      </Button>
      <Faults error={error} />
    </>
  );
}
