import { Flex, Select } from 'antd';
import { useId } from 'react';
import { useSearchParams } from 'react-router';

/** What lists are limited to; it stands in the address. */
export function useFilters() {
  const [search, setSearch] = useSearchParams();
  return {
    /** What is chosen, if it is one of the values. */
    chosen: <Value extends string>(name: string, values: readonly Value[]): Value | undefined =>
      values.find((value) => value === search.get(name)),
    choose: (name: string, value: string | undefined) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === undefined) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    /** Changes with any of them: the `key` of the list. */
    key: search.toString(),
  };
}

/** Chooses one of some values, or all of them. */
export function FilterChoice<Value extends string>({
  label,
  all,
  value,
  values,
  textOf,
  onChange,
}: {
  readonly label: string;
  /** What it says where nothing is chosen. */
  readonly all: string;
  readonly value: Value | undefined;
  readonly values: readonly Value[];
  readonly textOf: (value: Value) => string;
  readonly onChange: (value: Value | undefined) => void;
}) {
  const id = useId();
  const everything = '';
  return (
    <Flex align="center" gap="small">
      <label htmlFor={id}>{label}</label>
      <Select<Value | ''>
        id={id}
        value={value ?? everything}
        style={{ minWidth: 150 }}
        popupMatchSelectWidth={false}
        options={[{ value: everything, label: all }, ...values.map((one) => ({ value: one, label: textOf(one) }))]}
        onChange={(next) => onChange(next === everything ? undefined : next)}
      />
    </Flex>
  );
}
