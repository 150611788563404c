import { CheckOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sumOf } from '../../shared/exact.ts';
import { type Column, List } from '../../shared/PagedList.tsx';
import { Amount } from '../../shared/values.tsx';
import { kinds } from './AdjustmentForm.tsx';
import type { AdjustmentRow } from './fileRows.ts';

/** What the API finds wrong with a row. */
export type RowFault = {
  readonly row: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
};

type Numbered = AdjustmentRow & { readonly row: number; readonly faults: readonly RowFault[] };

const step = 50;
const isAmount = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

/** The rows of a file, those with faults first; not all at once. */
export function FileRows({
  rows,
  faults,
}: {
  readonly rows: readonly AdjustmentRow[];
  readonly faults: readonly RowFault[];
}) {
  const { t } = useTranslation('proposals');
  const [shown, setShown] = useState(step);
  const numbered = rows.map((row, index): Numbered => {
    return { ...row, row: index + 1, faults: faults.filter((fault) => fault.row === index + 1) };
  });
  const wrong = numbered.filter((row) => row.faults.length > 0);
  const ordered = [...wrong, ...numbered.filter((row) => row.faults.length === 0)];
  return (
    <>
      <Totals rows={rows} />
      {wrong.length > 0 && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('file.rejected', { count: wrong.length })}
          description={t('file.rejectedText')}
          style={{ marginBottom: 12 }}
        />
      )}
      <List
        label={t('file.rows')}
        rows={ordered.slice(0, shown)}
        rowKey={({ row }) => row}
        columns={columnsOf(t, faults.length > 0)}
        empty={t('none')}
      />
      {shown < ordered.length && (
        <Button onClick={() => setShown(shown + step)} style={{ marginTop: 12 }}>
          {t('file.more', { shown, count: ordered.length })}
        </Button>
      )}
    </>
  );
}

/** What the rows come to in each currency; only where all of them can be added. */
function Totals({ rows }: { readonly rows: readonly AdjustmentRow[] }) {
  const { t } = useTranslation('proposals');
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  if (!rows.every(({ amount }) => isAmount(amount)) || !currencies.every((code) => /^[A-Z]{3}$/.test(code)))
    return null;
  return (
    <p>
      {t('file.total')}{' '}
      {currencies.map((currency) => (
        <span key={currency} style={{ marginInlineEnd: 12 }}>
          <Amount
            value={sumOf(rows.filter((row) => row.currency === currency).map(({ amount }) => amount))}
            currency={currency}
            strong
          />
        </span>
      ))}
    </p>
  );
}

function columnsOf(t: (key: string) => string, judged: boolean): Column<Numbered>[] {
  const kindOf = (kind: string) => (kinds.some((known) => known === kind) ? t(`kind.${kind}`) : kind || '–');
  const fault: Column<Numbered> = {
    key: 'fault',
    title: t('file.faults'),
    render: ({ faults }) =>
      faults.length === 0 ? (
        t('file.noFault')
      ) : (
        <ul className="plain-list">
          {faults.map(({ column, code, message }) => (
            <li key={`${column}${code}`} className="amount-negative">
              {message}
            </li>
          ))}
        </ul>
      ),
  };
  return [
    { key: 'row', title: t('file.row'), render: ({ row }) => row },
    { key: 'agent', title: t('agent'), render: ({ agent }) => agent || '–' },
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => kindOf(kind) },
    {
      key: 'amount',
      title: t('amount'),
      align: 'right',
      // as the file has it: it need not be a number
      render: ({ amount, currency }) => <span className="amount">{`${amount || '–'} ${currency}`}</span>,
    },
    { key: 'reason', title: t('common:reason'), render: ({ reason }) => <span className="said">{reason || '–'}</span> },
    {
      key: 'paper',
      title: t('paper'),
      render: ({ document }) => (document ? <CheckOutlined aria-label={t('common:yes')} role="img" /> : t('common:no')),
    },
    ...(judged ? [fault] : []),
  ];
}
