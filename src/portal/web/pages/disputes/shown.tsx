import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { InstantText } from '../../shared/values.tsx';

const colours = {
  OPEN: 'gold',
  ACCEPTED: 'green',
  PARTLY_ACCEPTED: 'green',
  REJECTED: 'red',
  WITHDRAWN: 'default',
} as const;

export function DisputeStateTag({ state }: { readonly state: keyof typeof colours }) {
  const { t } = useTranslation('disputes');
  return <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>;
}

/** By when something is to be decided, and whether that is over. */
export function DueTime({ dueAt, isOverdue }: { readonly dueAt: string; readonly isOverdue: boolean }) {
  const { t } = useTranslation('disputes');
  return (
    <>
      <InstantText value={dueAt} /> {isOverdue && <Tag color="red">{t('overdue')}</Tag>}
    </>
  );
}

type Matter = {
  readonly lineId: string | null;
  readonly externalId: string | null;
  readonly subscriptionId: string | null;
  readonly scorePeriod: string | null;
  readonly statementNumber: string;
};

/** What exactly is objected to, in one word. */
export const matterOf = ({ lineId, externalId, subscriptionId, scorePeriod, statementNumber }: Matter): string =>
  lineId ?? externalId ?? subscriptionId ?? scorePeriod ?? statementNumber;
