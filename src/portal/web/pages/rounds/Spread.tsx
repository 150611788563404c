import { Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Chart } from '../../shared/Chart.tsx';
import { FilterChoice } from '../../shared/FilterChoice.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Figure, shortened } from './Figure.tsx';
import { RoundsSpreadDocument, type RoundsSpreadQuery } from './Rounds.generated.ts';

type Review = Extract<RoundsSpreadQuery['scoreTemplateReview'], { __typename: 'ScoreTemplateReview' }>;
type Spread = Review['items'][number]['spreads'][number];
type Row = Spread & { readonly code: string; readonly name: string; readonly tellsApart: boolean };
type Template = { readonly code: string; readonly name: string };

/** How the points of each item are spread among the agents of the month, by template: what is far out, and what tells nobody apart. */
export function Spread({ period, templates }: { readonly period: string; readonly templates: readonly Template[] }) {
  const { t } = useTranslation('rounds');
  const [chosen, setChosen] = useState<string>();
  const template = chosen ?? templates[0]?.code;
  return (
    <section>
      <h2>{t('spread')}</h2>
      {templates.length > 1 && (
        <FilterChoice
          label={t('template')}
          all={templates[0]?.name ?? ''}
          value={chosen}
          values={templates.slice(1).map(({ code }) => code)}
          textOf={(code) => templates.find((one) => one.code === code)?.name ?? code}
          onChange={setChosen}
        />
      )}
      {template && <Spreads template={template} period={period} key={template} />}
    </section>
  );
}

function Spreads({ template, period }: { readonly template: string; readonly period: string }) {
  const { t } = useTranslation('rounds');
  const read = useRead(RoundsSpreadDocument, { template, period });
  return (
    <Loaded read={read} rows={8}>
      {({ scoreTemplateReview: review }) => {
        const items = review.__typename === 'ScoreTemplateReview' ? review.items : [];
        const rows = items.flatMap(({ code, name, tellsApart, spreads }) =>
          spreads.slice(-1).map((spread): Row => ({ code, name, tellsApart, ...spread })),
        );
        return rows.length === 0 ? (
          <p className="quiet">{t('noSpread')}</p>
        ) : (
          <>
            <Boxes rows={rows} />
            <SpreadTable rows={rows} />
          </>
        );
      }}
    </Loaded>
  );
}

/** The box of each item, from the fewest points to the most, with quartiles and median. */
function Boxes({ rows }: { readonly rows: readonly Row[] }) {
  const { t, i18n } = useTranslation('rounds');
  const options = useMemo(
    () => ({
      xAxis: { type: 'category', data: rows.map(({ name }) => name), axisLabel: { hideOverlap: true } },
      yAxis: { type: 'value', min: 0 },
      series: [
        {
          type: 'boxplot',
          name: t('points'),
          itemStyle: { color: '#dbe8f6', borderColor: '#0b5cad' },
          // positions in a chart, not amounts
          data: rows.map((row) =>
            [row.minimum, row.lowerQuartile, row.median, row.upperQuartile, row.maximum].map(Number),
          ),
        },
      ],
    }),
    [rows, t],
  );
  const said = rows.map(({ name, ...row }) => {
    const figures = [row.minimum, row.median, row.maximum].map((value) => shortened(value, i18n.language));
    return `${name}: ${figures.join(' – ')}`;
  });
  return <Chart label={`${t('spread')}. ${said.join('; ')}`} options={options} height={240} />;
}

function SpreadTable({ rows }: { readonly rows: readonly Row[] }) {
  const { t, i18n } = useTranslation('rounds');
  const figure = (key: 'agentCount' | 'minimum' | 'median' | 'mean' | 'maximum' | 'standardDeviation') => ({
    key,
    title: t(`figure.${key}`),
    align: 'right' as const,
    render: (row: Row) => <Figure value={row[key]} />,
  });
  return (
    <List
      label={t('spread')}
      rows={rows}
      rowKey={({ code }) => code}
      empty={t('noSpread')}
      columns={[
        { key: 'name', title: t('item'), render: ({ name }) => name },
        figure('agentCount'),
        figure('minimum'),
        {
          key: 'quartiles',
          title: t('figure.quartiles'),
          align: 'right',
          render: ({ lowerQuartile, upperQuartile }) => (
            <>
              <Figure value={lowerQuartile} /> – <Figure value={upperQuartile} />
            </>
          ),
        },
        figure('median'),
        figure('mean'),
        figure('maximum'),
        figure('standardDeviation'),
        {
          key: 'apart',
          title: t('tellsApart'),
          render: ({ tellsApart, mostFrequentPercent }) =>
            tellsApart ? (
              t('common:yes')
            ) : (
              <Tag color="gold">{t('sameFor', { percent: shortened(mostFrequentPercent, i18n.language) })}</Tag>
            ),
        },
      ]}
    />
  );
}
