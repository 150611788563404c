import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Period } from '../period.ts';

export type StatementSummary = {
  readonly agent: string;
  readonly name: string;
  readonly currency: string;
  readonly earned: string;
  readonly payable: string;
};

/** The period's statements with the highest earnings first, at most `most`; empty where the period has no run. */
export async function highestStatements(
  transaction: Transaction,
  period: Period,
  most: number,
): Promise<StatementSummary[]> {
  const rows = await rawSql(transaction)<StatementSummary[]>`
    select agent.code as agent, agent.name, statement.currency, statement.earned, statement.payable
    from statement
    join commission_run run on run.id = statement.run_id and run.status in ('CALCULATED', 'APPROVED', 'PAID')
    join agent on agent.id = statement.agent_id
    where run.period = ${period} order by statement.earned desc, agent.code collate "C" limit ${most}`;
  return [...rows];
}
