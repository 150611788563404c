import { Alert, Button, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe, useTimeZone } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { DateSpan, InstantText } from '../../shared/values.tsx';
import {
  BusinessPayeesDocument,
  BusinessProposePayeeDocument,
  type BusinessProposePayeeMutationVariables,
} from './Business.generated.ts';

type Fields = Omit<BusinessProposePayeeMutationVariables, 'agentCode' | 'idempotencyKey'>;
const colours = { PROPOSED: 'gold', APPROVED: 'green', REJECTED: 'red' } as const;

/** Where our money goes: shown masked, changed by asking, decided by finance. */
export function BankDetails() {
  const { t } = useTranslation('business');
  const code = useMe().agentCode ?? '';
  const mayChange = useMayChange();
  const pages = usePages();
  const read = useRead(BusinessPayeesDocument, { code, after: pages.after }, { keep: true });
  return (
    <Page title={t('bankDetails.title')} lead={t('bankDetails.lead')}>
      <Loaded read={read} rows={4}>
        {({ payees }) => (
          <PagedList
            label={t('bankDetails.title')}
            connection={payees}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('noAccount')}
            columns={[
              { key: 'account', title: t('account'), render: ({ bankName, account }) => `${bankName} ${account}` },
              { key: 'holder', title: t('holder'), render: ({ holderName }) => holderName },
              {
                key: 'state',
                title: t('status'),
                render: ({ state }) => <Tag color={colours[state]}>{t(`payeeState.${state}`)}</Tag>,
              },
              {
                key: 'from',
                title: t('from'),
                render: ({ from, to }) => <DateSpan from={from} to={to} />,
              },
              {
                key: 'by',
                title: t('proposed'),
                render: ({ proposedBy, proposedAt }) => (
                  <>
                    {proposedBy} · <InstantText value={proposedAt} />
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {mayChange && <Propose code={code} />}
    </Page>
  );
}

function Propose({ code }: { readonly code: string }) {
  const { t } = useTranslation('business');
  const today = dateOf(new Date(), useTimeZone());
  const [form] = Form.useForm<Fields>();
  const [key, setKey] = useState(newKey);
  const { mutateAsync, isPending, error, isSuccess } = useChange(BusinessProposePayeeDocument);
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  const submit = async (fields: Fields) => {
    const done = await mutateAsync({
      ...fields,
      clearingCode: fields.clearingCode || null,
      agentCode: code,
      idempotencyKey: key,
    }).catch(() => undefined);
    if (!done) return;
    form.resetFields();
    setKey(newKey());
  };
  return (
    <Panel title={t('change')} style={{ marginTop: 16, maxWidth: 640 }}>
      <Form<Fields> form={form} layout="vertical" onFinish={submit} initialValues={{ from: today }} autoComplete="off">
        <Form.Item name="holderName" label={t('holder')} rules={needed}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="bankName" label={t('bank')} rules={needed}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="account" label={t('accountNumber')} rules={needed}>
          <Input maxLength={64} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="clearingCode" label={`${t('clearingCode')} (${t('common:optional')})`}>
          <Input maxLength={12} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="from" label={t('from')} rules={needed}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="reason" label={t('common:reason')} rules={needed}>
          <Input.TextArea rows={2} maxLength={2000} />
        </Form.Item>
        <Faults error={error} />
        {isSuccess && <Alert type="success" showIcon title={t('asked')} style={{ marginBottom: 12 }} />}
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('common:send')}
        </Button>
      </Form>
    </Panel>
  );
}
