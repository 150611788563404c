import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMayChange, useMe, useTimeZone } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { dateOf } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText } from '../../shared/values.tsx';
import { DealPanel } from './DealPanel.tsx';
import { DealsListDocument, type DealsListQuery } from './Deals.generated.ts';
import { RegisterDeal } from './RegisterDeal.tsx';
import { DealStateTag, goodsOf, states } from './shown.tsx';

type Deal = NonNullable<DealsListQuery['dealRegistrations']>['edges'][number]['node'];

const endings = ['month'] as const;

/** Registered deals 报备: registers customers, shows until when each is protected, and what can be done about it. */
export function Deals() {
  const { t } = useTranslation('deals');
  const { role } = useMe();
  const mayChange = useMayChange();
  const registers = mayChange && (role === 'AGENT' || role === 'ADMIN' || role === 'CHANNEL_MANAGER');
  return (
    <Page title={t('deals.title')} lead={t('deals.lead')} {...(registers && { actions: <RegisterDeal /> })}>
      <Filtered />
      <Opened />
    </Page>
  );
}

function Filtered() {
  const { t } = useTranslation('deals');
  const { chosen, choose } = useFilters();
  const state = chosen('state', states);
  const ending = chosen('ending', endings);
  return (
    <>
      <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state.title')}
          all={t('all')}
          value={state}
          values={states}
          textOf={(value) => t(`state.${value}`)}
          onChange={(value) => choose('state', value)}
        />
        <FilterChoice
          label={t('protectedUntil')}
          all={t('any')}
          value={ending}
          values={endings}
          textOf={(value) => t(`ending.${value}`)}
          onChange={(value) => choose('ending', value)}
        />
      </Flex>
      <DealList key={`${state} ${ending}`} state={state} endsSoon={ending !== undefined} />
    </>
  );
}

const soonDays = 30;

function DealList({
  state,
  endsSoon,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly endsSoon: boolean;
}) {
  const { t } = useTranslation('deals');
  const timeZone = useTimeZone();
  const pages = usePages();
  const endingBefore = endsSoon ? dateOf(new Date(Date.now() + soonDays * 86_400_000), timeZone) : null;
  const variables = { filter: { state: state ?? null, endingBefore }, after: pages.after };
  const read = useRead(DealsListDocument, variables, { keep: true });
  const [search] = useSearchParams();
  return (
    <Loaded read={read}>
      {({ dealRegistrations }) => (
        <PagedList
          label={t('deals.title')}
          connection={dealRegistrations}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t, search)}
          empty={t('deals.none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string, search: URLSearchParams): Column<Deal>[] {
  const opened = (id: string) => {
    const next = new URLSearchParams(search);
    next.set('deal', id);
    return `/deals?${next}`;
  };
  return [
    { key: 'code', title: t('code'), render: ({ id, code }) => <Link to={opened(id)}>{code}</Link> },
    {
      key: 'customer',
      title: t('customer'),
      render: ({ customerName, customerId }) => `${customerName} · ${customerId}`,
    },
    { key: 'goods', title: t('goods'), render: (deal) => goodsOf(deal) ?? t('anything') },
    { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
    { key: 'state', title: t('state.title'), render: ({ state }) => <DealStateTag state={state} /> },
    {
      key: 'until',
      title: t('protectedUntil'),
      render: ({ protectedUntilDay }) => <DateText value={protectedUntilDay} />,
    },
    { key: 'at', title: t('registeredAt'), render: ({ registeredAt }) => <InstantText value={registeredAt} /> },
  ];
}

/** The deal of the address. */
function Opened() {
  const [search, setSearch] = useSearchParams();
  const id = search.get('deal');
  const close = () => {
    const next = new URLSearchParams(search);
    next.delete('deal');
    setSearch(next, { replace: true });
  };
  return id && <DealPanel key={id} id={id} onClose={close} />;
}
