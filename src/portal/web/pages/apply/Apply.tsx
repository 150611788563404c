import { Alert, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { useDocumentKind } from '../../shared/documentKind.ts';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Faults, Loaded, Nothing } from '../../shared/states.tsx';
import { type Access, keepAccess } from '../application/access.ts';
import {
  ApplyOptionsDocument,
  type ApplyOptionsQuery,
  ApplySendDocument,
  type ApplySendMutationVariables,
} from './Apply.generated.ts';

type Options = NonNullable<ApplyOptionsQuery['applicationOptions']>;
type Numbers = NonNullable<ApplySendMutationVariables['numbers']>;
type Fields = ApplySendMutationVariables['application'] & Numbers;

/** Somebody wants to become an agent: no account is needed, a code and a token follow the application. */
export function Apply() {
  const { t } = useTranslation('apply');
  const read = useRead(ApplyOptionsDocument, {});
  const [access, setAccess] = useState<Access>();
  return (
    <PublicPage wide title={t('apply.title')} lead={t('apply.lead')}>
      {access ? (
        <Kept access={access} />
      ) : (
        <Loaded read={read} rows={10}>
          {({ applicationOptions }) =>
            applicationOptions && applicationOptions.channelTypes.length > 0 ? (
              <Entry options={applicationOptions} onDone={setAccess} />
            ) : (
              <Nothing>{t('closed')}</Nothing>
            )
          }
        </Loaded>
      )}
    </PublicPage>
  );
}

function Entry({ options, onDone }: { readonly options: Options; readonly onDone: (access: Access) => void }) {
  const { t } = useTranslation('apply');
  const kindText = useDocumentKind();
  const [form] = Form.useForm<Fields>();
  const chosen = Form.useWatch('channelType', form);
  const { mutateAsync, isPending, error } = useChange(ApplySendDocument);
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  const submit = async ({ registrationNumber, bankAccount, phone, ...application }: Fields) => {
    const result = await mutateAsync({ application, numbers: { registrationNumber, bankAccount, phone } }).catch(
      () => undefined,
    );
    if (result?.apply.__typename === 'ApplyPayload')
      onDone({ code: result.apply.applicationCode, token: result.apply.token });
  };
  const asked = options.channelTypes.find(({ code }) => code === chosen)?.requiredDocuments ?? [];
  const askedText = asked.map(kindText).join(', ');
  return (
    <Form<Fields> form={form} layout="vertical" onFinish={submit} autoComplete="off">
      <Form.Item name="name" label={t('name')} rules={needed}>
        <Input maxLength={200} />
      </Form.Item>
      <div className="fields-row">
        <Form.Item name="channelType" label={t('channelType')} rules={needed}>
          <Select options={options.channelTypes.map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
        <Form.Item name="region" label={t('region')} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={options.regions.map(({ code, name }) => ({ value: code, label: name }))}
          />
        </Form.Item>
      </div>
      <div className="fields-row">
        <Form.Item name="contactName" label={t('contactName')} rules={needed}>
          <Input maxLength={200} autoComplete="name" />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, type: 'email', message: t('common:required') }]}
        >
          <Input type="email" maxLength={320} autoComplete="email" />
        </Form.Item>
      </div>
      <div className="fields-row">
        <Form.Item name="registrationNumber" label={t('registrationNumber')} rules={needed}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="bankAccount" label={t('bankAccount')} rules={needed}>
          <Input maxLength={100} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="phone" label={t('phone')} rules={needed}>
          <Input maxLength={100} type="tel" autoComplete="tel" />
        </Form.Item>
      </div>
      {asked.length > 0 && <p className="quiet">{t('documents', { kinds: askedText })}</p>}
      <Faults error={error} />
      <Button type="primary" htmlType="submit" loading={isPending}>
        {t('send')}
      </Button>
    </Form>
  );
}

/** What opens the application later on: shown once. */
function Kept({ access }: { readonly access: Access }) {
  const { t } = useTranslation('apply');
  return (
    <>
      <Alert type="success" showIcon title={t('entered')} description={t('keep')} />
      <dl className="pairs" style={{ marginBlock: 16 }}>
        <div className="pair">
          <dt>{t('code')}</dt>
          <dd className="pair-value">
            <code>{access.code}</code>
          </dd>
        </div>
        <div className="pair">
          <dt>{t('token')}</dt>
          <dd className="pair-value">
            <code className="hash">{access.token}</code>
          </dd>
        </div>
      </dl>
      <div className="buttons">
        <Button onClick={() => navigator.clipboard.writeText(`${access.code} ${access.token}`)}>{t('copy')}</Button>
        <Link to="/application" onClick={() => keepAccess(access)}>
          {t('go')}
        </Link>
      </div>
    </>
  );
}
