import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { type Column, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText } from '../../shared/values.tsx';
import {
  ApprovalsDepositDocument,
  ApprovalsInvoiceDocument,
  ApprovalsMoneyDocument,
  ApprovalsOffCycleDocument,
  ApprovalsPayeeDocument,
  ApprovalsRepaymentDocument,
} from './Approvals.generated.ts';
import { Decide, Section } from './Section.tsx';

const decisionOf = (approve: boolean) => (approve ? ('APPROVED' as const) : ('REJECTED' as const));

type Proposal = { readonly reason: string; readonly proposedBy: string | null };

/** Payees, payments outside the cycle, deposits, repayments, invoices. */
export function MoneyApprovals({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('approvals');
  const payeePages = usePages();
  const offCyclePages = usePages();
  const depositPages = usePages();
  const repaymentPages = usePages();
  const invoicePages = usePages();
  const read = useRead(
    ApprovalsMoneyDocument,
    {
      payees: payeePages.after,
      offCycle: offCyclePages.after,
      deposits: depositPages.after,
      repayments: repaymentPages.after,
      invoices: invoicePages.after,
    },
    { keep: true },
  );
  const proposed: Column<Proposal>[] = [
    { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
    { key: 'by', title: t('by'), render: ({ proposedBy }) => proposedBy ?? '–' },
  ];
  return (
    <Loaded read={read} rows={10}>
      {({ payees, offCycleSettlements, depositEntries, repayments, invoices }) => (
        <>
          <Section
            title={t('payees')}
            connection={payees}
            pages={payeePages}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'what',
                title: t('what'),
                render: ({ agentCode, holderName, bankName, account }) =>
                  `${agentCode} · ${holderName} · ${bankName} ${account}`,
              },
              { key: 'from', title: t('from'), render: ({ from }) => <DateText value={from} /> },
              ...proposed,
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: payeeId }) => (
                  <Decide
                    document={ApprovalsPayeeDocument}
                    variables={(approve, reason, idempotencyKey) => ({ payeeId, approve, reason, idempotencyKey })}
                  />
                ),
              },
            ]}
          />
          <Section
            title={t('offCycle')}
            connection={offCycleSettlements}
            pages={offCyclePages}
            rowKey={({ id }) => id}
            columns={[
              { key: 'what', title: t('what'), render: ({ code, agent }) => `${code} · ${agent.code}` },
              {
                key: 'amount',
                title: t('amount'),
                align: 'right',
                render: ({ gross, currency }) => <Amount value={gross} currency={currency} />,
              },
              ...proposed,
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: settlementId }) => (
                  <Decide
                    document={ApprovalsOffCycleDocument}
                    variables={(approve, reason, idempotencyKey) => ({
                      settlementId,
                      decision: decisionOf(approve),
                      reason,
                      idempotencyKey,
                    })}
                  />
                ),
              },
            ]}
          />
          <Section
            title={t('deposits')}
            connection={depositEntries}
            pages={depositPages}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'what',
                title: t('what'),
                render: ({ agent, kind }) => `${agent.code} · ${t(`depositKind.${kind}`)}`,
              },
              {
                key: 'amount',
                title: t('amount'),
                align: 'right',
                render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
              },
              ...proposed,
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: depositEntryId }) => (
                  <Decide
                    document={ApprovalsDepositDocument}
                    variables={(approve, reason, idempotencyKey) => ({
                      depositEntryId,
                      approve,
                      reason,
                      idempotencyKey,
                    })}
                  />
                ),
              },
            ]}
          />
          <Section
            title={t('repayments')}
            connection={repayments}
            pages={repaymentPages}
            rowKey={({ id }) => id}
            columns={[
              { key: 'what', title: t('what'), render: ({ code, agent }) => `${code} · ${agent.code}` },
              {
                key: 'amount',
                title: t('amount'),
                align: 'right',
                render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
              },
              ...proposed,
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: repaymentId }) => (
                  <Decide
                    document={ApprovalsRepaymentDocument}
                    variables={(approve, reason, idempotencyKey) => ({
                      repaymentId,
                      decision: decisionOf(approve),
                      reason,
                      idempotencyKey,
                    })}
                  />
                ),
              },
            ]}
          />
          <Section
            title={t('invoices')}
            connection={invoices}
            pages={invoicePages}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'what',
                title: t('what'),
                render: ({ number, agent, statements }) => `${number} · ${agent.code} · ${statements.join(', ')}`,
              },
              {
                key: 'amount',
                title: t('amount'),
                align: 'right',
                render: ({ gross, currency }) => <Amount value={gross} currency={currency} />,
              },
              { key: 'on', title: t('from'), render: ({ issuedOn }) => <DateText value={issuedOn} /> },
              {
                key: 'decide',
                title: t('decide'),
                render: ({ id: invoiceId }) => (
                  <Decide
                    document={ApprovalsInvoiceDocument}
                    variables={(accept, reason, idempotencyKey) => ({ invoiceId, accept, reason, idempotencyKey })}
                  />
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
