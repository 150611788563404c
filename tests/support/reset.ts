import type { Databases } from '../../src/db/client.ts';

// Children before parents.
const tables = [
  ...['balance_entry', 'payment', 'payment_batch', 'off_cycle_settlement'],
  ...[
    'run_held',
    'adjustment',
    'conflict_scan',
    'rule_credit',
    'conflict_vote',
    'conflict_proposal',
    'conflict_committee',
  ],
  ...[
    'conflict_appeal',
    'conflict_deduction',
    'conflict_decision_share',
    'conflict_evidence',
    'conflict_comment',
    'conflict_step',
  ],
  ...['conflict_party', 'conflict_hit', 'conflict_decision', 'event_award', 'event_crediting', 'conflict_case'],
  ...['conflict_rule_version', 'conflict_rule', 'conflict_stale'],
  'retro_cause',
  'run_volume',
  'run_agent_total',
  'plan_version_approval',
  'metric_value',
  'exchange_rate',
  'run_progress',
  'run_total',
  'run_pool',
  'run_pool_member',
  'statement',
  'commission_run',
  'close_request',
  'event_credit',
  'sales_event',
  'event_import',
  'rate_rule',
  'plan_component',
  'plan_version',
  'pool_version',
  'component',
  'agreement',
  'agent_status',
  'agent_tier',
  'agent_parent',
  'agent_region',
  'agent',
  'plan',
  'pool',
  'tier',
  'campaign',
  'segment',
  'product',
  'product_category',
  'channel_type',
  'region',
  'operator',
  'audit_chain',
  'audit_record',
];

/**
 * Makes a test database one that `emptyDatabase` can empty: takes away what keeps what is written once. For
 * tests of hundreds of small worlds, where a database each would take most of the time.
 */
export async function allowEmptying(databases: Databases): Promise<void> {
  const sql = databases.owner.$client;
  const triggers = await sql<{ statement: string }[]>`
    select format('drop trigger %I on %s', tgname, tgrelid::regclass) as statement
    from pg_trigger where not tgisinternal and tgfoid in ('refuse_change'::regproc, 'keep_adjustment'::regproc, 'keep_columns'::regproc)`;
  await sql.unsafe(triggers.map(({ statement }) => statement).join(';'));
  // A case and its decision name one another: no order of deletion would do.
  await sql`alter table conflict_case drop constraint conflict_case_own_decision`;
}

/** Deletes everything but the schema and accounts. */
export async function emptyDatabase(databases: Databases): Promise<void> {
  const sql = databases.owner.$client;
  const partitions = await sql<{ name: string }[]>`
    select format('runs.%I', tablename) as name from pg_tables where schemaname = 'runs'`;
  const drops = partitions.length > 0 ? [`drop table ${partitions.map(({ name }) => name).join(', ')}`] : [];
  await sql.unsafe(
    [
      ...drops,
      ...tables.map((table) =>
        table === 'component'
          ? "delete from component where kind not in ('TAX', 'ADJUSTMENT')"
          : `delete from ${table}`,
      ),
    ].join(';'),
  );
}
