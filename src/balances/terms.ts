import type { AgreementTerms } from '../commissions/definitions.ts';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { RoundingMode } from '../money.ts';

/** What an agent's last agreement says, and how and in what its plan pays. */
export type AgreedTerms = {
  readonly terms: AgreementTerms;
  readonly rounding: RoundingMode;
  readonly currency: string | null;
};

/**
 * The terms of each agent's last agreement that has begun on a local day; the plan's rounding and currency of that day, or of the agreement's last.
 * Agents without an agreement are left out.
 */
export async function loadAgreedTerms(
  transaction: Transaction,
  agentIds: readonly number[],
  day: string,
): Promise<Map<number, AgreedTerms>> {
  const rows = await rawSql(transaction)<
    (Omit<AgreedTerms, 'rounding'> & { id: number; rounding: RoundingMode | null })[]
  >`
    select last.agent_id as id, last.terms, version.rounding, version.currency
    from (select distinct on (agent_id) agent_id, plan_id, terms, least(${day}::date, valid_to - 1) as day
          from agreement where agent_id = any(${[...agentIds]}::integer[]) and valid_from <= ${day} order by agent_id, valid_from desc) last
    left join lateral (
      select rounding, currency from plan_version where plan_id = last.plan_id and valid_from <= last.day
        and (valid_to is null or valid_to > last.day) and plan_version_in_force(id) order by number desc limit 1) version on true`;
  return new Map(
    rows.map(({ id, terms, rounding, currency }) => [id, { terms, rounding: rounding ?? 'HALF_UP', currency }]),
  );
}
