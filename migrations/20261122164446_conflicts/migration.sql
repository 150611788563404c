CREATE TYPE "adjustment_kind" AS ENUM('PENALTY', 'PRICE_DIFFERENCE', 'REVERSED');--> statement-breakpoint
CREATE TYPE "conflict_appeal_state" AS ENUM('FILED', 'UPHELD', 'CHANGED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "conflict_audience" AS ENUM('STAFF', 'PARTIES', 'SIDE');--> statement-breakpoint
CREATE TYPE "conflict_case_state" AS ENUM('OPEN', 'IN_MEDIATION', 'RESOLVED', 'APPEALED', 'CLOSED');--> statement-breakpoint
CREATE TYPE "conflict_closing" AS ENUM('FACTS_CHANGED', 'FINAL', 'APPEAL_DECIDED');--> statement-breakpoint
CREATE TYPE "conflict_credits" AS ENUM('KEEP', 'AWARD', 'SPLIT', 'VOID');--> statement-breakpoint
CREATE TYPE "conflict_effect" AS ENUM('FLAG', 'HOLD', 'REJECT');--> statement-breakpoint
CREATE TYPE "conflict_evidence_kind" AS ENUM('DOCUMENT', 'EVENT', 'PRICE', 'NOTE');--> statement-breakpoint
CREATE TYPE "conflict_kind" AS ENUM('TERRITORY', 'OWNERSHIP', 'DUPLICATE', 'PRICE_FLOOR', 'AUTHORISATION', 'CAMPAIGN_OVERLAP');--> statement-breakpoint
CREATE TYPE "conflict_side" AS ENUM('ACCUSED', 'CLAIMANT');--> statement-breakpoint
CREATE TYPE "deduction_kind" AS ENUM('PENALTY', 'PRICE_DIFFERENCE');--> statement-breakpoint
CREATE TYPE "credit_block" AS ENUM('HELD', 'REJECTED');--> statement-breakpoint
CREATE TYPE "registration_state" AS ENUM('PENDING', 'QUEUED', 'PROTECTED', 'WON', 'LOST', 'EXPIRED', 'REFUSED', 'WITHDRAWN');--> statement-breakpoint
ALTER TYPE "component_kind" ADD VALUE 'ADJUSTMENT';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'CONFLICT_OPENED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'CONFLICT_DECIDED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'CONFLICT_CLOSED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'REGISTRATION_DECIDED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'REGISTRATION_EXPIRING';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'REGISTRATION_EXPIRED';--> statement-breakpoint
CREATE TABLE "adjustment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "adjustment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"kind" "adjustment_kind" NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"from_period" text NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"deduction_id" integer,
	"reverses_id" integer CONSTRAINT "adjustment_reverses" UNIQUE,
	"withdrawn_at" timestamp(6) with time zone,
	CONSTRAINT "adjustment_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "adjustment_amount" CHECK (amount <> 0),
	CONSTRAINT "adjustment_reversed" CHECK ((kind = 'REVERSED') = (reverses_id is not null))
);
--> statement-breakpoint
CREATE TABLE "run_held" (
	"run_id" integer,
	"event_id" bigint,
	"agent_id" integer,
	"role" text,
	"component_id" integer,
	"case_id" integer NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "run_held_key" PRIMARY KEY("run_id","agent_id","event_id","role","component_id"),
	CONSTRAINT "run_held_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "conflict_appeal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_appeal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"decision_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"state" "conflict_appeal_state" NOT NULL,
	"reason" text NOT NULL,
	"filed_by" text NOT NULL,
	"filed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text
);
--> statement-breakpoint
CREATE TABLE "conflict_case" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_case_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('C-' || id::text) STORED NOT NULL UNIQUE,
	"rule_id" integer NOT NULL,
	"kind" "conflict_kind" NOT NULL,
	"effect" "conflict_effect" NOT NULL,
	"region_id" integer,
	"period" text NOT NULL,
	"occurred_on" date NOT NULL,
	"state" "conflict_case_state" NOT NULL,
	"opened_at" timestamp(6) with time zone NOT NULL,
	"due_at" timestamp(6) with time zone NOT NULL,
	"appeal_days" smallint NOT NULL,
	"appeal_until" timestamp(6) with time zone,
	"resolved_at" timestamp(6) with time zone,
	"closed_at" timestamp(6) with time zone,
	"closing" "conflict_closing",
	"mediator_id" integer,
	"mediator_name" text,
	"escalation_level" smallint DEFAULT 0 NOT NULL,
	"reopened_count" smallint DEFAULT 0 NOT NULL,
	"decision_id" integer,
	CONSTRAINT "conflict_case_closing" CHECK ((state = 'CLOSED') = (closing is not null)),
	CONSTRAINT "conflict_case_decided" CHECK (state not in ('RESOLVED', 'APPEALED') or decision_id is not null)
);
--> statement-breakpoint
CREATE TABLE "conflict_comment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_comment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"audience" "conflict_audience" NOT NULL,
	"agent_id" integer,
	"text" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "conflict_comment_side" CHECK ((audience = 'SIDE') = (agent_id is not null))
);
--> statement-breakpoint
CREATE TABLE "conflict_committee" (
	"case_id" integer,
	"user_id" integer,
	"name" text NOT NULL,
	CONSTRAINT "conflict_committee_key" PRIMARY KEY("case_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "conflict_decision" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_decision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"credits" "conflict_credits" NOT NULL,
	"kept_event_id" bigint,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"decided_at" timestamp(6) with time zone NOT NULL,
	"by_committee" boolean NOT NULL,
	"on_appeal" boolean NOT NULL,
	CONSTRAINT "conflict_decision_number" UNIQUE("case_id","number"),
	CONSTRAINT "conflict_decision_kept" CHECK ((credits in ('AWARD', 'SPLIT')) = (kept_event_id is not null))
);
--> statement-breakpoint
CREATE TABLE "conflict_decision_share" (
	"decision_id" integer,
	"agent_id" integer,
	"role" text,
	"share" numeric NOT NULL,
	CONSTRAINT "conflict_decision_share_key" PRIMARY KEY("decision_id","agent_id","role"),
	CONSTRAINT "conflict_decision_share_part" CHECK (share > 0 and share <= 1)
);
--> statement-breakpoint
CREATE TABLE "conflict_deduction" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_deduction_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"decision_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"kind" "deduction_kind" NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "conflict_deduction_key" UNIQUE("decision_id","agent_id","kind","currency"),
	CONSTRAINT "conflict_deduction_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "conflict_deduction_positive" CHECK (amount > 0)
);
--> statement-breakpoint
CREATE TABLE "conflict_evidence" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_evidence_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"kind" "conflict_evidence_kind" NOT NULL,
	"agent_id" integer,
	"document_id" integer,
	"event_id" bigint,
	"price" numeric,
	"currency" text,
	"text" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "conflict_evidence_finite" CHECK (price not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "conflict_evidence_content" CHECK (case kind when 'DOCUMENT' then document_id is not null when 'EVENT' then event_id is not null when 'PRICE' then price is not null and currency is not null else true end)
);
--> statement-breakpoint
CREATE TABLE "conflict_hit" (
	"case_id" integer PRIMARY KEY,
	"rule_id" integer NOT NULL,
	"rule_version_id" integer NOT NULL,
	"event_id" bigint NOT NULL,
	"agent_id" integer NOT NULL,
	"facts" jsonb NOT NULL,
	"facts_hash" text NOT NULL,
	"found_at" timestamp(6) with time zone NOT NULL,
	"gone_at" timestamp(6) with time zone,
	CONSTRAINT "conflict_hit_key" UNIQUE("rule_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "conflict_party" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_party_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"side" "conflict_side" NOT NULL,
	"event_id" bigint,
	"registration_id" integer,
	"facts" jsonb NOT NULL,
	CONSTRAINT "conflict_party_key" UNIQUE NULLS NOT DISTINCT("case_id","agent_id","side","event_id","registration_id")
);
--> statement-breakpoint
CREATE TABLE "conflict_proposal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_proposal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"content" jsonb NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"settled_at" timestamp(6) with time zone
);
--> statement-breakpoint
CREATE TABLE "conflict_rule" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conflict_rule_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_rule_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"rule_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "conflict_rule_version_number" UNIQUE("rule_id","number")
);
--> statement-breakpoint
CREATE TABLE "conflict_scan" (
	"import_id" integer PRIMARY KEY,
	"scanned_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conflict_stale" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_stale_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"since" date NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conflict_step" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conflict_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"case_id" integer NOT NULL,
	"action" text NOT NULL,
	"from_state" "conflict_case_state",
	"to_state" "conflict_case_state" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	"reason" text,
	"for_parties" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conflict_vote" (
	"proposal_id" integer,
	"user_id" integer,
	"name" text NOT NULL,
	"in_favour" boolean NOT NULL,
	"reason" text,
	"at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "conflict_vote_key" PRIMARY KEY("proposal_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "matrix_cell" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "matrix_cell_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"channel_type_id" integer NOT NULL,
	"product_category_id" integer NOT NULL,
	"segment_id" integer,
	"allowed" boolean NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "matrix_cell_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "price_floor" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "price_floor_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"product_id" integer,
	"product_category_id" integer,
	"region_id" integer,
	"channel_type_id" integer,
	"currency" text NOT NULL,
	"price" numeric NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "price_floor_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "price_floor_finite" CHECK (price not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "price_floor_positive" CHECK (price > 0),
	CONSTRAINT "price_floor_product" CHECK (num_nonnulls(product_id, product_category_id) = 1)
);
--> statement-breakpoint
CREATE TABLE "credit_rule" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credit_rule_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_rule_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"rule_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "credit_rule_version_number" UNIQUE("rule_id","number")
);
--> statement-breakpoint
CREATE TABLE "event_award" (
	"event_id" bigint,
	"agent_id" integer,
	"role" text,
	"share" numeric NOT NULL,
	CONSTRAINT "event_award_key" PRIMARY KEY("event_id","agent_id","role"),
	CONSTRAINT "event_award_share" CHECK (share > 0 and share <= 1)
);
--> statement-breakpoint
CREATE TABLE "event_crediting" (
	"event_id" bigint PRIMARY KEY,
	"period" text NOT NULL,
	"block" "credit_block",
	"case_id" integer,
	"shared" boolean NOT NULL,
	CONSTRAINT "event_crediting_reason" CHECK ((block is not null or shared) and (block is null or case_id is not null))
);
--> statement-breakpoint
CREATE TABLE "rule_credit" (
	"event_id" bigint,
	"agent_id" integer,
	"role" text,
	"share" numeric NOT NULL,
	"rule_version_id" integer NOT NULL,
	CONSTRAINT "rule_credit_key" PRIMARY KEY("event_id","agent_id","role"),
	CONSTRAINT "rule_credit_share" CHECK (share > 0 and share <= 1)
);
--> statement-breakpoint
CREATE TABLE "deal_registration" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deal_registration_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('D-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"policy_version_id" integer NOT NULL,
	"customer_id" text NOT NULL,
	"customer_name" text NOT NULL,
	"opportunity" text,
	"product_id" integer,
	"product_category_id" integer,
	"region_id" integer,
	"state" "registration_state" NOT NULL,
	"registered_by" text NOT NULL,
	"registered_at" timestamp(6) with time zone NOT NULL,
	"protected_from" timestamp(6) with time zone,
	"protected_until" timestamp(6) with time zone,
	"protected_until_day" date,
	"extension_count" smallint DEFAULT 0 NOT NULL,
	"won_event_id" bigint,
	CONSTRAINT "deal_registration_product" CHECK (num_nonnulls(product_id, product_category_id) <= 1),
	CONSTRAINT "deal_registration_protection" CHECK (num_nonnulls(protected_from, protected_until, protected_until_day) in (0, 3) and protected_until >= protected_from)
);
--> statement-breakpoint
CREATE TABLE "registration_policy" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registration_policy_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registration_policy_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registration_policy_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"policy_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "registration_policy_version_number" UNIQUE("policy_id","number")
);
--> statement-breakpoint
CREATE TABLE "registration_step" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registration_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"registration_id" integer NOT NULL,
	"action" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE INDEX "adjustment_agent" ON "adjustment" ("agent_id");--> statement-breakpoint
