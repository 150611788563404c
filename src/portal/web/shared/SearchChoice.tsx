import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../graphql/hooks.ts';
import type { Document } from '../graphql/request.ts';

type Option = { readonly value: string; readonly label: string };

/** What a field of a form gets, and what every choice below has. */
export type ChoiceProps = {
  readonly id?: string;
  readonly value?: string | undefined;
  readonly onChange?: (value: string | undefined) => void;
  /** What may be chosen besides, shown first. */
  readonly others?: readonly Option[];
};

type SearchChoiceProps<Result> = ChoiceProps & {
  readonly document: Document<Result, { readonly search: string }>;
  readonly optionsOf: (found: Result) => readonly Option[];
  readonly placeholder?: string | undefined;
  readonly allowClear?: boolean;
};

/** Chooses among what is found by what is typed, however much there is. */
export function SearchChoice<Result>(props: SearchChoiceProps<Result>) {
  const { id, value, onChange, others = [], document, optionsOf, placeholder, allowClear = false } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const { data, isFetching } = useRead(document, { search: useDeferredValue(typed) }, { keep: true });
  const fitting = others.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
  const found = data ? optionsOf(data).filter((option) => others.every((other) => other.value !== option.value)) : [];
  return (
    <Select<string>
      {...(id && { id })}
      value={value ?? null}
      options={[...fitting, ...found]}
      loading={isFetching}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={allowClear}
      placeholder={placeholder ?? t('searchHint')}
      popupMatchSelectWidth={false}
      style={{ minWidth: 180 }}
      onChange={(chosen: string | undefined) => onChange?.(chosen)}
    />
  );
}
