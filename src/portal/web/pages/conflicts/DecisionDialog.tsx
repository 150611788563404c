import { App, Button, Form, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import type { Document } from '../../graphql/request.ts';
import { Faults } from '../../shared/states.tsx';
import type { ConflictDecisionInput } from './CasePage.generated.ts';
import { type DecisionFields, decisionOf } from './decision.ts';
import type { CaseShown } from './types.ts';

type DecisionDialogProps<Result, Variables> = {
  readonly found: CaseShown;
  readonly label: string;
  readonly document: Document<Result, Variables>;
  readonly variables: (decision: ConflictDecisionInput, idempotencyKey: string, fields: Fields) => Variables;
  readonly children: ReactNode;
};

/** Of an appeal: whether the decision stays, and what its party is told. */
type Fields = DecisionFields & { readonly appeal?: 'UPHELD' | 'CHANGED'; readonly answer?: string };

/** A button that decides something about a case, after its form. */
export function DecisionDialog<Result, Variables>(props: DecisionDialogProps<Result, Variables>) {
  const [key, setKey] = useState<string>();
  return (
    <>
      <Button type="primary" onClick={() => setKey(newKey())}>
        {props.label}
      </Button>
      {key && <Dialog {...props} idempotencyKey={key} onClose={() => setKey(undefined)} />}
    </>
  );
}

function Dialog<Result, Variables>({
  found,
  label,
  document,
  variables,
  children,
  idempotencyKey,
  onClose,
}: DecisionDialogProps<Result, Variables> & { readonly idempotencyKey: string; readonly onClose: () => void }) {
  const { t } = useTranslation('conflicts');
  const { message } = App.useApp();
  const currency = useCurrency();
  const [form] = Form.useForm<Fields>();
  const { mutateAsync, isPending, error } = useChange(document);
  const submit = async (fields: Fields) => {
    const decision = decisionOf(fields, found.events ?? [], currency);
    const result = await mutateAsync(variables(decision, idempotencyKey, fields)).catch(() => undefined);
    if (result === undefined) return;
    onClose();
    message.success(t('common:done'));
  };
  return (
    <Modal
      open
      width={640}
      title={`${label}: ${found.code}`}
      okText={label}
      cancelText={t('common:cancel')}
      confirmLoading={isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Fields> form={form} name="decision" layout="vertical" onFinish={submit}>
        {children}
        <Faults error={error} />
      </Form>
    </Modal>
  );
}
