import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency, useMe, useTimeZone } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { dateOf } from '../../shared/format.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { Due } from './Due.tsx';
import {
  PaymentsCandidatesDocument,
  type PaymentsCandidatesQuery,
  PaymentsCreateBatchDocument,
} from './Payments.generated.ts';

type Policy = PaymentsCandidatesQuery['settlementPolicy'];
type Fields = { readonly debtorAccount: string; readonly executesOn: string; readonly format: string };

/** What is due, and what stands in the way of the rest. */
export function Candidates({ onMade }: { readonly onMade: () => void }) {
  const { t } = useTranslation('payments');
  const own = useCurrency();
  const [currency, setCurrency] = useState(own);
  const { role } = useMe();
  const read = useRead(PaymentsCandidatesDocument, { currency });
  return (
    <Loaded read={read} rows={10}>
      {({ paymentCandidates: found, settlementPolicy }) => (
        <>
          <div className="tiles">
            <Panel title={t('payable')}>
              <div className="figure">
                <Amount value={found?.payableGross ?? '0'} currency={currency} strong />
              </div>
              <div>{t('howMany', { count: found?.payableCount ?? 0 })}</div>
            </Panel>
            <Panel title={t('blocked')}>
              <div className="figure">
                <Amount value={found?.blockedGross ?? '0'} currency={currency} />
              </div>
              <div>{t('howMany', { count: found?.blockedCount ?? 0 })}</div>
            </Panel>
            {(role === 'FINANCE' || role === 'ADMIN') && (
              <NewBatch
                onMade={onMade}
                currency={currency}
                onCurrency={setCurrency}
                policy={settlementPolicy}
                disabled={(found?.payableCount ?? 0) === 0}
              />
            )}
          </div>
          <Due key={currency} currency={currency} />
        </>
      )}
    </Loaded>
  );
}

type NewBatchProps = {
  /** The batch is there. */
  readonly onMade: () => void;
  readonly currency: string;
  readonly onCurrency: (currency: string) => void;
  readonly policy: Policy;
  readonly disabled: boolean;
};

function NewBatch({ onMade, currency, onCurrency, policy, disabled }: NewBatchProps) {
  const { t } = useTranslation('payments');
  const today = dateOf(new Date(), useTimeZone());
  const [key, setKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(PaymentsCreateBatchDocument);
  const accounts = policy?.debtorAccounts ?? [];
  const currencies = [...new Set([currency, ...accounts.map((account) => account.currency)])];
  const submit = async (fields: Fields) => {
    const made = await mutateAsync({ ...fields, currency, idempotencyKey: key }).catch(() => undefined);
    if (!made) return;
    setKey(newKey());
    onMade();
  };
  return (
    <Panel title={t('newBatch')}>
      <Form<Fields>
        layout="vertical"
        onFinish={submit}
        initialValues={{ executesOn: today, format: 'pain.001.001.09' }}
      >
        <Form.Item label={t('currency')}>
          <Select
            value={currency}
            onChange={onCurrency}
            options={currencies.map((value) => ({ value, label: value }))}
            aria-label={t('currency')}
          />
        </Form.Item>
        <Form.Item
          name="debtorAccount"
          label={t('debtorAccount')}
          rules={[{ required: true, message: t('common:required') }]}
        >
          <Select
            options={accounts
              .filter((account) => account.currency === currency)
              .map(({ code, holderName }) => ({ value: code, label: `${code} · ${holderName}` }))}
          />
        </Form.Item>
        <Form.Item
          name="executesOn"
          label={t('executesOn')}
          rules={[{ required: true, message: t('common:required') }]}
        >
          <Input type="date" />
        </Form.Item>
        <Form.Item name="format" label={t('format')}>
          <Select
            options={['pain.001.001.09', ...(policy?.bankLayouts ?? []).map(({ code }) => code)].map((value) => ({
              value,
              label: value,
            }))}
          />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending} disabled={disabled}>
          {t('make')}
        </Button>
      </Form>
    </Panel>
  );
}
