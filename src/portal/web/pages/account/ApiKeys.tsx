import { Button, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange, useTimeZone } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { endOfDay } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { ShownOnce } from '../../shared/ShownOnce.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import {
  AccountCreateKeyDocument,
  AccountKeysDocument,
  type AccountKeysQuery,
  AccountRevokeKeyDocument,
} from './Account.generated.ts';

type ApiKey = AccountKeysQuery['apiKeys'][number];

/** The keys with which machines act as whoever is signed in. */
export function ApiKeys() {
  const { t } = useTranslation('account');
  const mayChange = useMayChange();
  const read = useRead(AccountKeysDocument, {});
  return (
    <Panel title={t('keys')}>
      <p className="quiet">{t('keysText')}</p>
      <Loaded read={read} rows={3}>
        {({ apiKeys }) => (
          <List
            label={t('keyList')}
            rows={apiKeys}
            rowKey={({ id }) => id}
            empty={t('noKeys')}
            columns={[
              { key: 'name', title: t('keyName'), render: ({ name }) => name },
              { key: 'created', title: t('createdAt'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
              {
                key: 'ends',
                title: t('endsAt'),
                render: ({ expiresAt }) => (expiresAt ? <InstantText value={expiresAt} /> : t('never')),
              },
              { key: 'state', title: t('state'), render: (key) => <KeyState apiKey={key} /> },
              { key: 'action', title: t('action'), render: (key) => <Revoke apiKey={key} /> },
            ]}
          />
        )}
      </Loaded>
      {mayChange && <NewKey />}
    </Panel>
  );
}

const isOver = ({ expiresAt }: ApiKey) => expiresAt !== null && new Date(expiresAt) <= new Date();

function KeyState({ apiKey }: { readonly apiKey: ApiKey }) {
  const { t } = useTranslation('account');
  const state = apiKey.revokedAt ? 'revoked' : isOver(apiKey) ? 'expired' : 'valid';
  return (
    <>
      <Tag color={state === 'valid' ? 'green' : 'default'}>{t(state)}</Tag>
      {apiKey.revokedAt && <InstantText value={apiKey.revokedAt} />}
    </>
  );
}

function Revoke({ apiKey }: { readonly apiKey: ApiKey }) {
  const { t } = useTranslation('account');
  if (apiKey.revokedAt || isOver(apiKey)) return '–';
  return (
    <Action
      size="small"
      danger
      label={t('revoke')}
      document={AccountRevokeKeyDocument}
      variables={(_reason, idempotencyKey) => ({ keyId: apiKey.id, idempotencyKey })}
    >
      <p>{t('revokeText', { name: apiKey.name })}</p>
    </Action>
  );
}

type Fields = { readonly keyName: string; readonly lastDay?: string };

function NewKey() {
  const { t } = useTranslation('account');
  const timeZone = useTimeZone();
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey, setKey] = useState(newKey);
  const [made, setMade] = useState<{ readonly token: string | null }>();
  const { mutateAsync, isPending, error } = useChange(AccountCreateKeyDocument);
  const submit = async ({ keyName, lastDay }: Fields) => {
    setMade(undefined);
    const expiresAt = lastDay ? endOfDay(lastDay, timeZone) : null;
    const answer = await mutateAsync({ name: keyName, expiresAt, idempotencyKey }).catch(() => undefined);
    if (answer?.createApiKey.__typename !== 'ApiKeyPayload') return;
    setMade({ token: answer.createApiKey.token });
    setKey(newKey());
    form.resetFields();
  };
  return (
    <Form<Fields> form={form} name="key" layout="vertical" onFinish={submit} style={{ maxWidth: 480, marginTop: 16 }}>
      <h3>{t('newKey')}</h3>
      <Form.Item
        name="keyName"
        label={t('keyName')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="lastDay" label={`${t('lastDay')} (${t('common:optional')})`} extra={t('lastDayText')}>
        <Input type="date" />
      </Form.Item>
      <Faults error={error} />
      <Button type="primary" htmlType="submit" loading={isPending} style={{ marginBottom: 12 }}>
        {t('createKey')}
      </Button>
      {made && <ShownOnce title={t('keyMade')} text={made.token} />}
    </Form>
  );
}
