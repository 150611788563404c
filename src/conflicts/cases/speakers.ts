import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import { loadMatters } from './caseMatters.ts';
import { requireCaseAction } from './caseRecords.ts';
import type { CaseState } from './caseStates.ts';

export type Speaker = {
  readonly caseCode: string;
  /** The side that it is for; null: nobody's. */
  readonly agentId: number | null;
};

/**
 * For whom somebody says something to a case: an agent for its own side, staff for the side that they name or for none.
 * @throws UserError NOT_FOUND, CASE_STATE for a closed case, CASE_PARTY, FORBIDDEN for an agent that speaks for another.
 */
export async function findSpeaker(
  transaction: Transaction,
  actor: Actor,
  caseId: number,
  agentCode: string | null,
): Promise<Speaker> {
  const [found] = await rawSql(transaction)<{ code: string; state: CaseState }[]>`
    select code, state from conflict_case where id = ${caseId}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such case.', 'caseId');
  requireCaseAction('speak', found);
  const ownId = actor.user?.agentId ?? null;
  const agentId =
    ownId === null
      ? await sideOf(transaction, caseId, found.code, agentCode)
      : await ownSide(transaction, caseId, ownId, agentCode);
  return { caseCode: found.code, agentId };
}

async function sideOf(transaction: Transaction, caseId: number, code: string, agentCode: string | null) {
  if (agentCode === null) return null;
  const matter = (await loadMatters(transaction, [caseId])).get(caseId);
  const party = matter?.parties.find((one) => one.agentCode === agentCode);
  if (party) return party.agentId;
  throw new UserError('CASE_PARTY', `${agentCode} is no party of ${code}.`, 'agentCode');
}

/** An agent sees cases of agents below it, but they speak for themselves. */
async function ownSide(transaction: Transaction, caseId: number, agentId: number, agentCode: string | null) {
  const [party] = await rawSql(transaction)<{ code: string }[]>`
    select agent.code from conflict_party party join agent on agent.id = party.agent_id
    where party.case_id = ${caseId} and party.agent_id = ${agentId} limit 1`;
  if (party && (agentCode === null || agentCode === party.code)) return agentId;
  throw new UserError('FORBIDDEN', 'An agent speaks for its own side.', 'agentCode');
}
