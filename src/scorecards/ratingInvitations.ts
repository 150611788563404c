import { z } from 'zod';
import { recordChanges } from '../audit/audit.ts';
import { canonicalEmail } from '../auth/accounts.ts';
import { hashToken, newToken } from '../auth/tokens.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { Rejections, type RowError } from '../sales/rejections.ts';
import type { Fault } from '../sales/rows.ts';
import { quote } from '../sales/values.ts';
import { loadRatingRound, ratingState } from './ratingRounds.ts';
import { type RaterGroup, raterGroups } from './template.ts';

/** Somebody to rate an agent: by e-mail address, in one of the four groups. */
export type Rater = { readonly agentCode: string; readonly group: string; readonly rater: string };

/** An invitation as it was made. The token is in no other place: whoever has it may answer once. */
export type RatingInvitation = { readonly agentCode: string; readonly group: RaterGroup; readonly rater: string } & {
  readonly token: string;
};

export type RatersInvited = {
  readonly invitations: readonly RatingInvitation[];
  /** How many had been invited before; they stay in their group and get no second token. */
  readonly knownCount: number;
  readonly rejections: readonly RowError[];
};

/** E-mail addresses of agents' accounts, each with the number of the agent. */
export type AccountAgents = ReadonlyMap<string, number>;

const maxBatchSize = 1000;

/** Which of these raters have an agent's account. `transaction` is the owner's: managers read no accounts. */
export async function loadAccountAgents(transaction: Transaction, raters: readonly Rater[]): Promise<AccountAgents> {
  const emails = raters.slice(0, maxBatchSize).map(({ rater }) => canonicalEmail(rater));
  const rows = await rawSql(transaction)<{ email: string; agentId: number }[]>`
    select email, agent_id as "agentId" from user_account where agent_id is not null and email = any (${emails}::text[])`;
  return new Map(rows.map(({ email, agentId }) => [email, agentId]));
}

/**
 * Invites up to 1,000 raters to a round that has not closed, each about one agent. Only hashes of the tokens are kept. Under the request
 * role agents it may not see do not exist. Nobody rates the agent whose account they have (RATER_IS_RATED). Faults of rows are in the result.
 * @throws UserError NOT_FOUND, RATING_CLOSED, BATCH_TOO_LARGE, NOT_SET_UP.
 */
export async function inviteRaters(
  transaction: Transaction,
  accountAgents: AccountAgents,
  actor: Actor,
  now: Date,
  roundCode: string,
  raters: readonly Rater[],
): Promise<RatersInvited> {
  if (raters.length > maxBatchSize) {
    throw new UserError('BATCH_TOO_LARGE', `These are ${raters.length} raters, at most ${maxBatchSize} are allowed.`);
  }
  const round = await loadRatingRound(transaction, roundCode);
  if ((await ratingState(transaction, now, round)) === 'CLOSED') {
    throw new UserError('RATING_CLOSED', `The round ${roundCode} closed on ${round.closesOn}.`, roundCode);
  }
  const rejections = new Rejections(undefined);
  const good = await goodRaters(transaction, accountAgents, raters, rejections);
  const offered = good.map((row) => ({ ...row, token: newToken('rat_') }));
  const written = await rawSql(transaction)<{ agentId: number; rater: string }[]>`
    insert into rating_invitation (round_id, agent_id, rater_group, rater, token_hash, created_at)
    select ${round.id}, agent_id, rater_group::rater_group, rater, token_hash, ${now.toISOString()}::timestamptz
    from unnest(${offered.map(({ agentId }) => agentId)}::integer[], ${offered.map(({ group }) => group)}::text[],
      ${offered.map(({ rater }) => rater)}::text[], ${offered.map(({ token }) => hashToken(token))}::text[])
      as offered (agent_id, rater_group, rater, token_hash)
    order by agent_id, rater
    on conflict (round_id, agent_id, rater) do nothing
    returning agent_id as "agentId", rater`;
  const added = new Set(written.map(({ agentId, rater }) => `${agentId} ${rater}`));
  const invitations = offered
    .filter(({ agentId, rater }) => added.has(`${agentId} ${rater}`))
    .map(({ agentId: _, ...invitation }) => invitation);
  const counts = { invitedCount: invitations.length, knownCount: good.length - invitations.length };
  if (counts.invitedCount > 0) {
    const after = { ...counts, rejectedCount: rejections.rowCount };
    await recordChanges(transaction, actor, now, [
      { action: 'rating_round.invited', entity: 'rating_round', entityKey: roundCode, after },
    ]);
  }
  return { invitations, knownCount: counts.knownCount, rejections: rejections.kept };
}

