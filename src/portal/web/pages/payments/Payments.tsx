import { Alert, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText, Quantity } from '../../shared/values.tsx';
import { Batches } from './Batches.tsx';
import { Candidates } from './Candidates.tsx';
import { PaymentsAnswersDocument, PaymentsListDocument } from './Payments.generated.ts';

/** What POST /bank-files/status says of a file. */
type Answer = {
  readonly repeated: boolean;
  readonly paidCount: number;
  readonly failedCount: number;
  readonly knownCount: number;
  readonly exceptionCount: number;
};

const tabs = ['candidates', 'batches', 'payments', 'answers'] as const;

/** From what is due to what the bank says of it. */
export function Payments() {
  const { t } = useTranslation('payments');
  const { role } = useMe();
  const [answer, setAnswer] = useState<Answer>();
  const { chosen, choose } = useFilters();
  const tab = chosen('tab', tabs) ?? 'candidates';
  return (
    <Page
      title={t('payments.title')}
      lead={t('payments.lead')}
      actions={
        role !== 'AUDITOR' && (
          <FileUpload<Answer> label={t('bankStatus')} path="/bank-files/status" accept=".xml,.csv" onDone={setAnswer} />
        )
      }
    >
      {answer && <Answered answer={answer} />}
      <Tabs
        activeKey={tab}
        onChange={(next) => choose('tab', next)}
        items={[
          {
            key: 'candidates',
            label: t('due'),
            children: <Candidates onMade={() => choose('tab', 'batches')} />,
          },
          { key: 'batches', label: t('batches'), children: <Batches /> },
          { key: 'payments', label: t('single'), children: <SinglePayments /> },
          { key: 'answers', label: t('answers'), children: <Answers /> },
        ]}
      />
    </Page>
  );
}

function SinglePayments() {
  const { t } = useTranslation('payments');
  const pages = usePages();
  const read = useRead(PaymentsListDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read}>
      {({ payments }) => (
        <PagedList
          label={t('single')}
          connection={payments}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noPayments')}
          columns={[
            { key: 'id', title: t('reference'), render: ({ endToEndId }) => endToEndId },
            { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
            { key: 'holder', title: t('payee'), render: ({ holderName, account }) => `${holderName} ${account}` },
            { key: 'state', title: t('state'), render: ({ state }) => t(`paymentState.${state}`) },
            { key: 'settled', title: t('settled'), render: ({ settledAt }) => <InstantText value={settledAt} /> },
            {
              key: 'failure',
              title: t('failure'),
              render: ({ failureCode, failureText }) => [failureCode, failureText].filter(Boolean).join(' ') || '–',
            },
            {
              key: 'amount',
              title: t('amount'),
              align: 'right',
              render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}

/** What the file that was just sent came to; what the bank paid though it was cancelled needs somebody at once. */
function Answered({ answer }: { readonly answer: Answer }) {
  const { t } = useTranslation('payments');
  const { repeated, exceptionCount, ...counts } = answer;
  if (repeated) return <Alert type="info" showIcon title={t('answerRepeated')} />;
  return (
    <Alert
      type={exceptionCount > 0 ? 'error' : 'success'}
      showIcon
      role={exceptionCount > 0 ? 'alert' : 'status'}
      title={t('answerCounts', counts)}
      description={exceptionCount > 0 && t('answerExceptions', { count: exceptionCount })}
    />
  );
}

/** The bank's answers that were read. */
function Answers() {
  const { t } = useTranslation('payments');
  const pages = usePages();
  const read = useRead(PaymentsAnswersDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read}>
      {({ paymentStatusImports }) => (
        <PagedList
          label={t('answers')}
          connection={paymentStatusImports}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noAnswers')}
          columns={[
            { key: 'file', title: t('file'), render: ({ fileName }) => fileName },
            { key: 'at', title: t('read'), render: ({ importedAt }) => <InstantText value={importedAt} /> },
            { key: 'by', title: t('readBy'), render: ({ importedBy }) => importedBy },
            { key: 'paid', title: t('paidCount'), align: 'right', render: (row) => <Quantity value={row.paidCount} /> },
            {
              key: 'failed',
              title: t('failedCount'),
              align: 'right',
              render: (row) => <Quantity value={row.failedCount} />,
            },
            {
              key: 'exceptions',
              title: t('exceptionCount'),
              align: 'right',
              render: (row) => <Quantity value={row.exceptionCount} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}
