import { Form, Input, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { rowsOf } from '../../shared/pages.ts';
import { Amount } from '../../shared/values.tsx';
import { ProposalsAgentsDocument, ProposalsBalanceDocument } from './Money.generated.ts';

type AgentChoiceProps = {
  readonly id?: string;
  readonly value?: string | undefined;
  readonly onChange?: (code: string | undefined) => void;
  readonly all?: string;
};

/** Chooses an agent by parts of its code or name. */
export function AgentChoice({ id, value, onChange, all }: AgentChoiceProps) {
  const { t } = useTranslation('proposals');
  const [typed, setTyped] = useState('');
  const read = useRead(ProposalsAgentsDocument, { search: useDeferredValue(typed) }, { keep: true });
  const options = rowsOf(read.data?.agents).map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }));
  return (
    <Select<string>
      {...(id && { id })}
      value={value ?? null}
      options={options}
      loading={read.isFetching}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear
      placeholder={all ?? t('agentHint')}
      popupMatchSelectWidth={false}
      style={{ minWidth: 180 }}
      onChange={(code: string | undefined) => onChange?.(code)}
    />
  );
}

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
