import { Button, Checkbox, Flex, Tag } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayChange, useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount, DateText } from '../../shared/values.tsx';
import {
  ReconciliationPageDisputeDocument,
  ReconciliationPageRowsDocument,
  type ReconciliationPageRowsQuery,
} from './ReconciliationPage.generated.ts';

type Row = NonNullable<ReconciliationPageRowsQuery['reconciliationRows']>['edges'][number]['node'];

const verdicts = ['MATCHED', 'UNDERPAID', 'MISSING', 'DISQUALIFIED', 'OVERPAID'] as const;
type Verdict = (typeof verdicts)[number];
const colours = { MATCHED: 'green', UNDERPAID: 'gold', MISSING: 'red', DISQUALIFIED: 'gold', OVERPAID: 'blue' };
const disputed = ['yes', 'no'] as const;
/** As many rows as the API disputes at once. */
const mostRows = 100;

export function VerdictTag({ verdict }: { readonly verdict: Verdict }) {
  const { t } = useTranslation('reconciliations');
  return <Tag color={colours[verdict]}>{t(`verdict.${verdict}`)}</Tag>;
}

/** The rows of a list with their verdicts; those that are chosen, over pages and filters, can be disputed together. */
export function Rows({ code, agentCode }: { readonly code: string; readonly agentCode: string }) {
  const { t } = useTranslation('reconciliations');
  const me = useMe();
  const { chosen, choose, key } = useFilters();
  const [rows, setRows] = useState<readonly number[]>([]);
  const mayChange = useMayChange();
  const isTheirs = me.role === 'AGENT' ? me.agentCode === agentCode : me.role === 'FINANCE' || me.role === 'ADMIN';
  const disputes = mayChange && isTheirs;
  const verdict = chosen('verdict', verdicts);
  return (
    <>
      <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('verdict.title')}
          all={t('all')}
          value={verdict}
          values={verdicts}
          textOf={(value) => t(`verdict.${value}`)}
          onChange={(value) => choose('verdict', value)}
        />
        <FilterChoice
          label={t('disputed')}
          all={t('all')}
          value={chosen('disputed', disputed)}
          values={disputed}
          textOf={(value) => t(`common:${value}`)}
          onChange={(value) => choose('disputed', value)}
        />
        {disputes && (
          <Action
            type="primary"
            label={t('dispute', { count: rows.length })}
            reason="needed"
            disabled={rows.length === 0 || rows.length > mostRows}
            document={ReconciliationPageDisputeDocument}
            variables={(reason, idempotencyKey) => ({ code, rows: [...rows], reason, idempotencyKey })}
            onDone={() => setRows([])}
          >
            <p>{t('disputeText')}</p>
          </Action>
        )}
        {rows.length > 0 && <Button onClick={() => setRows([])}>{t('chooseNone')}</Button>}
        {rows.length > mostRows && <span role="alert">{t('tooMany', { most: mostRows })}</span>}
      </Flex>
      <RowList
        key={key}
        code={code}
        verdict={verdict}
        isDisputed={chosen('disputed', disputed)}
        choice={disputes ? { rows, setRows } : undefined}
      />
    </>
  );
}

type Choice = { readonly rows: readonly number[]; readonly setRows: (rows: readonly number[]) => void };

function RowList({
  code,
  verdict,
  isDisputed,
  choice,
}: {
  readonly code: string;
  readonly verdict: Verdict | undefined;
  readonly isDisputed: 'yes' | 'no' | undefined;
  readonly choice: Choice | undefined;
}) {
  const { t } = useTranslation('reconciliations');
  const pages = usePages();
  const limits = { verdict: verdict ?? null, disputed: isDisputed ? isDisputed === 'yes' : null };
  const read = useRead(ReconciliationPageRowsDocument, { code, ...limits, after: pages.after }, { keep: true });
  return (
    <Loaded read={read}>
      {({ reconciliationRows }) => (
        <>
          {choice && <ChooseAll shown={rowsOf(reconciliationRows)} choice={choice} />}
          <PagedList
            label={t('rows')}
            connection={reconciliationRows}
            pages={pages}
            rowKey={({ row }) => row}
            columns={columnsOf(t, choice)}
            empty={t('rowsNone')}
          />
        </>
      )}
    </Loaded>
  );
}

/** A row that is right, or disputed already, is not disputed. */
const isDisputable = ({ dispute, verdict }: Row) => dispute === null && verdict !== 'MATCHED' && verdict !== 'OVERPAID';

function ChooseAll({ shown, choice: { rows, setRows } }: { readonly shown: readonly Row[]; readonly choice: Choice }) {
  const { t } = useTranslation('reconciliations');
  const open = shown.filter(isDisputable).map(({ row }) => row);
  const all = open.length > 0 && open.every((row) => rows.includes(row));
  const others = rows.filter((row) => !open.includes(row));
  return (
    <Checkbox
      checked={all}
      disabled={open.length === 0}
      onChange={() => setRows(all ? others : [...others, ...open])}
      style={{ marginBottom: 8 }}
    >
      {t('chooseShown')}
    </Checkbox>
  );
}

function columnsOf(t: TFunction<'reconciliations'>, choice: Choice | undefined): Column<Row>[] {
  return [
    {
      key: 'row',
      title: t('row'),
      render: (row) =>
        choice && isDisputable(row) ? (
          <RowChoice number={row.row} choice={choice} />
        ) : (
          t('rowNumber', { number: row.row })
        ),
    },
    {
      key: 'sale',
      title: t('sale'),
      render: ({ externalId, subscriptionId, source, productCode }) =>
        [externalId ?? subscriptionId, source, productCode].filter(Boolean).join(' · '),
    },
    { key: 'soldOn', title: t('soldOn'), render: ({ soldOn }) => <DateText value={soldOn} /> },
    {
      key: 'expected',
      title: t('expected'),
      align: 'right',
      render: ({ expectedAmount, currency }) =>
        expectedAmount === null ? '–' : <Amount value={expectedAmount} currency={currency} />,
    },
    {
      key: 'paid',
      title: t('paid'),
      align: 'right',
      render: ({ paidAmount, currency }) =>
        paidAmount === null ? '–' : <Amount value={paidAmount} currency={currency} />,
    },
    { key: 'verdict', title: t('verdict.title'), render: ({ verdict }) => <VerdictTag verdict={verdict} /> },
    {
      key: 'reason',
      title: t('common:reason'),
      render: ({ reason }) => (reason ? t(`why.${reason}`, { defaultValue: reason }) : '–'),
    },
    {
      key: 'dispute',
      title: t('disputedAs'),
      render: ({ dispute }) => (dispute ? <Link to={`/disputes/${dispute.code}`}>{dispute.code}</Link> : '–'),
    },
  ];
}

function RowChoice({ number, choice: { rows, setRows } }: { readonly number: number; readonly choice: Choice }) {
  const { t } = useTranslation('reconciliations');
  const chosen = rows.includes(number);
  return (
    <Checkbox
      checked={chosen}
      onChange={() => setRows(chosen ? rows.filter((row) => row !== number) : [...rows, number])}
    >
      {t('rowNumber', { number })}
    </Checkbox>
  );
}
