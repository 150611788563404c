import { App, Button, Flex, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultsError, newKey, useChange } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { type Paper, SettlementPaper } from '../../shared/SettlementPaper.tsx';
import { Faults } from '../../shared/states.tsx';
import { ProposalsProposeAdjustmentsDocument } from './Adjustments.generated.ts';
import { AgentField, AmountField, CurrencyField } from './fields.tsx';

export const kinds = ['CORRECTION', 'PENALTY'] as const;

type Fields = {
  readonly agentCode: string;
  readonly kind: (typeof kinds)[number];
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  /** With the agent whose it is: another one needs another. */
  readonly paper?: Paper;
};

/** Proposes one adjustment or penalty, with its paper. */
export function AdjustmentForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation('proposals');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey, setKey] = useState(newKey);
  const [rejected, setRejected] = useState<FaultsError>();
  const { mutateAsync, isPending, error } = useChange(ProposalsProposeAdjustmentsDocument);
  const submit = async ({ agentCode: agent, paper, ...fields }: Fields) => {
    setRejected(undefined);
    const input = [{ ...fields, agent, document: paper?.id ?? '' }];
    const answer = await mutateAsync({ input, idempotencyKey }).catch(() => undefined);
    if (!answer) return;
    // what was answered is kept under its key: what is mended needs another one
    setKey(newKey());
    const result = answer.proposeAdjustments;
    if ('rejections' in result && result.rejections.length > 0) return setRejected(new FaultsError(result.rejections));
    message.success(t('proposed', { count: 1 }));
    onDone();
  };
  return (
    <Panel title={t('propose.one')} style={{ marginBottom: 16 }}>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ kind: 'CORRECTION' }}
        onFinish={submit}
        onValuesChange={(changed) => 'agentCode' in changed && form.resetFields(['paper'])}
        style={{ maxWidth: 720 }}
      >
        <AdjustmentFields />
        <Faults error={error ?? rejected} />
        <Flex gap="small">
          <Button type="primary" htmlType="submit" loading={isPending}>
            {t('propose.send')}
          </Button>
          <Button onClick={onDone}>{t('common:cancel')}</Button>
        </Flex>
      </Form>
    </Panel>
  );
}

function AdjustmentFields() {
  const { t } = useTranslation('proposals');
  const agentCode: string | undefined = Form.useWatch('agentCode');
  const kind: string = Form.useWatch('kind') ?? 'CORRECTION';
  const needed = [{ required: true, message: t('common:required') }];
  return (
    <>
      <div className="fields-row" style={{ alignItems: 'start' }}>
        <AgentField />
        <Form.Item name="kind" label={t('kind.title')}>
          <Select options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
        </Form.Item>
      </div>
      <div className="fields-row" style={{ alignItems: 'start' }}>
        <AmountField name="amount" label={t('amount')} signed hint={t(`amountHint.${kind}`)} />
        <CurrencyField />
      </div>
      <Form.Item name="reason" label={t('common:reason')} rules={[{ ...needed[0], whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={2000} placeholder={t('reasonHint')} />
      </Form.Item>
      <Form.Item name="paper" label={t('paper')} extra={t('paperHint')} rules={needed}>
        <SettlementPaper
          label={t('addPaper')}
          leaveOut={t('leaveOut')}
          agentCode={agentCode}
          kind={`ADJUSTMENT_${kind}`}
        />
      </Form.Item>
    </>
  );
}
