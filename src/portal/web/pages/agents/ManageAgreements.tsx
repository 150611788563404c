import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Faults } from '../../shared/states.tsx';
import {
  ManageChangeAgreementDocument,
  ManageChoicesDocument,
  ManageEndAgreementDocument,
  ManageOpenAgreementDocument,
  type ManageOpenAgreementMutationVariables,
  ManageRenewAgreementDocument,
} from './Manage.generated.ts';
import { DayField, endAfter, Field, type Fields, given, NumberField, TextField } from './manageFields.tsx';
import type { AgentFile } from './types.ts';

type Agreement = NonNullable<AgentFile['agreements']>[number];

/** Only terms that were written: the others stay what they are. */
function termsOf({ taxPercent, minimumPayout, paymentDelayDays, trailing }: Fields) {
  type Trailing = NonNullable<NonNullable<ManageOpenAgreementMutationVariables['terms']>['trailing']>;
  return {
    ...(given(taxPercent) && { taxPercent: given(taxPercent) }),
    ...(given(minimumPayout) && { minimumPayout: given(minimumPayout) }),
    ...(given(paymentDelayDays) && { paymentDelayDays: Number(paymentDelayDays) }),
    ...(trailing && { trailing: trailing as Trailing }),
  };
}

const signatureOf = ({ signedOn }: Fields) => (signedOn ? { signedOn } : null);

const decimal = /^\d+(\.\d+)?$/;

/** Plan, terms and signature of an agreement; `following` says that what is left empty stays what it is. */
function TermsFields({ following = false }: { readonly following?: boolean }) {
  const { t } = useTranslation('agents');
  const { data, error } = useRead(ManageChoicesDocument, {});
  return (
    <>
      <Field name="plan" label={t('plan')} optional={following}>
        <Select
          allowClear={following}
          loading={!data && !error}
          showSearch={{ optionFilterProp: 'label' }}
          options={(data?.plans ?? []).map(({ code, name }) => ({ value: code, label: `${name} · ${code}` }))}
        />
      </Field>
      {following && <p className="quiet">{t('termsStay')}</p>}
      <NumberField name="taxPercent" label={`${t('tax')} (%)`} pattern={decimal} />
      <NumberField name="minimumPayout" label={t('minimumPayout')} pattern={decimal} />
      <NumberField name="paymentDelayDays" label={t('delayDays')} pattern={/^\d{1,4}$/} />
      <Field name="trailing" label={t('trailingField')} optional>
        <Select
          allowClear
          options={(['STOP', 'CONTINUE'] as const).map((value) => ({ value, label: t(`trailings.${value}`) }))}
        />
      </Field>
      <DayField name="signedOn" label={t('signedOn')} optional />
      <Faults error={error} />
    </>
  );
}

/** Binds the agent to a plan. */
export function OpenAgreement({ agentCode, today }: { readonly agentCode: string; readonly today: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('openAgreement')}
      document={ManageOpenAgreementDocument}
      variables={(_reason, idempotencyKey, fields) => ({
        agentCode,
        code: fields.code ?? '',
        plan: fields.plan ?? '',
        from: fields.from ?? today,
        to: endAfter(fields.lastDay),
        terms: termsOf(fields),
        signature: signatureOf(fields),
        idempotencyKey,
      })}
    >
      <TextField name="code" label={t('code')} initial={`${agentCode}-${today}`} />
      <DayField name="from" label={t('firstDay')} initial={today} />
      <DayField name="lastDay" label={t('lastDay')} optional />
      <TermsFields />
    </Action>
  );
}

/** What can be done to an agreement: let another follow its end, change its terms from a day on, end it. */
export function AgreementActions({ row, today }: { readonly row: Agreement; readonly today: string }) {
  const { t } = useTranslation('agents');
  const { code, to } = row;
  if (to !== null && to <= today) return '–';
  return (
    <div className="buttons">
      {to !== null && (
        <Action
          size="small"
          label={t('renew')}
          document={ManageRenewAgreementDocument}
          variables={(_reason, idempotencyKey, fields) => ({
            renews: code,
            plan: fields.plan ?? null,
            to: endAfter(fields.lastDay),
            terms: termsOf(fields),
            signature: signatureOf(fields),
            idempotencyKey,
          })}
        >
          <p>{t('renewText', { code })}</p>
          <DayField name="lastDay" label={t('lastDay')} optional />
          <TermsFields following />
        </Action>
      )}
      <Action
        size="small"
        label={t('changeTerms')}
        reason="needed"
        document={ManageChangeAgreementDocument}
        variables={(reason, idempotencyKey, fields) => ({
          changes: code,
          from: fields.from ?? '',
          plan: fields.plan ?? null,
          terms: termsOf(fields),
          signature: signatureOf(fields),
          reason,
          idempotencyKey,
        })}
      >
        <p>{t('changeText', { code })}</p>
        <DayField name="from" label={t('firstDayOfTerms')} initial={today} />
        <TermsFields following />
      </Action>
      <Action
        size="small"
        danger
        label={t('endAgreement')}
        reason="needed"
        document={ManageEndAgreementDocument}
        variables={(reason, idempotencyKey, fields) => ({
          code,
          on: endAfter(fields.lastDay) ?? '',
          reason,
          idempotencyKey,
        })}
      >
        <p>{t('endAgreementText', { code })}</p>
        <DayField name="lastDay" label={t('lastDay')} initial={today} />
      </Action>
    </div>
  );
}
