import { eq } from 'drizzle-orm';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { agentDecision, type DecisionEffects, type EndedTerritory } from '../partners/tables.ts';
import { isDate } from '../period.ts';
import { endTerritoriesOf, grantTerritory } from '../territories/territories.ts';
import { endAgreementsAtTermination, restoreAgreements } from './agreementEnds.ts';
import { requireReason } from './agreementRows.ts';
import { type AgentStatus, type LifeAction, nextStatus, planDecision, type StatusFact } from './lifeRules.ts';
import { agentStatus } from './tables.ts';

// An agent's life once it may sell (DOMAIN.md §4): ACTIVE ⇄ SUSPENDED → TERMINATED, by decisions with a reason and a day. What it
// does to money follows from the dated states (docs/commission.md §3.4, §8.4, §9.3, §10).

/** A decision about an agent. */
export type Decision = {
  readonly agentCode: string;
  /** The first day of the new state. */
  readonly from: string;
  readonly reason: string;
};

/** What a decision did. */
export type Decided = {
  readonly agentId: number;
  readonly status: AgentStatus;
  readonly from: string;
  /** Agreements (codes) that end with it. */
  readonly endedAgreements: readonly string[];
  readonly endedTerritoryCount: number;
  /** How many of its numbers went on the blacklist. */
  readonly blacklistedCount: number;
};

/**
 * Suspends an agent: it earns nothing from the day on, until `until` where that is given (then it is resumed), else until it is
 * resumed. @throws UserError AGENT_STATE, NOT_FOUND, VALUE_MISSING, INPUT_INVALID.
 */
export async function suspendAgent(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { until, ...decision }: Decision & { readonly until?: string | null | undefined },
): Promise<Decided> {
  if (until != null && until <= decision.from) {
    throw new UserError('INPUT_INVALID', `The suspension would end on ${until}, before it begins.`, 'until');
  }
  const decided = await decide(transaction, actor, now, 'SUSPEND', decision);
  if (until != null) await decide(transaction, actor, now, 'RESUME', { ...decision, from: until });
  return decided;
}

/** Lets a suspended agent sell again. @throws UserError as suspendAgent. */
export function resumeAgent(transaction: Transaction, actor: Actor, now: Date, decision: Decision): Promise<Decided> {
  return decide(transaction, actor, now, 'RESUME', decision);
}

/**
 * Terminates an agent: its territories end, and its agreements but for those whose trailing commission goes on. The month at whose
 * end it is terminated settles it finally. For cause, its numbers go on the blacklist from that day on.
 * @throws UserError as suspendAgent.
 */
export function terminateAgent(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { forCause, ...decision }: Decision & { readonly forCause: boolean },
): Promise<Decided> {
  return decide(transaction, actor, now, 'TERMINATE', decision, forCause);
}

/**
 * Withdraws the last decision about an agent, as long as its day has not come, and puts back what it ended.
 * @param today the operator's local date
 * @returns the state that holds on the decision's day instead.
 * @throws UserError AGENT_STATE where there is no decision to withdraw, DATES_OVERLAP, AGREEMENT_OVERLAP or TERRITORY_EXCLUSIVE
 * where what was ended cannot be put back.
 */
export async function withdrawDecision(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentCode, reason, today }: { agentCode: string; reason: string; today: string },
): Promise<Decided> {
  const why = requireReason(reason);
  const { agentId, history } = await lockAgent(transaction, agentCode);
  const last = history.at(-1);
  if (!last || last.from <= today) {
    const since = last ? `${last.status} since ${last.from}` : 'without a state';
    throw new UserError(
      'AGENT_STATE',
      `Agent ${agentCode} is ${since}; only decisions about later days can be withdrawn.`,
    );
  }
  const [decision] = await transaction.query.agentDecision.findMany({
    where: { agentId, effectiveFrom: last.from },
    orderBy: { id: 'desc' },
    limit: 1,
  });
  if (!decision || decision.action === 'WITHDRAW') {
    throw new UserError(
      'AGENT_STATE',
      `Nobody decided about agent ${agentCode} for ${last.from}; its state was declared so.`,
    );
  }
  const { replaced } = decision.effects;
  const before = history.at(-2);
  if (replaced) {
    await transaction.update(agentStatus).set({ status: replaced.status }).where(eq(agentStatus.id, last.id));
  } else {
    await transaction.delete(agentStatus).where(eq(agentStatus.id, last.id));
    if (before) await setStatusEnd(transaction, before.id, last.to);
  }
  await restore(transaction, actor, now, { agentId, from: last.from }, decision.effects);
  await addDecision(transaction, actor, now, { agentId, action: 'WITHDRAW', effectiveFrom: last.from, reason: why });
  const status = replaced?.status ?? before?.status ?? last.status;
  await recordChanges(transaction, actor, now, [
    {
      action: 'agent.decision_withdrawn',
      entity: 'agent',
      entityKey: agentCode,
      before: { status: last.status, from: last.from },
      after: { status },
      reason: why,
    },
  ]);
  return { agentId, status, from: last.from, endedAgreements: [], endedTerritoryCount: 0, blacklistedCount: 0 };
}

