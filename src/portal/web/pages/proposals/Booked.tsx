import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { Loaded } from '../../shared/states.tsx';
import { Amount, InstantText, PeriodText } from '../../shared/values.tsx';
import {
  ProposalsBookedDocument,
  type ProposalsBookedQuery,
  ProposalsReverseDocument,
} from './Adjustments.generated.ts';
import { Limits, reasonColumn, StateTag, useLimits } from './shown.tsx';

type Adjustment = NonNullable<ProposalsBookedQuery['adjustments']>['edges'][number]['node'];

const states = ['DUE', 'BOOKED', 'WITHDRAWN'] as const;

/** Adjustments that were decided: booked by a run or due; what was made by hand or by a dispute can be taken back. */
export function Booked() {
  const limits = useLimits(states);
  const { state, agentCode, key } = limits;
  return (
    <>
      <Limits states={states} limits={limits} />
      <BookedList key={key} state={state} agentCode={agentCode} />
    </>
  );
}

function BookedList({
  state,
  agentCode,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly agentCode: string | undefined;
}) {
  const { t } = useTranslation('proposals');
  const pages = usePages();
  const variables = { state: state ?? null, agentCode: agentCode ?? null, after: pages.after };
  const read = useRead(ProposalsBookedDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ adjustments }) => (
        <PagedList
          label={t('part.booked')}
          connection={adjustments}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t)}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

function columnsOf(t: (key: string) => string): Column<Adjustment>[] {
  return [
    {
      key: 'from',
      title: t('origin'),
      render: ({ proposalCode, disputeCode, reason }) =>
        disputeCode ? <Link to={`/disputes/${disputeCode}`}>{disputeCode}</Link> : (proposalCode ?? caseOf(reason)),
    },
    { key: 'agent', title: t('agent'), render: ({ agentCode }) => agentCode },
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
    {
      key: 'amount',
      title: t('amount'),
      align: 'right',
      render: ({ amount, currency }) => <Amount value={amount} currency={currency} strong />,
    },
    reasonColumn(t),
    {
      key: 'made',
      title: t('decidedBy'),
      render: ({ createdBy, createdAt }) => (
        <>
          {createdBy}
          <div className="quiet">
            <InstantText value={createdAt} />
          </div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('state.title'),
      render: ({ state, bookedPeriod, fromPeriod }) => (
        <>
          <StateTag state={state} />
          <div className="quiet">
            {t(bookedPeriod ? 'bookedIn' : 'dueFrom')} <PeriodText value={bookedPeriod ?? fromPeriod} />
          </div>
        </>
      ),
    },
    { key: 'do', title: t('action'), render: (adjustment) => <Reverse adjustment={adjustment} /> },
  ];
}

/** What conflicts deduct names its case as the reason. */
const caseOf = (reason: string) => (/^C-\d+$/.test(reason) ? <Link to={`/conflicts/${reason}`}>{reason}</Link> : '–');

/** What a conflict deducted is taken back by its case; what takes back is proposed anew instead. */
function Reverse({ adjustment }: { readonly adjustment: Adjustment }) {
  const { t } = useTranslation('proposals');
  const { role } = useMe();
  const { id, kind, state, proposalCode, disputeCode, amount, currency } = adjustment;
  const isByHand = proposalCode !== null || disputeCode !== null;
  if (role === 'AUDITOR' || kind === 'REVERSED' || state === 'WITHDRAWN' || !isByHand) return <>–</>;
  return (
    <Action
      size="small"
      label={t('reverse')}
      reason="needed"
      document={ProposalsReverseDocument}
      variables={(reason, idempotencyKey) => ({ adjustmentId: id, reason, idempotencyKey })}
    >
      <p>
        {t('reverseText')} <Amount value={amount} currency={currency} strong />
      </p>
    </Action>
  );
}
