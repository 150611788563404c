import { Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession, useSignIn } from '../../app/session.tsx';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Faults } from '../../shared/states.tsx';

type Fields = { readonly email: string; readonly password: string };

/** The way in. */
export function SignIn() {
  const { t } = useTranslation('signIn');
  const { operator } = useSession();
  const { signIn } = useSignIn();
  const [error, setError] = useState<unknown>();
  const [pending, setPending] = useState(false);
  const submit = async ({ email, password }: Fields) => {
    setPending(true);
    setError(undefined);
    await signIn(email, password).catch(setError);
    setPending(false);
  };
  return (
    <PublicPage title={t('title')} lead={operator ? t('lead', { operator: operator.name }) : t('leadPlain')}>
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('common:required') }]}>
          <Input type="email" autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('common:required') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" block loading={pending}>
          {t('enter')}
        </Button>
      </Form>
      <Flex justify="space-between" style={{ marginTop: 16 }} wrap gap="small">
        <Link to="/apply">{t('apply')}</Link>
        <Link to="/application">{t('follow')}</Link>
      </Flex>
      <p style={{ marginTop: 16, fontSize: 13 }}>
        <Link to="/report">{t('report')}</Link>
      </p>
    </PublicPage>
  );
}
