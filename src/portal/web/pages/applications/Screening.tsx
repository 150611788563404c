import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { List } from '../../shared/PagedList.tsx';
import { Faults } from '../../shared/states.tsx';
import { Quantity } from '../../shared/values.tsx';
import { ApplicationsScoreDocument } from './Applications.generated.ts';
import type { Application } from './types.ts';

/** What reviewers found, item by item of the form. */
export function Screening({ application }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  const { role } = useMe();
  const { formVersion, scores, screening, state } = application;
  if (!formVersion) return null;
  return (
    <>
      <h2>{t('screening')}</h2>
      {screening && (
        <p>
          {t('total')} <Quantity value={screening.total} /> / {t('passMark')} <Quantity value={formVersion.passMark} />{' '}
          · {t(screening.passes ? 'passes' : 'passesNot')}
        </p>
      )}
      <List
        label={t('screening')}
        rows={formVersion.items}
        rowKey={({ code }) => code}
        empty={t('noItems')}
        columns={[
          { key: 'name', title: t('item'), render: ({ name }) => name },
          { key: 'weight', title: t('weight'), align: 'right', render: ({ weight }) => <Quantity value={weight} /> },
          {
            key: 'points',
            title: t('points'),
            align: 'right',
            render: ({ code }) => {
              const score = scores.find(({ item }) => item === code);
              return score ? <Quantity value={score.points} /> : '–';
            },
          },
          {
            key: 'comment',
            title: t('comment'),
            render: ({ code }) => scores.find(({ item }) => item === code)?.comment ?? '',
          },
        ]}
      />
      {state === 'SCREENING' && role !== 'AUDITOR' && <EnterScores application={application} />}
    </>
  );
}

type Fields = Readonly<Record<string, string | undefined>>;

function EnterScores({ application }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  const [key, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(ApplicationsScoreDocument);
  const submit = async (fields: Fields) => {
    const scores = Object.entries(fields).flatMap(([item, points]) => (points ? [{ item, points }] : []));
    await mutateAsync({ code: application.code, scores, idempotencyKey: key })
      .then(() => setKey(newKey()))
      .catch(() => undefined);
  };
  const before = Object.fromEntries(application.scores.map(({ item, points }) => [item, points]));
  return (
    <Form<Fields> layout="vertical" onFinish={submit} initialValues={before} style={{ marginTop: 12 }}>
      <div className="tiles">
        {application.formVersion?.items.map(({ code, name }) => (
          <Form.Item key={code} name={code} label={`${name} (0–100)`}>
            <Input inputMode="decimal" />
          </Form.Item>
        ))}
      </div>
      <Faults error={error} />
      <Button htmlType="submit" loading={isPending}>
        {t('saveScores')}
      </Button>
    </Form>
  );
}
