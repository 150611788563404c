import { useTranslation } from 'react-i18next';
import { List } from '../../shared/PagedList.tsx';
import { Quantity } from '../../shared/values.tsx';
import type { ScoreRow } from './types.ts';

/** The items of a score, each with its target and how its points came about; then what was added and taken. */
export function Items({ score }: { readonly score: ScoreRow }) {
  const { t, i18n } = useTranslation('score');
  const sentenceOf = (code: string) => {
    const explained = score.explanation.items.find((item) => item.code === code);
    return i18n.language === 'zh' ? explained?.sentenceZh : explained?.sentenceEn;
  };
  const shown = (value: string | null) => (value === null ? '–' : <Quantity value={value} />);
  const extras = [
    ...score.bonuses.map((row) => ({ ...row, sign: 'bonus' as const })),
    ...score.deductions.map((row) => ({ ...row, sign: 'deduction' as const })),
  ];
  return (
    <>
      <h2>{t('items')}</h2>
      <List
        label={t('items')}
        rows={score.items}
        rowKey={({ code }) => code}
        empty={t('none')}
        columns={[
          { key: 'name', title: t('item'), render: ({ name }) => name },
          { key: 'input', title: t('input'), align: 'right', render: ({ input }) => shown(input) },
          { key: 'target', title: t('target'), align: 'right', render: ({ target }) => shown(target) },
          { key: 'points', title: t('points'), align: 'right', render: ({ points }) => shown(points) },
          {
            key: 'weight',
            title: t('weight'),
            align: 'right',
            render: ({ effectiveWeight }) => <Quantity value={effectiveWeight} />,
          },
          {
            key: 'contribution',
            title: t('contribution'),
            align: 'right',
            render: ({ contribution }) => <Quantity value={contribution} />,
          },
          {
            key: 'peers',
            title: t('peers'),
            render: ({ rank, peerCount }) =>
              rank === null || peerCount === null ? '–' : t('rank', { rank, count: peerCount }),
          },
          { key: 'why', title: t('why'), render: ({ code }) => sentenceOf(code) ?? '' },
        ]}
      />
      {extras.length > 0 && (
        <>
          <h2>{t('extras')}</h2>
          <List
            label={t('extras')}
            rows={extras}
            rowKey={({ sign, code }) => sign + code}
            empty={t('none')}
            columns={[
              { key: 'name', title: t('item'), render: ({ name, sign }) => `${t(sign)} · ${name}` },
              { key: 'input', title: t('input'), align: 'right', render: ({ input }) => shown(input) },
              {
                key: 'points',
                title: t('points'),
                align: 'right',
                render: ({ points }) => <Quantity value={points} />,
              },
            ]}
          />
        </>
      )}
    </>
  );
}
