import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

export const states = ['PENDING', 'QUEUED', 'PROTECTED', 'WON', 'LOST', 'EXPIRED', 'REFUSED', 'WITHDRAWN'] as const;

const colours = {
  PENDING: 'gold',
  QUEUED: 'gold',
  PROTECTED: 'blue',
  WON: 'green',
  LOST: 'default',
  EXPIRED: 'default',
  REFUSED: 'red',
  WITHDRAWN: 'default',
} as const;

export function DealStateTag({ state }: { readonly state: (typeof states)[number] }) {
  const { t } = useTranslation('deals');
  return <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>;
}

type Named = { readonly code: string; readonly name: string };

/** What a deal is for; nothing where it is for anything. */
export const goodsOf = ({
  product,
  category,
}: {
  readonly product: Named | null;
  readonly category: Named | null;
}): string | undefined => (product ?? category)?.name;
