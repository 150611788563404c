import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCurrency, useMayChange, useMe, useTimeZone } from '../../app/session.tsx';
import { newKey, useChange } from '../../graphql/hooks.ts';
import { dateOf, formatAmount, formatPeriod } from '../../shared/format.ts';
import { Faults } from '../../shared/states.tsx';
import type { StatementNode } from './Equation.tsx';
import { EarningsConfirmDocument } from './StatementPage.generated.ts';

/** Whether one may still object to something in it. @param today the local day, YYYY-MM-DD */
export const isDisputable = (issued: { readonly disputableUntil: string } | null, today: string): boolean =>
  issued !== null && today < issued.disputableUntil;

/** Where a dispute is raised, with what it is about. */
export const disputePath = (about: Readonly<Record<string, string>>) => `/disputes?${new URLSearchParams(about)}`;

/** What one can do about a statement: confirm it, object to it, take it along. */
export function StatementActions({ statement }: { readonly statement: StatementNode }) {
  const { t } = useTranslation('earnings');
  const { agentCode } = useMe();
  const today = dateOf(new Date(), useTimeZone());
  const { id, period, issued, agent } = statement;
  const acts = useMayChange() && agent.code === agentCode;
  return (
    <>
      {acts && issued?.state === 'ISSUED' && <Confirm statement={statement} />}
      {acts && isDisputable(issued, today) && (
        <Link to={disputePath({ kind: 'STATEMENT', statement: id, period })}>
          <Button>{t('action.dispute')}</Button>
        </Link>
      )}
      <Downloads id={id} />
    </>
  );
}

function Confirm({ statement: { id, period, currency, issued, payable } }: { readonly statement: StatementNode }) {
  const { t, i18n } = useTranslation('earnings');
  const own = useCurrency();
  const { modal, message } = App.useApp();
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(EarningsConfirmDocument);
  const ask = () =>
    modal.confirm({
      title: t('confirm.title', { month: formatPeriod(period, i18n.language) }),
      content: t('confirm.text', { amount: formatAmount(issued?.gross ?? payable, currency, i18n.language, own) }),
      okText: t('action.confirm'),
      cancelText: t('common:cancel'),
      onOk: () =>
        mutateAsync({ statementId: id, idempotencyKey }).then(
          // not waited for: it ends when the message goes away
          () => void message.success(t('confirm.done')),
          // shown beneath the button
          () => undefined,
        ),
    });
  return (
    <>
      <Button type="primary" loading={isPending} onClick={ask}>
        {t('action.confirm')}
      </Button>
      <Faults error={error} />
    </>
  );
}

function Downloads({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation('earnings');
  const language = i18n.language === 'zh' ? 'zh' : 'en';
  const files = [
    { name: 'PDF', path: `/statements/${id}.pdf?language=${language}` },
    { name: 'XLSX', path: `/statements/${id}.xlsx` },
    // With the mark by which spreadsheets know the encoding.
    { name: 'CSV', path: `/statements/${id}.csv?bom=1` },
  ];
  return files.map(({ name, path }) => (
    <Button key={name} href={path} icon={<DownloadOutlined />} aria-label={t('action.download', { name })} download>
      {name}
    </Button>
  ));
}
