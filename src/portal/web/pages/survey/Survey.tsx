import { Alert, Button, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { TokenForm } from '../../shared/TokenForm.tsx';
import { tokenOfAddress } from '../../shared/token.ts';
import { DateSpan } from '../../shared/values.tsx';
import { SurveyAnswerDocument, SurveyFormDocument, type SurveyFormQuery } from './Survey.generated.ts';

type Question = NonNullable<SurveyFormQuery['surveyForm']>['questions'][number];

/** Somebody who was invited answers the questions of a survey, once and without an account. */
export function Survey() {
  const { t } = useTranslation('survey');
  const [token, setToken] = useState(tokenOfAddress);
  const [isKept, setKept] = useState(false);
  const read = useRead(SurveyFormDocument, { token }, { skip: token === '' || isKept });
  const form = read.data?.surveyForm;
  return (
    <PublicPage title={form?.name ?? t('survey.title')} lead={t('survey.lead')} wide>
      {isKept || form?.answered ? (
        <Alert type="success" showIcon role="status" title={t(isKept ? 'kept' : 'answered')} />
      ) : token === '' ? (
        <TokenForm token="" onToken={setToken} />
      ) : (
        <Loaded read={read} rows={8}>
          {({ surveyForm }) =>
            surveyForm ? (
              <>
                <h2>{surveyForm.agentName}</h2>
                <p className="quiet">
                  {t('open')} <DateSpan from={surveyForm.opensOn} to={surveyForm.closesOn} />
                </p>
                <Answers token={token} questions={surveyForm.questions} onKept={() => setKept(true)} />
              </>
            ) : (
              <>
                <Alert type="error" showIcon role="alert" title={t('unknown')} style={{ marginBottom: 12 }} />
                <TokenForm token={token} onToken={setToken} />
              </>
            )
          }
        </Loaded>
      )}
    </PublicPage>
  );
}

const mostButtons = 10;

const pointsOf = (scale: number) =>
  Array.from({ length: scale }, (_, place) => ({ value: place + 1, label: String(place + 1) }));

type AnswersProps = {
  readonly token: string;
  readonly questions: readonly Question[];
  readonly onKept: () => void;
};

function Answers({ token, questions, onKept }: AnswersProps) {
  const { t } = useTranslation('survey');
  const { mutateAsync, isPending, error } = useChange(SurveyAnswerDocument);
  const submit = async (fields: Readonly<Record<string, string | number | undefined>>) => {
    const answers = questions.flatMap(({ code, scale }) => {
      const given = fields[code];
      if (given === undefined || given === '') return [];
      return [scale === null ? { question: code, words: String(given) } : { question: code, points: Number(given) }];
    });
    const result = await mutateAsync({ token, answers }).catch(() => undefined);
    if (result?.answerSurvey.__typename === 'SurveyAnswered') onKept();
  };
  return (
    <Form layout="vertical" onFinish={submit}>
      {questions.map((question) => (
        <Form.Item key={question.code} name={question.code} label={question.text}>
          {question.scale === null ? (
            <Input.TextArea rows={3} maxLength={2000} />
          ) : question.scale <= mostButtons ? (
            <Radio.Group aria-label={question.text} options={pointsOf(question.scale)} />
          ) : (
            <Select options={pointsOf(question.scale)} style={{ maxWidth: 120 }} />
          )}
        </Form.Item>
      ))}
      <p className="quiet">{t('scale')}</p>
      <Faults error={error} />
      <Button type="primary" htmlType="submit" loading={isPending}>
        {t('send')}
      </Button>
    </Form>
  );
}
