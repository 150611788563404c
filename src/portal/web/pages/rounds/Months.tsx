import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { RoundsMonthsDocument } from './Rounds.generated.ts';
import { roundColour } from './state.ts';

/** The months with scores, the latest first. */
export function Months() {
  const { t } = useTranslation('rounds');
  const pages = usePages();
  const read = useRead(RoundsMonthsDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={10}>
      {({ scoreRounds }) => (
        <PagedList
          label={t('view.months')}
          connection={scoreRounds}
          pages={pages}
          rowKey={({ period }) => period}
          empty={t('noMonths')}
          columns={[
            {
              key: 'period',
              title: t('common:period'),
              render: ({ period }) => (
                <Link to={`?period=${period}`}>
                  <PeriodText value={period} />
                </Link>
              ),
            },
            {
              key: 'state',
              title: t('state'),
              render: ({ state }) => <Tag color={roundColour[state]}>{t(`states.${state}`)}</Tag>,
            },
            {
              key: 'agents',
              title: t('agentCount'),
              align: 'right',
              render: ({ agentCount }) => <Quantity value={agentCount ?? 0} />,
            },
            {
              key: 'blocked',
              title: t('blockedCount'),
              align: 'right',
              render: ({ blockedCount }) => <Quantity value={blockedCount ?? 0} />,
            },
            {
              key: 'calculated',
              title: t('calculated'),
              render: ({ calculatedAt }) => <InstantText value={calculatedAt} />,
            },
            {
              key: 'published',
              title: t('published'),
              render: ({ publishedAt }) => <InstantText value={publishedAt} />,
            },
            {
              key: 'appeals',
              title: t('appealsUntil'),
              render: ({ appealsUntil }) => <DateText value={appealsUntil} />,
            },
            { key: 'final', title: t('final'), render: ({ finalisedAt }) => <InstantText value={finalisedAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
}
