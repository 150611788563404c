import { Flex, Tag } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { AgentChoice } from '../../shared/AgentChoice.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import type { Column } from '../../shared/PagedList.tsx';
import { InstantText } from '../../shared/values.tsx';

const colours = {
  PROPOSED: 'gold',
  APPROVED: 'green',
  REJECTED: 'red',
  WITHDRAWN: 'default',
  DUE: 'gold',
  BOOKED: 'green',
} as const;
type State = keyof typeof colours;

export function StateTag({ state }: { readonly state: State }) {
  const { t } = useTranslation('proposals');
  return <Tag color={colours[state]}>{t(`state.${state}`)}</Tag>;
}

/** Whether who is signed in made it. */
export function useIsOwn() {
  const { name, email } = useMe();
  const own = [name, email].map((text) => text.toLowerCase());
  return (by: string | null) => by !== null && own.includes(by.toLowerCase());
}

/** What a list is limited to: it stands in the address. */
export function useLimits<Value extends string>(states: readonly Value[]) {
  const [search] = useSearchParams();
  const { chosen, choose, key } = useFilters();
  return { state: chosen('state', states), agentCode: search.get('agent') ?? undefined, choose, key };
}

/** Limits a list to a state and an agent. */
export function Limits<Value extends string>({
  states,
  limits: { state, agentCode, choose },
}: {
  readonly states: readonly Value[];
  readonly limits: ReturnType<typeof useLimits<Value>>;
}) {
  const { t } = useTranslation('proposals');
  const id = useId();
  return (
    <Flex gap="middle" wrap style={{ marginBottom: 12 }}>
      <FilterChoice
        label={t('state.title')}
        all={t('all')}
        value={state}
        values={states}
        textOf={(value) => t(`state.${value}`)}
        onChange={(value) => choose('state', value)}
      />
      <Flex align="center" gap="small">
        <label htmlFor={id}>{t('agent')}</label>
        <AgentChoice id={id} all={t('all')} value={agentCode} onChange={(code) => choose('agent', code)} />
      </Flex>
    </Flex>
  );
}

type Decided = {
  readonly state: State;
  readonly proposedBy: string | null;
  readonly proposedAt?: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decision?: string | null;
};

/** Who proposed it; where it stands, who decided and what was said. */
export function decidedColumns<Row extends Decided>(t: (key: string) => string): Column<Row>[] {
  return [
    {
      key: 'by',
      title: t('proposedBy'),
      render: ({ proposedBy, proposedAt }) => (
        <>
          {proposedBy ?? '–'}
          {proposedAt && (
            <div className="quiet">
              <InstantText value={proposedAt} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'state',
      title: t('state.title'),
      render: ({ state, decidedBy, decidedAt, decision }) => (
        <>
          <StateTag state={state} />
          {decidedAt && (
            <div className="quiet">
              {decidedBy} · <InstantText value={decidedAt} />
            </div>
          )}
          {decision && <div className="said">{decision}</div>}
        </>
      ),
    },
  ];
}

type OfAgent = { readonly agent: { readonly code: string; readonly name: string } };

/** Whose it is. */
export const agentColumn = <Row extends OfAgent>(t: (key: string) => string): Column<Row> => ({
  key: 'agent',
  title: t('agent'),
  render: ({ agent }) => `${agent.code} · ${agent.name}`,
});

/** Why, whole: it may be long. */
export const reasonColumn = <Row extends { readonly reason: string }>(t: (key: string) => string): Column<Row> => ({
  key: 'reason',
  title: t('common:reason'),
  render: ({ reason }) => <span className="said">{reason}</span>,
});
