import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayChange, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Page } from '../../shared/Page.tsx';
import { type Column, List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, PeriodText, Quantity } from '../../shared/values.tsx';
import { type Awaited, awaitedOf } from './awaited.ts';
import { InvoicesAwaitedDocument } from './Invoices.generated.ts';
import { OwnInvoices } from './OwnInvoices.tsx';
import { SubmitInvoice } from './SubmitInvoice.tsx';

/** Invoices: for which statements one is awaited, and what became of those that were sent. */
export function Invoices() {
  const { t } = useTranslation('invoices');
  const agent = useMe().agentCode ?? '';
  const read = useRead(InvoicesAwaitedDocument, { agent });
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Loaded read={read} rows={12}>
        {(data) => (
          <>
            <AwaitedStatements agent={agent} statements={awaitedOf(data)} />
            {/* one below the other is there: nothing is pushed down by what comes later */}
            <OwnInvoices agent={agent} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function AwaitedStatements({ agent, statements }: { readonly agent: string; readonly statements: readonly Awaited[] }) {
  const { t } = useTranslation('invoices');
  const mayChange = useMayChange();
  const [numbers, setNumbers] = useState<readonly string[]>([]);
  // an invoice that was sent meanwhile takes its statements away
  const chosen = statements.filter(({ number }) => numbers.includes(number));
  const choose = (keys: readonly string[]) => {
    const added = statements.find(({ number }) => keys.includes(number) && !numbers.includes(number));
    const currency = (added ?? chosen[0])?.currency;
    const together = statements.filter(({ number, ...one }) => keys.includes(number) && one.currency === currency);
    setNumbers(together.map(({ number }) => number));
  };
  return (
    <section>
      <h2>{t('awaited.title')}</h2>
      {mayChange && statements.length > 0 && <p className="quiet">{t('awaited.text')}</p>}
      <List
        label={t('awaited.title')}
        rows={statements}
        rowKey={({ number }) => number}
        empty={t('awaited.none')}
        columns={columnsOf(t)}
        {...(mayChange && {
          selection: { selected: chosen.map(({ number }) => number), onChange: (keys) => choose(keys.map(String)) },
        })}
      />
      {chosen.length > 0 && <SubmitInvoice agent={agent} statements={chosen} onDone={() => setNumbers([])} />}
    </section>
  );
}

function columnsOf(t: (key: string) => string): Column<Awaited>[] {
  const amount = (key: 'net' | 'vat' | 'gross'): Column<Awaited> => ({
    key,
    title: t(key),
    align: 'right',
    render: (row) => <Amount value={row[key]} currency={row.currency} strong={key === 'gross'} />,
  });
  return [
    { key: 'number', title: t('statement'), render: ({ number }) => number },
    { key: 'period', title: t('common:period'), render: ({ period }) => <PeriodText value={period} /> },
    amount('net'),
    {
      key: 'rate',
      title: t('vatPercent'),
      align: 'right',
      render: ({ vatPercent }) => (vatPercent === null ? '–' : <Quantity value={vatPercent} suffix=" %" />),
    },
    amount('vat'),
    amount('gross'),
  ];
}
