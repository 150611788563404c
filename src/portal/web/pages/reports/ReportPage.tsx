import { App, Button, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Faults, Loaded, Nothing } from '../../shared/states.tsx';
import { DateText } from '../../shared/values.tsx';
import {
  ReportsAnswerDocument,
  ReportsOneDocument,
  type ReportsOneQuery,
  ReportsSetStateDocument,
} from './Reports.generated.ts';
import { nextStates, StateTag } from './states.tsx';

type Report = Extract<NonNullable<ReportsOneQuery['node']>, { readonly __typename: 'MisconductReport' }>;

const longestWords = 10_000;

/** A report of misconduct: what was written to it, one's answer, and where it stands. */
export function ReportPage() {
  const { t } = useTranslation('reports');
  const { reportId = '' } = useParams();
  const read = useRead(ReportsOneDocument, { id: reportId });
  return (
    <Page title={t('one')} lead={<Link to="/reports">{t('back')}</Link>}>
      <Loaded read={read} rows={10}>
        {({ node }) =>
          node?.__typename === 'MisconductReport' ? (
            <>
              <Facts report={node} />
              <Messages report={node} />
              <Answer key={node.messages.length} report={node} />
            </>
          ) : (
            <Nothing>{t('unknown')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

function Facts({ report }: { readonly report: Report }) {
  const { t } = useTranslation('reports');
  const { category, about, state, filedOn } = report;
  return (
    <Panel>
      <dl className="pairs">
        <div className="pair">
          <dt>{t('state.title')}</dt>
          <dd className="pair-value">
            <StateTag state={state} />
          </dd>
        </div>
        <div className="pair">
          <dt>{t('category.title')}</dt>
          <dd className="pair-value">{t(`category.${category}`)}</dd>
        </div>
        <div className="pair">
          <dt>{t('about')}</dt>
          <dd className="pair-value said">{about ?? '–'}</dd>
        </div>
        <div className="pair">
          <dt>{t('filedOn')}</dt>
          <dd className="pair-value">
            <DateText value={filedOn} />
          </dd>
        </div>
      </dl>
      <div className="buttons">
        {nextStates[state].map((next) => (
          <Action
            key={next}
            label={t(`bring.${next}`)}
            danger={next === 'DISMISSED'}
            type={next === 'DISMISSED' ? 'default' : 'primary'}
            document={ReportsSetStateDocument}
            variables={(_reason, idempotencyKey, { words = '' }) => ({
              reportId: report.id,
              state: next,
              words: words.trim(),
              idempotencyKey,
            })}
          >
            <Words label={t('why')} rows={4} />
          </Action>
        ))}
      </div>
    </Panel>
  );
}

/** What the reporter is told. */
function Words({ label, rows }: { readonly label: string; readonly rows: number }) {
  const { t } = useTranslation('reports');
  return (
    <Form.Item
      name="words"
      label={label}
      extra={t('unnamed')}
      rules={[{ required: true, whitespace: true, message: t('common:required') }]}
    >
      <Input.TextArea rows={rows} maxLength={longestWords} />
    </Form.Item>
  );
}

function Messages({ report: { messages } }: { readonly report: Report }) {
  const { t } = useTranslation('reports');
  return (
    <>
      <h2>{t('messages')}</h2>
      <ul className="cards" aria-label={t('messages')}>
        {messages.map(({ fromReporter, by, words, writtenOn }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other, and none is ever taken away
          <li key={index}>
            <p className="quiet" style={{ margin: 0 }}>
              <Tag color={fromReporter ? 'gold' : 'default'}>{t(fromReporter ? 'reporter' : 'compliance')}</Tag>{' '}
              {by && `${by} · `}
              <DateText value={writtenOn} />
            </p>
            <p className="said">{words}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Shown anew, and empty, after something was written. */
function Answer({ report }: { readonly report: Report }) {
  const { t } = useTranslation('reports');
  const { message } = App.useApp();
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(ReportsAnswerDocument);
  const submit = async ({ words }: { readonly words: string }) => {
    const answer = { reportId: report.id, words: words.trim(), idempotencyKey };
    const result = await mutateAsync(answer).catch(() => undefined);
    if (result) message.success(t('common:done'));
  };
  return (
    <Panel style={{ marginTop: 12 }}>
      <Form name="answer" layout="vertical" onFinish={submit}>
        <Words label={t('answer')} rows={4} />
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('common:send')}
        </Button>
      </Form>
    </Panel>
  );
}
