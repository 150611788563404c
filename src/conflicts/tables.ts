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
import { agent } from '../agents/tables.ts';
import { userAccount } from '../auth/tables.ts';
import {
  codeColumn,
  exact,
  finite,
  idColumn,
  instant,
  localDateColumn,
  nameColumn,
  validity,
  validityCheck,
} from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import { document } from '../documents/tables.ts';
import { channelType, product, productCategory, region, segment } from '../reference/tables.ts';
import { dealRegistration } from '../registrations/tables.ts';
import { eventImport, salesEvent } from '../sales/tables.ts';
import type { HitFacts, PartyFacts } from './facts.ts';
import type { ConflictRuleDefinition } from './rule.ts';

export const conflictKind = pgEnum('conflict_kind', [
  'TERRITORY',
  'OWNERSHIP',
  'DUPLICATE',
  'PRICE_FLOOR',
  'AUTHORISATION',
  'CAMPAIGN_OVERLAP',
]);
export const conflictEffect = pgEnum('conflict_effect', ['FLAG', 'HOLD', 'REJECT']);

/** What is looked for (DOMAIN.md §8); its versions say how, from when on. */
export const conflictRule = pgTable('conflict_rule', { id: idColumn(), code: codeColumn(), name: nameColumn() });

export const conflictRuleVersion = pgTable(
  'conflict_rule_version',
  {
    id: idColumn(),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => conflictRule.id),
    ...versionColumns<ConflictRuleDefinition>(),
  },
  (table) => [unique('conflict_rule_version_number').on(table.ruleId, table.number)],
);

/** A cell of the CPC matrix: whether a channel type may sell a product category to a segment (none: to any that has no cell of its own). */
export const matrixCell = pgTable(
  'matrix_cell',
  {
    id: idColumn(),
    channelTypeId: integer('channel_type_id')
      .notNull()
      .references(() => channelType.id),
    productCategoryId: integer('product_category_id')
      .notNull()
      .references(() => productCategory.id),
    segmentId: integer('segment_id').references(() => segment.id),
    allowed: boolean('allowed').notNull(),
    ...validity(),
  },
  (table) => [
    validityCheck('matrix_cell'),
    index('matrix_cell_combination').on(table.channelTypeId, table.productCategoryId),
  ],
);

/** The lowest price of one unit; of several that apply the most specific: product before category, the deeper region, a channel type. */
export const priceFloor = pgTable(
  'price_floor',
  {
    id: idColumn(),
    productId: integer('product_id').references(() => product.id),
    productCategoryId: integer('product_category_id').references(() => productCategory.id),
    regionId: integer('region_id').references(() => region.id),
    channelTypeId: integer('channel_type_id').references(() => channelType.id),
    currency: text('currency').notNull(),
    price: exact('price').notNull(),
    ...validity(),
  },
  (table) => [
    validityCheck('price_floor'),
    finite('price_floor', 'price'),
    check('price_floor_positive', sql.raw('price > 0')),
    check('price_floor_product', sql.raw('num_nonnulls(product_id, product_category_id) = 1')),
    index('price_floor_product_id').on(table.productId),
    index('price_floor_category_id').on(table.productCategoryId),
  ],
);

export const conflictCaseState = pgEnum('conflict_case_state', [
  'OPEN',
  'IN_MEDIATION',
  'RESOLVED',
  'APPEALED',
  'CLOSED',
]);

/** FACTS_CHANGED: what it was about is no more. FINAL: nobody appealed in time. APPEAL_DECIDED: somebody else decided last. */
export const conflictClosing = pgEnum('conflict_closing', ['FACTS_CHANGED', 'FINAL', 'APPEAL_DECIDED']);

/** A conflict to be settled. What its parties may not know of one another stands in conflict_hit. */
export const conflictCase = pgTable(
  'conflict_case',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'C-' || id::text")),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => conflictRule.id),
    kind: conflictKind('kind').notNull(),
    effect: conflictEffect('effect').notNull(),
    /** The event's region, else its agent's then: whose managers it concerns. */
    regionId: integer('region_id').references(() => region.id),
    /** In which the event occurred. */
    period: text('period').notNull(),
    occurredOn: localDateColumn('occurred_on').notNull(),
    state: conflictCaseState('state').notNull(),
    openedAt: instant('opened_at').notNull(),
    dueAt: instant('due_at').notNull(),
    appealDays: smallint('appeal_days').notNull(),
    appealUntil: instant('appeal_until'),
    resolvedAt: instant('resolved_at'),
    closedAt: instant('closed_at'),
    closing: conflictClosing('closing'),
    mediatorId: integer('mediator_id').references(() => userAccount.id),
    mediatorName: text('mediator_name'),
    escalationLevel: smallint('escalation_level').notNull().default(0),
    reopenedCount: smallint('reopened_count').notNull().default(0),
    /** The decision in force; what it does to credits and money follows from it alone. */
    decisionId: integer('decision_id'),
  },
  (table) => [
    index('conflict_case_rule').on(table.ruleId),
    index('conflict_case_due').on(table.state, table.dueAt),
    index('conflict_case_region').on(table.regionId),
    index('conflict_case_period').on(table.period),
    check('conflict_case_closing', sql.raw("(state = 'CLOSED') = (closing is not null)")),
    check('conflict_case_decided', sql.raw("state not in ('RESOLVED', 'APPEALED') or decision_id is not null")),
  ],
);

