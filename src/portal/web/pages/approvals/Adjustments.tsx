import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import {
  ApprovalsAdjustmentsDocument,
  ApprovalsApproveAdjustmentsDocument,
  ApprovalsRejectAdjustmentsDocument,
} from './Approvals.generated.ts';
import { Section } from './Section.tsx';

export function Adjustments({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('approvals');
  const { role } = useMe();
  const pages = usePages();
  const read = useRead(ApprovalsAdjustmentsDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={3}>
      {({ adjustmentProposals }) => (
        <>
          <Section
            title={t('adjustments')}
            connection={adjustmentProposals}
            pages={pages}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'code',
                title: t('what'),
                render: ({ code, kind, agent }) => `${code} · ${agent.code} · ${t(`adjustmentKind.${kind}`)}`,
              },
              {
                key: 'amount',
                title: t('amount'),
                align: 'right',
                render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
              },
              { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
              { key: 'by', title: t('by'), render: ({ proposedBy }) => proposedBy },
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id }) =>
                  role === 'AUDITOR' ? (
                    '–'
                  ) : (
                    <div className="buttons" style={{ marginTop: 0 }}>
                      <Action
                        size="small"
                        type="primary"
                        label={t('approve')}
                        reason="possible"
                        document={ApprovalsApproveAdjustmentsDocument}
                        variables={(decision, idempotencyKey) => ({
                          choice: { proposalIds: [id] },
                          decision,
                          idempotencyKey,
                        })}
                      />
                      <Action
                        size="small"
                        danger
                        label={t('reject')}
                        reason="needed"
                        document={ApprovalsRejectAdjustmentsDocument}
                        variables={(decision, idempotencyKey) => ({
                          choice: { proposalIds: [id] },
                          decision,
                          idempotencyKey,
                        })}
                      />
                    </div>
                  ),
              },
            ]}
          />
          {children}
        </>
      )}
    </Loaded>
  );
}
