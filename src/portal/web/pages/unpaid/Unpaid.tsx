import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { AgentChoice } from '../../shared/AgentChoice.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText } from '../../shared/values.tsx';
import { UnpaidEventsDocument, type UnpaidEventsQuery } from './Unpaid.generated.ts';

type Event = NonNullable<UnpaidEventsQuery['unpaidEvents']>['edges'][number]['node']['event'];

/** The sales of a month that paid nothing, or less than they could, each with the reason: the first thing that agents ask about. */
export function Unpaid() {
  const { t, i18n } = useTranslation(['unpaid', 'words']);
  const [period] = usePeriod();
  const [search] = useSearchParams();
  const { chosen, choose, key } = useFilters();
  const reasons = Object.keys(i18n.getResource(i18n.language, 'words', 'unpaidReason') ?? {});
  const reason = chosen('reason', reasons);
  const agent = search.get('agent') ?? undefined;
  return (
    <Page
      title={t('unpaid.title')}
      lead={t('unpaid.lead')}
      actions={<PeriodChoice value={period} onChange={(next) => choose('period', next)} />}
    >
      <Flex gap="small" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('reason')}
          all={t('all')}
          value={reason}
          values={reasons}
          textOf={(one) => t(`words:unpaidReason.${one}`)}
          onChange={(next) => choose('reason', next)}
        />
        <Flex align="center" gap="small">
          <label htmlFor="unpaid-agent">{t('agent')}</label>
          <AgentChoice id="unpaid-agent" value={agent} onChange={(code) => choose('agent', code)} all={t('all')} />
        </Flex>
      </Flex>
      <Rows period={period} reason={reason} agent={agent} key={key} />
    </Page>
  );
}

type RowsProps = { readonly period: string; readonly reason: string | undefined; readonly agent: string | undefined };

function Rows({ period, reason, agent }: RowsProps) {
  const { t } = useTranslation(['unpaid', 'words']);
  const pages = usePages();
  const variables = { period, reason: reason ?? null, agent: agent ?? null, after: pages.after };
  const read = useRead(UnpaidEventsDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={12}>
      {({ unpaidEvents }) => (
        <PagedList
          label={t('unpaid.title')}
          connection={unpaidEvents}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('none')}
          columns={[
            { key: 'sale', title: t('sale'), render: ({ event }) => <Sale event={event} /> },
            { key: 'agent', title: t('agent'), render: (row) => `${row.agent.code} · ${row.agent.name}` },
            { key: 'product', title: t('product'), render: ({ event }) => event?.product.name ?? '–' },
            { key: 'on', title: t('on'), render: ({ event }) => <InstantText value={event?.occurredAt} /> },
            {
              key: 'amount',
              title: t('amount'),
              align: 'right',
              render: ({ event }) => (event ? <Amount value={event.amount} currency={event.currency} /> : '–'),
            },
            {
              key: 'reason',
              title: t('reason'),
              render: (row) => t(`words:unpaidReason.${row.reason}`, { defaultValue: row.reason }),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

/** Agents go on to all that is known of the sale. */
function Sale({ event }: { readonly event: Event }) {
  const { t } = useTranslation('unpaid');
  const { role } = useMe();
  if (!event) return <>{t('hidden')}</>;
  const { source, externalId } = event;
  if (role !== 'AGENT') return <>{`${source} ${externalId}`}</>;
  return <Link to={`/find-sale?${new URLSearchParams({ by: 'order', value: externalId })}`}>{externalId}</Link>;
}
