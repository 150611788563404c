import { Button, Flex, Tag } from 'antd';
import { type Key, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { PeriodText } from '../../shared/values.tsx';
import { CasesListDocument, type CasesListQuery } from './Cases.generated.ts';
import { DecidedTogether, DecideTogether } from './DecideTogether.tsx';
import { CaseStateTag, DueTime, EffectTag } from './shown.tsx';

type Case = NonNullable<CasesListQuery['conflictCases']>['edges'][number]['node'];

const states = ['OPEN', 'IN_MEDIATION', 'RESOLVED', 'APPEALED', 'CLOSED'] as const;
const kinds = ['TERRITORY', 'OWNERSHIP', 'DUPLICATE', 'PRICE_FLOOR', 'AUTHORISATION', 'CAMPAIGN_OVERLAP'] as const;
const times = ['overdue'] as const;
const whose = ['mine'] as const;

/** The conflicts one may see, the latest first. */
export function Cases() {
  const { t } = useTranslation('conflicts');
  const { role } = useMe();
  const { chosen, choose, key } = useFilters();
  const state = chosen('state', states);
  const kind = chosen('kind', kinds);
  const overdue = chosen('due', times);
  const mine = chosen('whose', whose);
  const mediates = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  const decidable = state === 'OPEN' || state === 'IN_MEDIATION';
  const all = t('all');
  return (
    <Page title={t('cases.title')} lead={t(role === 'AGENT' ? 'cases.leadAgent' : 'cases.lead')}>
      <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state.title')}
          all={all}
          value={state}
          values={states}
          textOf={(value) => t(`state.${value}`)}
          onChange={(value) => choose('state', value)}
        />
        <FilterChoice
          label={t('kind.title')}
          all={all}
          value={kind}
          values={kinds}
          textOf={(value) => t(`kind.${value}`)}
          onChange={(value) => choose('kind', value)}
        />
        <FilterChoice
          label={t('dueAt')}
          all={all}
          value={overdue}
          values={times}
          textOf={(value) => t(value)}
          onChange={(value) => choose('due', value)}
        />
        {mediates && (
          <FilterChoice
            label={t('mediator')}
            all={all}
            value={mine}
            values={whose}
            textOf={(value) => t(value)}
            onChange={(value) => choose('whose', value)}
          />
        )}
      </Flex>
      {mediates && !decidable && (
        <p className="quiet">
          {t('together.hint')}{' '}
          <Button size="small" onClick={() => choose('state', 'OPEN')}>
            {t('together.open')}
          </Button>
        </p>
      )}
      <CaseList
        key={key}
        decides={mediates && decidable}
        limits={{ state: state ?? null, kind: kind ?? null, overdue: overdue ? true : null, mine: mine ? true : null }}
      />
    </Page>
  );
}

type Limits = {
  readonly state: (typeof states)[number] | null;
  readonly kind: (typeof kinds)[number] | null;
  readonly overdue: true | null;
  readonly mine: true | null;
};

type CaseListProps = {
  readonly limits: Limits;
  /** Whether several can be chosen to be decided together. */
  readonly decides: boolean;
};

function CaseList({ limits, decides }: CaseListProps) {
  const { t } = useTranslation('conflicts');
  const pages = usePages();
  const read = useRead(CasesListDocument, { ...limits, after: pages.after }, { keep: true });
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [decided, setDecided] = useState<readonly string[]>([]);
  return (
    <Loaded read={read}>
      {({ conflictCases }) => {
        const chosen = rowsOf(conflictCases).filter(({ code }) => selected.includes(code));
        const onChange = (keys: readonly Key[]) => setSelected(keys.map(String));
        return (
          <>
            {decided.length > 0 && <DecidedTogether codes={decided} onClose={() => setDecided([])} />}
            <PagedList
              label={t('cases.title')}
              connection={conflictCases}
              pages={pages}
              rowKey={({ code }) => code}
              columns={columnsOf(t)}
              empty={t('cases.none')}
              {...(decides && { selection: { selected: chosen.map(({ code }) => code), onChange } })}
            />
            {chosen.length > 0 && (
              <DecideTogether
                cases={chosen}
                onDecided={(codes) => {
                  setSelected([]);
                  setDecided(codes);
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

function columnsOf(t: (key: string) => string): Column<Case>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <Link to={`/conflicts/${code}`}>{code}</Link> },
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
    {
      key: 'parties',
      title: t('parties'),
      render: ({ parties }) => parties.map(({ agentCode, side }) => `${agentCode} (${t(`side.${side}`)})`).join(', '),
    },
    { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
    { key: 'state', title: t('state.title'), render: ({ state }) => <CaseStateTag state={state} /> },
    { key: 'effect', title: t('effect.title'), render: ({ effect }) => <EffectTag effect={effect} /> },
    { key: 'mediator', title: t('mediator'), render: ({ mediatorName }) => mediatorName ?? '–' },
    {
      key: 'due',
      title: t('dueAt'),
      render: ({ state, dueAt, isOverdue }) =>
        state === 'OPEN' || state === 'IN_MEDIATION' ? (
          <DueTime dueAt={dueAt} isOverdue={isOverdue} />
        ) : (
          <Tag>{t('decided')}</Tag>
        ),
    },
  ];
}
