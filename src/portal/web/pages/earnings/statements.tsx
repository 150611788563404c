import { CheckCircleOutlined, ClockCircleOutlined, DollarOutlined, WarningOutlined } from '@ant-design/icons';
import { Select, Tag } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useReadAll } from '../../graphql/hooks.ts';
import { EarningsAgentsDocument } from './Earnings.generated.ts';

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
export function AgentChoice() {
  const { t } = useTranslation('earnings');
  const { own, agent } = useWhose();
  const [parameters, setParameters] = useSearchParams();
  const read = useReadAll(EarningsAgentsDocument, { agent: own }, ({ descendants }) => descendants);
  const label = useId();
  const { rows: below, isCut } = read.data ?? { rows: [], isCut: false };
  if (below.length === 0 && agent === own) return null;
  const options = [
    { value: own, label: t('agent.own', { code: own }) },
    ...below.map(({ code, name }) => ({ value: code, label: `${code} ${name}` })),
    ...(isCut ? [{ value: '', label: t('agent.cut', { count: below.length }), disabled: true }] : []),
  ];
  const choose = (code: string) => {
    const next = new URLSearchParams(parameters);
    if (code === own) next.delete('agent');
    else next.set('agent', code);
    setParameters(next);
  };
  return (
    <label htmlFor={label} className="choice">
      {t('agent.label')}{' '}
      <Select
        id={label}
        value={agent}
        options={options}
        onChange={choose}
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 200 }}
      />
    </label>
  );
}
