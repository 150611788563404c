import { Flex, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { moveColour, moveKinds, type Named, nameOf } from './shown.ts';
import { type TiersEvaluationQuery, TiersMovesDocument, type TiersMovesQuery } from './Tiers.generated.ts';

type Counts = NonNullable<TiersEvaluationQuery['tierEvaluation']>['counts'];
type Move = NonNullable<NonNullable<TiersMovesQuery['tierEvaluation']>['moves']>['edges'][number]['node'];
type Kind = (typeof moveKinds)[number];
type Filter = {
  readonly kind?: Kind | undefined;
  readonly agentCode?: string | undefined;
  readonly regionCode?: string | undefined;
};

/** Who moves up, down or stays, and why. */
export function Moves({
  id,
  tiers,
  counts,
}: {
  readonly id: string;
  readonly tiers: readonly Named[];
  readonly counts: Counts;
}) {
  const { t } = useTranslation('tiers');
  const [filter, setFilter] = useState<Filter>({});
  const countOf = (kind: Kind) => counts.find((count) => count.kind === kind)?.count ?? 0;
  return (
    <section>
      <h2>{t('moves')}</h2>
      <Flex gap="small" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('what')}
          all={t('all')}
          value={filter.kind}
          values={moveKinds.filter((kind) => countOf(kind) > 0)}
          textOf={(kind) => `${t(`kind.${kind}`)} (${countOf(kind)})`}
          onChange={(kind) => setFilter({ ...filter, kind })}
        />
        <Input.Search
          allowClear
          aria-label={t('agentCode')}
          placeholder={t('agentCode')}
          style={{ width: 200 }}
          onSearch={(code) => setFilter({ ...filter, agentCode: code.trim() || undefined })}
        />
        <Input.Search
          allowClear
          aria-label={t('regionCode')}
          placeholder={t('regionCode')}
          style={{ width: 200 }}
          onSearch={(code) => setFilter({ ...filter, regionCode: code.trim() || undefined })}
        />
      </Flex>
      <Found id={id} filter={filter} tiers={tiers} key={JSON.stringify(filter)} />
    </section>
  );
}

function Found({
  id,
  filter,
  tiers,
}: {
  readonly id: string;
  readonly filter: Filter;
  readonly tiers: readonly Named[];
}) {
  const { t } = useTranslation('tiers');
  const pages = usePages();
  const read = useRead(
    TiersMovesDocument,
    {
      id,
      kind: filter.kind ?? null,
      agentCode: filter.agentCode ?? null,
      regionCode: filter.regionCode ?? null,
      after: pages.after,
    },
    { keep: true },
  );
  return (
    <Loaded read={read} rows={10}>
      {({ tierEvaluation }) => (
        <PagedList
          label={t('moves')}
          connection={tierEvaluation?.moves}
          pages={pages}
          rowKey={({ agentCode }) => agentCode}
          empty={t('noMoves')}
          columns={[
            {
              key: 'agent',
              title: t('agent'),
              render: ({ agentCode }) => <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>,
            },
            {
              key: 'kind',
              title: t('what'),
              render: ({ kind }) => <Tag color={moveColour[kind]}>{t(`kind.${kind}`)}</Tag>,
            },
            {
              key: 'tiers',
              title: t('tier'),
              render: ({ fromTier, toTier }) =>
                fromTier === toTier
                  ? nameOf(tiers, toTier)
                  : `${fromTier === null ? t('noTier') : nameOf(tiers, fromTier)} → ${nameOf(tiers, toTier)}`,
            },
            {
              key: 'misses',
              title: t('misses'),
              render: ({ missesBefore, missesAfter }) =>
                missesBefore === missesAfter ? missesAfter : `${missesBefore} → ${missesAfter}`,
            },
            { key: 'why', title: t('why'), render: (move) => <Why move={move} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

/** The reason in a sentence; what was looked at, criterion by criterion, on demand. */
function Why({ move }: { readonly move: Move }) {
  const { t, i18n } = useTranslation('tiers');
  const chinese = i18n.language === 'zh';
  return (
    <>
      {chinese ? move.reasonZh : move.reasonEn}
      {move.revision > 0 && <div className="quiet">{t('revised')}</div>}
      {move.facts.length > 0 && (
        <details>
          <summary>{t('facts', { count: move.facts.length })}</summary>
          <ul className="plain-list">
            {move.facts.map(({ tier, isEntry, held, sentenceEn, sentenceZh }) => (
              <li key={`${tier} ${isEntry} ${sentenceEn}`}>
                <strong>{t(held ? 'held' : 'notHeld')}</strong> {chinese ? sentenceZh : sentenceEn}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
