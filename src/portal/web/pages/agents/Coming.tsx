import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { List } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan } from '../../shared/values.tsx';
import {
  ManageComingDocument,
  type ManageComingQuery,
  ManageEndAgreementDocument,
  ManageEndTerritoryDocument,
  ManageWithdrawDecisionDocument,
} from './Manage.generated.ts';

type Row = {
  readonly what: string;
  readonly text: string;
  readonly from: string;
  readonly to: string | null;
  readonly act?: ReactNode;
};

type ComingProps = { readonly code: string; readonly today: string };

/** What is agreed about an agent and begins later: the file tells what has begun. */
export function Coming({ code, today }: ComingProps) {
  const { t } = useTranslation('agents');
  const read = useRead(ManageComingDocument, { code });
  return (
    <Loaded read={read} rows={1}>
      {(found) => {
        const rows = rowsFrom(found, code, t)
          .filter(({ from, to }) => from > today && (to === null || to > from))
          .sort((one, other) => one.from.localeCompare(other.from));
        if (rows.length === 0) return null;
        return (
          <section>
            <h2>{`${t('coming.title')} (${rows.length})`}</h2>
            <List
              label={t('coming.title')}
              rows={rows}
              rowKey={({ what, text, from }) => `${what} ${text} ${from}`}
              empty={t('nothing')}
              columns={[
                { key: 'text', title: t('what'), render: ({ what, text }) => `${t(`coming.${what}`)}: ${text}` },
                { key: 'span', title: t('valid'), render: ({ from, to }) => <DateSpan from={from} to={to} /> },
                { key: 'act', title: t('coming.act'), render: ({ act }) => act ?? '–' },
              ]}
            />
          </section>
        );
      }}
    </Loaded>
  );
}

type Translate = (key: string) => string;

function rowsFrom({ agent, territories }: ManageComingQuery, code: string, t: Translate): Row[] {
  if (!agent) return [];
  return [
    ...agent.agreements.map(({ code: text, plan, from, to }) => ({
      what: 'agreement',
      text: [text, plan.name].join(' · '),
      from,
      to,
      act: <WithdrawAgreement code={text} from={from} />,
    })),
    // Only the last decision is taken back: the ones before it are once it is.
    ...agent.statuses.map(({ status, from, to }) => ({
      what: 'status',
      text: t(`statuses.${status}`),
      from,
      to,
      ...(to === null && { act: <WithdrawDecision code={code} /> }),
    })),
    ...agent.parents.map(({ parent, from, to }) => ({
      what: 'parent',
      text: parent ? `${parent.code} · ${parent.name}` : '–',
      from,
      to,
    })),
    ...agent.regions.map(({ region, from, to }) => ({ what: 'region', text: region.name, from, to })),
    ...agent.tiers.map(({ tier, from, to }) => ({ what: 'tier', text: tier.name, from, to })),
    ...rowsOf(territories).map(({ id, region, from, to }) => ({
      what: 'territory',
      text: region.name,
      from,
      to,
      act: <WithdrawTerritory territoryId={id} from={from} />,
    })),
  ];
}

function WithdrawDecision({ code }: { readonly code: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('coming.withdraw')}
      reason="needed"
      document={ManageWithdrawDecisionDocument}
      variables={(reason, idempotencyKey) => ({ agentCode: code, reason, idempotencyKey })}
    >
      <p>{t('coming.withdrawText')}</p>
    </Action>
  );
}

function WithdrawAgreement({ code, from }: { readonly code: string; readonly from: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('coming.withdraw')}
      reason="needed"
      document={ManageEndAgreementDocument}
      variables={(reason, idempotencyKey) => ({ code, on: from, reason, idempotencyKey })}
    />
  );
}

function WithdrawTerritory({ territoryId, from }: { readonly territoryId: string; readonly from: string }) {
  const { t } = useTranslation('agents');
  return (
    <Action
      size="small"
      label={t('coming.withdraw')}
      reason="needed"
      document={ManageEndTerritoryDocument}
      variables={(reason, idempotencyKey) => ({ territoryId, to: from, reason, idempotencyKey })}
    />
  );
}
