import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText } from '../../shared/values.tsx';
import { RoundsAppealsDocument } from './Rounds.generated.ts';

/** Appeals against scores of the month; they are decided where all approvals are. */
export function Appeals({ period }: { readonly period: string }) {
  const { t } = useTranslation('rounds');
  const pages = usePages();
  const read = useRead(RoundsAppealsDocument, { period, state: null, after: pages.after }, { keep: true });
  return (
    <section>
      <h2>{t('appeals')}</h2>
      <Loaded read={read} rows={2}>
        {({ scoreAppeals }) =>
          pages.number === 1 && scoreAppeals?.edges.length === 0 ? (
            <p className="quiet">{t('noAppeals')}</p>
          ) : (
            <PagedList
              label={t('appeals')}
              connection={scoreAppeals}
              pages={pages}
              rowKey={({ id }) => id}
              empty={t('noAppeals')}
              columns={[
                { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
                {
                  key: 'state',
                  title: t('state'),
                  render: ({ state }) => (
                    <>
                      <Tag color={state === 'FILED' ? 'gold' : 'default'}>{t(`appealState.${state}`)}</Tag>{' '}
                      {state === 'FILED' && <Link to="/approvals">{t('decide')}</Link>}
                    </>
                  ),
                },
                { key: 'items', title: t('items'), render: ({ items }) => items.join(', ') || t('whole') },
                { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
                { key: 'filed', title: t('filed'), render: ({ filedAt }) => <InstantText value={filedAt} /> },
                { key: 'due', title: t('due'), render: ({ dueOn }) => <DateText value={dueOn} /> },
                { key: 'decision', title: t('decision'), render: ({ decision }) => decision ?? '–' },
              ]}
            />
          )
        }
      </Loaded>
    </section>
  );
}
