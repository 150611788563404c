import { Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/session.tsx';
import { Action } from '../../shared/Action.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { InstantText } from '../../shared/values.tsx';
import { CasePageVoteDocument } from './CasePage.generated.ts';
import { creditKinds } from './decision.ts';
import type { CaseShown } from './types.ts';

type Props = { readonly found: CaseShown };
type Proposal = CaseShown['proposals'][number];

/** Who sits on the committee, what it is asked, and its votes. */
export function Committee({ found }: Props) {
  const { t } = useTranslation('conflicts');
  if (found.committee.length === 0) return null;
  return (
    <>
      <h2>{t('committee')}</h2>
      <p>{found.committee.join(', ')}</p>
      {found.proposals.map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} />
      ))}
    </>
  );
}

/** The parts of a proposal that are shown; the API gives it as it was sent. */
function wordsOf(content: unknown): { readonly credits: string | undefined; readonly reason: string } {
  const { credits, reason } = (content ?? {}) as Readonly<Record<string, unknown>>;
  return {
    credits: creditKinds.find((kind) => kind === credits),
    reason: typeof reason === 'string' ? reason : '',
  };
}

function ProposalCard({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation('conflicts');
  const { role } = useMe();
  const { credits, reason } = wordsOf(proposal.content);
  const votes = role === 'ADMIN' || role === 'CHANNEL_MANAGER';
  return (
    <Panel style={{ marginBottom: 8 }}>
      <p>
        <strong>{credits ? t(`credits.${credits}`) : t('proposal')}</strong>{' '}
        <Tag>{t(proposal.settledAt ? 'voteOver' : 'voteOpen')}</Tag>{' '}
        <span className="quiet">
          {proposal.proposedBy} · <InstantText value={proposal.proposedAt} />
        </span>
      </p>
      <p className="said">{reason}</p>
      <Details content={proposal.content} />
      <ul className="plain-list" aria-label={t('votes')}>
        {proposal.votes.map((vote) => (
          <li key={vote.name}>
            {vote.name}: <Tag color={vote.inFavour ? 'green' : 'red'}>{t(vote.inFavour ? 'inFavour' : 'against')}</Tag>
            {vote.reason}
          </li>
        ))}
      </ul>
      {votes && proposal.settledAt === null && <Vote id={proposal.id} />}
    </Panel>
  );
}

/** Who would be credited, and what would be taken, as it was proposed. */
function Details({ content }: { readonly content: unknown }) {
  const { t } = useTranslation('conflicts');
  const { shares, penalties } = (content ?? {}) as {
    readonly shares?: readonly { readonly agentCode?: string; readonly side?: string; readonly percent?: string }[];
    readonly penalties?: readonly {
      readonly agentCode?: string;
      readonly side?: string;
      readonly amount?: string;
      readonly currency?: string;
    }[];
  };
  return (
    <ul className="plain-list">
      {shares?.map(({ agentCode, side, percent }) => (
        <li key={agentCode ?? side}>
          {agentCode ?? t(`side.${side}`)} {percent && `${percent} %`}
        </li>
      ))}
      {penalties?.map(({ agentCode, side, amount, currency }) => (
        <li key={`${agentCode ?? side} ${amount}`}>
          {agentCode ?? t(`side.${side}`)}: {t('deduction.PENALTY')} {amount} {currency}
        </li>
      ))}
    </ul>
  );
}

function Vote({ id: proposalId }: { readonly id: string }) {
  const { t } = useTranslation('conflicts');
  return (
    <Flex gap="small" wrap style={{ marginTop: 8 }}>
      {[true, false].map((inFavour) => (
        <Action
          key={String(inFavour)}
          {...(inFavour ? { type: 'primary' } : { danger: true })}
          label={t(inFavour ? 'voteFor' : 'voteAgainst')}
          reason="possible"
          document={CasePageVoteDocument}
          variables={(reason, idempotencyKey) => ({ proposalId, inFavour, reason: reason || null, idempotencyKey })}
        >
          <p>{t('voteText')}</p>
        </Action>
      ))}
    </Flex>
  );
}
