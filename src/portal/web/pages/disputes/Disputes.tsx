import { Button, Flex, Tag } from 'antd';
import { type Key, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMayChange, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText } from '../../shared/values.tsx';
import { type Decided, DecidedTogether, DecideTogether } from './DecideTogether.tsx';
import { DisputesListDocument, type DisputesListQuery } from './Disputes.generated.ts';
import { RaiseDispute } from './RaiseDispute.tsx';
import { DisputeStateTag, DueTime, matterOf } from './shown.tsx';
import { subjects } from './subjects.ts';

type Dispute = NonNullable<DisputesListQuery['disputes']>['edges'][number]['node'];

const states = ['OPEN', 'ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED', 'WITHDRAWN'] as const;
const times = ['overdue'] as const;

/** The disputes one may see, the latest first; agents raise new ones here. */
export function Disputes() {
  const { t } = useTranslation('disputes');
  const { role } = useMe();
  const raises = useMayChange() && role === 'AGENT';
  const [search] = useSearchParams();
  const raising = raises && search.has('kind');
  if (raising) {
    return (
      <Page title={t('form.title')} lead={t('form.lead')}>
        <RaiseDispute key={search.toString()} />
      </Page>
    );
  }
  const raise = (
    <Link to="/disputes?kind=STATEMENT">
      <Button type="primary">{t('form.title')}</Button>
    </Link>
  );
  return (
    <Page title={t('disputes.title')} lead={t(`disputes.lead.${role}`)} {...(raises && { actions: raise })}>
      <Filtered />
    </Page>
  );
}

function Filtered() {
  const { t } = useTranslation('disputes');
  const { chosen, choose, key } = useFilters();
  const all = t('all');
  const { role } = useMe();
  const decides = role === 'ADMIN' || role === 'FINANCE' || role === 'CHANNEL_MANAGER';
  const open = chosen('state', states) === 'OPEN';
  return (
    <>
      <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state.title')}
          all={all}
          value={chosen('state', states)}
          values={states}
          textOf={(value) => t(`state.${value}`)}
          onChange={(value) => choose('state', value)}
        />
        <FilterChoice
          label={t('subject.title')}
          all={all}
          value={chosen('subject', subjects)}
          values={subjects}
          textOf={(value) => t(`subject.${value}`)}
          onChange={(value) => choose('subject', value)}
        />
        <FilterChoice
          label={t('dueAt')}
          all={all}
          value={chosen('due', times)}
          values={times}
          textOf={(value) => t(value)}
          onChange={(value) => choose('due', value)}
        />
      </Flex>
      {decides && !open && (
        <p className="quiet">
          {t('together.hint')}{' '}
          <Button size="small" onClick={() => choose('state', 'OPEN')}>
            {t('together.open')}
          </Button>
        </p>
      )}
      <DisputeList
        key={key}
        decides={decides && open}
        state={chosen('state', states)}
        subject={chosen('subject', subjects)}
        overdue={chosen('due', times) === 'overdue'}
      />
    </>
  );
}

function DisputeList({
  decides,
  state,
  subject,
  overdue,
}: {
  /** Whether several can be chosen to be decided together. */
  readonly decides: boolean;
  readonly state: (typeof states)[number] | undefined;
  readonly subject: (typeof subjects)[number] | undefined;
  readonly overdue: boolean;
}) {
  const { t } = useTranslation('disputes');
  const pages = usePages();
  const variables = { state: state ?? null, subject: subject ?? null, overdue: overdue || null, after: pages.after };
  const read = useRead(DisputesListDocument, variables, { keep: true });
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [decided, setDecided] = useState<readonly Decided[]>([]);
  const columns = columnsOf(t);
  return (
    <Loaded read={read}>
      {({ disputes }) => {
        const chosen = rowsOf(disputes).filter(({ code }) => selected.includes(code));
        const onChange = (keys: readonly Key[]) => setSelected(keys.map(String));
        return (
          <>
            {decided.length > 0 && <DecidedTogether disputes={decided} onClose={() => setDecided([])} />}
            <PagedList
              label={t('disputes.title')}
              connection={disputes}
              pages={pages}
              rowKey={({ code }) => code}
              columns={columns}
              empty={t('disputes.none')}
              {...(decides && { selection: { selected: chosen.map(({ code }) => code), onChange } })}
            />
            {chosen.length > 0 && (
              <DecideTogether
                disputes={chosen}
                onDecided={(answered) => {
                  setSelected([]);
                  setDecided(answered);
                }}
                onCancel={() => setSelected([])}
              />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Dispute>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <Link to={`/disputes/${code}`}>{code}</Link> },
    {
      key: 'subject',
      title: t('subject.title'),
      render: (dispute) => (
        <>
          <Tag>{t(`subject.${dispute.subject}`)}</Tag> {matterOf(dispute)}
        </>
      ),
    },
    { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
    { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
    {
      key: 'claimed',
      title: t('claimed'),
      align: 'right',
      render: ({ claimedAmount, currency }) =>
        claimedAmount === null ? '–' : <Amount value={claimedAmount} currency={currency} />,
    },
    { key: 'state', title: t('state.title'), render: ({ state }) => <DisputeStateTag state={state} /> },
    {
      key: 'decided',
      title: t('decidedAmount'),
      align: 'right',
      render: ({ decidedAmount, currency }) =>
        decidedAmount === null ? '–' : <Amount value={decidedAmount} currency={currency} />,
    },
    { key: 'filed', title: t('filedAt'), render: ({ filedAt }) => <InstantText value={filedAt} /> },
    {
      key: 'due',
      title: t('dueAt'),
      render: ({ state, dueAt, isOverdue }) =>
        state === 'OPEN' ? <DueTime dueAt={dueAt} isOverdue={isOverdue} /> : '–',
    },
  ];
}
