-- New values cannot be used in the transaction that adds them to a type, so the types are replaced (edited by hand).
ALTER TYPE "component_kind" RENAME TO "component_kind_before";--> statement-breakpoint
CREATE TYPE "component_kind" AS ENUM('RATE', 'POOL', 'RESIDUAL', 'SPIFF', 'BRACKET', 'QUOTA_BONUS', 'OVERRIDE', 'DRAW', 'TAX');--> statement-breakpoint
ALTER TABLE "component" ALTER COLUMN "kind" TYPE "component_kind" USING "kind"::text::"component_kind";--> statement-breakpoint
DROP TYPE "component_kind_before";--> statement-breakpoint
ALTER TYPE "line_kind" RENAME TO "line_kind_before";--> statement-breakpoint
CREATE TYPE "line_kind" AS ENUM('EARNING', 'VOLUME', 'OVERRIDE', 'POOL', 'CAP', 'FLOOR', 'DRAW', 'WITHHOLDING', 'RELEASE', 'CLAWBACK', 'RETRO', 'TAX');--> statement-breakpoint
ALTER TABLE "commission_line" ALTER COLUMN "kind" TYPE "line_kind" USING "kind"::text::"line_kind";--> statement-breakpoint
DROP TYPE "line_kind_before";--> statement-breakpoint
CREATE TABLE "metric_value" (
	"agent_id" integer,
	"metric" text,
	"period" text,
	"value" numeric NOT NULL,
	CONSTRAINT "metric_value_key" PRIMARY KEY("agent_id","metric","period"),
	CONSTRAINT "metric_value_finite" CHECK (value not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "plan_version_approval" (
	"version_id" integer,
	"approved_by" text,
	"approved_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "plan_version_approval_key" PRIMARY KEY("version_id","approved_by")
);
--> statement-breakpoint
CREATE TABLE "retro_cause" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "retro_cause_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"period" text NOT NULL,
	"reason" text NOT NULL,
	"settled_run_id" integer
);
--> statement-breakpoint
CREATE TABLE "run_agent_total" (
	"run_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"component_id" integer NOT NULL,
	"kind" "line_kind" NOT NULL,
	"currency" text NOT NULL,
	"origin_period" text,
	"line_count" integer NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "run_agent_total_key" UNIQUE NULLS NOT DISTINCT("run_id","agent_id","component_id","kind","currency","origin_period")
);
--> statement-breakpoint
CREATE TABLE "run_volume" (
	"run_id" integer,
	"component_id" integer,
	"agent_id" integer,
	"period" text,
	"part" smallint,
	"volume" numeric NOT NULL,
	CONSTRAINT "run_volume_key" PRIMARY KEY("run_id","component_id","agent_id","period","part"),
	CONSTRAINT "run_volume_finite" CHECK (volume not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "exchange_rate" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "exchange_rate_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"currency" text NOT NULL,
	"into_currency" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"rate" numeric NOT NULL,
	CONSTRAINT "exchange_rate_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "exchange_rate_finite" CHECK (rate not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "exchange_rate_positive" CHECK (rate > 0 and currency <> into_currency)
);
--> statement-breakpoint
ALTER TABLE "agreement" ADD COLUMN "terms" jsonb DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "commission_run" ADD COLUMN "is_cut_over" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_version" ADD COLUMN "corrects" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "metric_value_metric" ON "metric_value" ("metric","period");--> statement-breakpoint
CREATE UNIQUE INDEX "retro_cause_open" ON "retro_cause" ("agent_id","period","reason") WHERE settled_run_id is null;--> statement-breakpoint
CREATE INDEX "retro_cause_settled" ON "retro_cause" ("settled_run_id");--> statement-breakpoint
CREATE INDEX "run_agent_total_agent" ON "run_agent_total" ("agent_id");--> statement-breakpoint
CREATE INDEX "run_volume_agent" ON "run_volume" ("agent_id");--> statement-breakpoint
CREATE INDEX "exchange_rate_pair" ON "exchange_rate" ("currency","into_currency");--> statement-breakpoint
ALTER TABLE "metric_value" ADD CONSTRAINT "metric_value_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "plan_version_approval" ADD CONSTRAINT "plan_version_approval_version_id_plan_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "plan_version"("id");--> statement-breakpoint
ALTER TABLE "retro_cause" ADD CONSTRAINT "retro_cause_settled_run_id_commission_run_id_fkey" FOREIGN KEY ("settled_run_id") REFERENCES "commission_run"("id");--> statement-breakpoint
ALTER TABLE "statement" ADD CONSTRAINT "statement_parts_finite" CHECK ('NaN' not in (released, withheld, clawed_back, adjustments, tax) and 'Infinity' not in (released, withheld, clawed_back, adjustments, tax));--> statement-breakpoint
ALTER TABLE "component" DROP CONSTRAINT "component_owner", ADD CONSTRAINT "component_owner" CHECK (num_nonnulls(plan_id, pool_id) = case when kind = 'TAX' then 0 else 1 end);