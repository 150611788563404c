import { Alert, Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { PublicPage } from '../../shared/PublicPage.tsx';
import { type RatingFields, RatingInputs } from '../../shared/RatingInputs.tsx';
import { Faults, Loaded } from '../../shared/states.tsx';
import { TokenForm } from '../../shared/TokenForm.tsx';
import { tokenOfAddress } from '../../shared/token.ts';
import { DateSpan, PeriodText } from '../../shared/values.tsx';
import { RatingAnswerDocument, RatingFormDocument } from './Rating.generated.ts';

/** Somebody who was invited rates an agent, once and without an account. */
export function Rating() {
  const { t } = useTranslation('rating');
  const [token, setToken] = useState(tokenOfAddress);
  const [isKept, setKept] = useState(false);
  const read = useRead(RatingFormDocument, { token }, { skip: token === '' || isKept });
  const form = read.data?.ratingForm;
  return (
    <PublicPage title={t('rating.title')} lead={t('rating.lead')}>
      {isKept || form?.answered ? (
        <Alert type="success" showIcon role="status" title={t(isKept ? 'kept' : 'answered')} />
      ) : token === '' ? (
        <TokenForm token="" onToken={setToken} />
      ) : (
        <Loaded read={read} rows={6}>
          {({ ratingForm }) =>
            ratingForm ? (
              <>
                <h2>{ratingForm.agentName}</h2>
                <p>
                  {ratingForm.roundName} · <PeriodText value={ratingForm.period} />
                </p>
                <p className="quiet">
                  {t('open')} <DateSpan from={ratingForm.opensOn} to={ratingForm.closesOn} />
                </p>
                <Answer token={token} onKept={() => setKept(true)} />
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

function Answer({ token, onKept }: { readonly token: string; readonly onKept: () => void }) {
  const { t } = useTranslation('rating');
  const { mutateAsync, isPending, error } = useChange(RatingAnswerDocument);
  const submit = async ({ points, comment }: RatingFields) => {
    const result = await mutateAsync({ token, points, comment: comment?.trim() || null }).catch(() => undefined);
    if (result?.answerRating.__typename === 'RatingAnswered') onKept();
  };
  return (
    <Form<RatingFields> layout="vertical" onFinish={submit}>
      <RatingInputs />
      <Faults error={error} />
      <Button type="primary" htmlType="submit" block loading={isPending}>
        {t('send')}
      </Button>
    </Form>
  );
}
