import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRead } from '../../graphql/hooks.ts';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import { HomeThisMonthDocument, type HomeThisMonthQuery } from './ThisMonth.generated.ts';

type Estimated = Extract<HomeThisMonthQuery['estimate'], { __typename: 'Estimate' }>;

/** What the month comes to so far: an estimate, and marked as one. */
export function ThisMonth({ agent }: { readonly agent: string }) {
  const { t } = useTranslation('home');
  const read = useRead(HomeThisMonthDocument, { agent });
  return (
    <Panel title={t('thisMonth')} extra={<Tag color="gold">{t('estimate')}</Tag>}>
      <Loaded read={read} rows={4}>
        {({ estimate }) => (estimate.__typename === 'Estimate' ? <Figures estimate={estimate} /> : null)}
      </Loaded>
    </Panel>
  );
}

function Figures({ estimate }: { readonly estimate: Estimated }) {
  const { t } = useTranslation('home');
  const { period, totals, components, unpaidCount, leftOut } = estimate;
  return (
    <>
      {totals.length === 0 && <Nothing>{t('nothingYet')}</Nothing>}
      {totals.map(({ currency, amount }) => (
        <div key={currency} className="figure">
          <Amount value={amount} currency={currency} strong />
        </div>
      ))}
      <p>
        <PeriodText value={period} />
      </p>
      <dl className="pairs">
        {components.map(({ planCode, componentCode, currency, amount, bracket }) => (
          <div className="pair" key={`${planCode} ${componentCode} ${currency}`}>
            <dt>{componentCode}</dt>
            <dd className="pair-value">
              <Amount value={amount} currency={currency} />
            </dd>
            {bracket?.next && (
              <dd className="pair-more">
                {t('toNextBracket')} <Quantity value={bracket.next.missing} /> ({bracket.rate ?? '–'} →{' '}
                {bracket.next.rate})
              </dd>
            )}
          </div>
        ))}
      </dl>
      {unpaidCount > 0 && (
        <p>
          <Link to="/find-sale">{t('unpaid', { count: unpaidCount })}</Link>
        </p>
      )}
      <p className="quiet">{t('leftOut', { parts: leftOut.map((part) => t(`part.${part}`)).join(', ') })}</p>
    </>
  );
}
