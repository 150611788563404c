import { Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Amount, InstantText, Quantity } from '../../shared/values.tsx';
import type { LineNode } from './LineFigures.tsx';

export type EventNode = NonNullable<LineNode['event']>;

/** Where a sale is looked up by its order number. */
const salePath = ({ externalId }: Pick<EventNode, 'externalId'>) =>
  `/find-sale?${new URLSearchParams({ by: 'order', value: externalId })}`;

/** What happened, with all particulars that the event has. */
export function EventShown({ title, event }: { readonly title: string; readonly event: EventNode }) {
  const { t } = useTranslation(['earnings', 'words']);
  const named = (what: { readonly code: string; readonly name: string } | null) => what && `${what.code} ${what.name}`;
  const money = (value: string | null) => value && <Amount value={value} currency={event.currency} />;
  const particulars: readonly (readonly [string, ReactNode])[] = [
    ['type', t(`words:eventType.${event.type}`)],
    ['order', <Link key="order" to={salePath(event)}>{`${event.source} / ${event.externalId}`}</Link>],
    ['occurredAt', <InstantText key="at" value={event.occurredAt} />],
    ['product', named(event.product)],
    ['quantity', <Quantity key="quantity" value={event.quantity} />],
    ['amount', money(event.amount)],
    ['monthlyFee', money(event.monthlyFee)],
    ['listPrice', money(event.listPrice)],
    ['contractMonths', event.contractMonths],
    ['customer', event.customerId],
    ['subscription', event.subscriptionId],
    ['region', named(event.region)],
    ['segment', named(event.segment)],
    ['campaign', named(event.campaign)],
    ['original', event.originalExternalId],
    ['late', event.late ? t('common:yes') : null],
  ];
  return (
    <section>
      <h2>{title}</h2>
      <Descriptions
        className="table-frame"
        bordered
        size="small"
        column={1}
        items={particulars
          .filter(([, value]) => value !== null && value !== '')
          .map(([key, value]) => ({ key, label: t(`particular.${key}`), children: value }))}
      />
    </section>
  );
}