/** What the case was found by: one event and one rule. The same two never open two cases. */
export const conflictHit = pgTable(
  'conflict_hit',
  {
    caseId: integer('case_id')
      .primaryKey()
      .references(() => conflictCase.id),
    ruleId: integer('rule_id')
      .notNull()
      .references(() => conflictRule.id),
    ruleVersionId: integer('rule_version_id')
      .notNull()
      .references(() => conflictRuleVersion.id),
    eventId: bigint('event_id', { mode: 'number' })
      .notNull()
      .references(() => salesEvent.id),
    /** Who sold. */
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    facts: jsonb('facts').$type<HitFacts>().notNull(),
    factsHash: text('facts_hash').notNull(),
    foundAt: instant('found_at').notNull(),
    /** Since when it is no more. */
    goneAt: instant('gone_at'),
  },
  (table) => [
    unique('conflict_hit_key').on(table.ruleId, table.eventId),
    index('conflict_hit_event').on(table.eventId),
    index('conflict_hit_agent').on(table.agentId),
  ],
);

export const conflictSide = pgEnum('conflict_side', ['ACCUSED', 'CLAIMANT']);

/** An agent that a case concerns, with what it may know: its own side. */
export const conflictParty = pgTable(
  'conflict_party',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    side: conflictSide('side').notNull(),
    /** Its own claim, where that is an event or a registered deal. */
    eventId: bigint('event_id', { mode: 'number' }).references(() => salesEvent.id),
    registrationId: integer('registration_id').references(() => dealRegistration.id),
    facts: jsonb('facts').$type<PartyFacts>().notNull(),
  },
  (table) => [
    unique('conflict_party_key')
      .on(table.caseId, table.agentId, table.side, table.eventId, table.registrationId)
      .nullsNotDistinct(),
    index('conflict_party_agent').on(table.agentId),
    index('conflict_party_event').on(table.eventId),
    index('conflict_party_registration').on(table.registrationId),
  ],
);

/** What happened to a case, for good. */
export const conflictStep = pgTable(
  'conflict_step',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    /** OPENED, ASSIGNED, MEDIATION, ESCALATED, PROPOSED, VOTED, RESOLVED, APPEALED, APPEAL_DECIDED, REVERTED, REOPENED, CLOSED, FACTS_CHANGED. */
    action: text('action').notNull(),
    fromState: conflictCaseState('from_state'),
    toState: conflictCaseState('to_state').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    reason: text('reason'),
    /** Whether parties see it, without who and why. */
    forParties: boolean('for_parties').notNull(),
  },
  (table) => [index('conflict_step_case').on(table.caseId)],
);

/** Who reads what is said: staff, every party, or staff and the one side that said it or is asked. */
export const conflictAudience = pgEnum('conflict_audience', ['STAFF', 'PARTIES', 'SIDE']);

export const conflictComment = pgTable(
  'conflict_comment',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    audience: conflictAudience('audience').notNull(),
    /** SIDE: whose. */
    agentId: integer('agent_id').references(() => agent.id),
    text: text('text').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    index('conflict_comment_case').on(table.caseId),
    check('conflict_comment_side', sql.raw("(audience = 'SIDE') = (agent_id is not null)")),
  ],
);

export const conflictEvidenceKind = pgEnum('conflict_evidence_kind', ['DOCUMENT', 'EVENT', 'PRICE', 'NOTE']);

/** Something that speaks for a side; seen by staff and by the side that brought it. */
export const conflictEvidence = pgTable(
  'conflict_evidence',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    kind: conflictEvidenceKind('kind').notNull(),
    /** The side it is for; null: staff's own. */
    agentId: integer('agent_id').references(() => agent.id),
    documentId: integer('document_id').references(() => document.id),
    eventId: bigint('event_id', { mode: 'number' }).references(() => salesEvent.id),
    price: exact('price'),
    currency: text('currency'),
    text: text('text').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    index('conflict_evidence_case').on(table.caseId),
    finite('conflict_evidence', 'price'),
    check(
      'conflict_evidence_content',
      sql.raw(
        "case kind when 'DOCUMENT' then document_id is not null when 'EVENT' then event_id is not null when 'PRICE' then price is not null and currency is not null else true end",
      ),
    ),
  ],
);

export const conflictCredits = pgEnum('conflict_credits', ['KEEP', 'AWARD', 'SPLIT', 'VOID']);

/**
 * What was decided about the credits, and with it deductions of money. KEEP: as they came. AWARD and SPLIT: `keptEventId` is credited
 * by the shares, the case's other events are not credited. VOID: the event that was found is not credited.
 */
