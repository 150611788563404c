import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText, Quantity } from '../../shared/values.tsx';
import {
  PaymentsApproveBatchDocument,
  PaymentsBatchesDocument,
  type PaymentsBatchesQuery,
  PaymentsCancelBatchDocument,
} from './Payments.generated.ts';

type Batch = NonNullable<PaymentsBatchesQuery['paymentBatches']>['edges'][number]['node'];
const colours = { CREATED: 'gold', APPROVED: 'blue', SETTLED: 'green', CANCELLED: 'default' } as const;

/** Bank files: made by one person, approved by another. */
export function Batches() {
  const { t } = useTranslation('payments');
  const pages = usePages();
  const read = useRead(PaymentsBatchesDocument, { after: pages.after }, { keep: true });
  return (
    <Loaded read={read}>
      {({ paymentBatches }) => (
        <PagedList
          label={t('batches')}
          connection={paymentBatches}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noBatches')}
          columns={[
            { key: 'code', title: t('batch'), render: ({ code, format }) => `${code} · ${format}` },
            {
              key: 'state',
              title: t('state'),
              render: ({ state, cancelAskedBy }) => (
                <>
                  <Tag color={colours[state]}>{t(`batchState.${state}`)}</Tag>
                  {cancelAskedBy && state !== 'CANCELLED' && t('cancelAsked', { by: cancelAskedBy })}
                </>
              ),
            },
            { key: 'day', title: t('executesOn'), render: ({ executesOn }) => <DateText value={executesOn} /> },
            {
              key: 'made',
              title: t('madeBy'),
              render: ({ createdBy, approvedBy }) => [createdBy, approvedBy].filter(Boolean).join(' → '),
            },
            {
              key: 'count',
              title: t('count'),
              align: 'right',
              render: ({ paymentCount }) => <Quantity value={paymentCount} />,
            },
            {
              key: 'sum',
              title: t('controlSum'),
              align: 'right',
              render: ({ controlSum, currency }) => <Amount value={controlSum} currency={currency} />,
            },
            { key: 'action', title: t('action'), render: (batch) => <Steps batch={batch} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

function Steps({ batch }: { readonly batch: Batch }) {
  const { t } = useTranslation('payments');
  const { role } = useMe();
  const { id: batchId, state, downloadPath } = batch;
  const mayWrite = role === 'FINANCE' || role === 'ADMIN';
  return (
    <div className="buttons" style={{ marginTop: 0 }}>
      {state === 'APPROVED' && mayWrite && <a href={downloadPath}>{t('bankFile')}</a>}
      {state === 'CREATED' && mayWrite && (
        <Action
          size="small"
          type="primary"
          label={t('approve')}
          document={PaymentsApproveBatchDocument}
          variables={(_reason, idempotencyKey) => ({ batchId, idempotencyKey })}
        >
          <p>{t('approveText')}</p>
        </Action>
      )}
      {(state === 'CREATED' || state === 'APPROVED') && mayWrite && (
        <Action
          size="small"
          danger
          label={t('cancelBatch')}
          reason="needed"
          document={PaymentsCancelBatchDocument}
          variables={(reason, idempotencyKey) => ({
            batchId,
            reason,
            bankWillNotPay: state === 'APPROVED',
            idempotencyKey,
          })}
        >
          <p>{t(state === 'APPROVED' ? 'cancelFetchedText' : 'cancelText')}</p>
        </Action>
      )}
    </div>
  );
}
