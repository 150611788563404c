import { Descriptions, Drawer, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { DateText, InstantText } from '../../shared/values.tsx';
import {
  DealsExtendDocument,
  DealsJudgeDocument,
  DealsLoseDocument,
  DealsOneDocument,
  type DealsOneQuery,
  DealsPoliciesDocument,
  DealsWinDocument,
  DealsWithdrawDocument,
} from './Deals.generated.ts';
import { DealStateTag, goodsOf } from './shown.tsx';

type Deal = Extract<NonNullable<DealsOneQuery['node']>, { customerId: string }>;

const isDeal = (node: DealsOneQuery['node']): node is Deal => node !== null && 'customerId' in node;

/** A deal beside the list: its protection, what happened to it, and what can be done. */
export function DealPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation('deals');
  const read = useRead(DealsOneDocument, { id });
  const node = read.data?.node ?? null;
  const found = isDeal(node) ? node : null;
  return (
    <Drawer
      open
      size={Math.min(560, window.innerWidth)}
      title={found ? `${found.code} · ${found.customerName}` : t('code')}
      onClose={onClose}
    >
      <Loaded read={read} rows={10}>
        {() =>
          found ? (
            <>
              <Facts deal={found} />
              <Actions deal={found} />
              <Steps deal={found} />
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </Drawer>
  );
}

function Facts({ deal }: { readonly deal: Deal }) {
  const { t } = useTranslation('deals');
  const facts = [
    ['state.title', <DealStateTag key="state" state={deal.state} />],
    ['protectedFrom', deal.protectedFrom && <InstantText key="from" value={deal.protectedFrom} />],
    ['protectedUntil', deal.protectedUntil && <InstantText key="until" value={deal.protectedUntil} />],
    ['customerId', deal.customerId],
    ['goods', goodsOf(deal) ?? t('anything')],
    ['opportunity', deal.opportunity],
    ['agent', `${deal.agent.code} · ${deal.agent.name}`],
    ['region', deal.region?.name],
    ['registeredAt', <InstantText key="at" value={deal.registeredAt} />],
    ['registeredBy', deal.registeredBy],
    ['extensions', String(deal.extensionCount)],
    ['wonBy', deal.wonEventExternalId && `${deal.wonEventSource} · ${deal.wonEventExternalId}`],
  ] as const;
  const items = facts.flatMap(([key, children]) => (children ? [{ key, label: t(key), children }] : []));
  return <Descriptions column={1} items={items} size="small" />;
}

function Actions({ deal }: { readonly deal: Deal }) {
  const { role, agentCode } = useMe();
  const manages = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  if (!manages && agentCode !== deal.agent.code) return null;
  const { state } = deal;
  const isProtected = state === 'PROTECTED';
  return (
    <div className="buttons">
      {manages && state === 'PENDING' && <Judge id={deal.id} />}
      {isProtected && <Extend deal={deal} />}
      {(isProtected || state === 'EXPIRED') && <Win id={deal.id} />}
      <End deal={deal} />
    </div>
  );
}

function Judge({ id: registrationId }: { readonly id: string }) {
  const { t } = useTranslation('deals');
  return [true, false].map((protect) => (
    <Action
      key={String(protect)}
      {...(protect ? { type: 'primary' } : { danger: true })}
      label={t(protect ? 'protect' : 'refuse')}
      reason="needed"
      document={DealsJudgeDocument}
      variables={(reason, idempotencyKey) => ({ registrationId, protect, reason, idempotencyKey })}
    >
      <p>{t(protect ? 'protectText' : 'refuseText')}</p>
    </Action>
  ));
}

function Extend({ deal }: { readonly deal: Deal }) {
  const { t } = useTranslation('deals');
  const { role } = useMe();
  // What the policy allows is staff's to read; agents are told by the server.
  const read = useRead(DealsPoliciesDocument, {}, { skip: role === 'AGENT' });
  const policy = read.data?.registrationPolicies?.find(({ code }) => code === deal.policyCode);
  const most = policy?.versions[0]?.maximumExtensions;
  return (
    <Action
      label={t('extend')}
      disabled={most !== undefined && deal.extensionCount >= most}
      document={DealsExtendDocument}
      variables={(_reason, idempotencyKey) => ({ registrationId: deal.id, idempotencyKey })}
    >
      <p>
        {t('extendText')} <DateText value={deal.protectedUntilDay} />
      </p>
    </Action>
  );
}

function Win({ id: registrationId }: { readonly id: string }) {
  const { t } = useTranslation('deals');
  return (
    <Action
      label={t('win')}
      document={DealsWinDocument}
      variables={(_reason, idempotencyKey, { source = '', externalId = '' }) => ({
        registrationId,
        sale: { source: source.trim(), externalId: externalId.trim() },
        idempotencyKey,
      })}
    >
      <p>{t('winText')}</p>
      {(['source', 'externalId'] as const).map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(name)}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input autoComplete="off" />
        </Form.Item>
      ))}
    </Action>
  );
}

function End({ deal: { id: registrationId, state } }: { readonly deal: Deal }) {
  const { t } = useTranslation('deals');
  return (
    <>
      {state === 'PROTECTED' && (
        <Action
          danger
          label={t('lose')}
          reason="needed"
          document={DealsLoseDocument}
          variables={(reason, idempotencyKey) => ({ registrationId, reason, idempotencyKey })}
        >
          <p>{t('loseText')}</p>
        </Action>
      )}
      {(state === 'PROTECTED' || state === 'PENDING' || state === 'QUEUED') && (
        <Action
          danger
          label={t('withdraw')}
          reason="possible"
          document={DealsWithdrawDocument}
          variables={(reason, idempotencyKey) => ({ registrationId, reason: reason || null, idempotencyKey })}
        >
          <p>{t('withdrawText')}</p>
        </Action>
      )}
    </>
  );
}

function Steps({ deal }: { readonly deal: Deal }) {
  const { t } = useTranslation('deals');
  return (
    <>
      <h2>{t('steps')}</h2>
      <ol className="plain-list">
        {deal.steps.map(({ action, at, by, reason }) => (
          <li key={`${at}${action}`}>
            <strong>{t(`step.${action}`, { defaultValue: action })}</strong>{' '}
            <span className="quiet">
              <InstantText value={at} /> {by && `· ${by === 'clock' ? t('clock') : by}`}
            </span>
            {reason && <p className="said">{reason}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
