import { sql } from 'drizzle-orm';
import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import { UserError, UserErrors } from '../errors.ts';
import type { SecretKind } from '../partners/secrets.ts';
import { type Application, todayOf } from './steps.ts';

/** Somebody who has a number of the applicant's too. */
export type Duplicate = {
  readonly kind: SecretKind;
  readonly subject: 'AGENT' | 'APPLICATION' | 'BLACKLIST';
  /** The code of the agent or application; empty for a blacklisted number without an agent. */
  readonly code: string;
  readonly name: string;
  /** The agent's status on the day (null: none yet), the application's state, or BLACKLISTED. */
  readonly state: string | null;
  /** Why the number is blacklisted. */
  readonly reason: string | null;
  /** The first day on which a rejected applicant may come back, or on which an entry of the blacklist ends. */
  readonly barredUntil: string | null;
};

/** Who else has the applicant's numbers on a day, across all regions. Pure SQL: a request reads no fingerprints. */
export async function findDuplicates(
  transaction: Transaction,
  applicationId: number,
  on: string,
): Promise<Duplicate[]> {
  const rows = await rawSql(transaction)<Duplicate[]>`
    select kind, subject, code, name, state, reason, barred_until::text as "barredUntil"
    from application_duplicates(${applicationId}, ${on}::date)`;
  return [...rows];
}

const underWay = ['SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED'];

/**
 * What keeps an applicant out on a day: a blacklisted number; a registration number that another application under way or an agent
 * that is not terminated has, or that was rejected not long enough ago. Pure. Other common numbers are for the reviewer to judge.
 */
function obstaclesOf(duplicates: readonly Duplicate[], on: string): UserError[] {
  return duplicates.flatMap((found) => obstacleOf(found, on) ?? []);
}

function obstacleOf({ kind, subject, code, name, state, reason, barredUntil }: Duplicate, on: string) {
  if (subject === 'BLACKLIST') {
    const whose = code === '' ? '' : ` of agent ${code}`;
    return new UserError('APPLICANT_BLACKLISTED', `The ${kind}${whose} is blacklisted: ${reason}.`, kind);
  }
  if (kind !== 'REGISTRATION_NUMBER') return undefined;
  if (subject === 'AGENT') {
    if (state === 'TERMINATED') return undefined;
    return new UserError('APPLICANT_DUPLICATE', `Agent ${code} (${name}) has the same registration number.`, kind);
  }
  if (state !== null && underWay.includes(state)) {
    const message = `Application ${code} (${name}, ${state}) has the same registration number.`;
    return new UserError('APPLICANT_DUPLICATE', message, kind);
  }
  if (state === 'REJECTED' && barredUntil !== null && on < barredUntil) {
    const message = `Application ${code} with the same registration number was rejected; it may come back on ${barredUntil}.`;
    return new UserError('APPLICANT_COOLING_OFF', message, kind);
  }
  return undefined;
}

/**
 * Keeps out who may not come in, one check after another: of two applications with one number the second sees the first.
 * @throws UserErrors APPLICANT_BLACKLISTED, APPLICANT_DUPLICATE, APPLICANT_COOLING_OFF, all that were found.
 */
export async function requireAdmissible(transaction: Transaction, { id }: Application, now: Date): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${lockKey('tributary applications')}::bigint)`);
  const on = await todayOf(transaction, now);
  const obstacles = obstaclesOf(await findDuplicates(transaction, id, on), on);
  if (obstacles.length > 0) throw new UserErrors(obstacles);
}
