import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import type { Calculation } from './calculation.ts';
import type { Scope } from './scope.ts';

// What conflicts hold or reject (DOMAIN.md §8; docs/commission.md §3.2): such credits are rated like all, so that what is held can be
// told, and then taken out before anything counts, caps or shares them.

/** SQL of what blocks an event, if anything does. */
export const blockOf = (event: string) =>
  `select from event_crediting blocking where blocking.event_id = ${event}.id and blocking.block is not null`;

/**
 * Takes the blocked credits and their lines out of the calculation. Makes the tables `held` (event_id, agent_id, role, component_id,
 * case_id, amount, currency: what each event component would have earned) and `blocked` (event_id, agent_id, role, reason: each blocked
 * credit of a type that is listed). To be called once credits are rated and before anything is listed.
 * @param listedTypes the event types whose unpaid credits are listed
 */
export async function takeOutBlocked(
  transaction: Transaction,
  { tables, period, inputs }: Scope,
  listedTypes: readonly string[],
): Promise<void> {
  const sql = rawSql(transaction);
  await sql.unsafe(
    `create unlogged table ${tables.of('held')} (event_id bigint, agent_id integer, role text, component_id integer, case_id integer,
       amount numeric, currency text);
     create unlogged table ${tables.of('blocked')} (event_id bigint, agent_id integer, role text, reason text)`,
  );
  if (!inputs.crediting.blocked.has(period)) return;
  const blocking = `event_crediting blocking where blocking.period = '${period}' and blocking.block is not null`;
  await sql.unsafe(
    `insert into ${tables.of('held')}
     select line.cause_id, line.agent_id, line.role, line.component_id, blocking.case_id, line.amount, line.currency
     from ${tables.lines} line, ${blocking} and blocking.block = 'HELD' and line.cause_id = blocking.event_id and line.amount <> 0`,
  );
  await sql.unsafe(
    `insert into ${tables.of('blocked')}
     select credit.event_id, credit.agent_id, credit.role,
            case blocking.block when 'HELD' then 'HELD_BY_CONFLICT' else 'REJECTED_BY_CONFLICT' end
     from ${tables.credits} credit, ${blocking} and credit.event_id = blocking.event_id
       and credit.type = any('{${listedTypes.join(',')}}'::sales_event_type[])`,
  );
  await sql.unsafe(`delete from ${tables.lines} line using ${blocking} and line.cause_id = blocking.event_id`);
  await sql.unsafe(`delete from ${tables.credits} credit using ${blocking} and credit.event_id = blocking.event_id`);
}

/** Lists the blocked credits, each once, in the scope's table of unpaid events. */
export async function listBlocked(transaction: Transaction, { tables, runId }: Scope): Promise<void> {
  await rawSql(transaction).unsafe(
    `insert into ${tables.unpaid} (run_id, event_id, agent_id, role, reason)
     select ${runId}, event_id, agent_id, role, reason from ${tables.of('blocked')}`,
  );
}

/** Writes what a run holds, in its own period and in those it calculated again, to run_held. */
export async function writeHeld(transaction: Transaction, runId: number, calculation: Calculation): Promise<void> {
  for (const table of heldTables(calculation)) {
    await rawSql(transaction).unsafe(
      `insert into run_held (run_id, event_id, agent_id, role, component_id, case_id, amount, currency)
       select ${runId}, event_id, agent_id, role, component_id, case_id, amount, currency from ${table}`,
    );
  }
}

function heldTables({ tables, shadows }: Pick<Calculation, 'tables' | 'shadows'>): string[] {
  return [tables.of('held'), ...(shadows?.shadows ?? []).map((shadow) => shadow.held)];
}
