import { Flex, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { Page } from '../../shared/Page.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { PeriodChoice, usePeriod } from '../../shared/PeriodChoice.tsx';
import { FailureText, Faults, Loaded } from '../../shared/states.tsx';
import { InstantText, PeriodText, Quantity } from '../../shared/values.tsx';
import { Retro } from './Retro.tsx';
import {
  RunsClosePeriodDocument,
  RunsCloseRequestDocument,
  RunsListDocument,
  type RunsListQuery,
} from './Runs.generated.ts';

type Run = NonNullable<RunsListQuery['runs']>['edges'][number]['node'];

export const statusColour = {
  APPROVED: 'blue',
  CALCULATED: 'gold',
  CALCULATING: 'default',
  FAILED: 'red',
  PAID: 'green',
  VOIDED: 'default',
} as const;

/** The months and their runs, the newest first. */
export function Runs() {
  const { t } = useTranslation('runs');
  const pages = usePages();
  const read = useRead(RunsListDocument, { after: pages.after }, { keep: true, pollSeconds: 10 });
  return (
    <Page title={t('runs.title')} lead={t('runs.lead')} actions={<Calculate />}>
      <Loaded read={read}>
        {({ runs }) => (
          <PagedList
            label={t('runs.title')}
            connection={runs}
            pages={pages}
            rowKey={({ id }) => id}
            columns={columnsOf(t)}
            empty={t('runs.none')}
          />
        )}
      </Loaded>
      <Retro />
    </Page>
  );
}

function columnsOf(t: (key: string) => string): Column<Run>[] {
  return [
    {
      key: 'period',
      title: t('common:period'),
      render: ({ id, period }) => (
        <Link to={`/runs/${id}`}>
          <PeriodText value={period} />
        </Link>
      ),
    },
    {
      key: 'status',
      title: t('status'),
      render: ({ status, progressPercent, step }) => (
        <Flex vertical align="flex-start">
          <Tag color={statusColour[status]}>{t(`state.${status}`)}</Tag>
          {status === 'CALCULATING' && (
            <Progress percent={progressPercent ?? 0} size="small" aria-label={step ?? t('progress')} />
          )}
        </Flex>
      ),
    },
    {
      key: 'calculatedAt',
      title: t('calculatedAt'),
      render: ({ calculatedAt }) => <InstantText value={calculatedAt} />,
    },
    {
      key: 'approved',
      title: t('approvedAt'),
      render: ({ approvedAt, approvedBy }) =>
        approvedAt ? (
          <>
            <InstantText value={approvedAt} /> · {approvedBy}
          </>
        ) : (
          '–'
        ),
    },
    {
      key: 'events',
      title: t('events'),
      align: 'right',
      render: ({ eventCount }) => <Quantity value={eventCount ?? 0} />,
    },
    { key: 'lines', title: t('lines'), align: 'right', render: ({ lineCount }) => <Quantity value={lineCount ?? 0} /> },
  ];
}

/** Asks for a month to be calculated; a job does it. */
function Calculate() {
  const { t } = useTranslation('runs');
  const { role } = useMe();
  const [period, setPeriod] = usePeriod();
  const { data, error } = useRead(RunsCloseRequestDocument, { period }, { pollSeconds: 5 });
  if (role !== 'FINANCE' && role !== 'ADMIN') return null;
  const request = data?.closeRequest;
  return (
    <Flex vertical align="end" gap={4}>
      <Flex gap="small" wrap>
        <PeriodChoice value={period} onChange={setPeriod} />
        <Action
          type="primary"
          label={t('calculate')}
          document={RunsClosePeriodDocument}
          variables={(_reason, idempotencyKey) => ({ period, idempotencyKey })}
        >
          <p>{t('calculateText', { period })}</p>
        </Action>
      </Flex>
      {request && (
        <div className="quiet">
          {request.failure ? <FailureText failure={request.failure} /> : t('asked', { by: request.requestedBy })}
        </div>
      )}
      <Faults error={error} />
    </Flex>
  );
}
