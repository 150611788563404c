import { rawSql, type Transaction } from '../../db/client.ts';
import { requireCodes } from '../../definitions/knownCodes.ts';
import { checkInput } from '../../input.ts';
import type { Period } from '../../period.ts';
import type { HitFinding } from '../facts.ts';
import { conflictRuleDefinitionSchema } from '../ruleSchema.ts';
import { scopeCodes } from '../rules.ts';
import { writeHits } from './hits.ts';
import { dropScan, findHits, openPeriodScan } from './scan.ts';

/** What a rule would have found in a period. */
export type TriedRule = {
  readonly scannedCount: number;
  readonly hitCount: number;
  /** By who sold, most hits first. */
  readonly agents: readonly TriedGroup[];
  /** By region of the sale, most hits first; code null: no region is known. */
  readonly regions: readonly TriedGroup[];
  /** By what was found. */
  readonly tests: readonly TriedGroup[];
  /** The first hits in the order of events. */
  readonly samples: readonly TriedHit[];
};

export type TriedGroup = { readonly code: string | null; readonly hitCount: number };

export type TriedHit = {
  /** As source/external id. */
  readonly event: string;
  readonly agent: string;
  readonly region: string | null;
  readonly occurredOn: string;
  readonly findings: readonly HitFinding[];
};

const samplesMost = 50;

/**
 * Runs a rule that is not published over a period, as owner, as if it had been in force all through it; writes nothing. `agentIds`: only
 * sales of these agents are told of.
 * @throws UserErrors INPUT_INVALID, REFERENCE_UNKNOWN, each fault at its place; UserError NOT_SET_UP.
 */
export async function tryRule(
  transaction: Transaction,
  given: unknown,
  period: Period,
  agentIds?: readonly number[],
): Promise<TriedRule> {
  const definition = checkInput(conflictRuleDefinitionSchema, given, 'definition');
  await requireCodes(transaction, scopeCodes(definition.scope, 'definition.scope'));
  const sql = rawSql(transaction);
  await sql`set local work_mem = '256MB'`;
  await dropScan(transaction);
  await openPeriodScan(transaction, period);
  await findHits(transaction, definition);
  await writeHits(transaction);
  if (agentIds) {
    await sql`delete from scan_hit where agent_id <> all (${sql.array([...agentIds])}::integer[])`;
    await sql`delete from scan_fact where agent_id <> all (${sql.array([...agentIds])}::integer[])`;
  }
  const tried = await summarise(transaction);
  await dropScan(transaction);
  return tried;
}

async function summarise(transaction: Transaction): Promise<TriedRule> {
  const sql = rawSql(transaction);
  const [counts] = await sql<{ scannedCount: number; hitCount: number }[]>`
    select (select count(*)::integer from scan_fact) as "scannedCount", (select count(*)::integer from scan_hit) as "hitCount"`;
  const agents = await sql<TriedGroup[]>`
    select agent.code, count(*)::integer as "hitCount" from scan_hit join agent on agent.id = scan_hit.agent_id
    group by agent.code order by 2 desc, agent.code collate "C"`;
  const regions = await sql<TriedGroup[]>`
    select region.code, count(*)::integer as "hitCount" from scan_hit left join region on region.id = scan_hit.region_id
    group by region.code order by 2 desc, region.code collate "C"`;
  const tests = await sql<TriedGroup[]>`
    select finding ->> 'test' as code, count(distinct event_id)::integer as "hitCount"
    from scan_hit cross join jsonb_array_elements(facts -> 'findings') finding group by 1 order by 1`;
  const samples = await sql<TriedHit[]>`
    select source || '/' || external_id as event, agent.code as agent, region.code as region, local_date::text as "occurredOn",
      facts -> 'findings' as findings
    from scan_hit join agent on agent.id = scan_hit.agent_id left join region on region.id = scan_hit.region_id
    order by occurred_at, source collate "C", external_id collate "C" limit ${samplesMost}`;
  return { scannedCount: counts?.scannedCount ?? 0, hitCount: counts?.hitCount ?? 0, agents, regions, tests, samples };
}
