import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { List } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { DateSpan, DateText, InstantText } from '../../shared/values.tsx';
import { ApplyProgramme } from './ApplyProgramme.tsx';
import {
  ProgrammeApproveDocument,
  ProgrammeCorrectionsDocument,
  ProgrammeOverviewDocument,
  type ProgrammeOverviewQuery,
} from './Programme.generated.ts';

type Named = {
  readonly code: string;
  readonly name: string;
  readonly versions: readonly { readonly number: number; readonly from: string }[];
};

/** What is declared: plans, pools, rules, schemes, templates, with their versions; corrections that wait; new declarations. */
export function Programme() {
  const { t } = useTranslation('programme');
  const { role } = useMe();
  const read = useRead(ProgrammeOverviewDocument, {});
  return (
    <Page title={t('programme.title')} lead={t('programme.lead')}>
      <Corrections />
      {role === 'ADMIN' && <ApplyProgramme />}
      <h2>{t('declared')}</h2>
      <Loaded read={read} rows={12}>
        {(found) => (
          <>
            <Plans plans={found.plans ?? []} />
            <Versions label={t('pools')} rows={found.pools ?? []} />
            <Versions label={t('conflictRules')} rows={found.conflictRules ?? []} />
            <Versions label={t('tierSchemes')} rows={found.tierSchemes ?? []} />
            <Versions label={t('scoreTemplates')} rows={found.scoreTemplates ?? []} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Corrections() {
  const { t } = useTranslation('programme');
  const { role } = useMe();
  const read = useRead(ProgrammeCorrectionsDocument, {});
  return (
    <>
      <h2>{t('corrections')}</h2>
      <Loaded read={read} rows={2}>
        {({ pendingPlanCorrections }) => (
          <List
            label={t('corrections')}
            rows={pendingPlanCorrections ?? []}
            rowKey={({ planCode, number }) => `${planCode} ${number}`}
            empty={t('noCorrections')}
            columns={[
              { key: 'plan', title: t('plan'), render: ({ planCode, number }) => `${planCode} · ${number}` },
              { key: 'from', title: t('from'), render: ({ from }) => <DateText value={from} /> },
              {
                key: 'by',
                title: t('publishedBy'),
                render: ({ publishedBy, publishedAt }) => (
                  <>
                    {publishedBy} · <InstantText value={publishedAt} />
                  </>
                ),
              },
              {
                key: 'approvals',
                title: t('approvedBy'),
                render: ({ approvals }) => approvals?.map(({ approvedBy }) => approvedBy).join(', ') || '–',
              },
              {
                key: 'approve',
                title: t('action'),
                render: ({ planCode: plan, number }) =>
                  role === 'AUDITOR' ? (
                    '–'
                  ) : (
                    <Action
                      size="small"
                      type="primary"
                      label={t('approve')}
                      document={ProgrammeApproveDocument}
                      variables={(_reason, idempotencyKey) => ({ plan, number, idempotencyKey })}
                    >
                      <p>{t('approveText')}</p>
                    </Action>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function Plans({ plans }: { readonly plans: NonNullable<ProgrammeOverviewQuery['plans']> }) {
  const { t } = useTranslation('programme');
  const rows = plans.flatMap((plan) => plan.versions.map((version) => ({ plan, version })));
  return (
    <List
      label={t('plans')}
      rows={rows}
      rowKey={({ plan, version }) => `${plan.code} ${version.number}`}
      empty={t('nothing')}
      columns={[
        {
          key: 'plan',
          title: t('plan'),
          render: ({ plan, version }) => (
            <Link to={`/plans/${encodeURIComponent(plan.code)}`}>
              {`${plan.code} · ${plan.name} · ${version.number}`}
            </Link>
          ),
        },
        {
          key: 'valid',
          title: t('valid'),
          render: ({ version }) => <DateSpan from={version.from} to={version.to} />,
        },
        {
          key: 'components',
          title: t('components'),
          render: ({ version }) =>
            version.components.map(({ code, kind }) => <Tag key={code}>{`${code} ${kind}`}</Tag>),
        },
        { key: 'by', title: t('publishedBy'), render: ({ version }) => version.publishedBy ?? '–' },
      ]}
    />
  );
}

function Versions({ label, rows }: { readonly label: string; readonly rows: readonly Named[] }) {
  const { t } = useTranslation('programme');
  return (
    <>
      <h2>{label}</h2>
      <List
        label={label}
        rows={rows}
        rowKey={({ code }) => code}
        empty={t('nothing')}
        columns={[
          { key: 'code', title: t('code'), render: ({ code, name }) => `${code} · ${name}` },
          {
            key: 'versions',
            title: t('versions'),
            render: ({ versions }) =>
              versions.map(({ number, from }) => (
                <Tag key={number}>
                  {number} · <DateText value={from} />
                </Tag>
              )),
          },
        ]}
      />
    </>
  );
}
