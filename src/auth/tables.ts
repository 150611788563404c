import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { agent } from '../agents/tables.ts';
import { idColumn, instant, nameColumn } from '../db/columns.ts';
import { region } from '../reference/tables.ts';

export const userRole = pgEnum('user_role', ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT', 'COMPLIANCE']);

export const companyRight = pgEnum('company_right', ['FULL', 'READ']);

/** Somebody who can sign in. A channel manager is bound to a region, an agent's user to its agent. */
export const userAccount = pgTable(
  'user_account',
  {
    id: idColumn(),
    email: text('email').notNull().unique(),
    name: nameColumn(),
    role: userRole('role').notNull(),
    agentId: integer('agent_id').references(() => agent.id),
    regionId: integer('region_id').references(() => region.id),
    /** What an agent's user may do of what the agent may; FULL for everybody else. */
    companyRight: companyRight('company_right').notNull().default('FULL'),
    passwordHash: text('password_hash').notNull(),
    disabled: boolean('disabled').notNull().default(false),
    createdAt: instant('created_at').notNull(),
  },
  () => [
    check('user_account_email', sql.raw('email = lower(email)')),
    check('user_account_agent', sql.raw("(role = 'AGENT') = (agent_id is not null)")),
    check('user_account_company_right', sql.raw("role = 'AGENT' or company_right = 'FULL'")),
    check('user_account_region', sql.raw("(role = 'CHANNEL_MANAGER') = (region_id is not null)")),
  ],
);

/** A signed-in browser. Only the hash of its token is kept. */
export const userSession = pgTable(
  'user_session',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => userAccount.id),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('user_session_user').on(table.userId)],
);

/** A key with which a machine acts as a user, sent as a bearer token. Only its hash is kept. */
export const apiKey = pgTable(
  'api_key',
  {
    id: idColumn(),
    tokenHash: text('token_hash').notNull().unique(),
    userId: integer('user_id')
      .notNull()
      .references(() => userAccount.id),
    name: nameColumn(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('api_key_user').on(table.userId)],
);

/** The first answer to a mutation that carried an idempotency key, and the hash of its input. */
export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => userAccount.id),
    key: text('key').notNull(),
    operation: text('operation').notNull(),
    inputHash: text('input_hash').notNull(),
    answer: text('answer').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ name: 'idempotency_key_key', columns: [table.userId, table.key] })],
);
