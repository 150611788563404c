import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { type Access, keepAccess, keptAccess } from './access.ts';
import { Followed } from './Followed.tsx';
import { OwnApplicationShownDocument } from './OwnApplication.generated.ts';

/** Where an application stands, and what is to be done about it; opened by its code and token. */
export function OwnApplication() {
  const { t } = useTranslation('application');
  const [access, setAccess] = useState(keptAccess);
  const open = (next: Access | undefined) => {
    keepAccess(next);
    setAccess(next);
  };
  return (
    <PublicPage wide title={t('ownApplication.title')} lead={t('ownApplication.lead')}>
      {access ? <Opened access={access} onClose={() => open(undefined)} /> : <Open onOpen={open} />}
    </PublicPage>
  );
}

function Open({ onOpen }: { readonly onOpen: (access: Access) => void }) {
  const { t } = useTranslation('application');
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  return (
    <Form<Access>
      layout="vertical"
      requiredMark={false}
      onFinish={({ code, token }) => onOpen({ code: code.trim(), token: token.trim() })}
      autoComplete="off"
    >
      <Form.Item name="code" label={t('code')} rules={needed}>
        <Input />
      </Form.Item>
      <Form.Item name="token" label={t('token')} rules={needed}>
        <Input.Password />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t('open')}
      </Button>
    </Form>
  );
}

function Opened({ access, onClose }: { readonly access: Access; readonly onClose: () => void }) {
  const { t } = useTranslation('application');
  const read = useRead(OwnApplicationShownDocument, access, { pollSeconds: 60 });
  return (
    <>
      <Loaded read={read} rows={10}>
        {({ followApplication }) =>
          followApplication ? (
            <Followed access={access} application={followApplication} />
          ) : (
            <Nothing>{t('unknown')}</Nothing>
          )
        }
      </Loaded>
      <div className="buttons">
        <Button onClick={onClose}>{t('close')}</Button>
      </div>
    </>
  );
}
