import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { codeColumn, idColumn, instant, localDateColumn, nameColumn } from '../db/columns.ts';
import { versionColumns } from '../definitions/columns.ts';
import { product, productCategory, region } from '../reference/tables.ts';
import { salesEvent } from '../sales/tables.ts';
import type { RegistrationPolicyDefinition } from './policy.ts';

export const registrationPolicy = pgTable('registration_policy', {
  id: idColumn(),
  code: codeColumn(),
  name: nameColumn(),
});

export const registrationPolicyVersion = pgTable(
  'registration_policy_version',
  {
    id: idColumn(),
    policyId: integer('policy_id')
      .notNull()
      .references(() => registrationPolicy.id),
    ...versionColumns<RegistrationPolicyDefinition>(),
  },
  (table) => [unique('registration_policy_version_number').on(table.policyId, table.number)],
);

/** PENDING: staff has to judge. QUEUED: waits behind a protected deal of another agent. PROTECTED: until its end, won or not. */
export const registrationState = pgEnum('registration_state', [
  'PENDING',
  'QUEUED',
  'PROTECTED',
  'WON',
  'LOST',
  'EXPIRED',
  'REFUSED',
  'WITHDRAWN',
]);

/** A customer, or one opportunity with it, that an agent claims 报备. Protected in [protectedFrom, protectedUntil) exactly. */
export const dealRegistration = pgTable(
  'deal_registration',
  {
    id: idColumn(),
    code: text('code').notNull().unique().generatedAlwaysAs(sql.raw("'D-' || id::text")),
    agentId: integer('agent_id')
      .notNull()
      .references(() => agent.id),
    policyVersionId: integer('policy_version_id')
      .notNull()
      .references(() => registrationPolicyVersion.id),
    /** As events name it. */
    customerId: text('customer_id').notNull(),
    customerName: text('customer_name').notNull(),
    opportunity: text('opportunity'),
    /** What of: a product, a category, or anything. */
    productId: integer('product_id').references(() => product.id),
    productCategoryId: integer('product_category_id').references(() => productCategory.id),
    regionId: integer('region_id').references(() => region.id),
    state: registrationState('state').notNull(),
    registeredBy: text('registered_by').notNull(),
    registeredAt: instant('registered_at').notNull(),
    protectedFrom: instant('protected_from'),
    protectedUntil: instant('protected_until'),
    /** The first local day on which it is protected no more. */
    protectedUntilDay: localDateColumn('protected_until_day'),
    extensionCount: smallint('extension_count').notNull().default(0),
    wonEventId: bigint('won_event_id', { mode: 'number' }).references(() => salesEvent.id),
  },
  (table) => [
    index('deal_registration_customer').on(table.customerId),
    index('deal_registration_agent').on(table.agentId),
    index('deal_registration_end').on(table.state, table.protectedUntil),
    check('deal_registration_product', sql.raw('num_nonnulls(product_id, product_category_id) <= 1')),
    check(
      'deal_registration_protection',
      sql.raw(
        'num_nonnulls(protected_from, protected_until, protected_until_day) in (0, 3) and protected_until >= protected_from',
      ),
    ),
  ],
);

/** What happened to a registration, for good. */
export const registrationStep = pgTable(
  'registration_step',
  {
    id: idColumn(),
    registrationId: integer('registration_id')
      .notNull()
      .references(() => dealRegistration.id),
    /** REGISTERED, PROTECTED, QUEUED, REFUSED, EXTENDED, WON, LOST, EXPIRED, WITHDRAWN, TERMINATED. */
    action: text('action').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    reason: text('reason'),
  },
  (table) => [index('registration_step_registration').on(table.registrationId)],
);
