import { rawSql, type Transaction } from '../../db/client.ts';
import type { Actor } from '../../db/transaction.ts';
import { UserError } from '../../errors.ts';
import type { DecisionInput } from './decisionSchema.ts';
import { decideAll } from './decisions.ts';

const mostCases = 1000;

/** Which cases to decide: named ones, or all that are undecided and meet every condition. */
export type CaseChoice = {
  readonly caseIds?: readonly number[] | undefined;
  readonly rule?: string | undefined;
  readonly kind?: string | undefined;
  /** Its subtree too. */
  readonly region?: string | undefined;
  /** The accused agent. */
  readonly agentCode?: string | undefined;
  readonly period?: string | undefined;
};

/**
 * Decides equal cases together: the same decision about at most 1,000 of one kind, all of them or none.
 * @returns the keys of the cases.
 * @throws UserError INPUT_INVALID where the choice names none, NOT_FOUND where nothing fits, BATCH_TOO_LARGE; UserErrors with each case at fault.
 */
export async function decideCases(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  choice: CaseChoice,
  input: DecisionInput,
): Promise<readonly number[]> {
  const ids = choice.caseIds ? [...new Set(choice.caseIds)] : await chooseCases(transaction, choice);
  if (ids.length === 0) throw new UserError('NOT_FOUND', 'No undecided case fits.', 'choice');
  if (ids.length > mostCases) {
    const message = `At most ${mostCases.toLocaleString('en')} cases are decided together. Choose fewer.`;
    throw new UserError('BATCH_TOO_LARGE', message, 'choice');
  }
  return [...(await decideAll(transaction, actor, now, ids, input, false)).keys()];
}

async function chooseCases(transaction: Transaction, choice: CaseChoice): Promise<number[]> {
  const { rule, kind, region, agentCode, period } = choice;
  if ([rule, kind, region, agentCode, period].every((condition) => condition === undefined)) {
    throw new UserError('INPUT_INVALID', 'Name the cases, or at least one condition that they meet.', 'choice');
  }
  const sql = rawSql(transaction);
  const rows = await sql<{ id: number }[]>`
    select found.id from conflict_case found join conflict_hit hit on hit.case_id = found.id
    where found.state in ('OPEN', 'IN_MEDIATION')
      ${rule === undefined ? sql`` : sql`and found.rule_id in (select id from conflict_rule where code = ${rule})`}
      ${kind === undefined ? sql`` : sql`and found.kind = ${kind}::conflict_kind`}
      ${region === undefined ? sql`` : sql`and found.region_id in (select region_subtree(region.id) from region where region.code = ${region})`}
      ${agentCode === undefined ? sql`` : sql`and hit.agent_id in (select id from agent where code = ${agentCode})`}
      ${period === undefined ? sql`` : sql`and found.period = ${period}`}
    order by found.id limit ${mostCases + 1}`;
  return rows.map(({ id }) => id);
}
