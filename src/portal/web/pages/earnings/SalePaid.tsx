import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { sumOf } from '../../shared/exact.ts';
import { List } from '../../shared/PagedList.tsx';
import { Amount, PeriodText } from '../../shared/values.tsx';
import type { FindSaleFateQuery } from './FindSale.generated.ts';

type Sale = NonNullable<FindSaleFateQuery['salesEvent']>;
type Line = Sale['lines'][number];

/** What a sale paid so far, line by line, and why a share of it paid nothing. */
export function SalePaid({ sale: { lines, unpaid } }: { readonly sale: Sale }) {
  const { t } = useTranslation('earnings');
  const [first] = lines;
  const isOneCurrency = lines.every(({ currency }) => currency === first?.currency);
  return (
    <section>
      <h2>{t('paid.title')}</h2>
      {first && isOneCurrency && (
        <p>
          {t('paid.total')} <Amount value={sumOf(lines.map(({ amount }) => amount))} currency={first.currency} strong />
        </p>
      )}
      <List
        label={t('paid.title')}
        rows={lines}
        rowKey={({ id }) => id}
        empty={t('paid.nothing')}
        columns={[
          { key: 'line', title: t('lines.what'), render: (line) => <LineName line={line} /> },
          { key: 'month', title: t('earnings.month'), render: ({ run }) => <PeriodText value={run.period} /> },
          { key: 'agent', title: t('paid.agent'), render: ({ agent }) => `${agent.code} ${agent.name}` },
          {
            key: 'amount',
            title: t('statementPage.amount'),
            align: 'right',
            render: ({ amount, currency }) => <Amount value={amount} currency={currency} strong />,
          },
        ]}
      />
      {unpaid.map(({ id, reason, agent, role }) => (
        <Alert
          key={id}
          type="warning"
          showIcon
          style={{ marginTop: 8 }}
          title={`${agent.code} (${t(`role.${role}`, { defaultValue: role })}): ${t(`reason.${reason}`, { defaultValue: reason })}`}
          description={t(`remedy.${reason}`, { defaultValue: t('remedy.other') })}
        />
      ))}
    </section>
  );
}

function LineName({ line: { id, kind, component, instalment } }: { readonly line: Line }) {
  const { t } = useTranslation('earnings');
  return (
    <>
      <Link to={`/earnings/lines/${id}`} style={{ textDecoration: 'underline' }}>
        {t(`kind.${kind}`)} {component.code}
      </Link>
      {instalment !== null && <> · {t('lines.instalment', { number: instalment })}</>}
    </>
  );
}
