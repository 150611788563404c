import { App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { PeopleCreateDocument, type PeopleCreateMutationVariables, PeopleRegionsDocument } from './People.generated.ts';
import { roles } from './roles.ts';

type Fields = {
  readonly name: string;
  readonly email: string;
  readonly role: PeopleCreateMutationVariables['role'];
  readonly agentCode?: string;
  readonly regionCode?: string;
  readonly password: string;
};

/** Creates an account, with a password that is told to the person on another way. */
export function NewAccount() {
  const { t } = useTranslation(['people', 'words']);
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const role = Form.useWatch('role', form);
  const [idempotencyKey, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(PeopleCreateDocument);
  const submit = async ({ agentCode, regionCode, ...fields }: Fields) => {
    const of = { agentCode: agentCode?.trim() ?? null, regionCode: regionCode ?? null };
    const result = await mutateAsync({ ...fields, ...of, idempotencyKey }).catch(() => undefined);
    if (!result) return;
    setKey(newKey());
    form.resetFields();
    message.success(t('common:done'));
  };
  const needed = { required: true, whitespace: true, message: t('common:required') };
  return (
    <Panel title={t('newAccount')}>
      <Form<Fields>
        form={form}
        name="account"
        layout="vertical"
        onFinish={submit}
        initialValues={{ role: 'CHANNEL_MANAGER' }}
      >
        <Form.Item name="name" label={t('name')} rules={[needed]}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, type: 'email', message: t('emailWrong') }]}
        >
          <Input type="email" maxLength={320} autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t('roleTitle')} extra={t(`roleText.${role ?? 'CHANNEL_MANAGER'}`)}>
          <Select options={roles.map((value) => ({ value, label: t(`words:role.${value}`) }))} />
        </Form.Item>
        {role === 'AGENT' && (
          <Form.Item name="agentCode" label={t('agentCode')} rules={[needed]}>
            <Input maxLength={100} autoComplete="off" />
          </Form.Item>
        )}
        {role === 'CHANNEL_MANAGER' && <RegionField />}
        <Form.Item
          name="password"
          label={t('password')}
          extra={t('passwordText')}
          rules={[{ required: true, min: 10, max: 200, message: t('common:newPassword.length') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('create')}
        </Button>
      </Form>
    </Panel>
  );
}

function RegionField() {
  const { t } = useTranslation(['people', 'words']);
  const { data, error } = useRead(PeopleRegionsDocument, {});
  const regions = data?.regions ?? [];
  return (
    <>
      <Form.Item name="regionCode" label={t('region')} rules={[{ required: true, message: t('common:required') }]}>
        <Select
          loading={!data && !error}
          showSearch={{ optionFilterProp: 'label' }}
          options={regions.map(({ code, name }) => ({ value: code, label: `${name} · ${code}` }))}
        />
      </Form.Item>
      <Faults error={error} />
    </>
  );
}
