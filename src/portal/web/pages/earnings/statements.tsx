import { CheckCircleOutlined, ClockCircleOutlined, DollarOutlined, WarningOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { AgentChoice } from '../../shared/AgentChoice.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { EarningsBelowDocument } from './Earnings.generated.ts';

type Standing = {
  readonly run: { readonly status: string };
  readonly issued: { readonly state: 'CONFIRMED' | 'DISPUTED' | 'ISSUED' } | null;
};

const looks = {
  CALCULATED: { color: 'default', icon: <ClockCircleOutlined /> },
  ISSUED: { color: 'processing', icon: <ClockCircleOutlined /> },
  CONFIRMED: { color: 'success', icon: <CheckCircleOutlined /> },
  DISPUTED: { color: 'warning', icon: <WarningOutlined /> },
  PAID: { color: 'success', icon: <DollarOutlined /> },
} as const;

/** Where a statement stands, in a word with a sign. */
export function StandingTag({ run, issued }: Standing) {
  const { t } = useTranslation('earnings');
  const standing = run.status === 'PAID' ? 'PAID' : (issued?.state ?? 'CALCULATED');
  // The library's own colour of the word is too pale to read on its ground.
  return (
    <Tag {...looks[standing]} style={{ color: '#1f1f1f' }}>
      {t(`standing.${standing}`)}
    </Tag>
  );
}

/** Whose money is looked at: one's own, or that of an agent below, as the address says. */
export function useWhose() {
  const { agentCode } = useMe();
  const [parameters] = useSearchParams();
  const own = agentCode ?? '';
  const agent = parameters.get('agent') ?? own;
  return { own, agent, isOwn: agent === own };
}

/** Chooses among oneself and the agents below; nothing where there are none. */
export function WhoseChoice() {
  const { t } = useTranslation('earnings');
  const { own, agent } = useWhose();
  const [parameters, setParameters] = useSearchParams();
  const below = useRead(EarningsBelowDocument, { agent: own }, { skip: own === '' });
  const label = useId();
  if (rowsOf(below.data?.descendants).length === 0 && agent === own) return null;
  const choose = (code: string | undefined) => {
    const next = new URLSearchParams(parameters);
    if (code === undefined || code === own) next.delete('agent');
    else next.set('agent', code);
    setParameters(next);
  };
  return (
    <label htmlFor={label} className="choice">
      {t('agent.label')}{' '}
      <AgentChoice
        id={label}
        value={agent}
        onChange={choose}
        others={[{ value: own, label: t('agent.own', { code: own }) }]}
      />
    </label>
  );
}
