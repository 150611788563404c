import { Select, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Chart } from '../../shared/Chart.tsx';
import { formatPeriod } from '../../shared/format.ts';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { PeriodText, Quantity } from '../../shared/values.tsx';
import { Appeals } from './Appeals.tsx';
import { Items } from './Items.tsx';
import { Peers } from './Peers.tsx';
import { ScoreOfAgentDocument } from './Score.generated.ts';
import type { ScoreRow } from './types.ts';
import { Words } from './Words.tsx';

/** What we scored: the items, their targets, the trend, and what to do where we think that it is wrong. */
export function Score() {
  const { t } = useTranslation('score');
  const agent = useMe().agentCode ?? '';
  const read = useRead(ScoreOfAgentDocument, { agent });
  return (
    <Page title={t('score.title')}>
      <Loaded read={read} rows={14}>
        {({ scores }) => {
          const rows = rowsOf(scores);
          return rows.length === 0 ? <Nothing>{t('none')}</Nothing> : <Scores rows={rows} />;
        }}
      </Loaded>
      <Words agent={agent} />
    </Page>
  );
}

function Scores({ rows }: { readonly rows: readonly ScoreRow[] }) {
  const { t, i18n } = useTranslation('score');
  const [chosen, setChosen] = useState<string>();
  const score = rows.find(({ period }) => period === chosen) ?? rows.at(-1);
  if (!score) return null;
  return (
    <>
      <Panel
        title={
          <>
            <PeriodText value={score.period} /> · {score.templateCode}
          </>
        }
        extra={
          <Select
            aria-label={t('common:period')}
            value={score.period}
            onChange={setChosen}
            style={{ width: 160 }}
            options={[...rows]
              .reverse()
              .map(({ period }) => ({ value: period, label: formatPeriod(period, i18n.language) }))}
          />
        }
      >
        <div className="figure">{score.total === null ? '–' : <Quantity value={score.total} />}</div>
        <p>{i18n.language === 'zh' ? score.explanation.summaryZh : score.explanation.summaryEn}</p>
        <code className="hash">{score.explanation.formula}</code>
        {score.vetoes
          .filter(({ triggered }) => triggered)
          .map(({ code, name }) => (
            <p key={code}>
              <Tag color="red">{t('veto')}</Tag> {name}
            </p>
          ))}
      </Panel>
      <Items score={score} />
      <Peers scoreId={score.id} />
      <Trend rows={rows} />
      <h2>{t('appeals')}</h2>
      <Appeals score={score} />
    </>
  );
}

function Trend({ rows }: { readonly rows: readonly ScoreRow[] }) {
  const { t, i18n } = useTranslation('score');
  const options = useMemo(
    () => ({
      xAxis: { type: 'category', data: rows.map(({ period }) => period) },
      yAxis: { type: 'value' },
      // positions of points, not scores
      series: [
        { type: 'line', name: t('total'), data: rows.map(({ total }) => (total === null ? null : Number(total))) },
      ],
    }),
    [rows, t],
  );
  if (rows.length < 2) return null;
  return (
    <Panel title={t('trend')} style={{ marginTop: 16 }}>
      <Chart
        label={rows.map(({ period, total }) => `${formatPeriod(period, i18n.language)}: ${total ?? '–'}`).join('; ')}
        options={options}
      />
    </Panel>
  );
}
