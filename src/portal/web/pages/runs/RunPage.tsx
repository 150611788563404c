import { Descriptions, Flex, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { checkName } from '../../shared/checkName.ts';
import { Page } from '../../shared/Page.tsx';
import { List, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { Loaded, Nothing } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { Review } from './Review.tsx';
import {
  RunPageApproveDocument,
  RunPageIssueDocument,
  RunPageRunDocument,
  type RunPageRunQuery,
  RunPageStatementsDocument,
  RunPageVoidDocument,
} from './Runs.generated.ts';
import { statusColour } from './Runs.tsx';

type Run = NonNullable<RunPageRunQuery['run']>;

/** A month's run: what it came to, whether its checks hold, and what is done with it. */
export function RunPage() {
  const { t } = useTranslation('runs');
  const { runId = '' } = useParams();
  const read = useRead(RunPageRunDocument, { id: runId }, { pollSeconds: 10 });
  return (
    <Page
      title={t('runPage.title', { period: read.data?.run?.period ?? '' })}
      actions={
        read.data?.run && (
          <>
            <Link to={`/unpaid?period=${read.data.run.period}`}>{t('unpaidLink')}</Link>
            <Steps run={read.data.run} />
          </>
        )
      }
    >
      <Loaded read={read} rows={14}>
        {({ run }) =>
          run ? (
            <>
              <Facts run={run} />
              <Checks run={run} />
              <Totals run={run} />
              {run.calculatedAt && <Review runId={run.id} key={run.id} />}
              {stands(run) && <Statements period={run.period} key={run.period} />}
            </>
          ) : (
            <Nothing>{t('gone')}</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}

/** The statements of a month are those of the run that stands. */
const stands = ({ status }: Run) => status === 'CALCULATED' || status === 'APPROVED' || status === 'PAID';

function Steps({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const { role } = useMe();
  if (role !== 'FINANCE' && role !== 'ADMIN') return null;
  const { id: runId, period, status } = run;
  return (
    <>
      {status === 'CALCULATED' && (
        <Action
          type="primary"
          label={t('approve')}
          document={RunPageApproveDocument}
          variables={(_reason, idempotencyKey) => ({ runId, idempotencyKey })}
        >
          <p>{t('approveText')}</p>
        </Action>
      )}
      {status === 'CALCULATED' && (
        <Action
          danger
          label={t('void')}
          reason="needed"
          document={RunPageVoidDocument}
          variables={(reason, idempotencyKey) => ({ runId, reason, idempotencyKey })}
        >
          <p>{t('voidText')}</p>
        </Action>
      )}
      {(status === 'APPROVED' || status === 'PAID') && (
        <Action
          label={t('issue')}
          document={RunPageIssueDocument}
          variables={(_reason, idempotencyKey) => ({ period, idempotencyKey })}
        >
          <p>{t('issueText')}</p>
        </Action>
      )}
    </>
  );
}

function Facts({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const items = [
    {
      key: 'status',
      label: t('status'),
      children: <Tag color={statusColour[run.status]}>{t(`state.${run.status}`)}</Tag>,
    },
    {
      key: 'calculated',
      label: t('calculatedAt'),
      children: (
        <>
          <InstantText value={run.calculatedAt} />
          {` · ${run.calculatedBy}`}
        </>
      ),
    },
    {
      key: 'approved',
      label: t('approvedAt'),
      children: run.approvedAt ? (
        <>
          <InstantText value={run.approvedAt} />
          {` · ${run.approvedBy}`}
        </>
      ) : (
        '–'
      ),
    },
    { key: 'paid', label: t('paidAt'), children: <InstantText value={run.paidAt} /> },
    { key: 'events', label: t('events'), children: <Quantity value={run.eventCount ?? 0} /> },
    { key: 'lines', label: t('lines'), children: <Quantity value={run.lineCount ?? 0} /> },
    { key: 'unpaid', label: t('unpaid'), children: <Quantity value={run.unpaidCount ?? 0} /> },
    { key: 'hash', label: t('linesHash'), children: <code className="hash">{run.linesHash ?? '–'}</code> },
  ];
  return (
    <Panel>
      {run.status === 'CALCULATING' && (
        <Progress percent={run.progressPercent ?? 0} aria-label={run.step ?? t('progress')} />
      )}
      {run.error && <p role="alert">{run.error}</p>}
      {run.voidReason && <p>{t('voided', { by: run.voidedBy, reason: run.voidReason })}</p>}
      <Descriptions column={{ xs: 1, sm: 1, md: 2, lg: 3 }} items={items} size="small" />
    </Panel>
  );
}

function Checks({ run }: { readonly run: Run }) {
  const { t } = useTranslation(['runs', 'words']);
  const checks = run.checks ?? [];
  const failed = checks.filter(({ holds }) => !holds);
  return (
    <>
      <h2>{t('checks')}</h2>
      {checks.length > 0 && failed.length === 0 && <p>{t('allHold', { count: checks.length })}</p>}
      <List
        label={t('checks')}
        rows={checks}
        rowKey={({ name, currency }) => `${name} ${currency}`}
        empty={t('noChecks')}
        columns={[
          {
            key: 'name',
            title: t('check'),
            render: ({ name, currency }) => `${checkName(t, name)}${currency ? ` (${currency})` : ''}`,
          },
          {
            key: 'expected',
            title: t('expected'),
            align: 'right',
            render: ({ expected }) => <Quantity value={expected} />,
          },
          { key: 'actual', title: t('actual'), align: 'right', render: ({ actual }) => <Quantity value={actual} /> },
          {
            key: 'holds',
            title: t('result'),
            render: ({ holds }) => <Tag color={holds ? 'green' : 'red'}>{t(holds ? 'holds' : 'fails')}</Tag>,
          },
        ]}
      />
    </>
  );
}

function Totals({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  return (
    <>
      <h2>{t('totals')}</h2>
      <List
        label={t('totals')}
        rows={run.totals ?? []}
        rowKey={({ component, currency }) =>
          `${component.planCode} ${component.poolCode} ${component.code} ${currency}`
        }
        empty={t('noTotals')}
        columns={[
          {
            key: 'component',
            title: t('component'),
            render: ({ component }) => `${component.planCode ?? component.poolCode} · ${component.code}`,
          },
          {
            key: 'lines',
            title: t('lines'),
            align: 'right',
            render: ({ lineCount }) => <Quantity value={lineCount} />,
          },
          {
            key: 'amount',
            title: t('amount'),
            align: 'right',
            render: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
          },
        ]}
      />
    </>
  );
}

function Statements({ period }: { readonly period: string }) {
  const { t } = useTranslation('runs');
  const pages = usePages();
  const read = useRead(RunPageStatementsDocument, { period, after: pages.after }, { keep: true });
  return (
    <>
      <Flex justify="space-between" align="center">
        <h2>
          {t('statements')} · <PeriodText value={period} />
        </h2>
      </Flex>
      <Loaded read={read}>
        {({ statements }) => (
          <PagedList
            label={t('statements')}
            connection={statements}
            pages={pages}
            rowKey={({ id }) => id}
            empty={t('noStatements')}
            columns={[
              { key: 'agent', title: t('agent'), render: ({ agent }) => `${agent.code} · ${agent.name}` },
              {
                key: 'state',
                title: t('status'),
                render: ({ issued }) => t(`statement.${issued?.state ?? 'NOT_ISSUED'}`),
              },
              {
                key: 'earned',
                title: t('earned'),
                align: 'right',
                render: ({ earned, currency }) => <Amount value={earned} currency={currency} />,
              },
              {
                key: 'payable',
                title: t('payable'),
                align: 'right',
                render: ({ payable, currency }) => <Amount value={payable} currency={currency} strong />,
              },
              { key: 'pdf', title: t('pdf'), render: ({ id }) => <PdfLink id={id} /> },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function PdfLink({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation('runs');
  return <a href={`/statements/${id}.pdf?language=${i18n.language === 'zh' ? 'zh' : 'en'}`}>{t('common:download')}</a>;
}
