import { Radio } from 'antd';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { Page } from '../../shared/Page.tsx';
import { Adjustments } from './Adjustments.tsx';
import { Booked } from './Booked.tsx';
import { Deposits } from './Deposits.tsx';
import { OffCycle } from './OffCycle.tsx';
import { Repayments } from './Repayments.tsx';

const parts = {
  adjustments: Adjustments,
  booked: Booked,
  offCycle: OffCycle,
  deposits: Deposits,
  repayments: Repayments,
} as const satisfies Record<string, ComponentType>;
type Part = keyof typeof parts;

const names = Object.keys(parts) as Part[];

/** Amounts by hand: proposed here by one person, decided by another; with what became of them. */
export function Proposals() {
  const { t } = useTranslation('proposals');
  const { role } = useMe();
  const [search, setSearch] = useSearchParams();
  const part = names.find((name) => name === search.get('part')) ?? 'adjustments';
  const Content = parts[part];
  return (
    <Page title={t('title')} lead={t(role === 'AUDITOR' ? 'leadReader' : 'lead')}>
      <Radio.Group
        aria-label={t('title')}
        optionType="button"
        buttonStyle="solid"
        value={part}
        options={names.map((name) => ({ value: name, label: t(`part.${name}`) }))}
        onChange={({ target }) => setSearch({ part: target.value })}
      />
      <p className="quiet">{t(`about.${part}`)}</p>
      <Content key={part} />
    </Page>
  );
}
