import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { canonicalDecimal, Decimal } from '../money.ts';
import { localDate } from '../period.ts';
import { loadOperator } from '../reference/operator.ts';
import { settleStatement } from '../statements/confirm.ts';
import { readMoney, requireWords } from './read.ts';
import type { disputeEffect, disputeState } from './tables.ts';

// How disputes end (DOMAIN.md §10): withdrawn, or decided by finance or a manager within their limits. What a decision books, a trigger books in
// the same transaction: `adjustment` for an amount, `retro_cause` for a month that is calculated again.

export type DisputeState = (typeof disputeState.enumValues)[number];
type DisputeEffect = (typeof disputeEffect.enumValues)[number];
export const disputeOutcomes = ['ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED'] as const satisfies readonly DisputeState[];
type DisputeOutcome = (typeof disputeOutcomes)[number];

export type DisputeDecision = {
  readonly outcome: DisputeOutcome;
  readonly effect: DisputeEffect;
  /** ADJUSTMENT: what is added or, negative, taken. */
  readonly amount?: string | undefined;
  /** What the agent is told. */
  readonly decision: string;
};

const mostDisputes = 1000;

type OpenDispute = {
  readonly id: number;
  readonly code: string;
  readonly state: DisputeState;
  readonly runId: number;
  readonly agentId: number;
  readonly currency: string;
  readonly filedBy: string;
};

/**
 * Decides disputes alike, all of them or none: never by who filed one, and about amounts only up to the limit of the role in the policy
 * (administrators have none; who has none in a currency rejects, or has the month calculated again). Statements whose last dispute it was are
 * confirmed.
 * @returns the keys of the disputes.
 * @throws UserErrors with each dispute at fault: RECORD_STATE, SAME_PERSON, DISPUTE_LIMIT, NUMBER_INVALID; UserError NOT_FOUND, VALUE_MISSING,
 * INPUT_INVALID, BATCH_TOO_LARGE.
 */
export async function decideDisputes(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  ids: readonly number[],
  input: DisputeDecision,
): Promise<readonly number[]> {
  const said = requireWords(input.decision, 'decision');
  requireEffect(input);
  const disputes = await lockDisputes(transaction, ids);
  const { timeZone } = await loadOperator(transaction);
  const limits = await loadLimits(transaction, disputes, localDate(now, timeZone));
  const faults = disputes.flatMap((dispute) => faultOf(dispute, input, actor, limits) ?? []);
  if (faults.length > 0) throw new UserErrors(faults);
  const amount = input.amount === undefined ? null : canonicalDecimal(input.amount);
  await rawSql(transaction)`
    update dispute set state = ${input.outcome}, effect = ${input.effect}, decided_amount = ${amount}, decision = ${said},
      decided_by = ${actor.name}, decided_at = ${now.toISOString()}
    where id = any(${disputes.map(({ id }) => id)}::integer[])`;
  await recordChanges(
    transaction,
    actor,
    now,
    disputes.map(({ code }) => ({
      action: 'dispute.decided',
      entity: 'dispute',
      entityKey: code,
      before: { state: 'OPEN' },
      after: { state: input.outcome, effect: input.effect, amount },
      reason: said,
    })),
  );
  await settleStatements(transaction, actor, now, disputes);
  return disputes.map(({ id }) => id);
}

/** Takes a dispute back: the agent, who filed it for the agent, or an administrator. @throws UserError NOT_FOUND, FORBIDDEN, RECORD_STATE. */
export async function withdrawDispute(transaction: Transaction, actor: Actor, now: Date, id: number): Promise<void> {
  const [dispute] = await lockDisputes(transaction, [id]);
  if (!dispute) return;
  const { user } = actor;
  const isOwn = user?.role === 'AGENT' ? user.agentId === dispute.agentId : dispute.filedBy === actor.name;
  if (!isOwn && user !== null && user.role !== 'ADMIN') {
    const message = `${dispute.code} is taken back by the agent or by ${dispute.filedBy}.`;
    throw new UserError('FORBIDDEN', message, dispute.code);
  }
  if (dispute.state !== 'OPEN') throw notOpen(dispute);
  await rawSql(transaction)`update dispute set state = 'WITHDRAWN', decided_at = ${now.toISOString()} where id = ${id}`;
  await recordChanges(transaction, actor, now, [
    {
      action: 'dispute.withdrawn',
      entity: 'dispute',
      entityKey: dispute.code,
      before: { state: 'OPEN' },
      after: { state: 'WITHDRAWN' },
    },
  ]);
  await settleStatements(transaction, actor, now, [dispute]);
}

