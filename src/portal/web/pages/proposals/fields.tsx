import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { AgentChoice } from '../../shared/AgentChoice.tsx';
import { Amount } from '../../shared/values.tsx';
import { ProposalsBalanceDocument } from './Money.generated.ts';

/** The field of an agent, `agentCode`. */
export function AgentField() {
  const { t } = useTranslation('proposals');
  return (
    <Form.Item name="agentCode" label={t('agent')} rules={[{ required: true, message: t('common:required') }]}>
      <AgentChoice />
    </Form.Item>
  );
}

/** The field of a currency; the operator's unless another is written. */
export function CurrencyField() {
  const { t } = useTranslation('proposals');
  return (
    <Form.Item
      name="currency"
      label={t('currency')}
      initialValue={useCurrency()}
      normalize={(text: string) => text.trim().toUpperCase()}
      rules={[{ required: true, pattern: /^[A-Z]{3}$/, message: t('currencyInvalid') }]}
    >
      <Input maxLength={3} autoComplete="off" />
    </Form.Item>
  );
}

type AmountFieldProps = {
  readonly name: 'amount' | 'gross';
  readonly label: string;
  readonly signed?: boolean;
  readonly required?: boolean;
  readonly hint?: string;
};

/** The field of an amount: text, as it is sent. */
export function AmountField({ name, label, signed = false, required = true, hint }: AmountFieldProps) {
  const { t } = useTranslation('proposals');
  const pattern = signed ? /^-?\d+(\.\d+)?$/ : /^\d+(\.\d+)?$/;
  return (
    <Form.Item
      name={name}
      label={required ? label : `${label} (${t('common:optional')})`}
      extra={hint}
      normalize={(text: string) => text.trim()}
      rules={[
        { required, message: t('common:required') },
        { pattern, message: t(signed ? 'amountInvalid' : 'amountPositive') },
      ]}
    >
      <Input inputMode="decimal" autoComplete="off" />
    </Form.Item>
  );
}

/** What stands open with the agent that the form names, and what its deposit holds. */
export function BalanceShown() {
  const { t } = useTranslation('proposals');
  const agentCode: string | undefined = Form.useWatch('agentCode');
  const currency: string = Form.useWatch('currency') ?? '';
  const skip = !agentCode || !/^[A-Z]{3}$/.test(currency);
  const read = useRead(ProposalsBalanceDocument, { agentCode: agentCode ?? '', currency }, { skip });
  const balance = read.data?.agentBalance;
  return (
    <p className="quiet" aria-live="polite">
      {skip || !balance ? (
        t('balanceHint')
      ) : (
        <>
          {t('carried')} <Amount value={balance.amount} currency={currency} /> · {t('deposit')}{' '}
          <Amount value={balance.deposit} currency={currency} />
        </>
      )}
    </p>
  );
}
