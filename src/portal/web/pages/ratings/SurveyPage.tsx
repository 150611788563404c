import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { linkWithToken } from '../../shared/token.ts';
import { Quantity } from '../../shared/values.tsx';
import { InviteLines } from './InviteLines.tsx';
import {
  RatingsInviteToSurveyDocument,
  RatingsSaveSurveyMetricDocument,
  RatingsSurveyResultsDocument,
} from './Ratings.generated.ts';

/** A survey about agents: who is asked, and what came of it. */
export function SurveyPage() {
  const { t } = useTranslation('ratings');
  const { surveyCode = '' } = useParams();
  const { role } = useMe();
  const mayWrite = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  return (
    <Page
      title={t('surveyPage.title', { code: surveyCode })}
      lead={t('surveyPage.lead')}
      actions={
        mayWrite && (
          <Action
            label={t('saveMetric')}
            document={RatingsSaveSurveyMetricDocument}
            variables={(_reason, idempotencyKey) => ({ surveyCode, idempotencyKey })}
          >
            <p>{t('saveMetricText')}</p>
          </Action>
        )
      }
    >
      {mayWrite && <Invite surveyCode={surveyCode} />}
      <h2>{t('results')}</h2>
      <Results surveyCode={surveyCode} key={surveyCode} />
    </Page>
  );
}

function Invite({ surveyCode }: { readonly surveyCode: string }) {
  const { t } = useTranslation('ratings');
  const { mutateAsync, isPending, error } = useChange(RatingsInviteToSurveyDocument);
  return (
    <InviteLines
      text={t('inviteText')}
      example={t('surveyExample')}
      error={error}
      isPending={isPending}
      send={async (lines, idempotencyKey) => {
        const recipients = lines.map(([agentCode = '', recipient = '']) => ({ agentCode, recipient }));
        const answer = await mutateAsync({ surveyCode, recipients, idempotencyKey }).catch(() => undefined);
        if (answer?.inviteToSurvey.__typename !== 'SurveyInvitedPayload') return undefined;
        const { knownCount, invitations, rejections } = answer.inviteToSurvey;
        const invited = invitations.map(({ agentCode, recipient, token }) => ({
          who: `${recipient}\t${agentCode}`,
          link: token && linkWithToken('/survey', token),
        }));
        return { knownCount, invited, rejections };
      }}
    />
  );
}

function Results({ surveyCode }: { readonly surveyCode: string }) {
  const { t } = useTranslation('ratings');
  const pages = usePages();
  const read = useRead(RatingsSurveyResultsDocument, { surveyCode, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={6}>
      {({ surveyResults }) => (
        <PagedList
          label={t('results')}
          connection={surveyResults}
          pages={pages}
          rowKey={({ agentCode }) => agentCode}
          empty={t('noResults')}
          columns={[
            { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
            {
              key: 'count',
              title: t('count'),
              render: (row) => t('answered', { answered: row.answeredCount, invited: row.invitedCount }),
            },
            {
              key: 'average',
              title: t('average'),
              align: 'right',
              render: ({ average }) => (average === null ? t('noMean') : <Quantity value={average} />),
            },
            {
              key: 'comments',
              title: t('comments'),
              render: ({ comments }) => (
                <ul className="plain-list">
                  {comments.map(({ question, words }) => (
                    <li key={`${question} ${words}`}>{words}</li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
