import { App, Button, Checkbox, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';
import { InstantText } from '../../shared/values.tsx';
import { DisputePageSayDocument } from './DisputePage.generated.ts';
import { type Paper, Papers } from './Papers.tsx';
import type { DisputeShown } from './types.ts';

/** What was said and brought in a dispute, and one's own word to it. */
export function Thread({ dispute }: { readonly dispute: DisputeShown }) {
  const { t } = useTranslation('disputes');
  const { role, agentCode } = useMe();
  const mayChange = useMayChange();
  const speaks = mayChange && (role === 'AGENT' ? agentCode === dispute.agent.code : role !== 'AUDITOR');
  return (
    <>
      <h2>{t('thread')}</h2>
      {dispute.comments.length === 0 && <p className="quiet">{t('noComments')}</p>}
      <ul className="cards" aria-label={t('thread')}>
        {dispute.comments.map(({ at, by, text, internal, document }) => (
          <li key={`${at}${by}${text}`}>
            <p className="quiet" style={{ margin: 0 }}>
              {by} · <InstantText value={at} /> {internal && <Tag color="gold">{t('internal')}</Tag>}
            </p>
            <p className="said">{text}</p>
            {document && <a href={document.downloadPath}>{document.fileName}</a>}
          </li>
        ))}
      </ul>
      {speaks && <Say key={dispute.comments.length} dispute={dispute} staff={role !== 'AGENT'} />}
    </>
  );
}

type Fields = { readonly text?: string; readonly internal?: boolean };

/** Shown anew, and empty, after something was said. */
function Say({ dispute, staff }: { readonly dispute: DisputeShown; readonly staff: boolean }) {
  const { t } = useTranslation('disputes');
  const { message } = App.useApp();
  const [papers, setPapers] = useState<readonly Paper[]>([]);
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(DisputePageSayDocument);
  const submit = async ({ text = '', internal = false }: Fields) => {
    const documentId = papers[0]?.id ?? null;
    const words = { disputeId: dispute.id, text: text.trim(), documentId, internal, idempotencyKey };
    const result = await mutateAsync(words).catch(() => undefined);
    if (result) message.success(t('common:done'));
  };
  return (
    <Panel style={{ marginTop: 12 }}>
      <Form<Fields> layout="vertical" onFinish={submit}>
        <Form.Item
          name="text"
          label={t('comment')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        {staff && (
          <Form.Item name="internal" valuePropName="checked">
            <Checkbox>{t('internalOnly')}</Checkbox>
          </Form.Item>
        )}
        <Form.Item label={`${t('evidence')} (${t('common:optional')})`}>
          <Papers
            agentCode={dispute.agent.code}
            papers={papers}
            // one paper to a word: the latest
            onChange={(chosen) => setPapers(chosen.slice(-1))}
          />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('common:send')}
        </Button>
      </Form>
    </Panel>
  );
}
