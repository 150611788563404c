CREATE TYPE "agent_status_code" AS ENUM('ACTIVE', 'SUSPENDED', 'TERMINATED');--> statement-breakpoint
CREATE TYPE "user_role" AS ENUM('ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR', 'AGENT');--> statement-breakpoint
CREATE TYPE "component_kind" AS ENUM('RATE', 'POOL');--> statement-breakpoint
CREATE TYPE "rounding_mode" AS ENUM('HALF_UP', 'HALF_EVEN', 'DOWN');--> statement-breakpoint
CREATE TYPE "run_status" AS ENUM('CALCULATING', 'CALCULATED', 'APPROVED', 'PAID', 'VOIDED', 'FAILED');--> statement-breakpoint
CREATE TYPE "sales_event_type" AS ENUM('ACTIVATION', 'RECHARGE', 'BILL', 'PAYMENT', 'DEVICE_SALE', 'RENEWAL', 'CHURN', 'REACTIVATION', 'PLAN_CHANGE', 'TRANSFER', 'REFUND', 'REVERSAL');--> statement-breakpoint
CREATE TABLE "agent" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"channel_type_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_parent" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_parent_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"parent_id" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agent_parent_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "agent_region" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_region_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"region_id" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agent_region_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "agent_status" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_status_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"status" "agent_status_code" NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agent_status_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "agent_tier" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_tier_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"tier_id" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agent_tier_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "agreement" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agreement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"plan_id" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agreement_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "audit_chain" (
	"position" bigint PRIMARY KEY,
	"record_id" bigint NOT NULL UNIQUE,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_record" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_record_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp(6) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_key" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_key_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"token_hash" text NOT NULL UNIQUE,
	"user_id" integer NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"expires_at" timestamp(6) with time zone,
	"revoked_at" timestamp(6) with time zone
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"user_id" integer,
	"key" text,
	"operation" text NOT NULL,
	"input_hash" text NOT NULL,
	"answer" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "idempotency_key_key" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "user_account" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"email" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"role" "user_role" NOT NULL,
	"agent_id" integer,
	"region_id" integer,
	"password_hash" text NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "user_account_email" CHECK (email = lower(email)),
	CONSTRAINT "user_account_agent" CHECK ((role = 'AGENT') = (agent_id is not null)),
	CONSTRAINT "user_account_region" CHECK ((role = 'CHANNEL_MANAGER') = (region_id is not null))
);
--> statement-breakpoint
CREATE TABLE "user_session" (
	"token_hash" text PRIMARY KEY,
	"user_id" integer NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"expires_at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "close_request" (
	"period" text PRIMARY KEY,
	"requested_by" text NOT NULL,
	"requested_at" timestamp(6) with time zone NOT NULL,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "commission_run" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "commission_run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"period" text NOT NULL,
	"status" "run_status" NOT NULL,
	"calculated_by" text NOT NULL,
	"started_at" timestamp(6) with time zone NOT NULL,
	"calculated_at" timestamp(6) with time zone,
	"approved_by" text,
	"approved_at" timestamp(6) with time zone,
	"paid_by" text,
	"paid_at" timestamp(6) with time zone,
	"voided_by" text,
	"voided_at" timestamp(6) with time zone,
	"void_reason" text,
	"error" text,
	"inputs_hash" text,
	"lines_hash" text,
	"event_count" integer,
	"line_count" integer,
	"unpaid_count" integer,
	"unread_count" integer,
	CONSTRAINT "commission_run_four_eyes" CHECK (approved_by is null or approved_by <> calculated_by)
);
--> statement-breakpoint
CREATE TABLE "component" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "component_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" "component_kind" NOT NULL,
	"plan_id" integer,
	"pool_id" integer CONSTRAINT "component_pool" UNIQUE,
	"code" text NOT NULL,
	CONSTRAINT "component_code" UNIQUE("plan_id","code"),
	CONSTRAINT "component_owner" CHECK ((plan_id is null) <> (pool_id is null))
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plan_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_component" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plan_component_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"version_id" integer NOT NULL,
	"component_id" integer NOT NULL,
	"position" smallint NOT NULL,
	"name" text NOT NULL,
	"definition" jsonb NOT NULL,
	CONSTRAINT "plan_component_key" UNIQUE("version_id","component_id")
);
--> statement-breakpoint
CREATE TABLE "plan_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plan_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"plan_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"currency" text NOT NULL,
	"rounding" "rounding_mode" NOT NULL,
	"content_hash" text NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "plan_version_number" UNIQUE("plan_id","number"),
	CONSTRAINT "plan_version_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "pool" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pool_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pool_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pool_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"pool_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"currency" text NOT NULL,
	"rounding" "rounding_mode" NOT NULL,
	"definition" jsonb NOT NULL,
	"content_hash" text NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "pool_version_number" UNIQUE("pool_id","number"),
	CONSTRAINT "pool_version_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "rate_rule" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rate_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"plan_component_id" integer NOT NULL,
	"code" text NOT NULL,
	"product_id" integer,
	"product_category_id" integer,
	"event_type" "sales_event_type",
	"channel_type_id" integer,
	"tier_id" integer,
	"region_id" integer,
	"segment_id" integer,
	"campaign_id" integer,
	"contract_months" smallint,
	"base_from" numeric,
	"base_to" numeric,
	"base_up_to" numeric,
	"percent" numeric DEFAULT '0' NOT NULL,
	"flat" numeric DEFAULT '0' NOT NULL,
	"minimum" numeric,
	"maximum" numeric,
	CONSTRAINT "rate_rule_code" UNIQUE("plan_component_id","code"),
	CONSTRAINT "rate_rule_finite" CHECK (percent not in ('NaN', 'Infinity', '-Infinity') and flat not in ('NaN', 'Infinity', '-Infinity') and minimum not in ('NaN', 'Infinity', '-Infinity') and maximum not in ('NaN', 'Infinity', '-Infinity') and base_from not in ('NaN', 'Infinity', '-Infinity') and base_to not in ('NaN', 'Infinity', '-Infinity') and base_up_to not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "rate_rule_product" CHECK (product_id is null or product_category_id is null)
);
--> statement-breakpoint
CREATE TABLE "run_pool" (
	"run_id" integer,
	"pool_id" integer,
	"pool_version_id" integer NOT NULL,
	"base" numeric NOT NULL,
	"fund" numeric NOT NULL,
	"carried_in" numeric NOT NULL,
	"weight_total" numeric NOT NULL,
	"member_count" integer NOT NULL,
	"shared" numeric NOT NULL,
	"remainder" numeric NOT NULL,
	"carried_out" numeric NOT NULL,
	CONSTRAINT "run_pool_key" PRIMARY KEY("run_id","pool_id"),
	CONSTRAINT "run_pool_whole" CHECK (shared + remainder = fund + carried_in)
);
--> statement-breakpoint
CREATE TABLE "run_pool_member" (
	"run_id" integer,
	"pool_id" integer,
	"agent_id" integer,
	"weight" numeric NOT NULL,
	"factors" jsonb NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "run_pool_member_key" PRIMARY KEY("run_id","pool_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "run_progress" (
	"run_id" integer PRIMARY KEY,
	"step" text NOT NULL,
	"percent" smallint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_total" (
	"run_id" integer,
	"component_id" integer,
	"currency" text,
	"line_count" integer NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "run_total_key" PRIMARY KEY("run_id","component_id","currency"),
	CONSTRAINT "run_total_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "campaign" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "campaign_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date
);
--> statement-breakpoint
CREATE TABLE "channel_type" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "channel_type_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator" (
	"id" smallint PRIMARY KEY DEFAULT 1,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "operator_single" CHECK (id = 1)
);
--> statement-breakpoint
CREATE TABLE "product" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "product_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"category_id" integer
);
--> statement-breakpoint
CREATE TABLE "product_category" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "product_category_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "region" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "region_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"parent_id" integer
);
--> statement-breakpoint
CREATE TABLE "segment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "segment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_credit" (
	"event_id" bigint,
	"agent_id" integer,
	"role" text,
	"share" numeric NOT NULL,
	CONSTRAINT "event_credit_key" PRIMARY KEY("event_id","agent_id","role"),
	CONSTRAINT "event_credit_share" CHECK (share > 0 and share <= 1)
);
--> statement-breakpoint
CREATE TABLE "event_import" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_import_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" timestamp(6) with time zone NOT NULL,
	"content_hash" text NOT NULL,
	"row_count" integer NOT NULL,
	"accepted_count" integer NOT NULL,
	"duplicate_count" integer NOT NULL,
	"rejected_count" integer NOT NULL,
	"late_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sales_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sales_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"type" "sales_event_type" NOT NULL,
	"occurred_at" timestamp(6) with time zone NOT NULL,
	"period" text NOT NULL,
	"agent_id" integer NOT NULL,
	"product_id" integer NOT NULL,
	"quantity" numeric NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"region_id" integer,
	"segment_id" integer,
	"customer_id" text,
	"subscription_id" text,
	"contract_months" smallint,
	"monthly_fee" numeric,
	"campaign_id" integer,
	"list_price" numeric,
	"cost" numeric,
	"original_external_id" text,
	"has_credits" boolean DEFAULT false NOT NULL,
	"late" boolean DEFAULT false NOT NULL,
	"content_hash" uuid NOT NULL,
	"import_id" integer NOT NULL,
	CONSTRAINT "sales_event_key" UNIQUE("source","external_id"),
	CONSTRAINT "sales_event_finite" CHECK (quantity not in ('NaN', 'Infinity', '-Infinity') and amount not in ('NaN', 'Infinity', '-Infinity') and monthly_fee not in ('NaN', 'Infinity', '-Infinity') and list_price not in ('NaN', 'Infinity', '-Infinity') and cost not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "sales_event_not_negative" CHECK (amount >= 0 and quantity >= 0)
);
--> statement-breakpoint
CREATE TABLE "statement" (
	"run_id" integer,
	"agent_id" integer,
	"currency" text,
	"opening" numeric NOT NULL,
	"earned" numeric NOT NULL,
	"released" numeric DEFAULT '0' NOT NULL,
	"withheld" numeric DEFAULT '0' NOT NULL,
	"clawed_back" numeric DEFAULT '0' NOT NULL,
	"adjustments" numeric DEFAULT '0' NOT NULL,
	"tax" numeric DEFAULT '0' NOT NULL,
	"closing" numeric NOT NULL,
	"payable" numeric NOT NULL,
	"line_count" integer NOT NULL,
	"lines_hash" text NOT NULL,
	CONSTRAINT "statement_key" PRIMARY KEY("run_id","agent_id","currency"),
	CONSTRAINT "statement_finite" CHECK (opening not in ('NaN', 'Infinity', '-Infinity') and earned not in ('NaN', 'Infinity', '-Infinity') and closing not in ('NaN', 'Infinity', '-Infinity') and payable not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "statement_equation" CHECK (closing = opening + earned + released - withheld - clawed_back + adjustments - tax)
);
--> statement-breakpoint
CREATE TABLE "tier" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"rank" smallint NOT NULL,
	"multiplier" numeric DEFAULT '1' NOT NULL,
	CONSTRAINT "tier_finite" CHECK (multiplier not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE INDEX "agent_channel_type" ON "agent" ("channel_type_id");--> statement-breakpoint
CREATE INDEX "agent_parent_agent" ON "agent_parent" ("agent_id");--> statement-breakpoint
CREATE INDEX "agent_parent_parent" ON "agent_parent" ("parent_id");--> statement-breakpoint
CREATE INDEX "agent_region_agent" ON "agent_region" ("agent_id");--> statement-breakpoint
CREATE INDEX "agent_region_region" ON "agent_region" ("region_id");--> statement-breakpoint
CREATE INDEX "agent_status_agent" ON "agent_status" ("agent_id");--> statement-breakpoint
CREATE INDEX "agent_tier_agent" ON "agent_tier" ("agent_id");--> statement-breakpoint
CREATE INDEX "agreement_agent" ON "agreement" ("agent_id");--> statement-breakpoint
CREATE INDEX "agreement_plan" ON "agreement" ("plan_id");--> statement-breakpoint
CREATE INDEX "audit_record_entity" ON "audit_record" ("entity","entity_key");--> statement-breakpoint
CREATE INDEX "audit_record_at" ON "audit_record" ("at");--> statement-breakpoint
CREATE INDEX "api_key_user" ON "api_key" ("user_id");--> statement-breakpoint
CREATE INDEX "user_session_user" ON "user_session" ("user_id");--> statement-breakpoint
CREATE INDEX "commission_run_period" ON "commission_run" ("period");--> statement-breakpoint
CREATE UNIQUE INDEX "commission_run_one_live" ON "commission_run" ("period") WHERE status in ('CALCULATED', 'APPROVED', 'PAID');--> statement-breakpoint
CREATE INDEX "run_pool_member_agent" ON "run_pool_member" ("agent_id");--> statement-breakpoint
CREATE INDEX "product_category_id" ON "product" ("category_id");--> statement-breakpoint
CREATE INDEX "region_parent" ON "region" ("parent_id");--> statement-breakpoint
CREATE INDEX "event_credit_agent" ON "event_credit" ("agent_id");--> statement-breakpoint
CREATE INDEX "sales_event_period" ON "sales_event" ("period","agent_id");--> statement-breakpoint
CREATE INDEX "sales_event_reference" ON "sales_event" ("source","original_external_id") WHERE original_external_id is not null;--> statement-breakpoint
CREATE INDEX "sales_event_subscription" ON "sales_event" ("subscription_id") WHERE subscription_id is not null;--> statement-breakpoint
CREATE INDEX "sales_event_late" ON "sales_event" ("period") WHERE late;--> statement-breakpoint
CREATE INDEX "statement_agent" ON "statement" ("agent_id");--> statement-breakpoint
ALTER TABLE "agent" ADD CONSTRAINT "agent_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "agent_parent" ADD CONSTRAINT "agent_parent_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_parent" ADD CONSTRAINT "agent_parent_parent_id_agent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_region" ADD CONSTRAINT "agent_region_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_region" ADD CONSTRAINT "agent_region_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "agent_status" ADD CONSTRAINT "agent_status_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_tier" ADD CONSTRAINT "agent_tier_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_tier" ADD CONSTRAINT "agent_tier_tier_id_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_plan_id_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id");--> statement-breakpoint
ALTER TABLE "audit_chain" ADD CONSTRAINT "audit_chain_record_id_audit_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "audit_record"("id");--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_user_account_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_user_id_user_account_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "user_session" ADD CONSTRAINT "user_session_user_id_user_account_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id");--> statement-breakpoint
ALTER TABLE "component" ADD CONSTRAINT "component_plan_id_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id");--> statement-breakpoint
ALTER TABLE "component" ADD CONSTRAINT "component_pool_id_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "pool"("id");--> statement-breakpoint
ALTER TABLE "plan_component" ADD CONSTRAINT "plan_component_version_id_plan_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "plan_version"("id");--> statement-breakpoint
ALTER TABLE "plan_component" ADD CONSTRAINT "plan_component_component_id_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "component"("id");--> statement-breakpoint
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_plan_id_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id");--> statement-breakpoint
ALTER TABLE "pool_version" ADD CONSTRAINT "pool_version_pool_id_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "pool"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_plan_component_id_plan_component_id_fkey" FOREIGN KEY ("plan_component_id") REFERENCES "plan_component"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_product_id_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_product_category_id_product_category_id_fkey" FOREIGN KEY ("product_category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_tier_id_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_segment_id_segment_id_fkey" FOREIGN KEY ("segment_id") REFERENCES "segment"("id");--> statement-breakpoint
ALTER TABLE "rate_rule" ADD CONSTRAINT "rate_rule_campaign_id_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id");--> statement-breakpoint
ALTER TABLE "run_pool" ADD CONSTRAINT "run_pool_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "run_pool" ADD CONSTRAINT "run_pool_pool_id_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "pool"("id");--> statement-breakpoint
ALTER TABLE "run_pool" ADD CONSTRAINT "run_pool_pool_version_id_pool_version_id_fkey" FOREIGN KEY ("pool_version_id") REFERENCES "pool_version"("id");--> statement-breakpoint
ALTER TABLE "run_progress" ADD CONSTRAINT "run_progress_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "run_total" ADD CONSTRAINT "run_total_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "run_total" ADD CONSTRAINT "run_total_component_id_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "component"("id");--> statement-breakpoint
ALTER TABLE "product" ADD CONSTRAINT "product_category_id_product_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "region" ADD CONSTRAINT "region_parent_id_region_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "event_credit" ADD CONSTRAINT "event_credit_event_id_sales_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "sales_event"("id");--> statement-breakpoint
ALTER TABLE "event_credit" ADD CONSTRAINT "event_credit_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "statement" ADD CONSTRAINT "statement_run_id_commission_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "statement" ADD CONSTRAINT "statement_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");