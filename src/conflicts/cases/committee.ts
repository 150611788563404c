import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { checkInput } from '../../input.ts';
import { addSteps, auditCase, type CaseRow, lockCase, requireCaseAction, requireText } from './caseRecords.ts';
import { type DecisionInput, decisionSchema } from './decisionSchema.ts';
import { decideByCommittee, resolveAll } from './decisions.ts';
import { decisionRecord } from './recordDecisions.ts';
import { voteOutcome } from './votes.ts';

// The committee of a case: managers and administrators, of any region; more than half of its seats decide.

const fewestSeats = 2;
const mostSeats = 15;

/**
 * Sets who sits on the committee of a case. A proposal that is open is settled without a decision: others would have voted on it.
 * @param emails of the accounts; none dissolves it
 * @throws UserError NOT_FOUND, CASE_STATE, FORBIDDEN for whoever has but a seat, CASE_COMMITTEE for one seat or too many, and where a proposal is
 * open or votes were cast, unless by an administrator; CASE_MEDIATOR for whoever cannot sit on it.
 */
export async function setCommittee(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  emails: readonly string[],
): Promise<void> {
  const sql = rawSql(transaction);
  const found = await lockCase(transaction, caseId);
  const to = requireCaseAction('propose', found);
  const wanted = [...new Set(emails.map((email) => email.trim().toLowerCase()))];
  if (wanted.length !== 0 && (wanted.length < fewestSeats || wanted.length > mostSeats)) {
    throw new UserError('CASE_COMMITTEE', `A committee has ${fewestSeats} to ${mostSeats} seats.`, 'members');
  }
  const accounts = await sql<{ userId: number; name: string; email: string }[]>`
    select user_id as "userId", name, email from committee_accounts(${wanted})`;
  const missing = wanted.find((email) => !accounts.some((account) => account.email === email));
  if (missing) throw new UserError('CASE_MEDIATOR', `${missing} cannot sit on a committee.`, 'members');
  await refuseBound(transaction, actor, found);
  await settleProposals(transaction, now, caseId);
  await sql`delete from conflict_committee where case_id = ${caseId}`;
  await sql`
    insert into conflict_committee (case_id, user_id, name)
    select ${caseId}::integer, user_id, name from committee_accounts(${wanted})`;
  const reason = wanted.length === 0 ? null : [...wanted].sort().join(', ');
  await addSteps(transaction, actor, now, [
    { caseId, action: 'COMMITTEE', from: found.state, to, reason, forParties: false },
  ]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.committee_set',
    after: { members: wanted },
  });
}

/** Once it was asked, a committee binds who set it. */
async function refuseBound(transaction: Transaction, actor: Actor, { id, code }: CaseRow): Promise<void> {
  if (actor.user === null || actor.user.role === 'ADMIN') return;
  const sql = rawSql(transaction);
  const [{ mayChange } = { mayChange: false }] = await sql<{ mayChange: boolean }[]>`
    select case_settled_by_asker(${id}, false) as "mayChange"`;
  if (!mayChange) throw new UserError('FORBIDDEN', `Whoever mediates ${code} sets its committee.`, 'caseId');
  const [asked] = await sql`
    select from conflict_proposal proposal where proposal.case_id = ${id}
      and (proposal.settled_at is null or exists (select from conflict_vote vote where vote.proposal_id = proposal.id))`;
  if (asked)
    throw new UserError('CASE_COMMITTEE', `${code}: its committee was asked; an administrator changes it.`, code);
}

/**
 * Asks the committee to vote on a decision; what it would come to must be possible now.
 * @returns the key of the proposal.
 * @throws UserError NOT_FOUND, CASE_STATE, CASE_COMMITTEE where there is none, CASE_PROPOSAL where one is open, and as decideCase.
 */
export async function proposeDecision(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  caseId: number,
  input: DecisionInput,
): Promise<number> {
  const sql = rawSql(transaction);
  const content = checkInput(decisionSchema, input, 'decision');
  const found = await lockCase(transaction, caseId);
  const to = requireCaseAction('propose', found);
  if (!found.hasCommittee) throw new UserError('CASE_COMMITTEE', `${found.code} has no committee.`, 'caseId');
  const [open] = await sql`select from conflict_proposal where case_id = ${caseId} and settled_at is null`;
  if (open) throw new UserError('CASE_PROPOSAL', `${found.code} has a proposal that is open.`, 'caseId');
  const [taken] = await resolveAll(transaction, actor, [found], content);
  const [added] = await sql<{ id: number }[]>`
    insert into conflict_proposal (case_id, content, proposed_by, proposed_at)
    values (${caseId}, ${JSON.stringify(content)}::text::jsonb, ${actor.name}, ${now.toISOString()}) returning id`;
  if (!added || !taken) throw new Error('The proposal was not added');
  await addSteps(transaction, actor, now, [
    { caseId, action: 'PROPOSED', from: found.state, to, reason: content.reason, forParties: false },
  ]);
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.decision_proposed',
    after: { proposal: added.id, ...decisionRecord(taken.resolved) },
    reason: content.reason,
  });
  return added.id;
}

