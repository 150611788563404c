import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../graphql/hooks.ts';
import { AgentChoiceDocument } from './AgentChoice.generated.ts';
import { rowsOf } from './pages.ts';

type AgentChoiceProps = {
  readonly id?: string;
  readonly value?: string | undefined;
  readonly onChange?: (code: string | undefined) => void;
  readonly all?: string;
};

/** Chooses an agent by parts of its code or name. */
export function AgentChoice({ id, value, onChange, all }: AgentChoiceProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const read = useRead(AgentChoiceDocument, { search: useDeferredValue(typed) }, { keep: true });
  const options = rowsOf(read.data?.agents).map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }));
  return (
    <Select<string>
      {...(id && { id })}
      value={value ?? null}
      options={options}
      loading={read.isFetching}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear
      placeholder={all ?? t('agentHint')}
      popupMatchSelectWidth={false}
      style={{ minWidth: 180 }}
      onChange={(code: string | undefined) => onChange?.(code)}
    />
  );
}