async function decide(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  action: LifeAction,
  { agentCode, from, reason }: Decision,
  forCause = false,
): Promise<Decided> {
  const why = requireReason(reason);
  if (!isDate(from)) throw new UserError('INPUT_INVALID', `${from} is no date.`, 'from');
  const { agentId, history } = await lockAgent(transaction, agentCode);
  const current = planDecision(agentCode, history, action, from);
  const status = nextStatus[action];
  const isReplaced = current.from === from;
  if (isReplaced) {
    await transaction.update(agentStatus).set({ status }).where(eq(agentStatus.id, current.id));
  } else {
    await setStatusEnd(transaction, current.id, from);
    await transaction.insert(agentStatus).values({ agentId, status, validFrom: from, validTo: current.to });
  }
  const isOver = action === 'TERMINATE';
  const effects: DecisionEffects = {
    ...(isReplaced ? { replaced: { status: current.status, from } } : {}),
    agreements: isOver ? await endAgreementsAtTermination(transaction, actor, now, { agentId, from, reason: why }) : [],
    territories: isOver ? await endTerritories(transaction, actor, now, { agentId, from, reason: why }) : [],
  };
  const blacklistedCount = forCause ? await blacklist(transaction, actor, agentId, from, why) : 0;
  await addDecision(transaction, actor, now, { agentId, action, effectiveFrom: from, reason: why, effects });
  const endedAgreements = effects.agreements.map(({ code }) => code);
  const endedTerritoryCount = effects.territories.length;
  const ended = isOver ? { endedAgreements, endedTerritoryCount, forCause, blacklistedCount } : {};
  await recordChanges(transaction, actor, now, [
    {
      action: { SUSPEND: 'agent.suspended', RESUME: 'agent.resumed', TERMINATE: 'agent.terminated' }[action],
      entity: 'agent',
      entityKey: agentCode,
      before: { status: current.status, from: current.from },
      after: { status, from, ...ended },
      reason: why,
    },
  ]);
  return { agentId, status, from, endedAgreements, endedTerritoryCount, blacklistedCount };
}

/** The agent with its states in order, locked: of two who decide at once the second sees what the first did. */
async function lockAgent(transaction: Transaction, code: string): Promise<{ agentId: number; history: StatusFact[] }> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const [found] = await sql<{ id: number }[]>`select id from agent where code = ${code}`;
  if (!found) throw new UserError('NOT_FOUND', `There is no agent ${code}.`, 'agentCode');
  const history = await sql<StatusFact[]>`
    select id, status::text as status, valid_from::text as "from", valid_to::text as "to" from agent_status
    where agent_id = ${found.id} order by valid_from`;
  return { agentId: found.id, history };
}

async function setStatusEnd(transaction: Transaction, id: number, end: string | null): Promise<void> {
  const changed = await transaction
    .update(agentStatus)
    .set({ validTo: end })
    .where(eq(agentStatus.id, id))
    .returning({ id: agentStatus.id });
  // Row-level security passes over rows that one may not change without a word.
  if (changed.length === 0) throw new UserError('FORBIDDEN', 'You may not change this.');
}

type NewDecision = Omit<typeof agentDecision.$inferInsert, 'by' | 'at'>;

async function addDecision(transaction: Transaction, actor: Actor, now: Date, decision: NewDecision): Promise<void> {
  await transaction.insert(agentDecision).values({ ...decision, by: actor.name, at: now.toISOString() });
}

/** @returns what was ended, as it was. */
async function endTerritories(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, from, reason }: { agentId: number; from: string; reason: string },
): Promise<EndedTerritory[]> {
  const rows = await rawSql(transaction)<EndedTerritory[]>`
    select region_id as "regionId", exclusive, valid_from::text as "from", valid_to::text as "to" from territory
    where agent_id = ${agentId} and (valid_to is null or valid_to > ${from}) order by region_id, valid_from`;
  await endTerritoriesOf(transaction, actor, now, { agentId, to: from, reason });
  return [...rows];
}

/** What was cut on the day goes on from it; what was to begin later is granted anew. */
async function restore(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { agentId, from }: { agentId: number; from: string },
  { agreements, territories }: DecisionEffects,
): Promise<void> {
  await restoreAgreements(transaction, actor, now, agentId, agreements);
  for (const ended of territories) {
    await grantTerritory(transaction, actor, now, { ...ended, agentId, from: ended.from > from ? ended.from : from });
  }
  await rawSql(transaction)`select unblacklist_agent(${agentId}, ${from})`;
}

async function blacklist(
  transaction: Transaction,
  actor: Actor,
  agentId: number,
  from: string,
  reason: string,
): Promise<number> {
  const [row] = await rawSql(transaction)<{ count: number }[]>`
    select blacklist_agent(${agentId}, ${reason}, ${actor.name}, ${from}::date) as count`;
  return row?.count ?? 0;
}
