import { Alert, App, Button, Form, Input, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { Faults, Loaded, Nothing } from '../../shared/states.tsx';
import { DateText } from '../../shared/values.tsx';
import { ReportAddDocument, ReportFollowedDocument, type ReportFollowedQuery } from './Report.generated.ts';

type Followed = NonNullable<ReportFollowedQuery['followMisconductReport']>;

/** Asks for the receipt of a report. */
export function Receipt({ onGiven }: { readonly onGiven: (receipt: string) => void }) {
  const { t } = useTranslation('report');
  return (
    <Form<{ readonly receipt: string }>
      layout="vertical"
      autoComplete="off"
      onFinish={({ receipt }) => onGiven(receipt.trim())}
    >
      <Form.Item
        name="receipt"
        label={t('receipt')}
        extra={t('receiptHint')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input maxLength={60} spellCheck={false} autoCapitalize="characters" />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {t('open')}
      </Button>
    </Form>
  );
}

/** Where a report stands, and what was written to it. */
export function Following({ receipt }: { readonly receipt: string }) {
  const { t } = useTranslation('report');
  const read = useRead(ReportFollowedDocument, { receipt });
  return (
    <Loaded read={read} rows={8}>
      {({ followMisconductReport: report }) =>
        report ? (
          <>
            <Shown report={report} />
            <Add key={report.messages.length} receipt={receipt} />
          </>
        ) : (
          <Nothing>{t('unknown')}</Nothing>
        )
      }
    </Loaded>
  );
}

const alerts = { FILED: 'info', IN_REVIEW: 'info', SETTLED: 'success', DISMISSED: 'warning' } as const;

function Shown({ report: { category, about, state, filedOn, messages } }: { readonly report: Followed }) {
  const { t } = useTranslation('report');
  return (
    <>
      <Alert type={alerts[state]} showIcon title={t(`state.${state}`)} description={t(`next.${state}`)} />
      <dl className="pairs" style={{ marginBlock: 12 }}>
        <div className="pair">
          <dt>{t('category.title')}</dt>
          <dd className="pair-value">{t(`category.${category}`)}</dd>
        </div>
        {about && (
          <div className="pair">
            <dt>{t('about')}</dt>
            <dd className="pair-value said">{about}</dd>
          </div>
        )}
        <div className="pair">
          <dt>{t('filedOn')}</dt>
          <dd className="pair-value">
            <DateText value={filedOn} />
          </dd>
        </div>
      </dl>
      <h2>{t('messages')}</h2>
      <ul className="cards" aria-label={t('messages')}>
        {messages.map(({ fromReporter, words, writtenOn }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other, and none is ever taken away
          <li key={index}>
            <p className="quiet" style={{ margin: 0 }}>
              <Tag color={fromReporter ? 'default' : 'blue'}>{t(fromReporter ? 'you' : 'compliance')}</Tag>{' '}
              <DateText value={writtenOn} />
            </p>
            <p className="said">{words}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Shown anew, and empty, after something was added. */
function Add({ receipt }: { readonly receipt: string }) {
  const { t } = useTranslation('report');
  const { message } = App.useApp();
  const { mutateAsync, isPending, error } = useChange(ReportAddDocument);
  const submit = async ({ words }: { readonly words: string }) => {
    const result = await mutateAsync({ receipt, words: words.trim() }).catch(() => undefined);
    if (result) message.success(t('common:done'));
  };
  return (
    <Form layout="vertical" autoComplete="off" onFinish={submit} style={{ marginTop: 16 }}>
      <Form.Item
        name="words"
        label={t('add')}
        extra={t('wordsHint')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input.TextArea rows={4} maxLength={10_000} />
      </Form.Item>
      <Faults error={error} />
      <Button type="primary" htmlType="submit" loading={isPending}>
        {t('common:send')}
      </Button>
    </Form>
  );
}
