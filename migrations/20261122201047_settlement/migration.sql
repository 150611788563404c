CREATE TYPE "adjustment_proposal_state" AS ENUM('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "balance_entry_kind" AS ENUM('BANK_RETURN', 'DEPOSIT_SET_OFF', 'REPAYMENT', 'OFF_CYCLE');--> statement-breakpoint
CREATE TYPE "off_cycle_kind" AS ENUM('ADVANCE', 'BALANCE', 'FINAL');--> statement-breakpoint
CREATE TYPE "off_cycle_state" AS ENUM('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "period_lock_state" AS ENUM('LOCKED', 'REOPENING', 'REOPENED');--> statement-breakpoint
CREATE TYPE "deposit_entry_kind" AS ENUM('PAID_IN', 'COLLECTED', 'SET_OFF', 'REFUNDED');--> statement-breakpoint
CREATE TYPE "deposit_entry_state" AS ENUM('PROPOSED', 'APPROVED', 'REJECTED');--> statement-breakpoint
CREATE TYPE "dispute_effect" AS ENUM('NONE', 'ADJUSTMENT', 'RECALCULATION');--> statement-breakpoint
CREATE TYPE "dispute_state" AS ENUM('OPEN', 'ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "dispute_subject" AS ENUM('LINE', 'MISSING_CREDIT', 'SCORE', 'STATEMENT');--> statement-breakpoint
CREATE TYPE "export_state" AS ENUM('REQUESTED', 'RUNNING', 'DONE', 'FAILED');--> statement-breakpoint
CREATE TYPE "invoice_state" AS ENUM('SUBMITTED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "payee_state" AS ENUM('PROPOSED', 'APPROVED', 'REJECTED');--> statement-breakpoint
CREATE TYPE "payment_batch_state" AS ENUM('CREATED', 'APPROVED', 'SETTLED', 'CANCELLED');--> statement-breakpoint
CREATE TYPE "payment_kind" AS ENUM('STATEMENT', 'OFF_CYCLE', 'DEPOSIT_REFUND');--> statement-breakpoint
CREATE TYPE "payment_state" AS ENUM('INSTRUCTED', 'PAID', 'FAILED', 'CANCELLED', 'SET_OFF');--> statement-breakpoint
CREATE TYPE "reconciliation_match" AS ENUM('ID', 'SUBSCRIPTION');--> statement-breakpoint
CREATE TYPE "reconciliation_verdict" AS ENUM('MATCHED', 'MISSING', 'UNDERPAID', 'OVERPAID', 'DISQUALIFIED');--> statement-breakpoint
CREATE TYPE "statement_confirmation" AS ENUM('AGENT', 'TIME', 'SETTLEMENT');--> statement-breakpoint
CREATE TYPE "statement_state" AS ENUM('ISSUED', 'CONFIRMED', 'DISPUTED');--> statement-breakpoint
ALTER TYPE "document_subject" ADD VALUE 'SETTLEMENT';--> statement-breakpoint
ALTER TYPE "adjustment_kind" ADD VALUE 'CORRECTION';--> statement-breakpoint
CREATE TABLE "adjustment_proposal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "adjustment_proposal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('AP-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"kind" "adjustment_kind" NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"document_id" integer,
	"batch_hash" text,
	"state" "adjustment_proposal_state" NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text,
	CONSTRAINT "adjustment_proposal_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "adjustment_proposal_amount" CHECK (amount <> 0 and (kind::text <> 'PENALTY' or amount < 0)),
	CONSTRAINT "adjustment_proposal_decided" CHECK ((state = 'PROPOSED') = (decided_at is null)),
	CONSTRAINT "adjustment_proposal_four_eyes" CHECK (state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by))
);
--> statement-breakpoint
CREATE TABLE "balance_entry" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "balance_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"kind" "balance_entry_kind" NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"payment_id" integer UNIQUE,
	"deposit_entry_id" integer UNIQUE,
	"settlement_id" integer UNIQUE,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"approved_by" text,
	"carried_run_id" integer,
	CONSTRAINT "balance_entry_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "balance_entry_amount" CHECK (case kind when 'OFF_CYCLE' then amount < 0 else amount > 0 end),
	CONSTRAINT "balance_entry_cause" CHECK (case kind when 'BANK_RETURN' then payment_id is not null when 'DEPOSIT_SET_OFF' then deposit_entry_id is not null when 'OFF_CYCLE' then settlement_id is not null else approved_by is not null end and num_nonnulls(payment_id, deposit_entry_id, settlement_id) <= 1),
	CONSTRAINT "balance_entry_four_eyes" CHECK (lower(approved_by) <> lower(created_by))
);
--> statement-breakpoint
CREATE TABLE "off_cycle_settlement" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "off_cycle_settlement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('OC-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"kind" "off_cycle_kind" NOT NULL,
	"currency" text NOT NULL,
	"gross" numeric NOT NULL,
	"tax_percent" numeric NOT NULL,
	"tax" numeric NOT NULL,
	"net" numeric NOT NULL,
	"reason" text NOT NULL,
	"state" "off_cycle_state" NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	CONSTRAINT "off_cycle_settlement_finite" CHECK (gross not in ('NaN', 'Infinity', '-Infinity') and tax not in ('NaN', 'Infinity', '-Infinity') and net not in ('NaN', 'Infinity', '-Infinity') and tax_percent not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "off_cycle_settlement_whole" CHECK (gross > 0 and tax >= 0 and gross = tax + net),
	CONSTRAINT "off_cycle_settlement_decided" CHECK ((state = 'PROPOSED') = (decided_at is null)),
	CONSTRAINT "off_cycle_settlement_four_eyes" CHECK (state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by))
);
--> statement-breakpoint
CREATE TABLE "close_event" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "close_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"period" text NOT NULL,
	"action" text NOT NULL,
	"step" text,
	"note" text,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "close_tick" (
	"period" text,
	"step" text,
	"note" text NOT NULL,
	"ticked_by" text NOT NULL,
	"ticked_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "close_tick_key" PRIMARY KEY("period","step")
);
--> statement-breakpoint
CREATE TABLE "period_lock" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "period_lock_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"period" text NOT NULL UNIQUE,
	"state" "period_lock_state" NOT NULL,
	"locked_by" text NOT NULL,
	"locked_at" timestamp(6) with time zone NOT NULL,
	"reopen_reason" text,
	"reopen_asked_by" text,
	"reopen_asked_at" timestamp(6) with time zone,
	"reopened_by" text,
	"reopened_at" timestamp(6) with time zone,
	CONSTRAINT "period_lock_asked" CHECK ((state = 'LOCKED') = (reopen_asked_by is null)),
	CONSTRAINT "period_lock_two_people" CHECK ((state = 'REOPENED') = (reopened_by is not null) and lower(reopened_by) <> lower(reopen_asked_by))
);
--> statement-breakpoint
CREATE TABLE "deposit_entry" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deposit_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"kind" "deposit_entry_kind" NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"document_id" integer,
	"payment_id" integer UNIQUE,
	"state" "deposit_entry_state" NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	CONSTRAINT "deposit_entry_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "deposit_entry_amount" CHECK (case when kind in ('PAID_IN', 'COLLECTED') then amount > 0 else amount < 0 end),
	CONSTRAINT "deposit_entry_decided" CHECK ((state = 'PROPOSED') = (decided_at is null)),
	CONSTRAINT "deposit_entry_four_eyes" CHECK (state = 'PROPOSED' or kind = 'COLLECTED' or lower(decided_by) <> lower(proposed_by))
);
--> statement-breakpoint
CREATE TABLE "dispute" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dispute_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('DP-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"subject" "dispute_subject" NOT NULL,
	"run_id" integer NOT NULL,
	"currency" text NOT NULL,
	"line_id" text,
	"score_id" integer,
	"source" text,
	"external_id" text,
	"subscription_id" text,
	"product_code" text,
	"sold_on" date,
	"claimed_amount" numeric,
	"reason" text NOT NULL,
	"state" "dispute_state" NOT NULL,
	"due_at" timestamp(6) with time zone NOT NULL,
	"filed_by" text NOT NULL,
	"filed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text,
	"effect" "dispute_effect",
	"decided_amount" numeric,
	CONSTRAINT "dispute_finite" CHECK (claimed_amount not in ('NaN', 'Infinity', '-Infinity') and decided_amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "dispute_subject_named" CHECK (case subject when 'LINE' then line_id is not null when 'SCORE' then score_id is not null when 'MISSING_CREDIT' then num_nonnulls(external_id, subscription_id) > 0 else true end),
	CONSTRAINT "dispute_decided" CHECK ((state in ('ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED')) = (decided_at is not null and effect is not null)),
	CONSTRAINT "dispute_amount" CHECK ((effect is not distinct from 'ADJUSTMENT') = (decided_amount is not null)),
	CONSTRAINT "dispute_other_person" CHECK (lower(decided_by) <> lower(filed_by))
);
--> statement-breakpoint
CREATE TABLE "dispute_comment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dispute_comment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"dispute_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"text" text NOT NULL,
	"document_id" integer,
	"internal" boolean DEFAULT false NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "export_file" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "export_file_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"request_id" integer NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL UNIQUE,
	"warnings" jsonb DEFAULT '[]' NOT NULL,
	"made_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "export_file_name" UNIQUE("request_id","name"),
	CONSTRAINT "export_file_size" CHECK (size_bytes >= 0)
);
--> statement-breakpoint
CREATE TABLE "export_progress" (
	"request_id" integer PRIMARY KEY,
	"step" text NOT NULL,
	"percent" smallint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "export_request" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "export_request_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"kinds" text[] NOT NULL,
	"settings" jsonb NOT NULL,
	"state" "export_state" NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp(6) with time zone NOT NULL,
	"finished_at" timestamp(6) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "invoice" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invoice_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"number" text NOT NULL,
	"series" text DEFAULT '' NOT NULL,
	"issued_on" date NOT NULL,
	"currency" text NOT NULL,
	"net" numeric NOT NULL,
	"vat" numeric NOT NULL,
	"gross" numeric NOT NULL,
	"document_id" integer,
	"state" "invoice_state" NOT NULL,
	"submitted_by" text NOT NULL,
	"submitted_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text,
	CONSTRAINT "invoice_finite" CHECK (net not in ('NaN', 'Infinity', '-Infinity') and vat not in ('NaN', 'Infinity', '-Infinity') and gross not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "invoice_whole" CHECK (net + vat = gross and gross > 0),
	CONSTRAINT "invoice_decided" CHECK ((state = 'SUBMITTED') = (decided_at is null))
);
--> statement-breakpoint
CREATE TABLE "invoice_statement" (
	"invoice_id" integer,
	"run_id" integer,
	"agent_id" integer,
	"currency" text,
	CONSTRAINT "invoice_statement_key" PRIMARY KEY("invoice_id","run_id","agent_id","currency")
);
--> statement-breakpoint
CREATE TABLE "payee" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payee_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"holder_name" text NOT NULL,
	"third_party" boolean NOT NULL,
	"bank_name" text NOT NULL,
	"bic" text,
	"clearing_code" text,
	"ciphertext" text NOT NULL,
	"wrapped_key" text NOT NULL,
	"envelope_key_id" text NOT NULL,
	"account_masked" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"state" "payee_state" NOT NULL,
	"reason" text NOT NULL,
	"document_id" integer,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	CONSTRAINT "payee_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "payee_decided" CHECK ((state = 'PROPOSED') = (decided_at is null)),
	CONSTRAINT "payee_four_eyes" CHECK (state = 'PROPOSED' or lower(decided_by) <> lower(proposed_by))
);
--> statement-breakpoint
CREATE TABLE "payment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"batch_id" integer NOT NULL,
	"end_to_end_id" text NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"kind" "payment_kind" NOT NULL,
	"run_id" integer,
	"currency" text NOT NULL,
	"settlement_id" integer,
	"deposit_entry_id" integer,
	"gross" numeric NOT NULL,
	"collected" numeric DEFAULT '0' NOT NULL,
	"amount" numeric NOT NULL,
	"payee_id" integer,
	"holder_name" text NOT NULL,
	"bank_name" text,
	"bic" text,
	"clearing_code" text,
	"ciphertext" text NOT NULL,
	"wrapped_key" text NOT NULL,
	"envelope_key_id" text NOT NULL,
	"account_masked" text NOT NULL,
	"state" "payment_state" NOT NULL,
	"failure_code" text,
	"failure_text" text,
	"settled_at" timestamp(6) with time zone,
	"status_import_id" integer,
	"retries_id" integer UNIQUE,
	CONSTRAINT "payment_finite" CHECK (gross not in ('NaN', 'Infinity', '-Infinity') and collected not in ('NaN', 'Infinity', '-Infinity') and amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "payment_whole" CHECK (amount = gross - collected and collected >= 0 and gross > 0),
	CONSTRAINT "payment_amount" CHECK (case when state = 'SET_OFF' then amount = 0 else amount > 0 end),
	CONSTRAINT "payment_cause" CHECK (num_nonnulls(run_id, settlement_id, deposit_entry_id) = 1 and case kind when 'STATEMENT' then run_id is not null when 'OFF_CYCLE' then settlement_id is not null else deposit_entry_id is not null end)
);
--> statement-breakpoint
CREATE TABLE "payment_batch" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_batch_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('PB-' || id::text) STORED NOT NULL UNIQUE,
	"message_id" text NOT NULL UNIQUE,
	"currency" text NOT NULL,
	"debtor_account" text NOT NULL,
	"policy_version_id" integer NOT NULL,
	"format" text NOT NULL,
	"executes_on" date NOT NULL,
	"state" "payment_batch_state" NOT NULL,
	"payment_count" integer NOT NULL,
	"control_sum" numeric NOT NULL,
	"file_size_bytes" integer NOT NULL,
	"file_sha256" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"approved_by" text,
	"approved_at" timestamp(6) with time zone,
	"cancelled_by" text,
	"cancelled_at" timestamp(6) with time zone,
	"cancel_reason" text,
	"settled_at" timestamp(6) with time zone,
	CONSTRAINT "payment_batch_finite" CHECK (control_sum not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "payment_batch_four_eyes" CHECK (lower(approved_by) <> lower(created_by))
);
--> statement-breakpoint
CREATE TABLE "payment_status_import" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_status_import_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"format" text NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL UNIQUE,
	"paid_count" integer NOT NULL,
	"failed_count" integer NOT NULL,
	"known_count" integer NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciliation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('RC-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"run_id" integer NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp(6) with time zone NOT NULL,
	"row_count" integer NOT NULL,
	"unlisted_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliation_row" (
	"reconciliation_id" integer,
	"row" integer,
	"agent_id" integer NOT NULL,
	"source" text,
	"external_id" text,
	"subscription_id" text,
	"product_code" text,
	"sold_on" date,
	"expected_amount" numeric,
	"currency" text NOT NULL,
	"verdict" "reconciliation_verdict" NOT NULL,
	"matched_by" "reconciliation_match",
	"event_id" bigint,
	"paid_amount" numeric,
	"reason" text,
	"dispute_id" integer,
	CONSTRAINT "reconciliation_row_key" PRIMARY KEY("reconciliation_id","row"),
	CONSTRAINT "reconciliation_row_finite" CHECK (expected_amount not in ('NaN', 'Infinity', '-Infinity') and paid_amount not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "settlement_policy" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlement_policy_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settlement_policy_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlement_policy_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"policy_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "settlement_policy_version_number" UNIQUE("policy_id","number")
);
--> statement-breakpoint
CREATE TABLE "issued_statement" (
	"run_id" integer,
	"agent_id" integer,
	"currency" text,
	"number" text NOT NULL UNIQUE,
	"state" "statement_state" NOT NULL,
	"issued_by" text NOT NULL,
	"issued_at" timestamp(6) with time zone NOT NULL,
	"confirms_on" date NOT NULL,
	"disputable_until" date NOT NULL,
	"confirmation" "statement_confirmation",
	"confirmed_by" text,
	"confirmed_at" timestamp(6) with time zone,
	"vat_percent" numeric,
	"vat_included" boolean DEFAULT false NOT NULL,
	"net" numeric NOT NULL,
	"vat" numeric NOT NULL,
	"gross" numeric NOT NULL,
	"invoice_required" boolean NOT NULL,
	"payment_delay_days" integer DEFAULT 0 NOT NULL,
	"lines_hash" text NOT NULL,
	CONSTRAINT "issued_statement_key" PRIMARY KEY("run_id","agent_id","currency"),
	CONSTRAINT "issued_statement_finite" CHECK (net not in ('NaN', 'Infinity', '-Infinity') and vat not in ('NaN', 'Infinity', '-Infinity') and gross not in ('NaN', 'Infinity', '-Infinity') and vat_percent not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "issued_statement_whole" CHECK (net + vat = gross),
	CONSTRAINT "issued_statement_confirmed" CHECK ((state = 'CONFIRMED') = (confirmed_at is not null))
);
--> statement-breakpoint
CREATE TABLE "statement_step" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "statement_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"run_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"currency" text NOT NULL,
	"action" text NOT NULL,
	"to_state" "statement_state" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "adjustment" ADD COLUMN "proposal_id" integer;--> statement-breakpoint
ALTER TABLE "adjustment" ADD COLUMN "dispute_id" integer;--> statement-breakpoint
ALTER TABLE "statement" ADD COLUMN "returned" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_proposal_id_key" UNIQUE("proposal_id");--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_dispute_id_key" UNIQUE("dispute_id");--> statement-breakpoint
CREATE INDEX "adjustment_proposal_agent" ON "adjustment_proposal" ("agent_id");--> statement-breakpoint
CREATE INDEX "adjustment_proposal_state" ON "adjustment_proposal" ("state");--> statement-breakpoint
CREATE INDEX "adjustment_proposal_document" ON "adjustment_proposal" ("document_id");--> statement-breakpoint
CREATE INDEX "balance_entry_agent" ON "balance_entry" ("agent_id");--> statement-breakpoint
CREATE INDEX "balance_entry_carried" ON "balance_entry" ("carried_run_id");--> statement-breakpoint
CREATE INDEX "off_cycle_settlement_agent" ON "off_cycle_settlement" ("agent_id");--> statement-breakpoint
CREATE INDEX "close_event_period" ON "close_event" ("period");--> statement-breakpoint
CREATE INDEX "deposit_entry_agent" ON "deposit_entry" ("agent_id");--> statement-breakpoint
CREATE INDEX "deposit_entry_document" ON "deposit_entry" ("document_id");--> statement-breakpoint
CREATE INDEX "dispute_agent" ON "dispute" ("agent_id");--> statement-breakpoint
CREATE INDEX "dispute_statement" ON "dispute" ("run_id","agent_id");--> statement-breakpoint
CREATE INDEX "dispute_score" ON "dispute" ("score_id");--> statement-breakpoint
CREATE INDEX "dispute_state" ON "dispute" ("state","due_at");--> statement-breakpoint
CREATE INDEX "dispute_comment_dispute" ON "dispute_comment" ("dispute_id");--> statement-breakpoint
CREATE INDEX "dispute_comment_agent" ON "dispute_comment" ("agent_id");--> statement-breakpoint
CREATE INDEX "dispute_comment_document" ON "dispute_comment" ("document_id");--> statement-breakpoint
CREATE INDEX "export_file_run" ON "export_file" ("run_id");--> statement-breakpoint
CREATE INDEX "export_request_run" ON "export_request" ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "export_request_open" ON "export_request" ("run_id") WHERE state in ('REQUESTED', 'RUNNING');--> statement-breakpoint
CREATE UNIQUE INDEX "invoice_number" ON "invoice" ("series","number") WHERE state in ('SUBMITTED', 'ACCEPTED');--> statement-breakpoint
CREATE INDEX "invoice_agent" ON "invoice" ("agent_id");--> statement-breakpoint
CREATE INDEX "invoice_document" ON "invoice" ("document_id");--> statement-breakpoint
CREATE INDEX "invoice_statement_statement" ON "invoice_statement" ("run_id","agent_id");--> statement-breakpoint
CREATE INDEX "invoice_statement_agent" ON "invoice_statement" ("agent_id");--> statement-breakpoint
CREATE INDEX "payee_agent" ON "payee" ("agent_id");--> statement-breakpoint
CREATE INDEX "payee_document" ON "payee" ("document_id");--> statement-breakpoint
CREATE INDEX "payment_of_batch" ON "payment" ("batch_id");--> statement-breakpoint
CREATE INDEX "payment_agent" ON "payment" ("agent_id");--> statement-breakpoint
CREATE INDEX "payment_payee" ON "payment" ("payee_id");--> statement-breakpoint
CREATE INDEX "payment_from_status" ON "payment" ("status_import_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_once_statement" ON "payment" ("run_id","agent_id","currency") WHERE state in ('INSTRUCTED', 'PAID', 'SET_OFF') and kind = 'STATEMENT';--> statement-breakpoint
CREATE UNIQUE INDEX "payment_once_settlement" ON "payment" ("settlement_id") WHERE state in ('INSTRUCTED', 'PAID', 'SET_OFF');--> statement-breakpoint
CREATE UNIQUE INDEX "payment_once_deposit" ON "payment" ("deposit_entry_id") WHERE state in ('INSTRUCTED', 'PAID', 'SET_OFF');--> statement-breakpoint
CREATE INDEX "reconciliation_agent" ON "reconciliation" ("agent_id");--> statement-breakpoint
CREATE INDEX "reconciliation_run" ON "reconciliation" ("run_id");--> statement-breakpoint
CREATE INDEX "reconciliation_row_agent" ON "reconciliation_row" ("agent_id");--> statement-breakpoint
CREATE INDEX "reconciliation_row_dispute" ON "reconciliation_row" ("dispute_id");--> statement-breakpoint
CREATE INDEX "issued_statement_agent" ON "issued_statement" ("agent_id");--> statement-breakpoint
CREATE INDEX "issued_statement_state" ON "issued_statement" ("state","confirms_on");--> statement-breakpoint
CREATE INDEX "statement_step_statement" ON "statement_step" ("run_id","agent_id");--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_proposal_id_adjustment_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "adjustment_proposal"("id");--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_dispute_id_dispute_id_fkey" FOREIGN KEY ("dispute_id") REFERENCES "dispute"("id");--> statement-breakpoint
ALTER TABLE "adjustment_proposal" ADD CONSTRAINT "adjustment_proposal_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "adjustment_proposal" ADD CONSTRAINT "adjustment_proposal_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_payment_id_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_deposit_entry_id_deposit_entry_id_fkey" FOREIGN KEY ("deposit_entry_id") REFERENCES "deposit_entry"("id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_settlement_id_off_cycle_settlement_id_fkey" FOREIGN KEY ("settlement_id") REFERENCES "off_cycle_settlement"("id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_carried_run_id_commission_run_id_fkey" FOREIGN KEY ("carried_run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "off_cycle_settlement" ADD CONSTRAINT "off_cycle_settlement_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "deposit_entry" ADD CONSTRAINT "deposit_entry_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "deposit_entry" ADD CONSTRAINT "deposit_entry_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "deposit_entry" ADD CONSTRAINT "deposit_entry_payment_id_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id");--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_score_id_score_id_fkey" FOREIGN KEY ("score_id") REFERENCES "score"("id");--> statement-breakpoint
ALTER TABLE "dispute_comment" ADD CONSTRAINT "dispute_comment_dispute_id_dispute_id_fkey" FOREIGN KEY ("dispute_id") REFERENCES "dispute"("id");--> statement-breakpoint
ALTER TABLE "dispute_comment" ADD CONSTRAINT "dispute_comment_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "dispute_comment" ADD CONSTRAINT "dispute_comment_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "export_file" ADD CONSTRAINT "export_file_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "export_file" ADD CONSTRAINT "export_file_request_id_export_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "export_request"("id");--> statement-breakpoint
ALTER TABLE "export_progress" ADD CONSTRAINT "export_progress_request_id_export_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "export_request"("id");--> statement-breakpoint
ALTER TABLE "export_request" ADD CONSTRAINT "export_request_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "invoice_statement" ADD CONSTRAINT "invoice_statement_invoice_id_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoice"("id");--> statement-breakpoint
ALTER TABLE "invoice_statement" ADD CONSTRAINT "invoice_statement_statement" FOREIGN KEY ("run_id","agent_id","currency") REFERENCES "issued_statement"("run_id","agent_id","currency");--> statement-breakpoint
ALTER TABLE "payee" ADD CONSTRAINT "payee_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "payee" ADD CONSTRAINT "payee_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_batch_id_payment_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "payment_batch"("id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_payee_id_payee_id_fkey" FOREIGN KEY ("payee_id") REFERENCES "payee"("id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_status_import_id_payment_status_import_id_fkey" FOREIGN KEY ("status_import_id") REFERENCES "payment_status_import"("id");--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_statement" FOREIGN KEY ("run_id","agent_id","currency") REFERENCES "issued_statement"("run_id","agent_id","currency");--> statement-breakpoint
ALTER TABLE "reconciliation" ADD CONSTRAINT "reconciliation_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "reconciliation" ADD CONSTRAINT "reconciliation_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "reconciliation_row" ADD CONSTRAINT "reconciliation_row_reconciliation_id_reconciliation_id_fkey" FOREIGN KEY ("reconciliation_id") REFERENCES "reconciliation"("id");--> statement-breakpoint
ALTER TABLE "reconciliation_row" ADD CONSTRAINT "reconciliation_row_dispute_id_dispute_id_fkey" FOREIGN KEY ("dispute_id") REFERENCES "dispute"("id");--> statement-breakpoint
ALTER TABLE "settlement_policy_version" ADD CONSTRAINT "settlement_policy_version_policy_id_settlement_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "settlement_policy"("id");--> statement-breakpoint
ALTER TABLE "issued_statement" ADD CONSTRAINT "issued_statement_statement" FOREIGN KEY ("run_id","agent_id","currency") REFERENCES "statement"("run_id","agent_id","currency");--> statement-breakpoint
ALTER TABLE "statement_step" ADD CONSTRAINT "statement_step_statement" FOREIGN KEY ("run_id","agent_id","currency") REFERENCES "issued_statement"("run_id","agent_id","currency");