import { App, Button, Flex, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useMe, useTimeZone } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { dateOf, formatAmount, formatPeriod } from '../../shared/format.ts';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Faults, Loaded, Nothing } from '../../shared/states.tsx';
import {
  type DisputeInput,
  DisputesFileDocument,
  DisputesStatementsDocument,
  type DisputesStatementsQuery,
} from './Disputes.generated.ts';
import { type Paper, Papers } from './Papers.tsx';
import { subjects } from './subjects.ts';

type Statement = NonNullable<DisputesStatementsQuery['statements']>['edges'][number]['node'];
type Fields = Partial<
  Record<'statementId' | 'claimedAmount' | 'reason' | SaleField | 'lineId' | 'scorePeriod', string>
> & {
  readonly subject: (typeof subjects)[number];
};
type SaleField = 'externalId' | 'source' | 'subscriptionId' | 'productCode' | 'soldOn';
const saleFields: readonly SaleField[] = ['externalId', 'source', 'subscriptionId', 'productCode', 'soldOn'];

/** Raises a dispute; the address may say what about: kind, statement or period, line, event, source, subscription, product, score. */
export function RaiseDispute() {
  const { t } = useTranslation('disputes');
  const { agentCode } = useMe();
  const read = useRead(DisputesStatementsDocument, { agent: agentCode ?? '' });
  const today = dateOf(new Date(), useTimeZone());
  return (
    <Loaded read={read} rows={12}>
      {({ statements }) => {
        const open = rowsOf(statements)
          .filter(({ issued }) => issued !== null && issued.disputableUntil > today)
          .reverse();
        return open.length === 0 ? <Nothing>{t('form.noStatement')}</Nothing> : <DisputeForm statements={open} />;
      }}
    </Loaded>
  );
}

function firstFields(search: URLSearchParams, statements: readonly Statement[], reason: string): Fields {
  const text = (name: string) => search.get(name) ?? '';
  const asked =
    statements.find(({ id, issued }) => [id, issued?.number].includes(text('statement'))) ??
    statements.find(({ period }) => period === (search.get('period') ?? text('score')));
  return {
    subject: subjects.find((subject) => subject === search.get('kind')) ?? 'STATEMENT',
    statementId: (asked ?? statements[0])?.id ?? '',
    lineId: text('line'),
    externalId: text('event'),
    source: text('source'),
    subscriptionId: text('subscription'),
    productCode: text('product'),
    scorePeriod: text('score'),
    reason,
  };
}

/** What is sent: only what belongs to the subject. */
function inputOf(
  fields: Fields,
  { period, currency }: Statement,
  agentCode: string,
  papers: readonly Paper[],
): DisputeInput {
  const said = (text: string | undefined) => text?.trim() || null;
  return {
    agentCode,
    period,
    currency,
    subject: fields.subject,
    reason: fields.reason?.trim() ?? '',
    claimedAmount: said(fields.claimedAmount),
    documentIds: papers.map(({ id }) => id),
    ...(fields.subject === 'LINE' && { lineId: said(fields.lineId) }),
    ...(fields.subject === 'SCORE' && { scorePeriod: said(fields.scorePeriod) }),
    ...(fields.subject === 'MISSING_CREDIT' &&
      Object.fromEntries(saleFields.map((name) => [name, said(fields[name])]))),
  };
}

function DisputeForm({ statements }: { readonly statements: readonly Statement[] }) {
  const { t } = useTranslation('disputes');
  const { agentCode } = useMe();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [papers, setPapers] = useState<readonly Paper[]>([]);
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(DisputesFileDocument);
  const customer = search.get('customer');
  const first = firstFields(search, statements, customer ? t('form.customer', { customer }) : '');
  const subject = Form.useWatch('subject', form) ?? first.subject;
  const submit = async (fields: Fields) => {
    const statement = statements.find(({ id }) => id === fields.statementId);
    if (!statement) return;
    const input = inputOf(fields, statement, agentCode ?? '', papers);
    const result = await mutateAsync({ input, idempotencyKey }).catch(() => undefined);
    if (result === undefined) return;
    message.success(t('form.filed'));
    const code = 'dispute' in result.fileDispute ? result.fileDispute.dispute?.code : undefined;
    navigate(code ? `/disputes/${code}` : '/disputes');
  };
  return (
    <Panel>
      <Form<Fields> form={form} layout="vertical" initialValues={first} onFinish={submit} style={{ maxWidth: 720 }}>
        <Form.Item name="subject" label={t('subject.title')}>
          <Select options={subjects.map((value) => ({ value, label: t(`subject.${value}`) }))} />
        </Form.Item>
        <StatementChoice statements={statements} />
        <Matter subject={subject} />
        <Form.Item
          name="claimedAmount"
          label={`${t('claimed')} (${t('common:optional')})`}
          extra={t('form.claimedHint')}
          rules={[{ pattern: /^\s*-?\d+(\.\d+)?\s*$/, message: t('amountInvalid') }]}
        >
          <Input inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('common:reason')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={4} maxLength={2000} showCount />
        </Form.Item>
        <Form.Item label={`${t('evidence')} (${t('common:optional')})`}>
          <Papers agentCode={agentCode ?? ''} papers={papers} onChange={setPapers} />
        </Form.Item>
        <Faults error={error} />
        <Flex gap="small" wrap>
          <Button type="primary" htmlType="submit" loading={isPending}>
            {t('form.file')}
          </Button>
          <Button onClick={() => navigate(-1)}>{t('common:cancel')}</Button>
        </Flex>
      </Form>
    </Panel>
  );
}

function StatementChoice({ statements }: { readonly statements: readonly Statement[] }) {
  const { t, i18n } = useTranslation('disputes');
  return (
    <Form.Item name="statementId" label={t('statement')} rules={[{ required: true, message: t('common:required') }]}>
      <Select
        options={statements.map(({ id, period, payable, currency, issued }) => ({
          value: id,
          label: `${formatPeriod(period, i18n.language)} · ${issued?.number} · ${formatAmount(payable, currency, i18n.language)}`,
        }))}
      />
    </Form.Item>
  );
}

function Matter({ subject }: { readonly subject: Fields['subject'] }) {
  const { t } = useTranslation('disputes');
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  if (subject === 'LINE') {
    return (
      <Form.Item name="lineId" label={t('line')} extra={t('form.lineHint')} rules={needed}>
        <Input autoComplete="off" />
      </Form.Item>
    );
  }
  if (subject === 'SCORE') {
    return (
      <Form.Item name="scorePeriod" label={t('scorePeriod')} extra={t('form.scoreHint')}>
        <Input type="month" />
      </Form.Item>
    );
  }
  if (subject === 'STATEMENT') return null;
  return (
    <fieldset className="fields">
      <legend>{t('form.sale')}</legend>
      {saleFields.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(name)}
          {...(name === 'externalId' && {
            dependencies: ['subscriptionId'],
            rules: [
              ({ getFieldValue }) => ({
                validator: async (_rule, value: string | undefined) => {
                  if (!value?.trim() && !getFieldValue('subscriptionId')?.trim()) throw new Error(t('form.saleNeeded'));
                },
              }),
            ],
          })}
        >
          <Input type={name === 'soldOn' ? 'date' : 'text'} autoComplete="off" />
        </Form.Item>
      ))}
    </fieldset>
  );
}
