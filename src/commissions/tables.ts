import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { codeColumn, exact, finite, idColumn, instant, nameColumn, validity, validityCheck } from '../db/columns.ts';
import { campaign, channelType, product, productCategory, region, segment, tier } from '../reference/tables.ts';
import { salesEventType } from '../sales/eventTypes.ts';
import type { Definition, PoolDefinition } from './definitions.ts';
import { lineKind } from './lines.ts';

export const roundingMode = pgEnum('rounding_mode', ['HALF_UP', 'HALF_EVEN', 'DOWN']);
export const componentKind = pgEnum('component_kind', [
  'RATE',
  'POOL',
  'RESIDUAL',
  'SPIFF',
  'BRACKET',
  'QUOTA_BONUS',
  'OVERRIDE',
  'DRAW',
  'TAX',
  'ADJUSTMENT',
]);
export const runStatus = pgEnum('run_status', ['CALCULATING', 'CALCULATED', 'APPROVED', 'PAID', 'VOIDED', 'FAILED']);

export const plan = pgTable('plan', { id: idColumn(), code: codeColumn(), name: nameColumn() });

/** A dated state of a plan. Published once, immutable from then on (a trigger says so); `content_hash` proves it. */
export const planVersion = pgTable(
  'plan_version',
  {
    id: idColumn(),
    planId: integer('plan_id')
      .notNull()
      .references(() => plan.id),
    number: smallint('number').notNull(),
    ...validity(),
    currency: text('currency').notNull(),
    rounding: roundingMode('rounding').notNull(),
    contentHash: text('content_hash').notNull(),
    publishedBy: text('published_by').notNull(),
    publishedAt: instant('published_at').notNull(),
    /** A back-dated correction: in force only once two other people approved it (DOMAIN.md §9). */
    corrects: boolean('corrects').notNull().default(false),
  },
  (table) => [validityCheck('plan_version'), unique('plan_version_number').on(table.planId, table.number)],
);

/** Who approved a correction version; with the second one it supersedes the others for its dates. */
export const planVersionApproval = pgTable(
  'plan_version_approval',
  {
    versionId: integer('version_id')
      .notNull()
      .references(() => planVersion.id),
    approvedBy: text('approved_by').notNull(),
    approvedAt: instant('approved_at').notNull(),
  },
  (table) => [primaryKey({ name: 'plan_version_approval_key', columns: [table.versionId, table.approvedBy] })],
);

/** A funded pool, shared among agents of any plan. */
export const pool = pgTable('pool', { id: idColumn(), code: codeColumn(), name: nameColumn() });

/** A dated state of a pool, immutable like a plan version. */
export const poolVersion = pgTable(
  'pool_version',
  {
    id: idColumn(),
    poolId: integer('pool_id')
      .notNull()
      .references(() => pool.id),
    number: smallint('number').notNull(),
    ...validity(),
    currency: text('currency').notNull(),
    rounding: roundingMode('rounding').notNull(),
    definition: jsonb('definition').$type<PoolDefinition>().notNull(),
    contentHash: text('content_hash').notNull(),
    publishedBy: text('published_by').notNull(),
    publishedAt: instant('published_at').notNull(),
  },
  (table) => [validityCheck('pool_version'), unique('pool_version_number').on(table.poolId, table.number)],
);

/** What a line names as its component: a code that keeps its identity over the versions of its plan, or a pool. */
export const component = pgTable(
  'component',
  {
    id: idColumn(),
    kind: componentKind('kind').notNull(),
    planId: integer('plan_id').references(() => plan.id),
    poolId: integer('pool_id').references(() => pool.id),
    code: text('code').notNull(),
  },
  (table) => [
    unique('component_code').on(table.planId, table.code),
    unique('component_pool').on(table.poolId),
    // TAX and ADJUSTMENT alone belong to neither a plan nor a pool
    check(
      'component_owner',
      sql.raw("num_nonnulls(plan_id, pool_id) = case when kind::text in ('TAX', 'ADJUSTMENT') then 0 else 1 end"),
    ),
  ],
);

/** A component as one plan version defines it; `position` is its order in the plan. */
export const planComponent = pgTable(
  'plan_component',
  {
    id: idColumn(),
    versionId: integer('version_id')
      .notNull()
      .references(() => planVersion.id),
    componentId: integer('component_id')
      .notNull()
      .references(() => component.id),
    position: smallint('position').notNull(),
    name: nameColumn(),
    definition: jsonb('definition').$type<Definition['definition']>().notNull(),
  },
  (table) => [unique('plan_component_key').on(table.versionId, table.componentId)],
);

