import { Alert, App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { ProductChoice } from '../../shared/ProductChoice.tsx';
import { Faults } from '../../shared/states.tsx';
import { InstantText, PeriodText } from '../../shared/values.tsx';
import { DealsCategoriesDocument, DealsClashDocument, DealsRegisterDocument } from './Deals.generated.ts';

type Fields = Partial<Record<'agentCode' | 'customerId' | 'customerName' | 'goods' | 'opportunity', string>>;

/** Registers a customer; what stands against it can be asked before. */
export function RegisterDeal() {
  const { t } = useTranslation('deals');
  const [key, setKey] = useState<string>();
  return (
    <>
      <Button type="primary" onClick={() => setKey(newKey())}>
        {t('register')}
      </Button>
      {key && <RegisterDialog idempotencyKey={key} onClose={() => setKey(undefined)} />}
    </>
  );
}

/** Products and categories are chosen in one field: P:code or C:code. */
const claimOf = ({ agentCode, customerId, goods }: Fields) => ({
  agentCode: agentCode?.trim() || null,
  customerId: customerId?.trim() ?? '',
  productCode: goods?.startsWith('P:') ? goods.slice(2) : null,
  categoryCode: goods?.startsWith('C:') ? goods.slice(2) : null,
});

function RegisterDialog({
  idempotencyKey,
  onClose,
}: {
  readonly idempotencyKey: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('deals');
  const { message } = App.useApp();
  const [, setSearch] = useSearchParams();
  const [form] = Form.useForm<Fields>();
  const [asked, setAsked] = useState<ReturnType<typeof claimOf>>();
  const { mutateAsync, isPending, error } = useChange(DealsRegisterDocument);
  const submit = async (fields: Fields) => {
    const said = { customerName: fields.customerName?.trim() ?? '', opportunity: fields.opportunity?.trim() || null };
    const input = { ...claimOf(fields), ...said };
    const result = await mutateAsync({ input, idempotencyKey }).catch(() => undefined);
    if (result === undefined) return;
    const registration = 'registration' in result.registerDeal ? result.registerDeal.registration : null;
    onClose();
    if (!registration) return;
    const text = `${registration.code}: ${t(`state.${registration.state}`)}`;
    if (registration.state === 'REFUSED') message.warning(text);
    else message.success(text);
    setSearch({ deal: registration.id });
  };
  const check = () =>
    form.validateFields(['agentCode', 'customerId']).then(
      () => setAsked(claimOf(form.getFieldsValue())),
      () => undefined,
    );
  return (
    <Modal
      open
      title={t('register')}
      okText={t('register')}
      cancelText={t('common:cancel')}
      confirmLoading={isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Fields> form={form} layout="vertical" onFinish={submit} onValuesChange={() => setAsked(undefined)}>
        <ClaimFields />
        <Button onClick={check}>{t('check')}</Button>
        {asked && <Clash claim={asked} />}
        <Faults error={error} />
      </Form>
    </Modal>
  );
}

function ClaimFields() {
  const { t } = useTranslation('deals');
  const { role } = useMe();
  const categories = useRead(DealsCategoriesDocument, {});
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  const others = [
    { value: '', label: t('anything') },
    ...(categories.data?.productCategories ?? []).map(({ code, name }) => ({
      value: `C:${code}`,
      label: `${t('category')}: ${name}`,
    })),
  ];
  return (
    <>
      <Faults error={categories.error} />
      {role !== 'AGENT' && (
        <Form.Item name="agentCode" label={t('agentCode')} rules={needed}>
          <Input autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="customerId" label={t('customerId')} extra={t('customerIdHint')} rules={needed}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="customerName" label={t('customerName')} rules={needed}>
        <Input autoComplete="off" maxLength={200} />
      </Form.Item>
      <Form.Item name="goods" label={t('goods')} initialValue="">
        <ProductChoice others={others} prefix="P:" />
      </Form.Item>
      <Form.Item name="opportunity" label={`${t('opportunity')} (${t('common:optional')})`}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
    </>
  );
}

/** Whether another agent is protected there: whoever may not see that deal is not told whose it is. */
function Clash({ claim }: { readonly claim: ReturnType<typeof claimOf> }) {
  const { t } = useTranslation('deals');
  const { data, error } = useRead(DealsClashDocument, claim);
  const found = data && 'isProtected' in data.registrationClash ? data.registrationClash : undefined;
  if (error) return <Faults error={error} />;
  if (!found) return <p>{t('checking')}</p>;
  if (!found.isProtected) {
    return <Alert type="success" showIcon role="status" title={t('free')} style={{ marginTop: 12 }} />;
  }
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      style={{ marginTop: 12 }}
      title={t('taken', { customer: found.customerName ?? '' })}
      description={
        <>
          {t('since')} <PeriodText value={found.since} />
          {found.registration && ` · ${found.registration} · ${found.agentCode} ${found.agentName ?? ''}`}
          {found.protectedUntil && (
            <>
              {' · '}
              {t('protectedUntil')} <InstantText value={found.protectedUntil} />
            </>
          )}
        </>
      }
    />
  );
}
