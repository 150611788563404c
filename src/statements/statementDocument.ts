import type { Databases, Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { type Actor, asRequest } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import type { Period } from '../period.ts';
import { loadStatementModels, loadStatementRun, type StatementModel } from './statementModel.ts';

// One statement as paper shows it, for whoever may see it.

export type StatementId = { readonly runId: number; readonly agentId: number; readonly currency: string };

/**
 * The statement as its reader may see it: the row itself by the row-level rights, with the account that is paid for finance,
 * administrators, auditors and the agent itself alone.
 * @throws UserError NOT_FOUND where there is none that the actor may see.
 */
export async function statementForReader(
  databases: Databases,
  actor: Actor,
  today: string,
  id: StatementId,
): Promise<StatementModel> {
  const isSeen = await asRequest(databases.request, actor, today, async (transaction) => {
    const rows = await rawSql(transaction)`
      select from statement where run_id = ${id.runId} and agent_id = ${id.agentId} and currency = ${id.currency}
        and exists (select from commission_run run where run.id = run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID'))`;
    return rows.length > 0;
  });
  if (!isSeen) throw new UserError('NOT_FOUND', 'There is no such statement, or you may not see it.');
  const model = await databases.owner.transaction((transaction) => loadOne(transaction, id), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
  return seesAccount(actor, id.agentId) ? model : { ...model, payee: null };
}

const seesAccount = ({ user }: Actor, agentId: number) =>
  user !== null && (user.role === 'AGENT' ? user.agentId === agentId : moneyRoles.has(user.role));
const moneyRoles: ReadonlySet<string> = new Set(['ADMIN', 'FINANCE', 'AUDITOR']);

/**
 * The statements of an agent in a period, one for each currency. As owner.
 * @throws UserError NO_RUN, NOT_FOUND.
 */
export async function statementsOfAgent(
  transaction: Transaction,
  period: Period,
  agentCode: string,
): Promise<StatementModel[]> {
  const sql = rawSql(transaction);
  const [run] = await sql<{ id: number }[]>`
    select id from commission_run where period = ${period} and status in ('CALCULATED', 'APPROVED', 'PAID')`;
  if (!run) throw new UserError('NO_RUN', `Period ${period} has no calculated run.`, period);
  const keys = await sql<{ agentId: number; agentCode: string; currency: string }[]>`
    select statement.agent_id as "agentId", agent.code as "agentCode", statement.currency
    from statement join agent on agent.id = statement.agent_id
    where statement.run_id = ${run.id} and agent.code = ${agentCode} order by statement.currency`;
  if (keys.length === 0) throw new UserError('NOT_FOUND', `${agentCode} has no statement of ${period}.`, agentCode);
  return loadStatementModels(transaction, await loadStatementRun(transaction, run.id), keys);
}

async function loadOne(transaction: Transaction, { runId, agentId, currency }: StatementId): Promise<StatementModel> {
  const [agent] = await rawSql(transaction)<{ code: string }[]>`select code from agent where id = ${agentId}`;
  const key = { agentId, agentCode: agent?.code ?? '', currency };
  const [model] = await loadStatementModels(transaction, await loadStatementRun(transaction, runId), [key]);
  if (!model) throw new Error(`run ${runId} has no such statement`);
  return model;
}