/** One rule of a RATE component: the dimensions it names, and what it pays. Empty dimension = any. */
export const rateRule = pgTable(
  'rate_rule',
  {
    id: idColumn(),
    planComponentId: integer('plan_component_id')
      .notNull()
      .references(() => planComponent.id),
    code: text('code').notNull(),
    productId: integer('product_id').references(() => product.id),
    productCategoryId: integer('product_category_id').references(() => productCategory.id),
    eventType: salesEventType('event_type'),
    channelTypeId: integer('channel_type_id').references(() => channelType.id),
    tierId: integer('tier_id').references(() => tier.id),
    regionId: integer('region_id').references(() => region.id),
    segmentId: integer('segment_id').references(() => segment.id),
    campaignId: integer('campaign_id').references(() => campaign.id),
    contractMonths: smallint('contract_months'),
    baseFrom: exact('base_from'),
    baseTo: exact('base_to'),
    /** Whether the base range includes its end. */
    baseUpTo: exact('base_up_to'),
    percent: exact('percent').notNull().default('0'),
    flat: exact('flat').notNull().default('0'),
    minimum: exact('minimum'),
    maximum: exact('maximum'),
  },
  (table) => [
    unique('rate_rule_code').on(table.planComponentId, table.code),
    finite('rate_rule', 'percent', 'flat', 'minimum', 'maximum', 'base_from', 'base_to', 'base_up_to'),
    check('rate_rule_product', sql.raw('product_id is null or product_category_id is null')),
  ],
);

/** One calculation of a period (DOMAIN.md §10). */
export const commissionRun = pgTable(
  'commission_run',
  {
    id: idColumn(),
    period: text('period').notNull(),
    status: runStatus('status').notNull(),
    calculatedBy: text('calculated_by').notNull(),
    startedAt: instant('started_at').notNull(),
    calculatedAt: instant('calculated_at'),
    approvedBy: text('approved_by'),
    approvedAt: instant('approved_at'),
    paidBy: text('paid_by'),
    paidAt: instant('paid_at'),
    voidedBy: text('voided_by'),
    voidedAt: instant('voided_at'),
    voidReason: text('void_reason'),
    error: text('error'),
    /** SHA-256 over everything the calculation read, and over every line it made, both in natural-key order. */
    inputsHash: text('inputs_hash'),
    linesHash: text('lines_hash'),
    eventCount: integer('event_count'),
    lineCount: integer('line_count'),
    unpaidCount: integer('unpaid_count'),
    unreadCount: integer('unread_count'),
    /** The synthetic run that holds the opening positions before the first period (DOMAIN.md §10, Cut-over). */
    isCutOver: boolean('is_cut_over').notNull().default(false),
    /** The newest event the calculation saw: what SPIFF budgets decided then stays decided. */
    lastEventId: bigint('last_event_id', { mode: 'number' }),
  },
  (table) => [
    index('commission_run_period').on(table.period),
    uniqueIndex('commission_run_one_live')
      .on(table.period)
      .where(sql.raw("status in ('CALCULATED', 'APPROVED', 'PAID')")),
    check('commission_run_four_eyes', sql.raw('approved_by is null or approved_by <> calculated_by')),
  ],
);

/**
 * How far a calculation has come. A table of its own: it is written while the calculation's transaction works on one
 * snapshot, which could not update a row changed since.
 */
export const runProgress = pgTable('run_progress', {
  runId: integer('run_id')
    .primaryKey()
    .references(() => commissionRun.id),
  step: text('step').notNull(),
  percent: smallint('percent').notNull(),
});

/** What one run pays by component and currency: the totals that every check and summary refers to. */
export const runTotal = pgTable(
  'run_total',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    componentId: integer('component_id')
      .notNull()
      .references(() => component.id),
    currency: text('currency').notNull(),
    lineCount: integer('line_count').notNull(),
    amount: exact('amount').notNull(),
  },
  (table) => [
    primaryKey({ name: 'run_total_key', columns: [table.runId, table.componentId, table.currency] }),
    finite('run_total', 'amount'),
  ],
);

/** How a pool was funded and shared in a run: Σ shares + remainder = fund + carried in. */
export const runPool = pgTable(
  'run_pool',
  {
    runId: integer('run_id')
      .notNull()
      .references(() => commissionRun.id),
    poolId: integer('pool_id')
      .notNull()
      .references(() => pool.id),
    poolVersionId: integer('pool_version_id')
      .notNull()
      .references(() => poolVersion.id),
    /** The pool's name then: paper keeps it. Null where it was calculated before names were written down. */
    poolName: text('pool_name'),
    base: exact('base').notNull(),
    fund: exact('fund').notNull(),
    carriedIn: exact('carried_in').notNull(),
    weightTotal: exact('weight_total').notNull(),
    memberCount: integer('member_count').notNull(),
    shared: exact('shared').notNull(),
    remainder: exact('remainder').notNull(),
    carriedOut: exact('carried_out').notNull(),
  },
  (table) => [
    primaryKey({ name: 'run_pool_key', columns: [table.runId, table.poolId] }),
    check('run_pool_whole', sql.raw('shared + remainder = fund + carried_in')),
  ],
);

