import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useChange, useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { List, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { linkWithToken } from '../../shared/token.ts';
import { Quantity } from '../../shared/values.tsx';
import { InviteLines } from './InviteLines.tsx';
import {
  RatingsInviteDocument,
  RatingsReleaseDocument,
  RatingsResultsDocument,
  type RatingsResultsQuery,
} from './Ratings.generated.ts';

type Result = NonNullable<RatingsResultsQuery['ratingResults']>['edges'][number]['node'];
type Group = Result['groups'][number]['group'];

const raterGroups: readonly Group[] = ['CUSTOMER', 'CUSTOMER_SERVICE', 'MANAGER', 'PEER'];

/** A round of ratings: who is asked, and what came of it. */
export function RoundPage() {
  const { t } = useTranslation('ratings');
  const { roundCode = '' } = useParams();
  const { role } = useMe();
  return (
    <Page title={t('roundPage.title', { code: roundCode })} lead={t('roundPage.lead')}>
      {(role === 'ADMIN' || role === 'CHANNEL_MANAGER') && <Invite roundCode={roundCode} />}
      <h2>{t('results')}</h2>
      <Results roundCode={roundCode} key={roundCode} />
    </Page>
  );
}

function Invite({ roundCode }: { readonly roundCode: string }) {
  const { t } = useTranslation('ratings');
  const { mutateAsync, isPending, error } = useChange(RatingsInviteDocument);
  return (
    <InviteLines
      text={t('inviteText')}
      example={t('inviteExample')}
      error={error}
      isPending={isPending}
      send={async (lines, idempotencyKey) => {
        const raters = lines.map(([agentCode = '', group = '', rater = '']) => ({
          agentCode,
          group: group.toUpperCase() as Group,
          rater,
        }));
        const strange = raters.flatMap(({ group }, place) =>
          raterGroups.includes(group) ? [] : [{ row: place + 1, message: t('noGroup', { group }) }],
        );
        if (strange.length > 0) return { knownCount: 0, invited: [], rejections: strange, isUnsent: true };
        const answer = await mutateAsync({ roundCode, raters, idempotencyKey }).catch(() => undefined);
        if (answer?.inviteRaters.__typename !== 'RatersInvitedPayload') return undefined;
        const { knownCount, invitations, rejections } = answer.inviteRaters;
        const invited = invitations.map(({ agentCode, rater, token }) => ({
          who: `${rater}\t${agentCode}`,
          link: token && linkWithToken('/rating', token),
        }));
        return { knownCount, invited, rejections };
      }}
    />
  );
}

function Results({ roundCode }: { readonly roundCode: string }) {
  const { t } = useTranslation('ratings');
  const pages = usePages();
  const read = useRead(RatingsResultsDocument, { roundCode, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={6}>
      {({ ratingResults }) => (
        <PagedList
          label={t('results')}
          connection={ratingResults}
          pages={pages}
          rowKey={({ agentCode }) => agentCode}
          empty={t('noResults')}
          columns={[
            { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
            { key: 'groups', title: t('groups'), render: (row) => <Groups roundCode={roundCode} result={row} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

function Groups({ roundCode, result }: { readonly roundCode: string; readonly result: Result }) {
  const { t } = useTranslation('ratings');
  return (
    <ul className="plain-list">
      {result.groups.map(({ group, invitedCount, answeredCount, mean, comments }) => (
        <li key={group}>
          {t(`group.${group}`)} · {t('answered', { answered: answeredCount, invited: invitedCount })} ·{' '}
          {mean === null ? t('noMean') : <Quantity value={mean} />}
          {comments.length > 0 && (
            <List
              label={t('comments')}
              rows={comments}
              rowKey={({ key }) => key}
              empty=""
              columns={[
                { key: 'words', title: t('comments'), render: ({ words }) => words },
                {
                  key: 'act',
                  title: t('act'),
                  render: ({ key: commentKey, released }) =>
                    released ? (
                      t('released')
                    ) : (
                      <Action
                        size="small"
                        label={t('release')}
                        document={RatingsReleaseDocument}
                        variables={(_reason, idempotencyKey) => ({
                          roundCode,
                          agentCode: result.agentCode,
                          group,
                          commentKey,
                          idempotencyKey,
                        })}
                      >
                        <p>{t('releaseText')}</p>
                      </Action>
                    ),
                },
              ]}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
