import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Faults } from '../../shared/states.tsx';
import type { Access } from './access.ts';
import { OwnApplicationChangeDocument, OwnApplicationOptionsDocument } from './OwnApplication.generated.ts';
import type { OwnApplicationShown } from './types.ts';

type CorrectProps = { readonly access: Access; readonly application: OwnApplicationShown };

const numberKinds = ['registrationNumber', 'bankAccount', 'phone', 'identityNumber'] as const;

/** Corrects one's own draft; numbers are entered anew or stay. */
export function Correct({ access, application }: CorrectProps) {
  const { t } = useTranslation('application');
  return (
    <Action
      label={t('correct')}
      document={OwnApplicationChangeDocument}
      variables={(_reason, _key, { name, channelType, region, contactName, email, ...numbers }) => ({
        ...access,
        change: {
          name: name ?? null,
          channelType: channelType ?? null,
          region: region ?? null,
          contactName: contactName ?? null,
          email: email ?? null,
        },
        numbers: Object.fromEntries(
          numberKinds.flatMap((kind) => (numbers[kind]?.trim() ? [[kind, numbers[kind].trim()]] : [])),
        ),
      })}
    >
      <CorrectedFields application={application} />
    </Action>
  );
}

function CorrectedFields({ application }: { readonly application: OwnApplicationShown }) {
  const { t } = useTranslation('application');
  const { data, error } = useRead(OwnApplicationOptionsDocument, {});
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  const options = (rows: readonly { readonly code: string; readonly name: string }[] | undefined) =>
    (rows ?? []).map(({ code, name }) => ({ value: code, label: name }));
  return (
    <>
      <Faults error={error} />
      <Form.Item name="name" label={t('name')} initialValue={application.name} rules={needed}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="channelType" label={t('channelType')} initialValue={application.channelType} rules={needed}>
        <Select options={options(data?.applicationOptions?.channelTypes)} />
      </Form.Item>
      <Form.Item name="region" label={t('region')} initialValue={application.region} rules={needed}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={options(data?.applicationOptions?.regions)} />
      </Form.Item>
      <Form.Item name="contactName" label={t('contactName')} initialValue={application.contactName} rules={needed}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="email"
        label={t('email')}
        initialValue={application.email}
        rules={[{ required: true, type: 'email', message: t('common:required') }]}
      >
        <Input type="email" maxLength={320} />
      </Form.Item>
      <p className="quiet">{t('numbersStay')}</p>
      {numberKinds.map((kind) => (
        <Form.Item key={kind} name={kind} label={`${t(kind)} (${t('common:optional')})`}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
      ))}
    </>
  );
}
