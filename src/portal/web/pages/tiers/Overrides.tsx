import { Flex, Form, Input, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { FilterChoice, useFilters } from '../../shared/FilterChoice.tsx';
import { dayBeside } from '../../shared/format.ts';
import { PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan, InstantText } from '../../shared/values.tsx';
import {
  TiersOverridesDocument,
  type TiersOverridesQuery,
  TiersRequestOverrideDocument,
  TiersWithdrawOverrideDocument,
} from './Overrides.generated.ts';
import { type Named, overrideColour } from './shown.ts';

type Override = NonNullable<TiersOverridesQuery['tierOverrides']>['edges'][number]['node'];
const states = ['REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const;

/** Tiers given by hand for a time: asked for here, decided by somebody else among the approvals. */
export function Overrides({ tiers }: { readonly tiers: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  const { chosen, choose, key } = useFilters();
  const state = chosen('handState', states);
  return (
    <>
      <p className="quiet">{t('overridesText')}</p>
      <Flex gap="small" wrap justify="space-between" style={{ marginBottom: 12 }}>
        <FilterChoice
          label={t('state')}
          all={t('all')}
          value={state}
          values={states}
          textOf={(value) => t(`overrideState.${value}`)}
          onChange={(value) => choose('handState', value)}
        />
        {role !== 'AUDITOR' && <Request tiers={tiers} />}
      </Flex>
      <Asked state={state} key={key} />
    </>
  );
}

function Request({ tiers }: { readonly tiers: readonly Named[] }) {
  const { t } = useTranslation('tiers');
  const required = [{ required: true, whitespace: true, message: t('common:required') }];
  return (
    <Action
      type="primary"
      label={t('request')}
      reason="needed"
      document={TiersRequestOverrideDocument}
      variables={(reason, idempotencyKey, { agentCode, tier, from, to }) => ({
        agentCode: agentCode?.trim() ?? '',
        tier: tier ?? '',
        from: from ?? '',
        to: to ? dayBeside(to, 1) : '',
        reason,
        idempotencyKey,
      })}
    >
      <p>{t('requestText')}</p>
      <Form.Item name="agentCode" label={t('agentCode')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="tier" label={t('tier')} rules={required}>
        <Select options={tiers.map(({ code, name }) => ({ value: code, label: name }))} />
      </Form.Item>
      <div className="fields-row">
        <Form.Item name="from" label={t('from')} rules={required}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="to" label={t('to')} rules={required}>
          <Input type="date" />
        </Form.Item>
      </div>
    </Action>
  );
}

function Asked({ state }: { readonly state: (typeof states)[number] | undefined }) {
  const { t } = useTranslation('tiers');
  const pages = usePages();
  const read = useRead(
    TiersOverridesDocument,
    { state: state ?? null, agentCode: null, after: pages.after },
    { keep: true },
  );
  return (
    <Loaded read={read} rows={8}>
      {({ tierOverrides }) => (
        <PagedList
          label={t('view.overrides')}
          connection={tierOverrides}
          pages={pages}
          rowKey={({ id }) => id}
          empty={t('noOverrides')}
          columns={[
            {
              key: 'agent',
              title: t('agent'),
              render: ({ agentCode }) => <Link to={`/agents/${encodeURIComponent(agentCode)}`}>{agentCode}</Link>,
            },
            { key: 'tier', title: t('tier'), render: ({ tier }) => tier.name },
            {
              key: 'days',
              title: t('days'),
              render: ({ from, to }) => <DateSpan from={from} to={to} />,
            },
            {
              key: 'state',
              title: t('state'),
              render: (row) => <Tag color={overrideColour[row.state]}>{t(`overrideState.${row.state}`)}</Tag>,
            },
            { key: 'reason', title: t('common:reason'), render: ({ reason }) => reason },
            {
              key: 'asked',
              title: t('asked'),
              render: ({ requestedAt, requestedBy }) => (
                <>
                  <InstantText value={requestedAt} /> · {requestedBy}
                </>
              ),
            },
            { key: 'decision', title: t('decision'), render: (row) => <Decision row={row} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

/** What was decided; while nothing is, who asked can take it back. */
function Decision({ row }: { readonly row: Override }) {
  const { t } = useTranslation('tiers');
  const { role } = useMe();
  if (row.state !== 'REQUESTED') return <>{[row.decidedBy, row.decision].filter(Boolean).join(': ') || '–'}</>;
  if (role === 'AUDITOR') return <>–</>;
  return (
    <Flex gap="small" wrap align="center">
      <Link to="/approvals">{t('decide')}</Link>
      <Action
        size="small"
        danger
        label={t('withdraw')}
        document={TiersWithdrawOverrideDocument}
        variables={(_reason, idempotencyKey) => ({ overrideId: row.id, idempotencyKey })}
      >
        <p>{t('withdrawText', { agent: row.agentCode, tier: row.tier.name })}</p>
      </Action>
    </Flex>
  );
}
