import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan, DateText, PeriodText, Quantity } from '../../shared/values.tsx';
import {
  ApprovalsChannelDocument,
  ApprovalsScoreAppealDocument,
  ApprovalsTierOverrideDocument,
} from './Approvals.generated.ts';
import { Decide, Section } from './Section.tsx';

/** Tiers asked for by hand, appeals about scores. */
export function ChannelApprovals() {
  const { t } = useTranslation('approvals');
  const overridePages = usePages();
  const appealPages = usePages();
  const read = useRead(
    ApprovalsChannelDocument,
    { overrides: overridePages.after, appeals: appealPages.after },
    { keep: true },
  );
  return (
    <Loaded read={read} rows={6}>
      {({ tierOverrides, scoreAppeals }) => (
        <>
          <Section
            title={t('tierOverrides')}
            connection={tierOverrides}
            pages={overridePages}
            rowKey={({ id }) => id}
            columns={[
              { key: 'what', title: t('what'), render: ({ agentCode, tier }) => `${agentCode} · ${tier.name}` },
              {
                key: 'from',
                title: t('from'),
                render: ({ from, to }) => <DateSpan from={from} to={to} />,
              },
              { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
              { key: 'by', title: t('by'), render: ({ requestedBy }) => requestedBy },
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: overrideId }) => (
                  <Decide
                    document={ApprovalsTierOverrideDocument}
                    variables={(approve, reason, idempotencyKey) => ({ overrideId, approve, reason, idempotencyKey })}
                  />
                ),
              },
            ]}
          />
          <Section
            title={t('scoreAppeals')}
            connection={scoreAppeals}
            pages={appealPages}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'what',
                title: t('what'),
                render: ({ agentCode, score, items }) => (
                  <>
                    {agentCode} · <PeriodText value={score.period} /> ·{' '}
                    {score.total === null ? '–' : <Quantity value={score.total} />} {items.join(', ')}
                  </>
                ),
              },
              { key: 'due', title: t('due'), render: ({ dueOn }) => <DateText value={dueOn} /> },
              { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
              { key: 'by', title: t('by'), render: ({ filedBy }) => filedBy },
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: appealId }) => (
                  <Decide
                    document={ApprovalsScoreAppealDocument}
                    variables={(accept, decision, idempotencyKey) => ({ appealId, accept, decision, idempotencyKey })}
                  />
                ),
              },
            ]}
          />
        </>
      )}
    </Loaded>
  );
}
