import { Button, Flex, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { isNothing } from '../../shared/exact.ts';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Quantity } from '../../shared/values.tsx';
import { RoundsScoresDocument, type RoundsScoresQuery, type RoundsScoresQueryVariables } from './Rounds.generated.ts';
import { ScoreDrawer } from './ScoreDrawer.tsx';

type Filter = RoundsScoresQueryVariables['filter'];
type Row = NonNullable<RoundsScoresQuery['scores']>['edges'][number]['node'];
type Template = { readonly code: string; readonly name: string };

/** The agents of the month with their scores; those without data can be looked at alone. */
export function ScoreList({
  period,
  templates,
  blocked,
}: {
  readonly period: string;
  readonly templates: readonly Template[];
  readonly blocked: number;
}) {
  const { t } = useTranslation('rounds');
  const [filter, setFilter] = useState<Filter>({ period });
  return (
    <section>
      <h2>{t('scores')}</h2>
      <Flex gap="small" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('template')}
          all={t('all')}
          value={filter.template ?? undefined}
          values={templates.map(({ code }) => code)}
          textOf={(code) => templates.find((template) => template.code === code)?.name ?? code}
          onChange={(template) => setFilter({ ...filter, template: template ?? null })}
        />
        <FilterChoice
          label={t('data')}
          all={t('all')}
          value={filter.blocked == null ? undefined : filter.blocked ? 'blocked' : 'scored'}
          values={['blocked', 'scored']}
          textOf={(value) => (value === 'blocked' ? t('onlyBlocked', { count: blocked }) : t('onlyScored'))}
          onChange={(value) => setFilter({ ...filter, blocked: value === undefined ? null : value === 'blocked' })}
        />
        <Input.Search
          allowClear
          aria-label={t('agentCode')}
          placeholder={t('agentCode')}
          style={{ width: 200 }}
          onSearch={(code) => setFilter({ ...filter, agentCode: code.trim() || null })}
        />
        <Input.Search
          allowClear
          aria-label={t('regionCode')}
          placeholder={t('regionCode')}
          style={{ width: 200 }}
          onSearch={(code) => setFilter({ ...filter, region: code.trim() || null })}
        />
      </Flex>
      <Found filter={filter} key={JSON.stringify(filter)} />
    </section>
  );
}

function Found({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('rounds');
  const [opened, setOpened] = useState<string>();
  const pages = usePages();
  const read = useRead(RoundsScoresDocument, { filter, after: pages.after }, { keep: true });
  return (
    <>
      <Loaded read={read} rows={20}>
        {({ scores }) => (
          <PagedList
            label={t('scores')}
            connection={scores}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('noScores')}
            columns={[
              {
                key: 'agent',
                title: t('agent'),
                render: ({ agentCode }) => <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>,
              },
              { key: 'total', title: t('total'), align: 'right', render: (row) => <Total row={row} /> },
              {
                key: 'template',
                title: t('template'),
                render: ({ templateCode, templateVersion }) => `${templateCode} · ${templateVersion}`,
              },
              { key: 'remarks', title: t('remarks'), render: (row) => <Remarks row={row} /> },
              {
                key: 'why',
                title: t('why'),
                render: ({ agentCode }) => (
                  <Button
                    size="small"
                    aria-label={t('explainOf', { agent: agentCode })}
                    onClick={() => setOpened(agentCode)}
                  >
                    {t('explain')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <ScoreDrawer period={filter.period ?? ''} agentCode={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

function Total({ row }: { readonly row: Row }) {
  const { t } = useTranslation('rounds');
  return row.total === null ? <Tag color="gold">{t('blocked')}</Tag> : <Quantity value={row.total} />;
}

/** What a reader of the list should stop at. */
function Remarks({ row }: { readonly row: Row }) {
  const { t } = useTranslation('rounds');
  const without = row.items.filter(
    ({ code, input, points }) =>
      // What raters said may be hidden while they rate: then there are points all the same.
      row.blockedBy.includes(code) || (input === null && (points === null || isNothing(points))),
  );
  const vetoes = row.vetoes.filter(({ triggered }) => triggered).map(({ name }) => name);
  const remarks = [
    ...(without.length > 0 ? [t('missing', { items: without.map(({ name }) => name).join(', ') })] : []),
    ...(vetoes.length > 0 ? [t('vetoed', { names: vetoes.join(', ') })] : []),
    ...(row.revision > 0 ? [t('revised')] : []),
  ];
  return <>{remarks.join('; ') || '–'}</>;
}