export const conflictDecision = pgTable(
  'conflict_decision',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    number: smallint('number').notNull(),
    credits: conflictCredits('credits').notNull(),
    keptEventId: bigint('kept_event_id', { mode: 'number' }).references(() => salesEvent.id),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: instant('decided_at').notNull(),
    byCommittee: boolean('by_committee').notNull(),
    /** Whether it settles an appeal: then there is no further one. */
    onAppeal: boolean('on_appeal').notNull(),
  },
  (table) => [
    unique('conflict_decision_number').on(table.caseId, table.number),
    check('conflict_decision_kept', sql.raw("(credits in ('AWARD', 'SPLIT')) = (kept_event_id is not null)")),
  ],
);

/** How a decision credits the kept event: shares of one decision total exactly 1 (a deferred trigger says so). */
export const conflictDecisionShare = pgTable(
  'conflict_decision_share',
  {
    decisionId: integer('decision_id')
      .notNull()
      .references(() => conflictDecision.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    role: text('role').notNull(),
    share: exact('share').notNull(),
  },
  (table) => [
    primaryKey({ name: 'conflict_decision_share_key', columns: [table.decisionId, table.agentId, table.role] }),
    index('conflict_decision_share_agent').on(table.agentId),
    check('conflict_decision_share_part', sql.raw('share > 0 and share <= 1')),
  ],
);

export const deductionKind = pgEnum('deduction_kind', ['PENALTY', 'PRICE_DIFFERENCE']);

/** What a decision takes from an agent; it becomes an adjustment. */
export const conflictDeduction = pgTable(
  'conflict_deduction',
  {
    id: idColumn(),
    decisionId: integer('decision_id')
      .notNull()
      .references(() => conflictDecision.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    kind: deductionKind('kind').notNull(),
    amount: exact('amount').notNull(),
    currency: text('currency').notNull(),
  },
  (table) => [
    unique('conflict_deduction_key').on(table.decisionId, table.agentId, table.kind, table.currency),
    index('conflict_deduction_agent').on(table.agentId),
    finite('conflict_deduction', 'amount'),
    check('conflict_deduction_positive', sql.raw('amount > 0')),
  ],
);

export const conflictAppealState = pgEnum('conflict_appeal_state', ['FILED', 'UPHELD', 'CHANGED', 'WITHDRAWN']);

/** A party's objection to a decision. UPHELD: the decision stays; CHANGED: another person decided otherwise. */
export const conflictAppeal = pgTable(
  'conflict_appeal',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    decisionId: integer('decision_id')
      .notNull()
      .references(() => conflictDecision.id),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    state: conflictAppealState('state').notNull(),
    reason: text('reason').notNull(),
    filedBy: text('filed_by').notNull(),
    filedAt: instant('filed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    decision: text('decision'),
  },
  (table) => [
    uniqueIndex('conflict_appeal_one').on(table.caseId).where(sql.raw("state = 'FILED'")),
    index('conflict_appeal_agent').on(table.agentId),
    index('conflict_appeal_case').on(table.caseId),
  ],
);

/** Who sits on the committee of a case; more than half of them decide. */
export const conflictCommittee = pgTable(
  'conflict_committee',
  {
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    userId: integer('user_id')
      .notNull()
      .references(() => userAccount.id),
    name: text('name').notNull(),
  },
  (table) => [
    primaryKey({ name: 'conflict_committee_key', columns: [table.caseId, table.userId] }),
    index('conflict_committee_user').on(table.userId),
  ],
);

/** A decision that the committee is asked to vote on; `content` as the mutation took it. */
export const conflictProposal = pgTable(
  'conflict_proposal',
  {
    id: idColumn(),
    caseId: integer('case_id')
      .notNull()
      .references(() => conflictCase.id),
    content: jsonb('content').$type<unknown>().notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    /** Set with the decision that it became, or when another was taken. */
    settledAt: instant('settled_at'),
  },
  (table) => [index('conflict_proposal_case').on(table.caseId)],
);

export const conflictVote = pgTable(
  'conflict_vote',
  {
    proposalId: integer('proposal_id')
      .notNull()
      .references(() => conflictProposal.id),
    userId: integer('user_id')
      .notNull()
      .references(() => userAccount.id),
    name: text('name').notNull(),
    inFavour: boolean('in_favour').notNull(),
    reason: text('reason'),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ name: 'conflict_vote_key', columns: [table.proposalId, table.userId] })],
);

/** Imports that were looked through for conflicts. */
export const conflictScan = pgTable('conflict_scan', {
  importId: integer('import_id')
    .primaryKey()
    .references(() => eventImport.id),
  scannedAt: instant('scanned_at').notNull(),
});

/** Facts that changed: events from that day on have to be looked through again. Written by triggers, removed by the scan. */
export const conflictStale = pgTable('conflict_stale', {
  id: idColumn(),
  since: localDateColumn('since').notNull(),
  reason: text('reason').notNull(),
});
