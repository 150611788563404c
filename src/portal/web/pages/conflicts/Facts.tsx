import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { List } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Amount, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { CaseStateTag, DueTime, EffectTag } from './shown.tsx';
import type { CaseShown } from './types.ts';

type Props = { readonly found: CaseShown };

/** Where the case stands, and what it does to the commission meanwhile. */
export function Facts({ found }: Props) {
  const { t } = useTranslation(['conflicts', 'words']);
  const undecided = found.state === 'OPEN' || found.state === 'IN_MEDIATION';
  const facts = [
    ['state.title', <CaseStateTag key="state" state={found.state} />],
    ['effect.title', <EffectTag key="effect" effect={found.effect} />],
    ['common:period', <PeriodText key="period" value={found.period} />],
    ['openedAt', <InstantText key="opened" value={found.openedAt} />],
    ['dueAt', undecided && <DueTime key="due" dueAt={found.dueAt} isOverdue={found.isOverdue} />],
    ['mediator', found.mediatorName],
    ['region', found.regionCode],
    ['resolvedAt', found.resolvedAt && <InstantText key="resolved" value={found.resolvedAt} />],
    ['appealUntil', found.appealUntil && <InstantText key="appeal" value={found.appealUntil} />],
    ['closedAt', found.closedAt && <InstantText key="closed" value={found.closedAt} />],
    ['closing.title', found.closing && t(`closing.${found.closing}`)],
  ] as const;
  const items = facts.flatMap(([key, children]) => (children ? [{ key, label: t(key), children }] : []));
  return (
    <Panel>
      <p>{t(`happened.${found.kind}`)}</p>
      <Descriptions column={{ xs: 1, sm: 1, md: 2, lg: 3 }} items={items} size="small" />
      <Findings found={found} />
    </Panel>
  );
}

function Findings({ found }: Props) {
  const { t } = useTranslation(['conflicts', 'words']);
  const findings = found.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <ul className="plain-list" aria-label={t('findings')}>
      {findings.map(({ test, agents, campaigns, courses, events, registration, region, floorPrice, currency }) => (
        <li key={test}>
          <strong>{t(`test.${test}`, { defaultValue: test })}</strong>{' '}
          {[...agents, ...campaigns, ...courses, ...events, registration, region].filter(Boolean).join(' · ')}
          {floorPrice && (
            <>
              {' '}
              {t('floorPrice')} <Amount value={floorPrice} {...(currency && { currency })} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Whom it concerns, as far as one may know; staff sees the events, too. */
export function Parties({ found }: Props) {
  const { t } = useTranslation(['conflicts', 'words']);
  return (
    <>
      <h2>{t('parties')}</h2>
      <List
        label={t('parties')}
        rows={found.parties}
        rowKey={({ agentCode, side, event }) => `${agentCode} ${side} ${event}`}
        empty={t('noParties')}
        columns={[
          { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
          { key: 'side', title: t('side.title'), render: ({ side }) => t(`side.${side}`) },
          { key: 'event', title: t('ownSale'), render: ({ event }) => event ?? '–' },
          { key: 'deal', title: t('ownDeal'), render: ({ registration }) => registration ?? '–' },
          { key: 'region', title: t('region'), render: ({ region }) => region ?? '–' },
          {
            key: 'tests',
            title: t('findings'),
            render: ({ tests }) => tests.map((test) => t(`test.${test}`, { defaultValue: test })).join(', ') || '–',
          },
        ]}
      />
      {found.events && <Events events={found.events} />}
    </>
  );
}

function Events({ events }: { readonly events: NonNullable<CaseShown['events']> }) {
  const { t } = useTranslation(['conflicts', 'words']);
  return (
    <>
      <h2>{t('events')}</h2>
      <List
        label={t('events')}
        rows={events}
        rowKey={({ source, externalId }) => `${source} ${externalId}`}
        empty="–"
        columns={[
          {
            key: 'event',
            title: t('sale'),
            render: ({ source, externalId, isHit }) => `${source} · ${externalId}${isHit ? ` (${t('isHit')})` : ''}`,
          },
          { key: 'type', title: t('type'), render: ({ type }) => t(`words:eventType.${type}`, { defaultValue: type }) },
          { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
          { key: 'customer', title: t('customer'), render: ({ customerId }) => customerId ?? '–' },
          { key: 'product', title: t('product'), render: ({ productCode }) => productCode },
          {
            key: 'quantity',
            title: t('quantity'),
            align: 'right',
            render: ({ quantity }) => <Quantity value={quantity} />,
          },
          {
            key: 'amount',
            title: t('amount'),
            align: 'right',
            render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
          },
          { key: 'at', title: t('at'), render: ({ occurredAt }) => <InstantText value={occurredAt} /> },
        ]}
      />
    </>
  );
}

/** What happened to the case; agents are told neither who nor why. */
export function Steps({ found }: Props) {
  const { t } = useTranslation(['conflicts', 'words']);
  return (
    <>
      <h2>{t('steps')}</h2>
      <Panel>
        <ol className="plain-list">
          {found.steps.map(({ action, at, by, reason, toState }) => (
            <li key={`${at}${action}${reason}`}>
              <strong>{t(`step.${action}`, { defaultValue: action })}</strong> → {t(`state.${toState}`)}{' '}
              <span className="quiet">
                <InstantText value={at} /> {by && `· ${by}`}
              </span>
              {reason && <p className="said">{reason}</p>}
            </li>
          ))}
        </ol>
      </Panel>
    </>
  );
}
