import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useChange } from '../../graphql/hooks.ts';
import { NewPasswordFields } from '../../shared/NewPasswordFields.tsx';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Faults } from '../../shared/states.tsx';
import { tokenOfAddress } from '../../shared/token.ts';
import { InvitationAcceptDocument } from './Invitation.generated.ts';

type Fields = { readonly token: string; readonly password: string };

/** An invitation becomes an account with a password of one's own. */
export function Invitation() {
  const { t } = useTranslation('invitation');
  const [email, setEmail] = useState<string>();
  const { mutateAsync, isPending, error } = useChange(InvitationAcceptDocument);
  const submit = async ({ token, password }: Fields) => {
    const result = await mutateAsync({ token: token.trim(), password }).catch(() => undefined);
    if (result?.acceptInvitation.__typename === 'InvitationPayload') setEmail(result.acceptInvitation.email);
  };
  return (
    <PublicPage title={t('invitation.title')} lead={t('invitation.lead')}>
      {email ? (
        <Alert
          type="success"
          showIcon
          title={t('accepted', { email })}
          description={<Link to="/sign-in">{t('signIn')}</Link>}
        />
      ) : (
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          onFinish={submit}
          initialValues={{ token: tokenOfAddress() }}
        >
          <Form.Item name="token" label={t('token')} rules={[{ required: true, message: t('common:required') }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <NewPasswordFields label={t('password')} />
          <Faults error={error} />
          <Button type="primary" htmlType="submit" block loading={isPending}>
            {t('accept')}
          </Button>
        </Form>
      )}
    </PublicPage>
  );
}
