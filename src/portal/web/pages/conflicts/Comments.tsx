import { App, Button, Form, Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import { CasePageCommentDocument } from './CasePage.generated.ts';
import { SideChoice, useSpeaks } from './speaking.tsx';
import type { CaseShown } from './types.ts';

/** What was said, as far as one may read it, and one's own word. */
export function Comments({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const speaks = useSpeaks(found);
  return (
    <>
      <h2>{t('comments')}</h2>
      {found.comments.length === 0 && <p className="quiet">{t('noComments')}</p>}
      <ul className="cards" aria-label={t('comments')}>
        {found.comments.map(({ at, by, agentCode, audience, text }) => (
          <li key={`${at}${text}`}>
            <p className="quiet" style={{ margin: 0 }}>
              {by ?? agentCode ?? t('staff')} · <InstantText value={at} />{' '}
              <Tag>
                {t(`audience.${audience}`)}
                {audience === 'SIDE' && agentCode && `: ${agentCode}`}
              </Tag>
            </p>
            <p className="said">{text}</p>
          </li>
        ))}
      </ul>
      {speaks && <Say key={found.comments.length} found={found} />}
    </>
  );
}

const audiences = ['PARTIES', 'SIDE', 'STAFF'] as const;
type Fields = {
  readonly text?: string;
  readonly audience?: (typeof audiences)[number];
  readonly agentCode?: string;
};

/** Shown anew, and empty, after something was said. */
function Say({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const { role } = useMe();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(CasePageCommentDocument);
  const audience = Form.useWatch('audience', form);
  const submit = async ({ text = '', agentCode }: Fields) => {
    const words = { caseId: found.id, text: text.trim(), audience: audience ?? null, idempotencyKey };
    const side = audience === 'SIDE' ? agentCode || null : null;
    const result = await mutateAsync({ ...words, agentCode: side }).catch(() => undefined);
    if (result) message.success(t('common:done'));
  };
  return (
    <Panel title={t('say')} style={{ marginTop: 12 }}>
      <Form<Fields> form={form} name="comment" layout="vertical" onFinish={submit}>
        {role !== 'AGENT' && (
          <Form.Item name="audience" label={t('audience.title')} initialValue="PARTIES">
            <Select options={audiences.map((value) => ({ value, label: t(`audience.${value}`) }))} />
          </Form.Item>
        )}
        {audience === 'SIDE' && <SideChoice found={found} />}
        <Form.Item
          name="text"
          label={t('comment')}
          {...(role === 'AGENT' && { extra: t('commentHint') })}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('common:send')}
        </Button>
      </Form>
    </Panel>
  );
}
