import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { InstantText } from '../../shared/values.tsx';

const stateColours = {
  OPEN: 'gold',
  IN_MEDIATION: 'blue',
  RESOLVED: 'green',
  APPEALED: 'gold',
  CLOSED: 'default',
} as const;
const effectColours = { FLAG: 'default', HOLD: 'gold', REJECT: 'red' } as const;

export function CaseStateTag({ state }: { readonly state: keyof typeof stateColours }) {
  const { t } = useTranslation('conflicts');
  return <Tag color={stateColours[state]}>{t(`state.${state}`)}</Tag>;
}

export function EffectTag({ effect }: { readonly effect: keyof typeof effectColours }) {
  const { t } = useTranslation('conflicts');
  return <Tag color={effectColours[effect]}>{t(`effect.${effect}`)}</Tag>;
}

/** By when something is to be settled, and whether that is over. */
export function DueTime({ dueAt, isOverdue }: { readonly dueAt: string; readonly isOverdue: boolean }) {
  const { t } = useTranslation('conflicts');
  return (
    <>
      <InstantText value={dueAt} /> {isOverdue && <Tag color="red">{t('overdue')}</Tag>}
    </>
  );
}
