import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** The fields `password` and `again` of a form in which somebody chooses a password. */
export function NewPasswordFields({ label, extra }: { readonly label: string; readonly extra?: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="password"
        label={label}
        extra={extra}
        rules={[{ required: true, min: 10, max: 200, message: t('newPassword.length') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('newPassword.again')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('required') },
          ({ getFieldValue }) => ({
            validator: async (_rule, value) => {
              if (value && value !== getFieldValue('password')) throw new Error(t('newPassword.different'));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