export type Vote = { readonly inFavour: boolean; readonly reason?: string | undefined };
/** DECIDED: with this vote the decision was taken. SETTLED: it cannot be taken any more. OPEN: others have to vote. */
export type VoteOutcome = 'OPEN' | 'DECIDED' | 'SETTLED';

/**
 * Votes on a proposal, once each. With more than half of the seats in favour the decision is taken; as soon as that cannot be reached any
 * more the proposal is settled without one.
 * @throws UserError NOT_FOUND, CASE_STATE, FORBIDDEN for whoever has no seat, CASE_PROPOSAL where it is settled or the member has voted, VALUE_TOO_LONG, and as decideCase.
 */
export async function voteOnProposal(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  proposalId: number,
  vote: Vote,
): Promise<VoteOutcome> {
  const sql = rawSql(transaction);
  const [proposal] = await sql<{ caseId: number }[]>`
    select case_id as "caseId" from conflict_proposal where id = ${proposalId}`;
  if (!proposal) throw new UserError('NOT_FOUND', 'There is no such proposal.', 'proposalId');
  const found = await lockCase(transaction, proposal.caseId);
  const to = requireCaseAction('propose', found);
  const [{ content } = { content: undefined }] = await sql<{ content: DecisionInput }[]>`
    select content from conflict_proposal where id = ${proposalId} and settled_at is null`;
  if (!content) throw new UserError('CASE_PROPOSAL', 'The proposal is settled.', 'proposalId');
  const reason = vote.reason === undefined || vote.reason.trim() === '' ? null : requireText(vote.reason, 'reason');
  await addVote(transaction, actor, now, found, proposalId, { inFavour: vote.inFavour, reason });
  await addSteps(transaction, actor, now, [
    { caseId: found.id, action: 'VOTED', from: found.state, to, reason, forParties: false },
  ]);
  const outcome = voteOutcome(await countVotes(transaction, found.id, proposalId));
  await auditCase(transaction, actor, now, found.code, {
    action: 'conflict_case.voted',
    after: { proposal: proposalId, inFavour: vote.inFavour, outcome },
    ...(reason === null ? {} : { reason }),
  });
  if (outcome === 'DECIDED') await decideByCommittee(transaction, actor, now, found.id, content);
  if (outcome === 'SETTLED') await settleProposals(transaction, now, found.id);
  return outcome;
}

async function addVote(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, code }: CaseRow,
  proposalId: number,
  { inFavour, reason }: { readonly inFavour: boolean; readonly reason: string | null },
): Promise<void> {
  const sql = rawSql(transaction);
  const userId = actor.user?.id ?? 0;
  const [seat] = await sql<{ name: string; voted: boolean }[]>`
    select seat.name, exists (select from conflict_vote vote where vote.proposal_id = ${proposalId} and vote.user_id = seat.user_id) as voted
    from conflict_committee seat where seat.case_id = ${id} and seat.user_id = ${userId}`;
  if (!seat) throw new UserError('FORBIDDEN', `You do not sit on the committee of ${code}.`, 'proposalId');
  if (seat.voted) throw new UserError('CASE_PROPOSAL', 'You have voted already.', 'proposalId');
  await sql`
    insert into conflict_vote (proposal_id, user_id, name, in_favour, reason, at)
    values (${proposalId}, ${userId}, ${seat.name}, ${inFavour}, ${reason}, ${now.toISOString()})`;
}

async function countVotes(transaction: Transaction, caseId: number, proposalId: number) {
  const [counts] = await rawSql(transaction)<{ seats: number; inFavour: number; against: number }[]>`
    select (select count(*) from conflict_committee where case_id = ${caseId})::integer as seats,
      (count(*) filter (where in_favour))::integer as "inFavour", (count(*) filter (where not in_favour))::integer as against
    from conflict_vote where proposal_id = ${proposalId}`;
  return counts ?? { seats: 0, inFavour: 0, against: 0 };
}

async function settleProposals(transaction: Transaction, now: Date, caseId: number): Promise<void> {
  await rawSql(transaction)`
    update conflict_proposal set settled_at = ${now.toISOString()} where case_id = ${caseId} and settled_at is null`;
}
