import { Alert, Descriptions, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateText, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { Appeals } from './Appeals.tsx';
import { RoundsMonthDocument, type RoundsMonthQuery } from './Rounds.generated.ts';
import { ScoreList } from './ScoreList.tsx';
import { Spread } from './Spread.tsx';
import { Steps } from './Steps.tsx';
import { roundColour } from './state.ts';

type Round = NonNullable<RoundsMonthQuery['scoreRound']>;

/** The scores of one month: where they stand, what is to be done next, what they came to. */
export function Month({ period }: { readonly period: string }) {
  const { t } = useTranslation('rounds');
  const [unscored, setUnscored] = useState(0);
  const read = useRead(RoundsMonthDocument, { period });
  return (
    <Loaded read={read} rows={10}>
      {({ scoreRound, scoreTemplates }) => (
        <>
          <Panel title={<PeriodText value={period} />}>
            {scoreRound ? <Facts round={scoreRound} /> : <p>{t('open')}</p>}
            {unscored > 0 && <Alert type="warning" showIcon title={t('unscored', { count: unscored })} />}
            <Steps period={period} round={scoreRound} onCalculated={setUnscored} />
          </Panel>
          {scoreRound && scoreRound.state !== 'OPEN' && (
            <>
              <ScoreList period={period} templates={scoreTemplates ?? []} blocked={scoreRound.blockedCount ?? 0} />
              <Appeals period={period} />
              <Spread period={period} templates={scoreTemplates ?? []} />
            </>
          )}
        </>
      )}
    </Loaded>
  );
}

function Facts({ round }: { readonly round: Round }) {
  const { t } = useTranslation('rounds');
  const by = (at: string | null, who: string | null) =>
    at ? (
      <span>
        <InstantText value={at} />
        {who && ` · ${who}`}
      </span>
    ) : (
      '–'
    );
  const items = [
    {
      key: 'state',
      label: t('state'),
      children: <Tag color={roundColour[round.state]}>{t(`states.${round.state}`)}</Tag>,
    },
    { key: 'agents', label: t('agentCount'), children: <Quantity value={round.agentCount ?? 0} /> },
    { key: 'blocked', label: t('blockedCount'), children: <Quantity value={round.blockedCount ?? 0} /> },
    { key: 'calculated', label: t('calculated'), children: by(round.calculatedAt, round.calculatedBy) },
    { key: 'published', label: t('published'), children: by(round.publishedAt, round.publishedBy) },
    { key: 'appeals', label: t('appealsUntil'), children: <DateText value={round.appealsUntil} /> },
    { key: 'final', label: t('final'), children: by(round.finalisedAt, round.finalisedBy) },
    { key: 'hash', label: t('scoresHash'), children: <code className="hash">{round.scoresHash ?? '–'}</code> },
  ];
  return <Descriptions column={{ xs: 1, sm: 1, md: 2, lg: 3 }} items={items} size="small" />;
}
