import { Alert, Button, Form, Input, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange } from '../../app/session.tsx';
import { newKey } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Faults } from '../../shared/states.tsx';

/** What became of an invitation: the link is null where it was told before. */
type Invited = { readonly who: string; readonly link: string | null };
type Rejected = { readonly row: number; readonly message: string };
export type InvitedAnswer = {
  readonly knownCount: number;
  readonly invited: readonly Invited[];
  readonly rejections: readonly Rejected[];
  /** Nothing was sent: every line is still to be. */
  readonly isUnsent?: boolean;
};

type InviteLinesProps = {
  /** What a line holds, in order. */
  readonly example: string;
  readonly text: string;
  readonly error: unknown;
  readonly isPending: boolean;
  /** Sends the lines' parts; undefined where it was refused as a whole. */
  readonly send: (lines: readonly (readonly string[])[], idempotencyKey: string) => Promise<InvitedAnswer | undefined>;
};

/** Invites many at a time, a line each; their links are shown once, to be sent on. */
export function InviteLines({ example, text, error, isPending, send }: InviteLinesProps) {
  const { t } = useTranslation('ratings');
  const mayChange = useMayChange();
  const [form] = Form.useForm<{ readonly lines: string }>();
  const [key, setKey] = useState(newKey);
  const [answer, setAnswer] = useState<InvitedAnswer>();
  const submit = async ({ lines }: { readonly lines: string }) => {
    const parts = linesOf(lines);
    const told = await send(parts, key);
    if (!told) return;
    // Links are told once: those of a former try stay to be read.
    setAnswer((before) => ({ ...told, invited: [...(before?.invited ?? []), ...told.invited] }));
    if (told.isUnsent) return;
    setKey(newKey());
    const rejected = told.rejections.map(({ row }) => parts[row - 1]?.join(', ') ?? '');
    form.setFieldsValue({ lines: [...new Set(rejected)].join('\n') });
  };
  if (!mayChange) return null;
  return (
    <Panel title={t('invite')} style={{ marginBlock: 12 }}>
      <p>{text}</p>
      <Form form={form} layout="vertical" onFinish={submit}>
        <Form.Item
          name="lines"
          label={t('lines')}
          extra={example}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={4} style={{ fontFamily: 'monospace' }} />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('invite')}
        </Button>
      </Form>
      {answer && <Told answer={answer} />}
    </Panel>
  );
}

/** The parts of each line that is not empty, between commas, semicolons or tabs. */
const linesOf = (text: string) =>
  text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(/[,;\t]/).map((part) => part.trim()));

function Told({ answer: { knownCount, invited, rejections } }: { readonly answer: InvitedAnswer }) {
  const { t } = useTranslation('ratings');
  const links = invited.flatMap(({ who, link }) => (link ? [`${who}\t${link}`] : []));
  return (
    <div style={{ marginTop: 12 }}>
      {links.length > 0 && (
        <Alert
          type="success"
          role="status"
          title={t('links', { count: links.length })}
          description={
            <Typography.Paragraph copyable={{ text: links.join('\n') }}>
              <span className="hash" style={{ whiteSpace: 'pre-wrap' }}>
                {links.join('\n')}
              </span>
            </Typography.Paragraph>
          }
        />
      )}
      {knownCount > 0 && <p>{t('known', { count: knownCount })}</p>}
      {rejections.length > 0 && (
        <Alert
          type="error"
          role="alert"
          style={{ marginTop: 8 }}
          title={t('rejected')}
          description={
            <ul>
              {rejections.map(({ row, message }) => (
                <li key={`${row} ${message}`}>{message}</li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
