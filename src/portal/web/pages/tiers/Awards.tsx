import { Button, Flex } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { List, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { Loaded } from '../../shared/states.tsx';
import { InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import {
  TiersAwardPreviewDocument,
  type TiersAwardPreviewQuery,
  TiersAwardRulesDocument,
  TiersAwardsDocument,
  TiersGrantAwardsDocument,
} from './Awards.generated.ts';
import { type Named, nameOf } from './shown.ts';

type Winners = NonNullable<TiersAwardPreviewQuery['previewAwards']>['winners'];

/** Awards by ranking: who would win a month, granting them, and all that were granted. */
export function Awards() {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  const [rule, setRule] = useState<string>();
  const read = useRead(TiersAwardRulesDocument, {});
  return (
    <Loaded read={read} rows={8}>
      {({ awardRules }) => {
        const rules = awardRules ?? [];
        return (
          <>
            {role !== 'CHANNEL_MANAGER' && rules.length > 0 && <Preview rules={rules} />}
            <h2>{t('granted')}</h2>
            <div style={{ marginBottom: 12 }}>
              <FilterChoice
                label={t('award')}
                all={t('all')}
                value={rule}
                values={rules.map(({ code }) => code)}
                textOf={(code) => nameOf(rules, code)}
                onChange={setRule}
              />
            </div>
            <Granted rule={rule} key={rule ?? ''} />
          </>
        );
      }}
    </Loaded>
  );
}

function Preview({ rules }: { readonly rules: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const [before] = usePeriod();
  const [period, setPeriod] = useState(before);
  const [chosen, setChosen] = useState(rules[0]?.code ?? '');
  const [asked, setAsked] = useState<{ readonly rule: string; readonly period: string }>();
  return (
    <Panel title={t('awardPreview')}>
      <p>{t('awardText')}</p>
      <Flex gap="small" wrap>
        <FilterChoice
          label={t('award')}
          all={nameOf(rules, rules[0]?.code ?? '')}
          value={chosen === rules[0]?.code ? undefined : chosen}
          values={rules.slice(1).map(({ code }) => code)}
          textOf={(code) => nameOf(rules, code)}
          onChange={(code) => setChosen(code ?? rules[0]?.code ?? '')}
        />
        <PeriodChoice value={period} onChange={setPeriod} />
        <Button onClick={() => setAsked({ rule: chosen, period })}>{t('showWinners')}</Button>
      </Flex>
      {asked && <Winning {...asked} key={JSON.stringify(asked)} />}
    </Panel>
  );
}

function Winning({ rule, period }: { readonly rule: string; readonly period: string }) {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  const read = useRead(TiersAwardPreviewDocument, { rule, period });
  return (
    <div style={{ marginTop: 12 }}>
      <Loaded read={read} rows={4}>
        {({ previewAwards }) => (
          <>
            <WinnerList winners={previewAwards?.winners ?? []} />
            {role === 'ADMIN' && (previewAwards?.winners.length ?? 0) > 0 && (
              <div className="buttons">
                <Action
                  type="primary"
                  label={t('grant')}
                  document={TiersGrantAwardsDocument}
                  variables={(_reason, idempotencyKey) => ({ rule, period, idempotencyKey })}
                >
                  <p>{t('grantText', { period })}</p>
                </Action>
              </div>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

function WinnerList({ winners }: { readonly winners: Winners }) {
  const { t } = useTranslation('tiers');
  return (
    <List
      label={t('winners')}
      rows={winners}
      rowKey={({ rankedAmong, agentCode }) => `${rankedAmong} ${agentCode}`}
      empty={t('noWinners')}
      columns={[
        {
          key: 'agent',
          title: t('agent'),
          render: ({ agentCode, agentName }) => (
            <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{`${agentCode} · ${agentName}`}</Link>
          ),
        },
        { key: 'among', title: t('among'), render: ({ rankedAmong }) => rankedAmong || t('everybody') },
        { key: 'place', title: t('place'), align: 'right', render: ({ place }) => <Quantity value={place} /> },
        { key: 'value', title: t('value'), align: 'right', render: ({ value }) => <Quantity value={value} /> },
      ]}
    />
  );
}

function Granted({ rule }: { readonly rule: string | undefined }) {
  const { t } = useTranslation('tiers');
  const pages = usePages();
  const read = useRead(TiersAwardsDocument, { rule: rule ?? null, after: pages.after }, { keep: true });
  return (
    <Loaded read={read} rows={6}>
      {({ awards }) => (
        <PagedList
          label={t('granted')}
          connection={awards}
          pages={pages}
          rowKey={(award) => [award.rule.code, award.period, award.rankedAmong, award.agentCode].join(' ')}
          empty={t('noAwards')}
          columns={[
            {
              key: 'agent',
              title: t('agent'),
              render: ({ agentCode }) => <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>,
            },
            { key: 'award', title: t('award'), render: (award) => award.rule.name },
            { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
            { key: 'among', title: t('among'), render: ({ rankedAmong }) => rankedAmong || t('everybody') },
            { key: 'place', title: t('place'), align: 'right', render: ({ place }) => <Quantity value={place} /> },
            { key: 'value', title: t('value'), align: 'right', render: ({ value }) => <Quantity value={value} /> },
            {
              key: 'prize',
              title: t('prize'),
              render: ({ prize }) => (prize.kind === 'POOL' ? t('poolShare', { pool: prize.pool }) : prize.text),
            },
            {
              key: 'granted',
              title: t('grantedAt'),
              render: ({ grantedAt, grantedBy }) => (
                <>
                  <InstantText value={grantedAt} /> · {grantedBy}
                </>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