/** An agent's weight in a pool of a run, with the factors it is the product of. */
export const runPoolMember = pgTable(
  'run_pool_member',
  {
    runId: integer('run_id').notNull(),
    poolId: integer('pool_id').notNull(),
    agentId: integer('agent_id').notNull(),
    weight: exact('weight').notNull(),
    factors: jsonb('factors').$type<{ factor: string; value: string }[]>().notNull(),
    amount: exact('amount').notNull(),
  },
  (table) => [
    primaryKey({ name: 'run_pool_member_key', columns: [table.runId, table.poolId, table.agentId] }),
    index('run_pool_member_agent').on(table.agentId),
  ],
);

/**
 * A period that the queue was asked to calculate: one row per period, so that any number of replicas ask once. The job
 * removes it when it is done; one that failed for good stays, so that the clock does not ask for it again and again.
 */
export const closeRequest = pgTable('close_request', {
  period: text('period').primaryKey(),
  requestedBy: text('requested_by').notNull(),
  requestedAt: instant('requested_at').notNull(),
  failure: text('failure'),
});

/**
 * What an agent's volumes came to in a month, by component and part, as counted by a run: its own month's, and those of
 * closed months that it recalculated. The latest run's figure is today's. Of a BRACKET or QUOTA_BONUS part 0 is the volume;
 * of a pool part 0 is the base and part n the n-th factor of the weight.
 */
export const runVolume = pgTable(
  'run_volume',
  {
    runId: integer('run_id').notNull(),
    componentId: integer('component_id').notNull(),
    agentId: integer('agent_id').notNull(),
    period: text('period').notNull(),
    part: smallint('part').notNull(),
    volume: exact('volume').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'run_volume_key',
      columns: [table.runId, table.componentId, table.agentId, table.period, table.part],
    }),
    index('run_volume_agent').on(table.agentId),
    finite('run_volume', 'volume'),
  ],
);

/** A run's lines added up by agent, component and kind; of RETRO lines by the closed period they correct. */
export const runAgentTotal = pgTable(
  'run_agent_total',
  {
    runId: integer('run_id').notNull(),
    agentId: integer('agent_id').notNull(),
    componentId: integer('component_id').notNull(),
    kind: lineKind('kind').notNull(),
    currency: text('currency').notNull(),
    originPeriod: text('origin_period'),
    lineCount: integer('line_count').notNull(),
    amount: exact('amount').notNull(),
  },
  (table) => [
    unique('run_agent_total_key')
      .on(table.runId, table.agentId, table.componentId, table.kind, table.currency, table.originPeriod)
      .nullsNotDistinct(),
    index('run_agent_total_agent').on(table.agentId),
  ],
);

/**
 * What a run would have paid for credits that a conflict holds: whole, before caps and instalments, by component. Of events of
 * closed periods too, where these were calculated again.
 */
export const runHeld = pgTable(
  'run_held',
  {
    runId: integer('run_id').notNull(),
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    agentId: integer('agent_id').notNull(),
    role: text('role').notNull(),
    componentId: integer('component_id').notNull(),
    caseId: integer('case_id').notNull(),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'run_held_key',
      columns: [table.runId, table.agentId, table.eventId, table.role, table.componentId],
    }),
    index('run_held_agent').on(table.agentId),
    index('run_held_case').on(table.caseId),
    finite('run_held', 'amount'),
  ],
);

/**
 * Why an agent's closed periods, from `period` on, have to be recalculated: a late event, a changed fact, a correction version.
 * Triggers and imports record them; the run that settles them is noted when it is approved.
 */
export const retroCause = pgTable(
  'retro_cause',
  {
    id: idColumn(),
    agentId: integer('agent_id').notNull(),
    period: text('period').notNull(),
    reason: text('reason').notNull(),
    settledRunId: integer('settled_run_id').references(() => commissionRun.id),
  },
  (table) => [
    uniqueIndex('retro_cause_open')
      .on(table.agentId, table.period, table.reason)
      .where(sql.raw('settled_run_id is null')),
    index('retro_cause_settled').on(table.settledRunId),
  ],
);
