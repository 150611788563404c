import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../shared/values.tsx';
import type { DisputePageDecideMutationVariables } from './DisputePage.generated.ts';

const outcomes = ['ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED'] as const;
const effects = ['ADJUSTMENT', 'RECALCULATION', 'NONE'] as const;

const oneOf = <Value extends string>(values: readonly [Value, ...Value[]], text: string | undefined): Value =>
  values.find((value) => value === text) ?? values[0];

/** What the fields below hold. */
export type DecisionTexts = Partial<Record<'outcome' | 'effect' | 'amount', string>>;

/** The decision that was chosen: what is rejected has no effect, and only an adjustment has an amount. @param decision what the agent is told */
export function decisionOf(fields: DecisionTexts, decision: string): DisputePageDecideMutationVariables['decision'] {
  const outcome = oneOf(outcomes, fields.outcome);
  const effect = outcome === 'REJECTED' ? 'NONE' : oneOf(effects, fields.effect);
  const amount = effect === 'ADJUSTMENT' ? (fields.amount?.trim() ?? null) : null;
  return { outcome, effect, amount, decision };
}

/** Who is right, and what follows. @param currency of the amount */
export function DecisionFields({
  currency,
  claimedAmount,
}: {
  readonly currency: string;
  readonly claimedAmount: string | null;
}) {
  const { t } = useTranslation('disputes');
  const outcome = Form.useWatch('outcome');
  const effect = Form.useWatch('effect');
  const rejected = outcome === 'REJECTED';
  return (
    <>
      <p>{t('decideText')}</p>
      <Form.Item name="outcome" label={t('outcome')} initialValue="ACCEPTED">
        <Select options={outcomes.map((value) => ({ value, label: t(`state.${value}`) }))} />
      </Form.Item>
      {!rejected && (
        <Form.Item name="effect" label={t('effect.title')} initialValue="ADJUSTMENT">
          <Select options={effects.map((value) => ({ value, label: t(`effect.${value}`) }))} />
        </Form.Item>
      )}
      {!rejected && effect === 'ADJUSTMENT' && (
        <Form.Item
          name="amount"
          label={`${t('decidedAmount')} (${currency})`}
          initialValue={claimedAmount ?? ''}
          extra={
            claimedAmount && (
              <>
                {t('claimed')}: <Amount value={claimedAmount} currency={currency} />
              </>
            )
          }
          rules={[
            { required: true, message: t('common:required') },
            { pattern: /^\s*-?\d+(\.\d+)?\s*$/, message: t('amountInvalid') },
          ]}
        >
          <Input inputMode="decimal" autoComplete="off" />
        </Form.Item>
      )}
    </>
  );
}
