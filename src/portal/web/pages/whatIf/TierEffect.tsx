import { Tag } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { DateText, PeriodText, Quantity } from '../../shared/values.tsx';
import type { WhatIfResultQuery } from './WhatIf.generated.ts';

type Tier = NonNullable<Extract<WhatIfResultQuery['whatIf'], { __typename: 'WhatIf' }>['tier']>;
type Outcome = Tier['before'];
type Criterion = Tier['entry'][number];

/** What the next evaluation would make of the tier without the further sales, and with them. */
export function TierEffect({ tier }: { readonly tier: Tier }) {
  const { t } = useTranslation('whatIf');
  const { period, effectiveOn, nextTier, before, after, entry, keep } = tier;
  return (
    <Panel
      style={{ marginTop: 16 }}
      title={
        <>
          {t('tier.title')} · <PeriodText value={period} />
        </>
      }
    >
      <p>
        {outcomeText(before, t)} → <strong>{outcomeText(after, t)}</strong>
      </p>
      <p className="quiet">
        {t('tier.from', { tier: tier.tier ?? '–' })} <DateText value={effectiveOn} />
      </p>
      {nextTier && <Criteria title={t('tier.toNext', { tier: nextTier })} criteria={entry} />}
      {tier.tier && keep.length > 0 && <Criteria title={t('tier.toKeep', { tier: tier.tier })} criteria={keep} />}
      <p className="quiet">{t('tier.note')}</p>
    </Panel>
  );
}

function outcomeText(outcome: Outcome, t: TFunction<'whatIf'>): string {
  if (!outcome) return t('tier.open');
  const { kind, tier, misses } = outcome;
  return `${tier} (${t(`tier.kinds.${kind}`, { misses })})`;
}

function Criteria({ title, criteria }: { readonly title: string; readonly criteria: readonly Criterion[] }) {
  const { t, i18n } = useTranslation('whatIf');
  const chinese = i18n.language === 'zh';
  return (
    <>
      <h3>{title}</h3>
      <List
        label={title}
        rows={criteria}
        rowKey={(row) => `${row.subject} ${row.atLeast} ${row.atMost}`}
        empty={t('tier.nothing')}
        columns={[
          { key: 'subject', title: t('tier.criterion'), render: (row) => (chinese ? row.subjectZh : row.subject) },
          { key: 'required', title: t('tier.required'), align: 'right', render: (row) => <Required criterion={row} /> },
          {
            key: 'before',
            title: t('before'),
            align: 'right',
            render: (row) => <Value value={row.before} unit={row.unit} />,
          },
          { key: 'after', title: t('after'), align: 'right', render: (row) => <After criterion={row} /> },
          { key: 'held', title: t('tier.held'), render: ({ heldAfter }) => <Held held={heldAfter} /> },
        ]}
      />
    </>
  );
}

function Value({ value, unit }: { readonly value: string | null; readonly unit: string | null }) {
  return value === null ? '–' : <Quantity value={value} suffix={unit ? ` ${unit}` : ''} />;
}

function Required({ criterion: { atLeast, atMost, unit } }: { readonly criterion: Criterion }) {
  return (
    <>
      {atLeast !== null && (
        <>
          ≥ <Value value={atLeast} unit={unit} />
        </>
      )}
      {atLeast !== null && atMost !== null && ', '}
      {atMost !== null && (
        <>
          ≤ <Value value={atMost} unit={unit} />
        </>
      )}
    </>
  );
}

/** The value with the further sales, or why they do not move it. */
function After({ criterion: { after, unit, unmoved } }: { readonly criterion: Criterion }) {
  const { t } = useTranslation('whatIf');
  return unmoved ? <span className="quiet">{t(`tier.unmoved.${unmoved}`)}</span> : <Value value={after} unit={unit} />;
}

function Held({ held }: { readonly held: boolean | null }) {
  const { t } = useTranslation('whatIf');
  if (held === null) return <Tag>{t('tier.notYet')}</Tag>;
  return held ? <Tag color="success">{t('tier.yes')}</Tag> : <Tag color="warning">{t('tier.no')}</Tag>;
}
