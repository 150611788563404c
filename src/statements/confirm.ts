import { recordChanges } from '../audit/audit.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { nextState, type StatementAction, type StatementState } from './statementStates.ts';
import type { statementConfirmation } from './tables.ts';

/** Which statement. */
export type StatementKey = { readonly runId: number; readonly agentId: number; readonly currency: string };

type Confirmation = (typeof statementConfirmation.enumValues)[number];
type IssuedRow = { readonly number: string; readonly state: StatementState };

/**
 * The agent agrees to its statement: nobody else can, not even those above it.
 * @throws UserError FORBIDDEN, NOT_FOUND, RECORD_STATE where it is confirmed or disputed already.
 */
export async function confirmStatement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  key: StatementKey,
): Promise<void> {
  const [seen] = await rawSql(transaction)`
    select from issued_statement where run_id = ${key.runId} and agent_id = ${key.agentId} and currency = ${key.currency}`;
  if (!seen) throw notIssued();
  if (actor.user?.role !== 'AGENT' || actor.user.agentId !== key.agentId) {
    throw new UserError('FORBIDDEN', 'Only the agent itself confirms its statement.', 'statementId');
  }
  await move(transaction, actor, now, key, { action: 'CONFIRM', confirmation: 'AGENT' });
}

/**
 * Confirms what nobody objected to until its day came.
 * @param today the operator's local date
 * @returns how many there were.
 */
export async function confirmDue(transaction: Transaction, actor: Actor, now: Date, today: string): Promise<number> {
  const [row] = await rawSql(transaction)<{ count: number }[]>`
    with confirmed as (
      update issued_statement set state = 'CONFIRMED', confirmation = 'TIME', confirmed_by = ${actor.name}, confirmed_at = ${now.toISOString()}
      where state = 'ISSUED' and confirms_on <= ${today} returning run_id, agent_id, currency),
    step as (
      insert into statement_step (run_id, agent_id, currency, action, to_state, by, at)
      select run_id, agent_id, currency, 'CONFIRMED', 'CONFIRMED', ${actor.name}, ${now.toISOString()} from confirmed)
    select count(*)::integer as count from confirmed`;
  const count = row?.count ?? 0;
  if (count > 0) {
    await recordChanges(transaction, actor, now, [
      { action: 'statements.confirmed', entity: 'statement', entityKey: `until ${today}`, after: { count } },
    ]);
  }
  return count;
}

/**
 * Notes that a dispute on a statement is filed: one that is not confirmed yet is DISPUTED, a confirmed one stays so.
 * @returns the state it is in now. @throws UserError NOT_FOUND where the statement is not issued.
 */
export function disputeStatement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  key: StatementKey,
): Promise<StatementState> {
  return move(transaction, actor, now, key, { action: 'DISPUTE' });
}

/**
 * Notes that a dispute on a statement is decided or withdrawn: with the last open one the statement is confirmed.
 * @returns the state it is in now. @throws UserError NOT_FOUND where the statement is not issued.
 */
export async function settleStatement(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  key: StatementKey,
): Promise<StatementState> {
  const issued = await lockIssued(transaction, key);
  const [open] = await rawSql(transaction)`
    select from dispute where run_id = ${key.runId} and agent_id = ${key.agentId} and currency = ${key.currency} and state = 'OPEN' limit 1`;
  if (open || issued.state === 'ISSUED') return issued.state;
  return move(transaction, actor, now, key, { action: 'SETTLE', confirmation: 'SETTLEMENT' });
}

const notIssued = () => new UserError('NOT_FOUND', 'This statement is not issued.', 'statementId');

async function lockIssued(transaction: Transaction, { runId, agentId, currency }: StatementKey): Promise<IssuedRow> {
  const [issued] = await rawSql(transaction)<IssuedRow[]>`
    select number, state from issued_statement
    where run_id = ${runId} and agent_id = ${agentId} and currency = ${currency} for update`;
  if (!issued) throw notIssued();
  return issued;
}

async function move(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  key: StatementKey,
  { action, confirmation }: { readonly action: StatementAction; readonly confirmation?: Confirmation },
): Promise<StatementState> {
  const { number, state } = await lockIssued(transaction, key);
  const next = nextState(state, action, number);
  if (next === state) return state;
  const { runId, agentId, currency } = key;
  const [by, at] = [actor.name, now.toISOString()];
  const confirmed = next === 'CONFIRMED' ? { confirmation, by, at } : undefined;
  const sql = rawSql(transaction);
  await sql`
    update issued_statement set state = ${next}, confirmation = ${confirmed?.confirmation ?? null}, confirmed_by = ${confirmed?.by ?? null},
      confirmed_at = ${confirmed?.at ?? null} where run_id = ${runId} and agent_id = ${agentId} and currency = ${currency}`;
  await sql`
    insert into statement_step (run_id, agent_id, currency, action, to_state, by, at)
    values (${runId}, ${agentId}, ${currency}, ${action === 'SETTLE' ? 'SETTLED' : next}, ${next}, ${by}, ${at})`;
  await recordChanges(transaction, actor, now, [
    {
      action: `statement.${next.toLowerCase()}`,
      entity: 'statement',
      entityKey: number,
      before: { state },
      after: { state: next, ...(confirmed ? { confirmation } : {}) },
    },
  ]);
  return next;
}
