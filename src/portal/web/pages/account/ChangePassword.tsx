import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useSignIn } from '../../app/session.tsx';
import { NewPasswordFields } from '../../shared/NewPasswordFields.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';

type Fields = { readonly currentPassword: string; readonly password: string };

/** A password of one's own choice, instead of one that was told. */
export function ChangePassword() {
  const { t } = useTranslation('account');
  const { message } = App.useApp();
  const { email } = useMe();
  const { changePassword } = useSignIn();
  const [form] = Form.useForm<Fields>();
  const [error, setError] = useState<unknown>();
  const [pending, setPending] = useState(false);
  const submit = async ({ currentPassword, password }: Fields) => {
    setPending(true);
    setError(undefined);
    try {
      await changePassword(currentPassword, password);
      form.resetFields();
      message.success(t('changed'));
    } catch (caught) {
      setError(caught);
    } finally {
      setPending(false);
    }
  };
  return (
    <Panel title={t('password')}>
      <Form<Fields> form={form} name="password" layout="vertical" onFinish={submit}>
        {/* For password managers, which want to know whose it is. */}
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <Form.Item
          name="currentPassword"
          label={t('currentPassword')}
          rules={[{ required: true, message: t('common:required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPasswordFields label={t('newPassword')} extra={t('passwordText')} />
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={pending}>
          {t('change')}
        </Button>
      </Form>
    </Panel>
  );
}