CREATE INDEX "adjustment_period" ON "adjustment" ("from_period");--> statement-breakpoint
CREATE INDEX "adjustment_deduction" ON "adjustment" ("deduction_id");--> statement-breakpoint
CREATE INDEX "run_held_agent" ON "run_held" ("agent_id");--> statement-breakpoint
CREATE INDEX "run_held_case" ON "run_held" ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "conflict_appeal_one" ON "conflict_appeal" ("case_id") WHERE state = 'FILED';--> statement-breakpoint
CREATE INDEX "conflict_appeal_agent" ON "conflict_appeal" ("agent_id");--> statement-breakpoint
CREATE INDEX "conflict_appeal_case" ON "conflict_appeal" ("case_id");--> statement-breakpoint
CREATE INDEX "conflict_case_rule" ON "conflict_case" ("rule_id");--> statement-breakpoint
CREATE INDEX "conflict_case_due" ON "conflict_case" ("state","due_at");--> statement-breakpoint
CREATE INDEX "conflict_case_region" ON "conflict_case" ("region_id");--> statement-breakpoint
CREATE INDEX "conflict_case_period" ON "conflict_case" ("period");--> statement-breakpoint
CREATE INDEX "conflict_comment_case" ON "conflict_comment" ("case_id");--> statement-breakpoint
CREATE INDEX "conflict_committee_user" ON "conflict_committee" ("user_id");--> statement-breakpoint
CREATE INDEX "conflict_decision_share_agent" ON "conflict_decision_share" ("agent_id");--> statement-breakpoint
CREATE INDEX "conflict_deduction_agent" ON "conflict_deduction" ("agent_id");--> statement-breakpoint
CREATE INDEX "conflict_evidence_case" ON "conflict_evidence" ("case_id");--> statement-breakpoint
CREATE INDEX "conflict_hit_event" ON "conflict_hit" ("event_id");--> statement-breakpoint
CREATE INDEX "conflict_hit_agent" ON "conflict_hit" ("agent_id");--> statement-breakpoint
CREATE INDEX "conflict_party_agent" ON "conflict_party" ("agent_id");--> statement-breakpoint
CREATE INDEX "conflict_party_event" ON "conflict_party" ("event_id");--> statement-breakpoint
CREATE INDEX "conflict_party_registration" ON "conflict_party" ("registration_id");--> statement-breakpoint
CREATE INDEX "conflict_proposal_case" ON "conflict_proposal" ("case_id");--> statement-breakpoint
CREATE INDEX "conflict_step_case" ON "conflict_step" ("case_id");--> statement-breakpoint
CREATE INDEX "matrix_cell_combination" ON "matrix_cell" ("channel_type_id","product_category_id");--> statement-breakpoint
CREATE INDEX "price_floor_product_id" ON "price_floor" ("product_id");--> statement-breakpoint
CREATE INDEX "price_floor_category_id" ON "price_floor" ("product_category_id");--> statement-breakpoint
CREATE INDEX "event_award_agent" ON "event_award" ("agent_id");--> statement-breakpoint
CREATE INDEX "event_crediting_period" ON "event_crediting" ("period");--> statement-breakpoint
CREATE INDEX "event_crediting_case" ON "event_crediting" ("case_id");--> statement-breakpoint
CREATE INDEX "deal_registration_customer" ON "deal_registration" ("customer_id");--> statement-breakpoint
CREATE INDEX "deal_registration_agent" ON "deal_registration" ("agent_id");--> statement-breakpoint
CREATE INDEX "deal_registration_end" ON "deal_registration" ("state","protected_until");--> statement-breakpoint
CREATE INDEX "registration_step_registration" ON "registration_step" ("registration_id");--> statement-breakpoint
CREATE INDEX "sales_event_customer" ON "sales_event" ("customer_id") WHERE customer_id is not null;--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_deduction_id_conflict_deduction_id_fkey" FOREIGN KEY ("deduction_id") REFERENCES "conflict_deduction"("id");--> statement-breakpoint
ALTER TABLE "conflict_appeal" ADD CONSTRAINT "conflict_appeal_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_appeal" ADD CONSTRAINT "conflict_appeal_decision_id_conflict_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "conflict_decision"("id");--> statement-breakpoint
ALTER TABLE "conflict_appeal" ADD CONSTRAINT "conflict_appeal_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_case" ADD CONSTRAINT "conflict_case_rule_id_conflict_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "conflict_rule"("id");--> statement-breakpoint
ALTER TABLE "conflict_case" ADD CONSTRAINT "conflict_case_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "conflict_case" ADD CONSTRAINT "conflict_case_mediator_id_user_account_id_fkey" FOREIGN KEY ("mediator_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "conflict_comment" ADD CONSTRAINT "conflict_comment_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_comment" ADD CONSTRAINT "conflict_comment_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_committee" ADD CONSTRAINT "conflict_committee_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_committee" ADD CONSTRAINT "conflict_committee_user_id_user_account_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "conflict_decision" ADD CONSTRAINT "conflict_decision_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_decision" ADD CONSTRAINT "conflict_decision_kept_event_id_sales_event_id_fkey" FOREIGN KEY ("kept_event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "conflict_decision_share" ADD CONSTRAINT "conflict_decision_share_decision_id_conflict_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "conflict_decision"("id");--> statement-breakpoint
ALTER TABLE "conflict_decision_share" ADD CONSTRAINT "conflict_decision_share_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_deduction" ADD CONSTRAINT "conflict_deduction_decision_id_conflict_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "conflict_decision"("id");--> statement-breakpoint
ALTER TABLE "conflict_deduction" ADD CONSTRAINT "conflict_deduction_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_evidence" ADD CONSTRAINT "conflict_evidence_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_evidence" ADD CONSTRAINT "conflict_evidence_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_evidence" ADD CONSTRAINT "conflict_evidence_document_id_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id");--> statement-breakpoint
ALTER TABLE "conflict_evidence" ADD CONSTRAINT "conflict_evidence_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "conflict_hit" ADD CONSTRAINT "conflict_hit_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_hit" ADD CONSTRAINT "conflict_hit_rule_id_conflict_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "conflict_rule"("id");--> statement-breakpoint
ALTER TABLE "conflict_hit" ADD CONSTRAINT "conflict_hit_rule_version_id_conflict_rule_version_id_fkey" FOREIGN KEY ("rule_version_id") REFERENCES "conflict_rule_version"("id");--> statement-breakpoint
ALTER TABLE "conflict_hit" ADD CONSTRAINT "conflict_hit_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "conflict_hit" ADD CONSTRAINT "conflict_hit_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_party" ADD CONSTRAINT "conflict_party_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_party" ADD CONSTRAINT "conflict_party_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "conflict_party" ADD CONSTRAINT "conflict_party_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "conflict_party" ADD CONSTRAINT "conflict_party_registration_id_deal_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "deal_registration"("id");--> statement-breakpoint
ALTER TABLE "conflict_proposal" ADD CONSTRAINT "conflict_proposal_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_rule_version" ADD CONSTRAINT "conflict_rule_version_rule_id_conflict_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "conflict_rule"("id");--> statement-breakpoint
ALTER TABLE "conflict_scan" ADD CONSTRAINT "conflict_scan_import_id_event_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "event_import"("id");--> statement-breakpoint
ALTER TABLE "conflict_step" ADD CONSTRAINT "conflict_step_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "conflict_vote" ADD CONSTRAINT "conflict_vote_proposal_id_conflict_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "conflict_proposal"("id");--> statement-breakpoint
ALTER TABLE "conflict_vote" ADD CONSTRAINT "conflict_vote_user_id_user_account_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "matrix_cell" ADD CONSTRAINT "matrix_cell_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "matrix_cell" ADD CONSTRAINT "matrix_cell_product_category_id_product_category_id_fkey" FOREIGN KEY ("product_category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "matrix_cell" ADD CONSTRAINT "matrix_cell_segment_id_segment_id_fkey" FOREIGN KEY ("segment_id") REFERENCES "segment"("id");--> statement-breakpoint
ALTER TABLE "price_floor" ADD CONSTRAINT "price_floor_product_id_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id");--> statement-breakpoint
ALTER TABLE "price_floor" ADD CONSTRAINT "price_floor_product_category_id_product_category_id_fkey" FOREIGN KEY ("product_category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "price_floor" ADD CONSTRAINT "price_floor_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "price_floor" ADD CONSTRAINT "price_floor_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "credit_rule_version" ADD CONSTRAINT "credit_rule_version_rule_id_credit_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "credit_rule"("id");--> statement-breakpoint
ALTER TABLE "event_award" ADD CONSTRAINT "event_award_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "event_award" ADD CONSTRAINT "event_award_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "event_crediting" ADD CONSTRAINT "event_crediting_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "event_crediting" ADD CONSTRAINT "event_crediting_case_id_conflict_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "conflict_case"("id");--> statement-breakpoint
ALTER TABLE "rule_credit" ADD CONSTRAINT "rule_credit_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "rule_credit" ADD CONSTRAINT "rule_credit_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "rule_credit" ADD CONSTRAINT "rule_credit_rule_version_id_credit_rule_version_id_fkey" FOREIGN KEY ("rule_version_id") REFERENCES "credit_rule_version"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_1Pz5Yc4314yI_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "registration_policy_version"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_product_id_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_product_category_id_product_category_id_fkey" FOREIGN KEY ("product_category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "deal_registration" ADD CONSTRAINT "deal_registration_won_event_id_sales_event_id_fkey" FOREIGN KEY ("won_event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "registration_policy_version" ADD CONSTRAINT "registration_policy_version_wPkPjtJkvRyB_fkey" FOREIGN KEY ("policy_id") REFERENCES "registration_policy"("id");--> statement-breakpoint
ALTER TABLE "registration_step" ADD CONSTRAINT "registration_step_registration_id_deal_registration_id_fkey" FOREIGN KEY ("registration_id") REFERENCES "deal_registration"("id");--> statement-breakpoint
ALTER TABLE "component" DROP CONSTRAINT "component_owner", ADD CONSTRAINT "component_owner" CHECK (num_nonnulls(plan_id, pool_id) = case when kind::text in ('TAX', 'ADJUSTMENT') then 0 else 1 end);