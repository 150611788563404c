import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { formatPeriod } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Figure } from './Figure.tsx';
import { RoundsPeersDocument, RoundsScoreDocument, type RoundsScoreQuery } from './Rounds.generated.ts';

type ScoreRow = NonNullable<RoundsScoreQuery['scores']>['edges'][number]['node'];

/** How the score of one agent came about, item by item, and where it stands among its peers. */
export function ScoreDrawer({
  period,
  agentCode,
  onClose,
}: {
  readonly period: string;
  readonly agentCode: string | undefined;
  readonly onClose: () => void;
}) {
  const { i18n } = useTranslation('rounds');
  return (
    <Drawer
      open={agentCode !== undefined}
      onClose={onClose}
      size="min(760px, 100vw)"
      title={`${agentCode ?? ''} · ${formatPeriod(period, i18n.language)}`}
      destroyOnHidden
    >
      {agentCode !== undefined && <Explained period={period} agentCode={agentCode} />}
    </Drawer>
  );
}

function Explained({ period, agentCode }: { readonly period: string; readonly agentCode: string }) {
  const { t, i18n } = useTranslation('rounds');
  const read = useRead(RoundsScoreDocument, { filter: { period, agentCode } });
  return (
    <Loaded read={read} rows={10}>
      {({ scores }) => {
        const [score] = rowsOf(scores);
        if (!score) return <Nothing>{t('noScores')}</Nothing>;
        const { summaryEn, summaryZh } = score.explanation;
        return (
          <>
            <p>{i18n.language === 'zh' ? summaryZh : summaryEn}</p>
            <p>
              <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{t('toAgent')}</Link>
            </p>
            <Items score={score} />
            {score.total !== null && <Peers scoreId={score.id} />}
          </>
        );
      }}
    </Loaded>
  );
}

function Items({ score }: { readonly score: ScoreRow }) {
  const { t, i18n } = useTranslation('rounds');
  const shown = (value: string | null) => (value === null ? '–' : <Figure value={value} />);
  const sentenceOf = (code: string) => {
    const explained = score.explanation.items.find((item) => item.code === code);
    return i18n.language === 'zh' ? explained?.sentenceZh : explained?.sentenceEn;
  };
  return (
    <List
      label={t('items')}
      rows={score.items}
      rowKey={({ code }) => code}
      empty={t('noScores')}
      columns={[
        {
          key: 'name',
          title: t('item'),
          render: ({ name, code }) => (
            <>
              {name}
              <div className="quiet" style={{ fontWeight: 400 }}>
                {sentenceOf(code)}
              </div>
            </>
          ),
        },
        { key: 'input', title: t('value'), align: 'right', render: ({ input }) => shown(input) },
        { key: 'target', title: t('target'), align: 'right', render: ({ target }) => shown(target) },
        { key: 'points', title: t('points'), align: 'right', render: ({ points }) => shown(points) },
        { key: 'weight', title: t('weight'), align: 'right', render: ({ effectiveWeight }) => shown(effectiveWeight) },
        { key: 'counts', title: t('contribution'), align: 'right', render: ({ contribution }) => shown(contribution) },
      ]}
    />
  );
}

function Peers({ scoreId }: { readonly scoreId: string }) {
  const { t } = useTranslation('rounds');
  const read = useRead(RoundsPeersDocument, { scoreId });
  return (
    <section>
      <h2>{t('peers')}</h2>
      <Loaded read={read} rows={3}>
        {({ scoreDistribution }) =>
          scoreDistribution && scoreDistribution.length > 0 ? (
            <ul className="plain-list">
              {scoreDistribution.map(({ from, to, peerCount, isOwn }) => (
                <li key={from}>
                  {t('stretch', { from, to, count: peerCount })}
                  {isOwn && <strong>{` · ${t('here')}`}</strong>}
                </li>
              ))}
            </ul>
          ) : (
            <p className="quiet">{t('fewPeers')}</p>
          )
        }
      </Loaded>
    </section>
  );
}
