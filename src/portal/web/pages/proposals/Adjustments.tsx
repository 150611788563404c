import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMe } from '../../app/session.tsx';
import { useRead } from '../../graphql/hooks.ts';
import { Action } from '../../shared/Action.tsx';
import { type Column, PagedList, usePages } from '../../shared/PagedList.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { Loaded } from '../../shared/states.tsx';
import { Amount } from '../../shared/values.tsx';
import { AdjustmentFile } from './AdjustmentFile.tsx';
import { AdjustmentForm } from './AdjustmentForm.tsx';
import {
  ProposalsAdjustmentsDocument,
  type ProposalsAdjustmentsQuery,
  ProposalsWithdrawAdjustmentsDocument,
} from './Adjustments.generated.ts';
import { agentColumn, decidedColumns, Limits, reasonColumn, useIsOwn, useLimits } from './shown.tsx';

type Proposal = NonNullable<ProposalsAdjustmentsQuery['adjustmentProposals']>['edges'][number]['node'];

const states = ['PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const;
const ways = { one: AdjustmentForm, file: AdjustmentFile } as const;

/** Adjustments and penalties by hand: proposed one by one or by a file. */
export function Adjustments() {
  const { role } = useMe();
  const limits = useLimits(states);
  const { state, agentCode, key } = limits;
  return (
    <>
      {role !== 'AUDITOR' && <Propose />}
      <Limits states={states} limits={limits} />
      <ProposalList key={key} state={state} agentCode={agentCode} />
    </>
  );
}

function Propose() {
  const { t } = useTranslation('proposals');
  const [search, setSearch] = useSearchParams();
  const way = search.get('new');
  const open = (next: string | null) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      if (next) after.set('new', next);
      else after.delete('new');
      return after;
    });
  const Form = way === 'one' || way === 'file' ? ways[way] : undefined;
  return (
    <>
      <Flex gap="small" wrap style={{ marginBottom: 12 }}>
        {(['one', 'file'] as const).map((name) => (
          <Button
            key={name}
            type={name === 'one' ? 'primary' : 'default'}
            aria-expanded={way === name}
            onClick={() => open(way === name ? null : name)}
          >
            {t(`propose.${name}`)}
          </Button>
        ))}
      </Flex>
      {Form && <Form onDone={() => open(null)} />}
    </>
  );
}

function ProposalList({
  state,
  agentCode,
}: {
  readonly state: (typeof states)[number] | undefined;
  readonly agentCode: string | undefined;
}) {
  const { t } = useTranslation('proposals');
  const pages = usePages();
  const variables = { state: state ?? null, agentCode: agentCode ?? null, after: pages.after };
  const read = useRead(ProposalsAdjustmentsDocument, variables, { keep: true });
  return (
    <Loaded read={read} rows={8}>
      {({ adjustmentProposals }) => (
        <PagedList
          label={t('part.adjustments')}
          connection={adjustmentProposals}
          pages={pages}
          rowKey={({ id }) => id}
          columns={columnsOf(t, sharedBatches(rowsOf(adjustmentProposals)))}
          empty={t('none')}
        />
      )}
    </Loaded>
  );
}

/** The batches of which several proposals that wait are shown. */
function sharedBatches(proposals: readonly Proposal[]): ReadonlySet<string> {
  const hashes = proposals.flatMap(({ state, batchHash }) => (state === 'PROPOSED' && batchHash ? [batchHash] : []));
  return new Set(hashes.filter((hash, index) => hashes.indexOf(hash) !== index));
}

function columnsOf(t: (key: string) => string, batches: ReadonlySet<string>): Column<Proposal>[] {
  return [
    { key: 'code', title: t('code'), render: ({ code }) => <span className="amount">{code}</span> },
    agentColumn(t),
    { key: 'kind', title: t('kind.title'), render: ({ kind }) => t(`kind.${kind}`) },
    {
      key: 'amount',
      title: t('amount'),
      align: 'right',
      render: ({ amount, currency }) => <Amount value={amount} currency={currency} strong />,
    },
    reasonColumn(t),
    { key: 'paper', title: t('paper'), render: ({ document }) => <PaperLink document={document} /> },
    ...decidedColumns<Proposal>(t),
    { key: 'do', title: t('action'), render: (proposal) => <Actions proposal={proposal} batches={batches} /> },
  ];
}

function PaperLink({ document }: { readonly document: Proposal['document'] }) {
  if (!document) return <>–</>;
  return (
    <a href={document.downloadPath} download style={{ overflowWrap: 'anywhere' }}>
      <DownloadOutlined aria-hidden /> {document.fileName}
    </a>
  );
}

type ActionsProps = { readonly proposal: Proposal; readonly batches: ReadonlySet<string> };

/** Who proposed it, or an administrator, takes it back, or all that came with it; finance decides what another proposed. */
function Actions({ proposal: { id, state, proposedBy, batchHash }, batches }: ActionsProps) {
  const { t } = useTranslation('proposals');
  const { role } = useMe();
  const own = useIsOwn()(proposedBy);
  const decides = (role === 'ADMIN' || role === 'FINANCE') && !own;
  const withdraws = role === 'ADMIN' || (own && role !== 'AUDITOR');
  if (state !== 'PROPOSED' || !(decides || withdraws)) return <>–</>;
  return (
    <div className="buttons" style={{ marginTop: 0 }}>
      {decides && <Link to="/approvals">{t('toDecide')}</Link>}
      {withdraws && (
        <Action
          size="small"
          danger
          label={t('withdraw')}
          document={ProposalsWithdrawAdjustmentsDocument}
          variables={(_reason, idempotencyKey) => ({ choice: { proposalIds: [id] }, idempotencyKey })}
        >
          <p>{t('withdrawText')}</p>
        </Action>
      )}
      {withdraws && batchHash && batches.has(batchHash) && (
        <Action
          size="small"
          danger
          label={t('withdrawBatch')}
          document={ProposalsWithdrawAdjustmentsDocument}
          variables={(_reason, idempotencyKey) => ({ choice: { batchHash }, idempotencyKey })}
        >
          <p>{t('withdrawBatchText')}</p>
        </Action>
      )}
    </div>
  );
}
