import { eq } from 'drizzle-orm';
import { requireReason } from '../agents/agreementRows.ts';
import { recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { programmeLock } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { addNotices } from '../notices/notices.ts';
import { isDate } from '../period.ts';
import { setTierBetween } from './datedTiers.ts';
import { tierOverride } from './tables.ts';

// Tiers given by hand for a time (DOMAIN.md §6): a reason, an approver who is not who asked for it, and an end. While an override
// holds, evaluations leave the agent's tier and misses alone.

export type OverrideRequest = {
  readonly agentCode: string;
  /** The tier (code) it is to have on [from, to), local days. */
  readonly tier: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
};

/**
 * Asks for a tier by hand. It may begin in the past (a closed period then follows through RETRO), but not before the agent's first
 * state. @returns the key of the request.
 * @throws UserError INPUT_INVALID, VALUE_MISSING, NOT_FOUND, REFERENCE_UNKNOWN, OVERRIDE_OVERLAP.
 */
export async function requestTierOverride(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  request: OverrideRequest,
): Promise<number> {
  const { agentCode, tier, from, to } = request;
  const reason = requireReason(request.reason);
  for (const [name, day] of Object.entries({ from, to })) {
    if (!isDate(day)) throw new UserError('INPUT_INVALID', `${day} is no date.`, name);
  }
  if (to <= from) throw new UserError('INPUT_INVALID', `It would end on ${to}, not after it begins.`, 'to');
  const agentId = await findAgent(transaction, agentCode, from);
  const tierId = await findTier(transaction, tier);
  await refuseOverlap(transaction, { agentId, agentCode, validFrom: from, validTo: to });
  const [added] = await transaction
    .insert(tierOverride)
    .values({
      agentId,
      tierId,
      validFrom: from,
      validTo: to,
      reason,
      state: 'REQUESTED',
      requestedBy: actor.name,
      requestedAt: now.toISOString(),
    })
    .returning({ id: tierOverride.id });
  if (!added) throw new Error('The override was not added');
  await recordChanges(transaction, actor, now, [
    { action: 'tier_override.requested', entity: 'agent', entityKey: agentCode, after: { tier, from, to }, reason },
  ]);
  return added.id;
}

/**
 * Decides about a requested override. Approving gives the agent the tier on its days, puts back after them what was there, and tells
 * the agent. @throws UserError SAME_PERSON, NOT_FOUND, OVERRIDE_STATE, VALUE_MISSING, OVERRIDE_OVERLAP.
 */
export async function decideTierOverride(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { id, approve, reason }: { readonly id: number; readonly approve: boolean; readonly reason: string },
): Promise<void> {
  const decision = requireReason(reason);
  const asked = await lockRequest(transaction, id);
  if (asked.requestedBy.toLowerCase() === actor.name.toLowerCase()) {
    throw new UserError('SAME_PERSON', `${asked.requestedBy} asked for this override: somebody else decides.`);
  }
  if (approve) await refuseOverlap(transaction, asked);
  await settle(transaction, id, { state: approve ? 'APPROVED' : 'REJECTED', decision }, actor, now);
  const { agentId, agentCode, tierId, tier, validFrom: from, validTo: to } = asked;
  if (approve) {
    await setTierBetween(transaction, { agentId, tierId, from, to });
    const details = { tier, from, to, reason: asked.reason };
    await addNotices(transaction, now, [{ agentId, kind: 'TIER_OVERRIDE', subject: `${tier} ${from}`, details }]);
  }
  await recordChanges(transaction, actor, now, [
    {
      action: approve ? 'tier_override.approved' : 'tier_override.rejected',
      entity: 'agent',
      entityKey: agentCode,
      after: { tier, from, to, requestedBy: asked.requestedBy },
      reason: decision,
    },
  ]);
}

/**
 * Takes a requested override back: by who asked for it, or an administrator. @throws UserError NOT_FOUND, OVERRIDE_STATE, FORBIDDEN.
 */
export async function withdrawTierOverride(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  id: number,
): Promise<void> {
  const asked = await lockRequest(transaction, id);
  const isOwn = asked.requestedBy.toLowerCase() === actor.name.toLowerCase();
  if (!isOwn && actor.user?.role !== 'ADMIN') {
    throw new UserError('FORBIDDEN', `${asked.requestedBy} asked for this override, and may take it back.`);
  }
  await settle(transaction, id, { state: 'WITHDRAWN', decision: null }, actor, now);
  const { agentCode, tier, validFrom: from, validTo: to } = asked;
  await recordChanges(transaction, actor, now, [
    { action: 'tier_override.withdrawn', entity: 'agent', entityKey: agentCode, before: { tier, from, to } },
  ]);
}

async function findAgent(transaction: Transaction, code: string, from: string): Promise<number> {
  const [found] = await rawSql(transaction)<{ id: number; since: string | null }[]>`
    select id, (select min(valid_from)::text from agent_status where agent_id = agent.id) as since from agent
    where code = ${code}`;
  // An agent without a state is not one that the asker may see, or has not begun yet.
  if (!found?.since) throw new UserError('NOT_FOUND', `There is no agent ${code}.`, 'agentCode');
  if (from < found.since) {
    throw new UserError('INPUT_INVALID', `Agent ${code} began on ${found.since}, after ${from}.`, 'from');
  }
  return found.id;
}

async function findTier(transaction: Transaction, code: string): Promise<number> {
  const found = await transaction.query.tier.findFirst({ columns: { id: true }, where: { code } });
  if (!found) throw new UserError('REFERENCE_UNKNOWN', `There is no tier ${code}.`, 'tier');
  return found.id;
}

type Span = {
  readonly agentId: number;
  readonly agentCode: string;
  readonly validFrom: string;
  readonly validTo: string;
};

async function refuseOverlap(
  transaction: Transaction,
  { agentId, agentCode, validFrom, validTo }: Span,
): Promise<void> {
  const [standing] = await rawSql(transaction)<{ tier: string; from: string; to: string }[]>`
    select tier.code as tier, valid_from::text as "from", valid_to::text as "to"
    from tier_override join tier on tier.id = tier_id
    where agent_id = ${agentId} and state = 'APPROVED' and daterange(valid_from, valid_to) && daterange(${validFrom}, ${validTo})
    order by valid_from limit 1`;
  if (!standing) return;
  const message = `Agent ${agentCode} has tier ${standing.tier} by hand from ${standing.from} to ${standing.to}.`;
  throw new UserError('OVERRIDE_OVERLAP', message, 'from');
}

type Asked = Span & {
  readonly tierId: number;
  readonly tier: string;
  readonly reason: string;
  readonly state: (typeof tierOverride.$inferSelect)['state'];
  readonly requestedBy: string;
};

/** Tiers are inputs of runs: no change passes an approval that has compared its inputs. */
async function lockRequest(transaction: Transaction, id: number): Promise<Asked> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock(${programmeLock}::bigint)`;
  const [found] = await sql<Asked[]>`
    select agent_id as "agentId", agent.code as "agentCode", valid_from::text as "validFrom", valid_to::text as "validTo",
      tier_id as "tierId", tier.code as tier, reason, state, requested_by as "requestedBy"
    from tier_override join agent on agent.id = agent_id join tier on tier.id = tier_id where tier_override.id = ${id}`;
  if (!found) throw new UserError('NOT_FOUND', 'There is no such override.', 'overrideId');
  if (found.state !== 'REQUESTED') throw new UserError('OVERRIDE_STATE', `The override is ${found.state}.`);
  return found;
}

async function settle(
  transaction: Transaction,
  id: number,
  { state, decision }: { readonly state: Asked['state']; readonly decision: string | null },
  actor: Actor,
  now: Date,
): Promise<void> {
  const changed = await transaction
    .update(tierOverride)
    .set({ state, decision, decidedBy: actor.name, decidedAt: now.toISOString() })
    .where(eq(tierOverride.id, id))
    .returning({ id: tierOverride.id });
  // Row-level security passes over rows that one may not change without a word.
  if (changed.length === 0) throw new UserError('FORBIDDEN', 'You may not change this.');
}
