import { App, Button, type ButtonProps, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange } from '../app/session.tsx';
import { newKey, useChange } from '../graphql/hooks.ts';
import type { Document } from '../graphql/request.ts';
import { Faults } from './states.tsx';

/** What the dialog's fields hold, by their names. */
type Fields = Readonly<Record<string, string | undefined>>;

type ActionProps<Result, Variables> = {
  /** What the button and the dialog say. */
  readonly label: string;
  readonly document: Document<Result, Variables>;
  /** What is sent, with the reason that was given, a key that makes a second try harmless, and the children's fields. */
  readonly variables: (reason: string, idempotencyKey: string, fields: Fields) => Variables;
  /** What happens, said before it does; and fields (`Form.Item`s with names) of text, where more is asked for. */
  readonly children?: ReactNode;
  /** Whether a reason is asked for. */
  readonly reason?: 'needed' | 'possible';
  readonly disabled?: boolean;
  readonly onDone?: (result: Result) => void;
} & Pick<ButtonProps, 'type' | 'danger' | 'size' | 'icon'>;

/** A button that changes something, for who may: asks first, says what is wrong where it is refused, and that it is done. */
export function Action<Result, Variables>({
  label,
  document,
  variables,
  children,
  reason,
  disabled,
  onDone,
  ...button
}: ActionProps<Result, Variables>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mayChange = useMayChange();
  const [form] = Form.useForm<Fields>();
  const [key, setKey] = useState<string>();
  const { mutateAsync, isPending, error, reset } = useChange(document);
  const close = () => {
    setKey(undefined);
    reset();
    form.resetFields();
  };
  const submit = async (fields: Fields) => {
    const result = await mutateAsync(variables(fields.reason?.trim() ?? '', key ?? newKey(), fields)).catch(
      () => undefined,
    );
    if (result === undefined) return;
    close();
    message.success(t('done'));
    onDone?.(result);
  };
  if (!mayChange) return null;
  return (
    <>
      <Button {...button} disabled={disabled ?? false} onClick={() => setKey(newKey())}>
        {label}
      </Button>
      <Modal
        open={key !== undefined}
        title={label}
        okText={label}
        cancelText={t('cancel')}
        confirmLoading={isPending}
        okButtonProps={{ danger: button.danger ?? false }}
        onOk={form.submit}
        onCancel={close}
        destroyOnHidden
      >
        <Form<Fields> form={form} layout="vertical" onFinish={submit}>
          {children}
          {reason && (
            <Form.Item
              name="reason"
              label={reason === 'needed' ? t('reason') : `${t('reason')} (${t('optional')})`}
              rules={[{ required: reason === 'needed', whitespace: true, message: t('required') }]}
            >
              <Input.TextArea rows={3} maxLength={2000} />
            </Form.Item>
          )}
          <Faults error={error} />
        </Form>
      </Modal>
    </>
  );
}
