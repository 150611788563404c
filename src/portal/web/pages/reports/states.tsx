import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

export const states = ['FILED', 'IN_REVIEW', 'SETTLED', 'DISMISSED'] as const;
export type State = (typeof states)[number];

const colours = { FILED: 'gold', IN_REVIEW: 'blue', SETTLED: 'green', DISMISSED: 'default' } as const;

/** The states that a report may be brought to from each. */
export const nextStates: Readonly<Record<State, readonly State[]>> = {
  FILED: ['IN_REVIEW', 'DISMISSED'],
  IN_REVIEW: ['SETTLED', 'DISMISSED'],
  SETTLED: ['IN_REVIEW'],
  DISMISSED: ['IN_REVIEW'],
};

export function StateTag({ state }: { readonly state: State }) {
  const { t } = useTranslation('reports');
  return <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>;
}
