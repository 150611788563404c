import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import { Sales } from './Sales.tsx';
import { TierEffect } from './TierEffect.tsx';
import { WhatIfResultDocument, type WhatIfResultQuery, type WhatIfResultQueryVariables } from './WhatIf.generated.ts';

type FurtherSales = WhatIfResultQueryVariables['sales'];
type Answer = Extract<WhatIfResultQuery['whatIf'], { __typename: 'WhatIf' }>;

/** What further sales would bring this month, by the engine that pays. */
export function WhatIf() {
  const { t } = useTranslation('whatIf');
  const [sales, setSales] = useState<FurtherSales>();
  return (
    <Page title={t('whatIf.title')} lead={t('whatIf.lead')}>
      <Sales onAsk={setSales} />
      {sales && <Result sales={sales} key={JSON.stringify(sales)} />}
    </Page>
  );
}

function Result({ sales }: { readonly sales: FurtherSales }) {
  const { t } = useTranslation('whatIf');
  const agent = useMe().agentCode ?? '';
  const read = useRead(WhatIfResultDocument, { agent, sales });
  return (
    <div aria-live="polite" style={{ marginTop: 16 }}>
      {read.isFetching && !read.data && (
        <Alert type="info" showIcon title={t('running')} style={{ marginBottom: 12 }} />
      )}
      <Loaded read={read} rows={6}>
        {({ whatIf }) =>
          whatIf.__typename === 'WhatIf' ? (
            <>
              <Compared answer={whatIf} />
              {whatIf.tier && <TierEffect tier={whatIf.tier} />}
            </>
          ) : null
        }
      </Loaded>
    </div>
  );
}

function Compared({ answer }: { readonly answer: Answer }) {
  const { t } = useTranslation('whatIf');
  const { before, after, differences } = answer;
  const nameOf = (part: { planCode: string | null; componentCode: string }) =>
    [part.planCode, part.componentCode].filter(Boolean).join(' · ');
  const brackets = after.components.filter(({ bracket }) => bracket !== null);
  const rateBefore = (code: string) =>
    before.components.find(({ componentCode }) => componentCode === code)?.bracket?.rate ?? '–';
  return (
    <Panel
      title={
        <>
          {t('result')} · <PeriodText value={before.period} />
        </>
      }
    >
      <p>
        {before.totals.map(({ currency, amount }) => (
          <Amount key={currency} value={amount} currency={currency} />
        ))}
        {' → '}
        {after.totals.map(({ currency, amount }) => (
          <Amount key={currency} value={amount} currency={currency} strong />
        ))}
      </p>
      <List
        label={t('result')}
        rows={differences}
        rowKey={(row) => nameOf(row) + row.currency}
        empty={t('same')}
        columns={[
          { key: 'name', title: t('component'), render: nameOf },
          {
            key: 'before',
            title: t('before'),
            align: 'right',
            render: (row) => <Amount value={row.before} currency={row.currency} />,
          },
          {
            key: 'after',
            title: t('after'),
            align: 'right',
            render: (row) => <Amount value={row.after} currency={row.currency} />,
          },
          {
            key: 'difference',
            title: t('difference'),
            align: 'right',
            render: (row) => <Amount value={row.difference} currency={row.currency} strong />,
          },
        ]}
      />
      {brackets.length > 0 && (
        <>
          <h2>{t('brackets')}</h2>
          <ul className="plain-list">
            {brackets.map((part) => (
              <li key={nameOf(part)}>
                {nameOf(part)}: {rateBefore(part.componentCode)} → {part.bracket?.rate ?? '–'}
                {part.bracket?.next && (
                  <span className="quiet">
                    {' '}
                    {t('toNext')} <Quantity value={part.bracket.next.missing} /> ({part.bracket.next.rate})
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="quiet">{t('note')}</p>
    </Panel>
  );
}
