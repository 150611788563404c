import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText } from '../../shared/values.tsx';
import { PaymentsDueDocument, type PaymentsDueQueryVariables } from './Payments.generated.ts';

type Obstacle = NonNullable<PaymentsDueQueryVariables['obstacle']>;
const obstacles: readonly Obstacle[] = [
  'ACCOUNT_UNCONFIRMED',
  'ALREADY',
  'DELAY',
  'DISPUTED',
  'NOT_CONFIRMED',
  'NO_ACCOUNT',
  'NO_INVOICE',
];
const pageSize = 25;

/** What is due in a currency, or what one obstacle keeps of it. */
export function Due({ currency }: { readonly currency: string }) {
  const { t } = useTranslation('payments');
  const [obstacle, setObstacle] = useState<Obstacle>();
  return (
    <>
      <div style={{ marginBlock: 12 }}>
        <FilterChoice
          label={t('obstacle')}
          all={t('anyObstacle')}
          value={obstacle}
          values={obstacles}
          textOf={(one) => t(`obstacles.${one}`)}
          onChange={setObstacle}
        />
      </div>
      <Entries key={obstacle} currency={currency} obstacle={obstacle} />
    </>
  );
}

function Entries({ currency, obstacle }: { readonly currency: string; readonly obstacle: Obstacle | undefined }) {
  const { t } = useTranslation('payments');
  const pages = usePages();
  const skip = Number(pages.after ?? 0);
  // One more than is shown says whether there is a next page.
  const variables = { currency, obstacle: obstacle ?? null, first: pageSize + 1, skip };
  const read = useRead(PaymentsDueDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ paymentCandidates }) => {
        const found = paymentCandidates?.entries ?? [];
        return (
          <PagedList
            label={t('due')}
            connection={{
              edges: found.slice(0, pageSize).map((node) => ({ node })),
              pageInfo: { hasNextPage: found.length > pageSize, endCursor: String(skip + pageSize) },
            }}
            pages={pages}
            rowKey={({ reference, kind }) => `${kind} ${reference}`}
            empty={t('nothingDue')}
            columns={[
              { key: 'reference', title: t('reference'), render: ({ reference }) => reference },
              { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
              {
                key: 'obstacle',
                title: t('obstacle'),
                render: (entry) =>
                  entry.obstacle ? (
                    <Tag color="gold">{t(`obstacles.${entry.obstacle}`)}</Tag>
                  ) : (
                    <Tag color="green">{t('ready')}</Tag>
                  ),
              },
              { key: 'delayed', title: t('from'), render: ({ delayedUntil }) => <DateText value={delayedUntil} /> },
              {
                key: 'gross',
                title: t('amount'),
                align: 'right',
                render: ({ gross }) => <Amount value={gross} currency={currency} />,
              },
            ]}
          />
        );
      }}
    </Loaded>
  );
}
