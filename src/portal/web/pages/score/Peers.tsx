import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Chart } from '../../shared/Chart.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { ScorePeersDocument, type ScorePeersQuery } from './Score.generated.ts';

type Stretches = NonNullable<ScorePeersQuery['scoreDistribution']>;

/** Among whom we stand: how many peers came to about what, without names. */
export function Peers({ scoreId }: { readonly scoreId: string }) {
  const { t } = useTranslation('score');
  const read = useRead(ScorePeersDocument, { scoreId });
  return (
    <Panel title={t('distribution')} style={{ marginTop: 16 }}>
      <Loaded read={read} rows={5}>
        {({ scoreDistribution }) =>
          scoreDistribution && scoreDistribution.length > 0 ? (
            <Stretched stretches={scoreDistribution} />
          ) : (
            <p className="quiet">{t('fewPeers')}</p>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Stretched({ stretches }: { readonly stretches: Stretches }) {
  const { t } = useTranslation('score');
  const options = useMemo(
    () => ({
      xAxis: { type: 'category', data: stretches.map(({ from, to }) => `${from}–${to}`) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        {
          type: 'bar',
          name: t('peerCount'),
          data: stretches.map(({ peerCount, isOwn }) => ({
            value: peerCount,
            itemStyle: { color: isOwn ? '#0b5cad' : '#b9c7d6' },
          })),
        },
      ],
    }),
    [stretches, t],
  );
  const said = stretches.map(
    ({ from, to, peerCount, isOwn }) => `${from}–${to}: ${peerCount}${isOwn ? ` (${t('own')})` : ''}`,
  );
  return (
    <>
      <Chart label={said.join('; ')} options={options} height={200} />
      <p className="quiet">{said.join(' · ')}</p>
    </>
  );
}
