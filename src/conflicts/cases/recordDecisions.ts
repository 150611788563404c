import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { canonicalDecimal } from '../../money.ts';
import type { CaseRow } from './caseRecords.ts';
import type { ResolvedDecision } from './resolveDecision.ts';

export type Taken = { readonly found: CaseRow; readonly resolved: ResolvedDecision };

type How = { readonly reason: string; readonly byCommittee: boolean; readonly onAppeal: boolean };

/**
 * Writes decisions with their shares and deductions, numbered within their cases. They come into force when the cases name them.
 * @returns the key of each case's decision, by the key of the case.
 */
export async function recordDecisions(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  taken: readonly Taken[],
  { reason, byCommittee, onAppeal }: How,
): Promise<ReadonlyMap<number, number>> {
  const sql = rawSql(transaction);
  const rows = taken.map(({ found, resolved }) => ({
    case_id: found.id,
    credits: resolved.credits,
    kept_event_id: resolved.keptEvent?.id ?? null,
  }));
  const added = await sql<{ id: number; caseId: number }[]>`
    insert into conflict_decision (case_id, number, credits, kept_event_id, reason, decided_by, decided_at, by_committee, on_appeal)
    select row.case_id, (select coalesce(max(earlier.number), 0) + 1 from conflict_decision earlier where earlier.case_id = row.case_id),
      row.credits, row.kept_event_id, ${reason}, ${actor.name}, ${now.toISOString()}, ${byCommittee}, ${onAppeal}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(case_id integer, credits conflict_credits, kept_event_id bigint)
    order by row.case_id
    returning id, case_id as "caseId"`;
  const decisionIds = new Map(added.map(({ id, caseId }) => [caseId, id]));
  const parts = taken.map(({ found, resolved }) => ({ ...resolved, decision_id: decisionIds.get(found.id) }));
  const shares = parts.flatMap(({ decision_id, shares }) =>
    shares.map(({ agentId, role, share }) => ({
      decision_id,
      agent_id: agentId,
      role,
      share: canonicalDecimal(share),
    })),
  );
  const deductions = parts.flatMap(({ decision_id, deductions }) =>
    deductions.map(({ agentId, kind, amount, currency }) => ({
      decision_id,
      agent_id: agentId,
      kind,
      amount: canonicalDecimal(amount),
      currency,
    })),
  );
  await sql`
    insert into conflict_decision_share (decision_id, agent_id, role, share)
    select decision_id, agent_id, role, share from json_to_recordset(${JSON.stringify(shares)}::text::json)
      as row(decision_id integer, agent_id integer, role text, share numeric)`;
  await sql`
    insert into conflict_deduction (decision_id, agent_id, kind, amount, currency)
    select decision_id, agent_id, kind, amount, currency from json_to_recordset(${JSON.stringify(deductions)}::text::json)
      as row(decision_id integer, agent_id integer, kind deduction_kind, amount numeric, currency text)`;
  return decisionIds;
}

/** A decision as the audit keeps it. */
export function decisionRecord({ credits, keptEvent, shares, deductions }: ResolvedDecision): object {
  return {
    credits,
    keptEvent: keptEvent && `${keptEvent.source}/${keptEvent.externalId}`,
    shares: shares.map(({ agentCode, role, share }) => ({ agentCode, role, share: canonicalDecimal(share) })),
    deductions: deductions.map(({ agentCode, kind, amount, currency }) => ({
      agentCode,
      kind,
      amount: canonicalDecimal(amount),
      currency,
    })),
  };
}
