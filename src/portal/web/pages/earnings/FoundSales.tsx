import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText } from '../../shared/values.tsx';
import { FindSaleEventsDocument } from './FindSale.generated.ts';
import { SaleFate } from './SaleFate.tsx';
import type { SaleEvent } from './types.ts';

/** All that was found: of an order number mostly one, shown at once with what became of it; of others, one of them is chosen to see what became of it. */
export function FoundEvents({
  by,
  value,
  missing,
}: {
  readonly by: 'order' | 'customer' | 'subscription';
  readonly value: string;
  readonly missing: ReactNode;
}) {
  const { t } = useTranslation(['earnings', 'words']);
  const pages = usePages();
  const [chosenId, setChosenId] = useState<string>();
  const asked = {
    externalId: null,
    customer: null,
    subscription: null,
    [by === 'order' ? 'externalId' : by]: value,
    after: pages.after,
  };
  const read = useRead(FindSaleEventsDocument, asked, { keep: true });
  const columns = [
    {
      key: 'what',
      title: t('lines.what'),
      render: ({ type, externalId }: SaleEvent) => `${t(`words:eventType.${type}`)} ${externalId}`,
    },
    { key: 'when', title: t('lines.when'), render: ({ occurredAt }: SaleEvent) => <InstantText value={occurredAt} /> },
    { key: 'product', title: t('particular.product'), render: ({ product }: SaleEvent) => product.name },
    {
      key: 'amount',
      title: t('particular.amount'),
      align: 'right' as const,
      render: ({ amount, currency }: SaleEvent) => <Amount value={amount} currency={currency} />,
    },
    {
      key: 'fate',
      title: t('findSale.fate'),
      render: ({ id, externalId }: SaleEvent) => (
        <Button
          size="small"
          aria-expanded={chosenId === id}
          aria-label={`${t('findSale.show')} ${externalId}`}
          onClick={() => setChosenId(chosenId === id ? undefined : id)}
        >
          {t('findSale.show')}
        </Button>
      ),
    },
  ];
  return (
    <Loaded read={read} rows={8}>
      {({ salesEvents }) => {
        const rows = rowsOf(salesEvents);
        const chosen = rows.length === 1 ? rows[0] : rows.find(({ id }) => id === chosenId);
        if (chosen && rows.length === 1 && pages.number === 1) return <SaleFate event={chosen} />;
        return (
          <>
            <PagedList
              label={t('findSale.found')}
              connection={salesEvents}
              pages={pages}
              rowKey={({ id }) => id}
              columns={columns}
              empty={missing}
            />
            {chosen && <SaleFate key={chosen.id} event={chosen} />}
          </>
        );
      }}
    </Loaded>
  );
}
