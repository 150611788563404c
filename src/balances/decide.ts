import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';

// What two people decide about money the same way: off-cycle settlements, repayments, movements of deposits.

/** What becomes of a proposal. */
export type ProposalDecision = 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

const nouns = {
  off_cycle_settlement: 'settlement',
  repayment: 'repayment',
  deposit_entry: 'movement of the deposit',
} as const;

type Proposal = {
  readonly name: string;
  readonly agentCode: string;
  readonly amount: string;
  readonly currency: string;
  readonly kind: string;
  readonly state: string;
  readonly proposedBy: string;
};

const columns = {
  off_cycle_settlement: 'thing.code as name, thing.gross as amount, thing.kind::text as kind',
  repayment: "thing.code as name, thing.amount, 'REPAYMENT' as kind",
  deposit_entry: "'D-' || thing.id as name, thing.amount, thing.kind::text as kind",
} as const;

/**
 * Approves, rejects or withdraws what somebody proposed. Approval books it at once (trigger): at most what is carried, owed or held.
 * @param decision WITHDRAWN: by who proposed it; the others: by somebody else
 * @throws UserError NOT_FOUND, RECORD_STATE, SAME_PERSON, FORBIDDEN for withdrawing what another proposed; BALANCE_TOO_LOW, DEBT_TOO_SMALL,
 * DEPOSIT_TOO_LOW by constraint.
 */
export async function decideProposal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  table: keyof typeof nouns,
  {
    id,
    decision,
    reason,
  }: { readonly id: number; readonly decision: ProposalDecision; readonly reason?: string | undefined },
): Promise<void> {
  const proposal = await lockProposal(transaction, table, id);
  const isOwn = proposal.proposedBy.toLowerCase() === actor.name.toLowerCase();
  if (decision === 'WITHDRAWN' && !isOwn) {
    throw new UserError('FORBIDDEN', `${proposal.name} was proposed by ${proposal.proposedBy}, who may withdraw it.`);
  }
  if (decision !== 'WITHDRAWN' && isOwn) {
    throw new UserError('SAME_PERSON', `${actor.name} proposed ${proposal.name}.`);
  }
  await rawSql(transaction)`
    update ${rawSql(transaction)(table)} set state = ${decision}, decided_by = ${actor.name}, decided_at = ${now.toISOString()} where id = ${id}`;
  const { name, state, ...after } = proposal;
  await recordChanges(transaction, actor, now, [
    {
      action: `${table}.${decision.toLowerCase()}`,
      entity: table,
      entityKey: name,
      before: { state },
      after: { ...after, state: decision },
      ...(reason === undefined ? {} : { reason }),
    },
  ]);
}

async function lockProposal(transaction: Transaction, table: keyof typeof nouns, id: number): Promise<Proposal> {
  const [found] = await rawSql(transaction).unsafe<Proposal[]>(
    `select ${columns[table]}, agent.code as "agentCode", thing.currency, thing.state::text as state, thing.proposed_by as "proposedBy"
     from ${table} thing join agent on agent.id = thing.agent_id where thing.id = $1 for update of thing`,
    [id],
  );
  if (!found) throw new UserError('NOT_FOUND', `There is no such ${nouns[table]}, or you may not see it.`);
  if (found.state === 'PROPOSED') return found;
  throw new UserError('RECORD_STATE', `${found.name} is ${found.state} already.`);
}
