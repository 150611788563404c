import { rawSql, type Transaction } from '../../db/client.ts';
import type { PartyFacts } from '../facts.ts';
import type { CaseSide } from './caseMatters.ts';
import type { CaseState } from './caseStates.ts';
import type { DecisionCredits } from './decisionSchema.ts';

// What is shown of cases, for many cases at a time, by the key of the case. Staff see everything of a case; an agent its own side (and those of
// agents below it), and of what happened neither who nor why.

type ByCase<Row> = ReadonlyMap<number, readonly Row[]>;

export type ShownParty = {
  readonly agentCode: string;
  readonly side: CaseSide;
  readonly facts: PartyFacts;
};

/** The parties that an agent sees: itself and agents below it. */
export async function loadOwnParties(
  transaction: Transaction,
  caseIds: readonly number[],
): Promise<ByCase<ShownParty>> {
  const rows = await rawSql(transaction)<(ShownParty & { caseId: number })[]>`
    select party.case_id as "caseId", agent.code as "agentCode", party.side, party.facts
    from conflict_party party join agent on agent.id = party.agent_id
    where party.case_id = any(${[...caseIds]}::integer[]) order by party.side, agent.code collate "C", party.id`;
  return byCase(rows);
}

export type ShownStep = {
  readonly action: string;
  readonly toState: CaseState;
  readonly at: string;
  /** For staff. */
  readonly by: string | null;
  readonly reason: string | null;
};

/** What happened, in order. */
export async function loadSteps(
  transaction: Transaction,
  caseIds: readonly number[],
  forStaff: boolean,
): Promise<ByCase<ShownStep>> {
  const sql = rawSql(transaction);
  const ids = [...caseIds];
  const rows = forStaff
    ? await sql<(ShownStep & { caseId: number })[]>`
        select case_id as "caseId", action, to_state as "toState", at, by, reason from conflict_step
        where case_id = any(${ids}::integer[]) order by id`
    : await sql<(ShownStep & { caseId: number })[]>`
        select wanted.id as "caseId", step.action, step.to_state as "toState", step.at, null as by, null as reason
        from unnest(${ids}::integer[]) as wanted(id) cross join lateral case_steps(wanted.id) step`;
  return byCase(rows);
}

export type ShownShare = {
  readonly agentId: number;
  readonly agentCode: string | null;
  readonly role: string;
  readonly share: string;
};

export type ShownDeduction = {
  readonly agentId: number;
  readonly agentCode: string | null;
  readonly kind: 'PENALTY' | 'PRICE_DIFFERENCE';
  readonly amount: string;
  readonly currency: string;
};

export type ShownDecision = {
  readonly id: number;
  readonly number: number;
  readonly credits: DecisionCredits;
  readonly reason: string;
  readonly decidedAt: string;
  readonly onAppeal: boolean;
  readonly inForce: boolean;
  /** For staff. */
  readonly decidedBy: string | null;
  readonly byCommittee: boolean | null;
  readonly keptEventId: number | null;
  /** Of agents that whoever asks may see; staff of all. */
  readonly shares: readonly ShownShare[];
  readonly deductions: readonly ShownDeduction[];
};

type DecisionHead = Omit<ShownDecision, 'shares' | 'deductions'> & { readonly caseId: number };

/** What was decided, in order. */
export async function loadDecisions(
  transaction: Transaction,
  caseIds: readonly number[],
  forStaff: boolean,
): Promise<ByCase<ShownDecision>> {
  const sql = rawSql(transaction);
  const ids = [...caseIds];
  const heads = forStaff
    ? await sql<DecisionHead[]>`
        select decision.case_id as "caseId", decision.id, decision.number, decision.credits, decision.reason, decision.decided_at as "decidedAt",
          decision.on_appeal as "onAppeal", found.decision_id is not distinct from decision.id as "inForce", decision.decided_by as "decidedBy",
          decision.by_committee as "byCommittee", decision.kept_event_id::float8 as "keptEventId"
        from conflict_decision decision join conflict_case found on found.id = decision.case_id
        where decision.case_id = any(${ids}::integer[]) order by decision.number`
    : await sql<DecisionHead[]>`
        select wanted.id as "caseId", outcome.decision_id as id, outcome.number, outcome.credits, outcome.reason,
          outcome.decided_at as "decidedAt", outcome.on_appeal as "onAppeal", outcome.in_force as "inForce", null as "decidedBy",
          null::boolean as "byCommittee", null::float8 as "keptEventId"
        from unnest(${ids}::integer[]) as wanted(id) cross join lateral case_outcomes(wanted.id) outcome`;
  const decisionIds = heads.map(({ id }) => id);
  const shares = await sql<(ShownShare & { decisionId: number })[]>`
    select share.decision_id as "decisionId", share.agent_id as "agentId", (select code from agent where agent.id = share.agent_id) as "agentCode",
      share.role, trim_scale(share.share)::text as share
    from conflict_decision_share share where share.decision_id = any(${decisionIds}::integer[]) order by share.share desc, share.agent_id, share.role`;
  const deductions = await sql<(ShownDeduction & { decisionId: number })[]>`
    select deduction.decision_id as "decisionId", deduction.agent_id as "agentId",
      (select code from agent where agent.id = deduction.agent_id) as "agentCode", deduction.kind, trim_scale(deduction.amount)::text as amount,
      deduction.currency
    from conflict_deduction deduction where deduction.decision_id = any(${decisionIds}::integer[]) order by deduction.id`;
  return byCase(
    heads.map((head) => ({
      ...head,
      shares: shares.filter(({ decisionId }) => decisionId === head.id),
      deductions: deductions.filter(({ decisionId }) => decisionId === head.id),
    })),
  );
}

export type ShownSeat = { readonly userId: number; readonly name: string };
export type ShownVote = {
  readonly name: string;
  readonly inFavour: boolean;
  readonly reason: string | null;
  readonly at: string;
};
export type ShownProposal = {
  readonly id: number;
  readonly content: unknown;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly settledAt: string | null;
  readonly votes: readonly ShownVote[];
};

/** Who sits on the committees; for staff. */
export async function loadSeats(transaction: Transaction, caseIds: readonly number[]): Promise<ByCase<ShownSeat>> {
  const rows = await rawSql(transaction)<(ShownSeat & { caseId: number })[]>`
    select case_id as "caseId", user_id as "userId", name from conflict_committee
    where case_id = any(${[...caseIds]}::integer[]) order by name collate "C", user_id`;
  return byCase(rows);
}

/** What the committees were asked to vote on; for staff. */
export async function loadProposals(
  transaction: Transaction,
  caseIds: readonly number[],
): Promise<ByCase<ShownProposal>> {
  const rows = await rawSql(transaction)<(ShownProposal & { caseId: number })[]>`
    select proposal.case_id as "caseId", proposal.id, proposal.content, proposal.proposed_by as "proposedBy",
      proposal.proposed_at as "proposedAt", proposal.settled_at as "settledAt",
      (select coalesce(json_agg(json_build_object('name', vote.name, 'inFavour', vote.in_favour, 'reason', vote.reason, 'at', vote.at)
        order by vote.at, vote.user_id), '[]') from conflict_vote vote where vote.proposal_id = proposal.id) as votes
    from conflict_proposal proposal where proposal.case_id = any(${[...caseIds]}::integer[]) order by proposal.id`;
  return byCase(rows);
}

function byCase<Row extends { readonly caseId: number }>(rows: readonly Row[]): ByCase<Row> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.caseId) ?? [];
    group.push(row);
    groups.set(row.caseId, group);
  }
  return groups;
}
