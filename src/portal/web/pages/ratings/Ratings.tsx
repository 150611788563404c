import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { dayBeside } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { List, PagedList, usePages } from '../../shared/PagedList.tsx';
import { RatingInputs } from '../../shared/RatingInputs.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan, DateText, PeriodText } from '../../shared/values.tsx';
import {
  RatingsGiveDocument,
  RatingsRoundsDocument,
  RatingsSaveMetricsDocument,
  RatingsSaveRoundDocument,
  RatingsSaveSurveyDocument,
  RatingsSurveysDocument,
  RatingsToGiveDocument,
} from './Ratings.generated.ts';

/** Whom somebody is asked to rate; for those who look after agents, the rounds and surveys as well. */
export function Ratings() {
  const { t } = useTranslation('ratings');
  const { role } = useMe();
  return (
    <Page title={t('ratings.title')} lead={t('ratings.lead')}>
      <ToGive />
      {role !== 'AGENT' && (
        <>
          <Rounds />
          <Surveys />
        </>
      )}
    </Page>
  );
}

function ToGive() {
  const { t } = useTranslation('ratings');
  const read = useRead(RatingsToGiveDocument, {});
  return (
    <>
      <h2>{t('toGive')}</h2>
      <Loaded read={read} rows={3}>
        {({ ratingsToGive }) => (
          <List
            label={t('toGive')}
            rows={ratingsToGive ?? []}
            rowKey={({ roundCode, agentCode, group }) => `${roundCode} ${agentCode} ${group}`}
            empty={t('nothingToGive')}
            columns={[
              { key: 'agent', title: t('agent'), render: (row) => `${row.agentCode} · ${row.agentName}` },
              { key: 'round', title: t('round'), render: ({ roundName, aspect }) => `${roundName} (${aspect})` },
              { key: 'group', title: t('as'), render: ({ group }) => t(`group.${group}`) },
              { key: 'until', title: t('until'), render: (row) => <DateText value={dayBeside(row.closesOn, -1)} /> },
              {
                key: 'act',
                title: t('act'),
                render: ({ roundCode, agentCode }) => (
                  <Action
                    size="small"
                    type="primary"
                    label={t('rate')}
                    document={RatingsGiveDocument}
                    variables={(_reason, idempotencyKey, { points = '', comment }) => ({
                      roundCode,
                      agentCode,
                      points,
                      comment: comment?.trim() || null,
                      idempotencyKey,
                    })}
                  >
                    <p>{t('rateText')}</p>
                    <RatingInputs />
                  </Action>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function Rounds() {
  const { t } = useTranslation('ratings');
  const { role } = useMe();
  const pages = usePages();
  const read = useRead(RatingsRoundsDocument, { after: pages.after }, { keep: true });
  return (
    <>
      <div className="section-head">
        <h2>{t('rounds')}</h2>
        {role === 'ADMIN' && <NewRound />}
      </div>
      <Loaded read={read} rows={4}>
        {({ ratingRounds }) => (
          <PagedList
            label={t('rounds')}
            connection={ratingRounds}
            pages={pages}
            rowKey={({ code }) => code}
            empty={t('noRounds')}
            columns={[
              {
                key: 'name',
                title: t('round'),
                render: ({ code, name }) => <Link to={`/ratings/${encodeURIComponent(code)}`}>{name}</Link>,
              },
              { key: 'aspect', title: t('aspect'), render: ({ aspect }) => aspect },
              { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
              { key: 'days', title: t('days'), render: (row) => <DateSpan from={row.opensOn} to={row.closesOn} /> },
              ...(role === 'ADMIN' ? [metricsColumn(t('act'), t('saveMetrics'), t('saveMetricsText'))] : []),
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

/** The means of a month become values of metrics. */
const metricsColumn = (title: string, label: string, text: string) => ({
  key: 'act',
  title,
  render: ({ aspect, period }: { readonly aspect: string; readonly period: string }) => (
    <Action
      size="small"
      label={label}
      document={RatingsSaveMetricsDocument}
      variables={(_reason, idempotencyKey) => ({ aspect, period, idempotencyKey })}
    >
      <p>{text}</p>
    </Action>
  ),
});

/** What rounds and surveys have in common: what they are called and when they are open. */
const openDays = ({ code = '', name = '', opensOn = '', lastDay }: Readonly<Record<string, string | undefined>>) => ({
  code,
  name,
  opensOn,
  closesOn: lastDay ? dayBeside(lastDay, 1) : '',
});

function NewRound() {
  const { t } = useTranslation('ratings');
  return (
    <Action
      size="small"
      label={t('newRound')}
      document={RatingsSaveRoundDocument}
      variables={(_reason, idempotencyKey, fields) => ({
        round: { ...openDays(fields), aspect: fields.aspect ?? '', period: fields.period ?? '' },
        idempotencyKey,
      })}
    >
      <TextField name="code" label={t('code')} />
      <TextField name="name" label={t('name')} />
      <TextField name="aspect" label={t('aspect')} />
      <TextField name="period" label={t('common:period')} type="month" placeholder="2026-01" />
      <TextField name="opensOn" label={t('firstDay')} type="date" />
      <TextField name="lastDay" label={t('lastDay')} type="date" />
    </Action>
  );
}

/** A question a line: code, text and, unless it is answered in words, the highest of its points. */
const questionsOf = (lines: string) =>
  lines
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [code = '', text = '', scale = ''] = line.split(';').map((part) => part.trim());
      return { code, text, scale: scale === '' ? null : Number(scale) };
    });

function NewSurvey() {
  const { t } = useTranslation('ratings');
  const everyLine = /^(?:[^;\n]+;[^;\n]+(?:;\s*\d{1,3}\s*)?\s*)+$/;
  return (
    <Action
      size="small"
      label={t('newSurvey')}
      document={RatingsSaveSurveyDocument}
      variables={(_reason, idempotencyKey, fields) => ({
        survey: {
          ...openDays(fields),
          period: fields.period ?? '',
          questions: questionsOf(fields.questions ?? ''),
        },
        idempotencyKey,
      })}
    >
      <TextField name="code" label={t('code')} />
      <TextField name="name" label={t('name')} />
      <TextField name="period" label={t('common:period')} placeholder="2026-10" />
      <TextField name="opensOn" label={t('firstDay')} type="date" />
      <TextField name="lastDay" label={t('lastDay')} type="date" />
      <Form.Item
        name="questions"
        label={t('questions')}
        extra={t('questionsHint')}
        rules={[{ required: true, pattern: everyLine, message: t('questionsHint') }]}
      >
        <Input.TextArea rows={4} />
      </Form.Item>
    </Action>
  );
}

type TextFieldProps = {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'date' | 'month';
  readonly placeholder?: string;
};

function TextField({ name, label, type = 'text', placeholder = '' }: TextFieldProps) {
  const { t } = useTranslation('ratings');
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, whitespace: true, message: t('common:required') }]}>
      <Input type={type} placeholder={placeholder} maxLength={200} autoComplete="off" />
    </Form.Item>
  );
}

function Surveys() {
  const { t } = useTranslation('ratings');
  const { role } = useMe();
  const pages = usePages();
  const read = useRead(RatingsSurveysDocument, { after: pages.after }, { keep: true });
  return (
    <>
      <div className="section-head">
        <h2>{t('surveys')}</h2>
        {role === 'ADMIN' && <NewSurvey />}
      </div>
      <Loaded read={read} rows={4}>
        {({ surveys }) => (
          <PagedList
            label={t('surveys')}
            connection={surveys}
            pages={pages}
            rowKey={({ code }) => code}
            empty={t('noSurveys')}
            columns={[
              {
                key: 'name',
                title: t('survey'),
                render: ({ code, name }) => <Link to={`/surveys/${encodeURIComponent(code)}`}>{name}</Link>,
              },
              { key: 'period', title: t('common:period'), render: ({ period }) => period },
              { key: 'days', title: t('days'), render: (row) => <DateSpan from={row.opensOn} to={row.closesOn} /> },
              { key: 'questions', title: t('questions'), align: 'right', render: (row) => row.questions.length },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
