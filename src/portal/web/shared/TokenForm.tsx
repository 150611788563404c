import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** Asks for the token of an invitation where the link had none, or another. */
export function TokenForm({ token, onToken }: { readonly token: string; readonly onToken: (token: string) => void }) {
  const { t } = useTranslation();
  return (
    <Form<{ readonly token: string }>
      layout="vertical"
      requiredMark={false}
      initialValues={{ token }}
      onFinish={(fields) => onToken(fields.token.trim())}
    >
      <Form.Item
        name="token"
        label={t('invitationToken')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block>
        {t('openInvitation')}
      </Button>
    </Form>
  );
}