/** @throws UserError VALUE_MISSING, INPUT_INVALID. */
function requireEffect({ outcome, effect, amount }: DisputeDecision): void {
  if (outcome === 'REJECTED' && effect !== 'NONE') {
    throw new UserError('INPUT_INVALID', 'A rejected dispute has no effect: NONE.', 'effect');
  }
  if (effect === 'ADJUSTMENT' && amount === undefined) {
    throw new UserError('VALUE_MISSING', 'ADJUSTMENT names the amount.', 'amount');
  }
  if (effect !== 'ADJUSTMENT' && amount !== undefined) {
    throw new UserError('INPUT_INVALID', 'Only ADJUSTMENT has an amount.', 'amount');
  }
}

/** Disputes by their keys, held until the transaction ends. @throws UserError NOT_FOUND, INPUT_INVALID, BATCH_TOO_LARGE. */
async function lockDisputes(transaction: Transaction, ids: readonly number[]): Promise<readonly OpenDispute[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) throw new UserError('INPUT_INVALID', 'Name at least one dispute.', 'disputeIds');
  if (wanted.length > mostDisputes) {
    const message = `At most ${mostDisputes.toLocaleString('en')} disputes are decided together.`;
    throw new UserError('BATCH_TOO_LARGE', message, 'disputeIds');
  }
  const found = await rawSql(transaction)<OpenDispute[]>`
    select id, code, state, run_id as "runId", agent_id as "agentId", currency, filed_by as "filedBy" from dispute
    where id = any(${wanted}::integer[]) order by id for update`;
  if (found.length === wanted.length) return found;
  throw new UserError('NOT_FOUND', 'There is no such dispute.', 'disputeIds');
}

/** The most that whoever asks decides about, by currency; undefined: about no amount. */
type Limits = ReadonlyMap<string, Decimal | undefined>;

async function loadLimits(transaction: Transaction, disputes: readonly OpenDispute[], today: string): Promise<Limits> {
  const currencies = [...new Set(disputes.map(({ currency }) => currency))];
  const rows = await rawSql(transaction)<{ currency: string; most: string | null }[]>`
    select currency, case when not is_request() or claim_role() = 'ADMIN' then 'Infinity' else decision_limit(currency, ${today}) end as most
    from unnest(${currencies}::text[]) currency`;
  return new Map(rows.map(({ currency, most }) => [currency, most === null ? undefined : new Decimal(most)]));
}

function faultOf(
  dispute: OpenDispute,
  { outcome, effect, amount }: DisputeDecision,
  actor: Actor,
  limits: Limits,
): UserError | undefined {
  const { code, currency, state, filedBy } = dispute;
  if (state !== 'OPEN') return notOpen(dispute);
  if (filedBy.toLowerCase() === actor.name.toLowerCase()) {
    return new UserError('SAME_PERSON', `${filedBy} filed ${code}: somebody else decides.`, code);
  }
  const most = limits.get(currency);
  if (most === undefined && outcome !== 'REJECTED' && effect !== 'RECALCULATION') {
    return new UserError('DISPUTE_LIMIT', `${code}: you decide about no amounts in ${currency}.`, code);
  }
  if (amount === undefined) return undefined;
  try {
    const decided = readMoney(amount, currency, code);
    if (decided.isZero()) return new UserError('NUMBER_INVALID', `${code}: an adjustment of 0 changes nothing.`, code);
    if (!most || decided.abs().lte(most)) return undefined;
    const message = `${code}: you decide about up to ${most.toFixed()} ${currency}, not ${decided.abs().toFixed()}.`;
    return new UserError('DISPUTE_LIMIT', message, code);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const notOpen = ({ code, state }: OpenDispute) => new UserError('RECORD_STATE', `${code} is ${state} already.`, code);

/** In one order, whoever decides. */
async function settleStatements(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  disputes: readonly OpenDispute[],
): Promise<void> {
  const statements = new Map(
    disputes.map(({ runId, agentId, currency }) => [`${runId}|${agentId}|${currency}`, { runId, agentId, currency }]),
  );
  for (const key of [...statements.keys()].sort()) {
    const statement = statements.get(key);
    if (statement) await settleStatement(transaction, actor, now, statement);
  }
}
