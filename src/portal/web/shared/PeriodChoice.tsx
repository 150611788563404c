import { Flex, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useTimeZone } from '../app/session.tsx';
import { periodOf } from './format.ts';

const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The month that is looked at; it stands in the address. The month before this one unless chosen. */
export function usePeriod(): readonly [string, (period: string) => void] {
  const timeZone = useTimeZone();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('period');
  const period = chosen && monthPattern.test(chosen) ? chosen : before(periodOf(new Date(), timeZone));
  return [period, (next) => setSearch({ period: next }, { replace: true })];
}

function before(period: string): string {
  const [year, month] = period.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 2, 1)).toISOString().slice(0, 7);
}

export function PeriodChoice({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (period: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState<string>();
  return (
    <Flex align="center" gap="small">
      <label htmlFor={id}>{t('period')}</label>
      <Input
        id={id}
        type="month"
        // Some browsers have no field for a month: there it is typed.
        placeholder="2026-01"
        pattern={monthPattern.source}
        value={typed ?? value}
        style={{ width: 170 }}
        onChange={({ target }) => {
          const isMonth = monthPattern.test(target.value);
          setTyped(isMonth ? undefined : target.value);
          if (isMonth) onChange(target.value);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </Flex>
  );
}
