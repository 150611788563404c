import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { List } from '../../shared/PagedList.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import type { StatementNode } from './Equation.tsx';

type Total = StatementNode['totals'][number];

/** What a statement is made up of, by component and kind; each leads to its lines. */
export function Components({ statement: { totals, currency } }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  return (
    <section>
      <h2>{t('components.title')}</h2>
      <List
        label={t('components.title')}
        rows={totals}
        rowKey={({ component, kind, originPeriod }) => `${component.code} ${kind} ${originPeriod}`}
        empty={t('lines.none')}
        columns={[
          { key: 'component', title: t('lines.component'), render: (total) => <TotalName total={total} /> },
          { key: 'kind', title: t('lines.kind'), render: ({ kind }) => t(`kind.${kind}`) },
          {
            key: 'count',
            title: t('components.lines'),
            align: 'right',
            render: ({ lineCount }) => <Quantity value={lineCount} />,
          },
          {
            key: 'amount',
            title: t('statementPage.amount'),
            align: 'right',
            render: ({ amount }) => <Amount value={amount} currency={currency} strong />,
          },
        ]}
      />
    </section>
  );
}

function TotalName({ total: { component, kind, originPeriod } }: { readonly total: Total }) {
  const { t } = useTranslation('earnings');
  return (
    <>
      <Link
        to={`?${new URLSearchParams({ component: component.code, kind })}`}
        replace
        preventScrollReset
        style={{ textDecoration: 'underline' }}
      >
        {component.code}
      </Link>
      {originPeriod && (
        <>
          {' '}
          · {t('lines.corrects')} <PeriodText value={originPeriod} />
        </>
      )}
    </>
  );
}
