import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Radio, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { linkWithToken } from '../../shared/token.ts';
import { InstantText } from '../../shared/values.tsx';
import {
  BusinessDisableDocument,
  BusinessInviteDocument,
  BusinessRightDocument,
  BusinessUsersDocument,
  type BusinessUsersQuery,
} from './Business.generated.ts';

type User = NonNullable<BusinessUsersQuery['companyUsers']>[number];
type Right = User['companyRight'];
const rights: readonly Right[] = ['FULL', 'READ'];
type Fields = { readonly email: string; readonly name: string; readonly right: Right };

/** Who signs in for us, and what each may do. */
export function Users() {
  const { t } = useTranslation('business');
  const mayChange = useMayChange();
  const read = useRead(BusinessUsersDocument, {});
  return (
    <Page title={t('users.title')} lead={t('users.lead')}>
      <Loaded read={read} rows={4}>
        {({ companyUsers }) => (
          <List
            label={t('users.title')}
            rows={companyUsers ?? []}
            rowKey={({ email }) => email}
            empty={t('noUsers')}
            columns={[
              { key: 'name', title: t('name'), render: ({ name, email }) => `${name} · ${email}` },
              {
                key: 'state',
                title: t('status'),
                render: ({ disabled }) => (
                  <Tag color={disabled ? 'default' : 'green'}>{t(disabled ? 'disabled' : 'enabled')}</Tag>
                ),
              },
              { key: 'right', title: t('right'), render: ({ companyRight }) => t(`rights.${companyRight}`) },
              { key: 'created', title: t('from'), render: ({ createdAt }) => <InstantText value={createdAt} /> },
              ...(mayChange
                ? [{ key: 'action', title: t('action'), render: (user: User) => <Change user={user} /> }]
                : []),
            ]}
          />
        )}
      </Loaded>
      {mayChange && <Invite />}
    </Page>
  );
}

/** What may be done about somebody; about oneself, giving up the right. */
function Change({ user: { email, disabled, companyRight } }: { readonly user: User }) {
  const { t } = useTranslation('business');
  const me = useMe();
  const client = useQueryClient();
  if (disabled) return '–';
  const right: Right = companyRight === 'FULL' ? 'READ' : 'FULL';
  return (
    <Flex gap="small" wrap>
      <Action
        size="small"
        label={t(`give.${right}`)}
        reason="possible"
        document={BusinessRightDocument}
        variables={(reason, idempotencyKey) => ({ email, right, reason, idempotencyKey })}
        onDone={() => email === me.email && client.invalidateQueries({ queryKey: ['Session'] })}
      >
        <p>{t(`giveText.${right}`, { email })}</p>
      </Action>
      {email !== me.email && (
        <Action
          size="small"
          danger
          label={t('disable')}
          reason="possible"
          document={BusinessDisableDocument}
          variables={(reason, idempotencyKey) => ({ email, reason, idempotencyKey })}
        >
          <p>{t('disableText', { email })}</p>
        </Action>
      )}
    </Flex>
  );
}

function Invite() {
  const { t } = useTranslation('business');
  const [form] = Form.useForm<Fields>();
  const [key, setKey] = useState(newKey);
  const [token, setToken] = useState<string>();
  const { mutateAsync, isPending, error } = useChange(BusinessInviteDocument);
  const submit = async (fields: Fields) => {
    const result = await mutateAsync({ ...fields, idempotencyKey: key }).catch(() => undefined);
    if (result?.inviteCompanyUser.__typename !== 'CompanyInvitationPayload') return;
    setToken(result.inviteCompanyUser.invitationToken ?? undefined);
    setKey(newKey());
    form.resetFields();
  };
  return (
    <Panel title={t('invite')} style={{ marginTop: 16, maxWidth: 640 }}>
      <Form<Fields> form={form} layout="vertical" onFinish={submit} initialValues={{ right: 'FULL' }}>
        <Form.Item
          name="name"
          label={t('name')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, type: 'email', message: t('common:required') }]}
        >
          <Input type="email" maxLength={320} />
        </Form.Item>
        <Form.Item name="right" label={t('right')}>
          <Radio.Group options={rights.map((value) => ({ value, label: t(`rights.${value}`) }))} />
        </Form.Item>
        <Faults error={error} />
        {token && (
          <Alert
            type="success"
            style={{ marginBottom: 12 }}
            title={t('invited')}
            description={
              <Typography.Text copyable code className="hash">
                {linkWithToken('/invitation', token)}
              </Typography.Text>
            }
          />
        )}
        <Flex>
          <Button type="primary" htmlType="submit" loading={isPending}>
            {t('invite')}
          </Button>
        </Flex>
      </Form>
    </Panel>
  );
}
