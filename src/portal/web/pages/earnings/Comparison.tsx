import { Flex, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { differenceOf, isNothing, negated, sumOf } from '../../shared/exact.ts';
import { formatPeriod } from '../../shared/format.ts';
import { List } from '../../shared/PagedList.tsx';
import { Amount, PeriodText } from '../../shared/values.tsx';
import { EarningsYearDocument } from './Earnings.generated.ts';
import { equationItems } from './Equation.tsx';
import { comparable, type Month } from './Year.tsx';

type Row = { readonly key: string; readonly name: string; readonly before: string; readonly after: string };

/** Two of the latest twelve months beside each other; nothing before there are two. */
export function Comparison({ agent }: { readonly agent: string }) {
  const { t } = useTranslation('earnings');
  const { data } = useRead(EarningsYearDocument, { agent });
  const months = comparable(data?.statements ?? null);
  if (months.length < 2) return null;
  return (
    <section>
      <h2>{t('compare.title')}</h2>
      <TwoMonths months={months} />
    </section>
  );
}

type Part = { readonly code: string; readonly kind: Month['totals'][number]['kind'] };

/** Every component and kind that one of the months has, once. */
function componentsOf(months: readonly Month[]): readonly Part[] {
  const parts = months.flatMap(({ totals }) =>
    totals.map(({ component, kind }): Part => ({ code: component.code, kind })),
  );
  return [...new Map(parts.map((part) => [`${part.code} ${part.kind}`, part])).values()];
}

/** Corrections of several months are one sum here. */
const totalOf = ({ totals }: Month, code: string, kind: Part['kind']): string =>
  sumOf(totals.filter((total) => total.component.code === code && total.kind === kind).map(({ amount }) => amount));

function TwoMonths({ months }: { readonly months: readonly Month[] }) {
  const { t } = useTranslation('earnings');
  const [chosen, setChosen] = useState({ before: months.at(-2)?.id, after: months.at(-1)?.id });
  const before = months.find(({ id }) => id === chosen.before) ?? months.at(-2);
  const after = months.find(({ id }) => id === chosen.after) ?? months.at(-1);
  if (!before || !after) return null;
  const rows = equationItems
    .map(({ key, sign }): Row => {
      const signed = (month: Month) => (sign === '−' ? negated(month[key]) : month[key]);
      return { key, name: t(`amount.${key}`), before: signed(before), after: signed(after) };
    })
    .filter((row) => row.key === 'payable' || !isNothing(row.before) || !isNothing(row.after));
  const components = componentsOf([before, after]).map(
    ({ code, kind }): Row => ({
      key: `${code} ${kind}`,
      name: `${code} · ${t(`kind.${kind}`)}`,
      before: totalOf(before, code, kind),
      after: totalOf(after, code, kind),
    }),
  );
  return (
    <>
      <Flex gap="small" wrap style={{ marginBottom: 8 }}>
        <MonthChoice
          label={t('compare.before')}
          months={months}
          value={before.id}
          onChange={(id) => setChosen({ ...chosen, before: id })}
        />
        <MonthChoice
          label={t('compare.after')}
          months={months}
          value={after.id}
          onChange={(id) => setChosen({ ...chosen, after: id })}
        />
      </Flex>
      <DifferenceList label={t('compare.title')} rows={rows} before={before} after={after} />
      <h3>{t('compare.components')}</h3>
      <DifferenceList label={t('compare.components')} rows={components} before={before} after={after} />
    </>
  );
}

function MonthChoice({
  label,
  months,
  value,
  onChange,
}: {
  readonly label: string;
  readonly months: readonly Month[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const { i18n } = useTranslation();
  const id = useId();
  return (
    <label htmlFor={id}>
      {label}{' '}
      <Select
        id={id}
        value={value}
        onChange={onChange}
        style={{ minWidth: 160 }}
        options={months.toReversed().map((month) => ({
          value: month.id,
          label: formatPeriod(month.period, i18n.language),
        }))}
      />
    </label>
  );
}

function DifferenceList({
  label,
  rows,
  before,
  after,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly before: Month;
  readonly after: Month;
}) {
  const { t } = useTranslation('earnings');
  const { currency } = after;
  return (
    <List
      label={label}
      rows={rows}
      rowKey={({ key }) => key}
      empty={t('earnings.none')}
      columns={[
        { key: 'name', title: t('compare.item'), render: ({ name }) => name },
        {
          key: 'before',
          title: <PeriodText value={before.period} />,
          align: 'right',
          render: (row) => <Amount value={row.before} currency={currency} />,
        },
        {
          key: 'after',
          title: <PeriodText value={after.period} />,
          align: 'right',
          render: (row) => <Amount value={row.after} currency={currency} />,
        },
        {
          key: 'difference',
          title: t('compare.difference'),
          align: 'right',
          render: (row) => <Difference value={differenceOf(row.after, row.before)} currency={currency} />,
        },
      ]}
    />
  );
}

/** A difference has its sign written out: colour alone would not tell. */
function Difference({ value, currency }: { readonly value: string; readonly currency: string }) {
  const more = !value.startsWith('-') && !isNothing(value);
  return (
    <>
      {more && '+'}
      <Amount value={value} currency={currency} strong />
    </>
  );
}
