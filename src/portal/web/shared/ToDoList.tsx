import { Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Role, useMe, useTimeZone } from '../app/session.tsx';
import { dateOf } from './format.ts';
import { Nothing } from './states.tsx';
import { DateText } from './values.tsx';

type Item = {
  readonly kind: string;
  readonly count: number;
  readonly dueOn: string | null;
  readonly subject: string | null;
};

/** Where the things of a kind are dealt with. */
const pathOf: Readonly<Record<string, string>> = {
  STATEMENT_TO_CONFIRM: '/earnings',
  INVOICE_TO_SEND: '/invoices',
  DISPUTE_ANSWERED: '/notices',
  CONFLICT_TO_ANSWER: '/conflicts',
  TRAINING_DUE: '/training',
  CERTIFICATE_ENDS: '/training',
  APPLICATION_TO_DECIDE: '/applications',
  APPLICATION_TO_ACTIVATE: '/applications',
  CASE_TO_MEDIATE: '/conflicts',
  CASE_APPEALED: '/conflicts',
  DEAL_TO_JUDGE: '/deals',
  SCORE_APPEAL_TO_DECIDE: '/approvals',
  TIER_OVERRIDE_TO_DECIDE: '/approvals',
  PLAN_CORRECTION_TO_APPROVE: '/programme',
  DISPUTE_TO_DECIDE: '/disputes',
  RUN_TO_APPROVE: '/runs',
  STATEMENTS_TO_ISSUE: '/runs',
  ADJUSTMENT_TO_APPROVE: '/approvals',
  PAYEE_TO_APPROVE: '/approvals',
  OFF_CYCLE_TO_APPROVE: '/approvals',
  DEPOSIT_TO_APPROVE: '/approvals',
  REPAYMENT_TO_APPROVE: '/approvals',
  INVOICE_TO_DECIDE: '/approvals',
  BATCH_TO_APPROVE: '/payments?tab=batches',
  BATCH_TO_CANCEL: '/payments?tab=batches',
  PERIOD_TO_REOPEN: '/close',
};

/** Agents look at their own agreement, the operator's people at everybody's. */
const pathFor = (kind: string, role: Role): string =>
  kind === 'AGREEMENT_ENDS' ? (role === 'AGENT' ? '/business' : '/agents') : (pathOf[kind] ?? '/');

/** What waits to be done, each with the way there; what is due first comes first. */
export function ToDoList({ items }: { readonly items: readonly Item[] }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const today = dateOf(new Date(), useTimeZone());
  if (items.length === 0) return <Nothing>{t('toDo.nothing')}</Nothing>;
  const sorted = [...items].sort((one, other) => (one.dueOn ?? '9999').localeCompare(other.dueOn ?? '9999'));
  return (
    <ul className="plain-list">
      {sorted.map(({ kind, count, dueOn, subject }) => (
        <li key={kind}>
          <Flex justify="space-between" gap="small" wrap>
            <Link to={pathFor(kind, role)}>
              {t(`toDo.${kind}`, { count })}
              {subject && ` · ${subject}`}
            </Link>
            {dueOn && (
              <Tag color={dueOn < today ? 'red' : 'default'}>
                {t(dueOn < today ? 'toDo.overdue' : 'toDo.due')} <DateText value={dueOn} />
              </Tag>
            )}
          </Flex>
        </li>
      ))}
    </ul>
  );
}
