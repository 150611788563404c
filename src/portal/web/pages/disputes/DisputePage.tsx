import { Descriptions, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, DateText, InstantText, PeriodText } from '../../shared/values.tsx';
import { DecideDispute } from './DecideDispute.tsx';
import { DisputePageDisputeDocument, DisputePageWithdrawDocument } from './DisputePage.generated.ts';
import { DisputeStateTag, DueTime } from './shown.tsx';
import { Thread } from './Thread.tsx';
import type { DisputeShown } from './types.ts';

/** A dispute: what is objected to, what was said, what was decided. */
export function DisputePage() {
  const { t } = useTranslation('disputes');
  const { disputeId = '' } = useParams();
  const read = useRead(DisputePageDisputeDocument, { code: disputeId });
  return (
    <Page
      title={t('disputePage.title', { code: disputeId })}
      actions={read.data?.dispute && <Actions dispute={read.data.dispute} />}
    >
      <Loaded read={read} rows={12}>
        {({ dispute }) =>
          dispute ? (
            <>
              <Facts dispute={dispute} />
              {dispute.decidedAt && dispute.state !== 'WITHDRAWN' && <Decision dispute={dispute} />}
              <Thread dispute={dispute} />
            </>
          ) : (
            <Nothing>{t('disputePage.none')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

function Actions({ dispute }: { readonly dispute: DisputeShown }) {
  const { t } = useTranslation('disputes');
  const { role, agentCode, name, email } = useMe();
  if (dispute.state !== 'OPEN') return null;
  const decides = role === 'ADMIN' || role === 'FINANCE' || role === 'CHANNEL_MANAGER';
  const filed = [name, email].includes(dispute.filedBy);
  const withdraws = role === 'AGENT' ? agentCode === dispute.agent.code : decides && (filed || role === 'ADMIN');
  return (
    <>
      {decides && !filed && <DecideDispute dispute={dispute} />}
      {withdraws && (
        <Action
          danger
          label={t('withdraw')}
          document={DisputePageWithdrawDocument}
          variables={(_reason, idempotencyKey) => ({ disputeId: dispute.id, idempotencyKey })}
        >
          <p>{t('withdrawText')}</p>
        </Action>
      )}
    </>
  );
}

function Facts({ dispute }: { readonly dispute: DisputeShown }) {
  const { t } = useTranslation('disputes');
  const { role } = useMe();
  const { lineId, source, externalId, subscriptionId, productCode, soldOn, scorePeriod, claimedAmount } = dispute;
  const shownLine = lineId && role === 'AGENT' ? <Link to={`/earnings/lines/${lineId}`}>{lineId}</Link> : lineId;
  const facts = [
    ['state.title', <DisputeStateTag key="state" state={dispute.state} />],
    ['subject.title', t(`subject.${dispute.subject}`)],
    ['agent', `${dispute.agent.code} · ${dispute.agent.name}`],
    ['statement', dispute.statementNumber],
    ['common:period', <PeriodText key="period" value={dispute.period} />],
    ['line', shownLine],
    ['externalId', externalId],
    ['source', source],
    ['subscriptionId', subscriptionId],
    ['productCode', productCode],
    ['soldOn', soldOn && <DateText key="soldOn" value={soldOn} />],
    ['scorePeriod', scorePeriod && <PeriodText key="score" value={scorePeriod} />],
    ['claimed', claimedAmount && <Amount key="claimed" value={claimedAmount} currency={dispute.currency} strong />],
    ['filedAt', <InstantText key="filed" value={dispute.filedAt} />],
    ['filedBy', dispute.filedBy],
    ['dueAt', dispute.state === 'OPEN' && <DueTime key="due" dueAt={dispute.dueAt} isOverdue={dispute.isOverdue} />],
  ] as const;
  const items = facts.flatMap(([key, children]) => (children ? [{ key, label: t(key), children }] : []));
  return (
    <Panel>
      <Descriptions column={{ xs: 1, sm: 1, md: 2 }} items={items} size="small" />
      <h2>{t('common:reason')}</h2>
      <p className="said">{dispute.reason}</p>
    </Panel>
  );
}

function Decision({ dispute }: { readonly dispute: DisputeShown }) {
  const { t } = useTranslation('disputes');
  return (
    <>
      <h2>{t('decision')}</h2>
      <Panel>
        <p>
          <DisputeStateTag state={dispute.state} /> {dispute.effect && <Tag>{t(`effect.${dispute.effect}`)}</Tag>}
          {dispute.decidedAmount && <Amount value={dispute.decidedAmount} currency={dispute.currency} strong />}
        </p>
        <p className="said">{dispute.decision}</p>
        <p className="quiet">
          <InstantText value={dispute.decidedAt} /> · {dispute.decidedBy}
        </p>
      </Panel>
    </>
  );
}