type KnownRater = Omit<RatingInvitation, 'token'> & { readonly agentId: number };

async function goodRaters(
  transaction: Transaction,
  accountAgents: AccountAgents,
  raters: readonly Rater[],
  rejections: Rejections,
): Promise<KnownRater[]> {
  const codes = raters.map(({ agentCode }) => agentCode.trim());
  const agents = await rawSql(transaction)<{ code: string; id: number }[]>`
    select code, id from agent where code = any (${codes}::text[])
      and (not row_security_active('rating_invitation') or id in (select visible_agents()))`;
  const ids = new Map(agents.map(({ code, id }) => [code, id]));
  const good = new Map<string, KnownRater>();
  for (const [index, row] of raters.entries()) {
    const agentCode = row.agentCode.trim();
    const rater = canonicalEmail(row.rater);
    const agentId = ids.get(agentCode);
    const group = raterGroups.find((each) => each === row.group.trim());
    const key = `${agentCode} ${rater}`;
    const faults = faultsOf({ ...row, agentCode, rater }, agentId, group, accountAgents);
    if (good.has(key))
      faults.push({ column: null, code: 'CODE_DUPLICATE', message: `An earlier row is ${quote(key)}.` });
    if (faults.length > 0 || agentId === undefined || group === undefined) {
      await rejections.add(index + 1, index + 1, key.slice(0, 400), faults);
    } else good.set(key, { agentCode, group, rater, agentId });
  }
  return [...good.values()];
}

function faultsOf(
  { agentCode, group: groupText, rater }: Rater,
  agentId: number | undefined,
  group: RaterGroup | undefined,
  accountAgents: AccountAgents,
): Fault[] {
  const faults: Fault[] = [];
  const add = (column: string, code: Fault['code'], message: string) => faults.push({ column, code, message });
  if (agentCode === '') add('agent_code', 'VALUE_MISSING', 'agent_code is empty.');
  else if (agentId === undefined) add('agent_code', 'AGENT_UNKNOWN', `No agent has the code ${quote(agentCode)}.`);
  if (group === undefined) {
    add('group', 'VALUE_INVALID', `${quote(groupText)} is none of ${raterGroups.join(', ')}.`);
  }
  if (rater === '') add('rater', 'VALUE_MISSING', 'rater is empty.');
  else if (!z.email().max(320).safeParse(rater).success) {
    add('rater', 'VALUE_INVALID', `${quote(rater)} is not an e-mail address.`);
  }
  if (agentId !== undefined && accountAgents.get(rater) === agentId) {
    add('rater', 'RATER_IS_RATED', `${quote(rater)} is an account of ${agentCode}.`);
  }
  return faults;
}

/**
 * Takes back an invitation that was not answered; its token is worth nothing from then on. Row-level security decides whose.
 * @throws UserError NOT_FOUND, RATING_ANSWERED.
 */
export async function withdrawRater(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  { roundCode, agentCode, rater: raterText }: Omit<Rater, 'group'> & { readonly roundCode: string },
): Promise<void> {
  const sql = rawSql(transaction);
  const rater = canonicalEmail(raterText);
  const [found] = await sql<{ id: number }[]>`
    select invitation.id from rating_invitation invitation
    where round_id = (select id from rating_round where code = ${roundCode})
      and agent_id = (select id from agent where code = ${agentCode}) and rater = ${rater}`;
  if (!found) throw new UserError('NOT_FOUND', `${quote(rater)} is not asked about ${agentCode}.`, 'rater');
  const removed = await sql`delete from rating_invitation where id = ${found.id} and answered_at is null returning id`;
  if (removed.length === 0) throw new UserError('RATING_ANSWERED', `${rater} has answered already.`, 'rater');
  await recordChanges(transaction, actor, now, [
    {
      action: 'rating_round.invitation_withdrawn',
      entity: 'rating_round',
      entityKey: roundCode,
      before: { agentCode, rater },
    },
  ]);
}
