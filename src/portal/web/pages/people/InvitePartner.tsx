import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { ShownOnce } from '../../shared/ShownOnce.tsx';
import { Faults } from '../../shared/states.tsx';
import { linkWithToken } from '../../shared/token.ts';
import { PeopleInviteDocument } from './People.generated.ts';

type Fields = { readonly agentCode: string; readonly name: string; readonly email: string };
type Invited = { readonly email: string; readonly token: string | null };

/** Invites somebody of an agent to the portal: its first user, or one more. The link is for the operator to hand over. */
export function InvitePartner() {
  const { t } = useTranslation('people');
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey, setKey] = useState(newKey);
  const [invited, setInvited] = useState<Invited>();
  const { mutateAsync, isPending, error } = useChange(PeopleInviteDocument);
  const submit = async ({ agentCode, name, email }: Fields) => {
    setInvited(undefined);
    const fields = { agentCode: agentCode.trim(), name, email: email.trim() };
    const answer = await mutateAsync({ ...fields, idempotencyKey }).catch(() => undefined);
    if (answer?.inviteToPortal.__typename !== 'InvitationTokenPayload') return;
    setInvited({ email: fields.email, token: answer.inviteToPortal.invitationToken });
    setKey(newKey());
    form.resetFields();
  };
  const needed = { required: true, whitespace: true, message: t('common:required') };
  // Behind a #, which browsers send to no server.
  const link = (token: string) => linkWithToken('/invitation', token);
  return (
    <Panel title={t('invite')}>
      <p className="quiet">{t('inviteText')}</p>
      <Form<Fields> form={form} name="invitation" layout="vertical" onFinish={submit}>
        <Form.Item name="agentCode" label={t('agentCode')} rules={[needed]}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('name')} rules={[needed]}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, type: 'email', message: t('emailWrong') }]}
        >
          <Input type="email" maxLength={320} autoComplete="off" />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending} style={{ marginBottom: 12 }}>
          {t('inviteNow')}
        </Button>
      </Form>
      {invited && (
        <ShownOnce
          title={t('invited', { email: invited.email })}
          text={invited.token === null ? null : link(invited.token)}
        />
      )}
    </Panel>
  );
}
