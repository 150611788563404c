import { App, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeZone } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { sumOf } from '../../shared/exact.ts';
import { dateOf } from '../../shared/format.ts';
import { Panel } from '../../shared/Panel.tsx';
import { type Paper, SettlementPaper } from '../../shared/SettlementPaper.tsx';
import { Faults } from '../../shared/states.tsx';
import type { Awaited } from './awaited.ts';
import { InvoicesSubmitDocument } from './Invoices.generated.ts';

const parts = ['net', 'vat', 'gross'] as const;

type Fields = Record<'number' | 'issuedOn' | (typeof parts)[number], string> & {
  readonly series?: string;
  readonly paper?: Paper;
};

/** Sends an invoice for the statements that were chosen; it comes to what they come to. */
export function SubmitInvoice({
  agent,
  statements,
  onDone,
}: {
  readonly agent: string;
  readonly statements: readonly Awaited[];
  readonly onDone: () => void;
}) {
  const { t } = useTranslation('invoices');
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(InvoicesSubmitDocument);
  const today = dateOf(new Date(), useTimeZone());
  const [net, vat, gross] = parts.map((part) => sumOf(statements.map((one) => one[part])));
  // what was typed of the invoice stays when another statement is chosen
  useEffect(() => form.setFieldsValue({ net, vat, gross }), [form, net, vat, gross]);
  const submit = async ({ paper, series, ...fields }: Fields) => {
    const input = {
      ...fields,
      series: series?.trim() || null,
      statements: statements.map(({ number }) => number),
      documentId: paper?.id ?? null,
    };
    const done = await mutateAsync({ input, idempotencyKey }).catch(() => undefined);
    if (!done) return;
    message.success(t('submit.done'));
    onDone();
  };
  return (
    <Panel
      title={t('submit.title', { statements: statements.map(({ number }) => number).join(', ') })}
      style={{ marginTop: 12 }}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ issuedOn: today }}
        onFinish={submit}
        autoComplete="off"
        style={{ maxWidth: 720 }}
      >
        <InvoiceFields today={today} currency={statements[0]?.currency ?? ''} />
        <Form.Item name="paper" label={`${t('paper')} (${t('common:optional')})`} extra={t('submit.paperHint')}>
          <SettlementPaper label={t('addPaper')} leaveOut={t('leaveOut')} agentCode={agent} kind="INVOICE" />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('submit.send')}
        </Button>
      </Form>
    </Panel>
  );
}

function InvoiceFields({ today, currency }: { readonly today: string; readonly currency: string }) {
  const { t } = useTranslation('invoices');
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  return (
    <>
      <div className="fields-row" style={{ alignItems: 'start' }}>
        <Form.Item name="number" label={t('number')} rules={needed}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="series" label={`${t('series')} (${t('common:optional')})`}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="issuedOn" label={t('issuedOn')} rules={needed}>
          <Input type="date" max={today} />
        </Form.Item>
      </div>
      <p className="quiet">{t('submit.amounts')}</p>
      <div className="fields-row" style={{ alignItems: 'start' }}>
        {parts.map((part) => (
          <Form.Item
            key={part}
            name={part}
            label={`${t(part)} (${currency})`}
            rules={[...needed, { pattern: /^\s*-?\d+(\.\d+)?\s*$/, message: t('amountInvalid') }]}
            getValueFromEvent={({ target }) => target.value.trim()}
          >
            <Input inputMode="decimal" />
          </Form.Item>
        ))}
      </div>
    </>
  );
}
