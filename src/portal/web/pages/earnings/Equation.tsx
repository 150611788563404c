import { useTranslation } from 'react-i18next';
import { isNothing, negated } from '../../shared/exact.ts';
import { List } from '../../shared/PagedList.tsx';
import { Amount } from '../../shared/values.tsx';
import type { EarningsStatementQuery } from './StatementPage.generated.ts';

export type StatementNode = Extract<NonNullable<EarningsStatementQuery['node']>, { id: string }>;

/** The statement's equation, in its order: what is added and taken on the way from the opening to what is paid. */
export const equationItems = [
  { key: 'opening', sign: '+' },
  { key: 'earned', sign: '+' },
  { key: 'released', sign: '+' },
  { key: 'withheld', sign: '−' },
  { key: 'clawedBack', sign: '−' },
  { key: 'adjustments', sign: '+' },
  { key: 'tax', sign: '−' },
  { key: 'closing', sign: '=' },
  { key: 'payable', sign: '=' },
] as const;

type Row = { readonly key: string; readonly value: string; readonly isResult: boolean };

/** How a statement's amounts lead to what is paid, each with what it means. */
export function Equation({ statement }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  const { currency, issued } = statement;
  const rows: Row[] = equationItems.map(({ key, sign }) => ({
    key,
    value: sign === '−' ? negated(statement[key]) : statement[key],
    isResult: sign === '=',
  }));
  if (issued && !isNothing(issued.vat)) {
    rows.push(
      { key: 'vat', value: issued.vat, isResult: false },
      { key: 'gross', value: issued.gross, isResult: true },
    );
  }
  return (
    <List
      label={t('statementPage.equation')}
      rows={rows}
      rowKey={({ key }) => key}
      empty={null}
      columns={[
        {
          key: 'name',
          title: t('compare.item'),
          width: 200,
          render: ({ key, isResult }) => (isResult ? <strong>{t(`amount.${key}`)}</strong> : t(`amount.${key}`)),
        },
        {
          key: 'amount',
          title: t('statementPage.amount'),
          align: 'right',
          width: 160,
          render: ({ value, isResult }) => <Amount value={value} currency={currency} strong={isResult} />,
        },
        { key: 'meaning', title: t('statementPage.meaning'), render: ({ key }) => t(`meaning.${key}`) },
      ]}
    />
  );
}
