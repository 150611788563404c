CREATE TYPE "metric_source" AS ENUM('IMPORTED', 'COMPUTED', 'RATED', 'SURVEY', 'SCORED', 'AWARDED');--> statement-breakpoint
CREATE TYPE "notice_kind" AS ENUM('SCORE_PUBLISHED', 'SCORE_APPEAL_DECIDED', 'RATING_COMMENT_RELEASED', 'TIER_CHANGED', 'TIER_MISSED', 'TIER_OVERRIDE', 'AWARD_GRANTED');--> statement-breakpoint
CREATE TYPE "appeal_state" AS ENUM('FILED', 'ACCEPTED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "rater_group" AS ENUM('MANAGER', 'CUSTOMER_SERVICE', 'PEER', 'CUSTOMER');--> statement-breakpoint
CREATE TYPE "score_state" AS ENUM('OPEN', 'CALCULATED', 'PUBLISHED', 'FINAL');--> statement-breakpoint
CREATE TYPE "tier_evaluation_state" AS ENUM('PREVIEW', 'APPLIED', 'DISCARDED');--> statement-breakpoint
CREATE TYPE "tier_move_kind" AS ENUM('ENTERED', 'PROMOTED', 'KEPT', 'PROTECTED', 'MISSED', 'DEMOTED', 'OVERRIDDEN');--> statement-breakpoint
CREATE TYPE "tier_override_state" AS ENUM('REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TABLE "award" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "award_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"rule_id" integer NOT NULL,
	"version_id" integer NOT NULL,
	"period" text NOT NULL,
	"agent_id" integer NOT NULL,
	"ranked_among" text NOT NULL,
	"place" smallint NOT NULL,
	"value" numeric NOT NULL,
	"prize" jsonb NOT NULL,
	"granted_by" text NOT NULL,
	"granted_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "award_once" UNIQUE("rule_id","period","agent_id"),
	CONSTRAINT "award_finite" CHECK (value not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "award_rule" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "award_rule_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "award_rule_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "award_rule_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"rule_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "award_rule_version_number" UNIQUE("rule_id","number")
);
--> statement-breakpoint
CREATE TABLE "loyalty_grid" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "loyalty_grid_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "loyalty_grid_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "loyalty_grid_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"grid_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "loyalty_grid_version_number" UNIQUE("grid_id","number")
);
--> statement-breakpoint
CREATE TABLE "loyalty_placement" (
	"grid_id" integer,
	"period" text,
	"agent_id" integer,
	"version_id" integer NOT NULL,
	"loyalty" text NOT NULL,
	"contribution" text NOT NULL,
	"loyalty_value" numeric,
	"contribution_value" numeric,
	CONSTRAINT "loyalty_placement_key" PRIMARY KEY("grid_id","period","agent_id"),
	CONSTRAINT "loyalty_placement_finite" CHECK (loyalty_value not in ('NaN', 'Infinity', '-Infinity') and contribution_value not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"kind" "notice_kind" NOT NULL,
	"subject" text NOT NULL,
	"details" jsonb NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"read_at" timestamp(6) with time zone,
	CONSTRAINT "notice_once" UNIQUE("agent_id","kind","subject")
);
--> statement-breakpoint
CREATE TABLE "metric_definition" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "metric_definition_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"definition" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rating_answer" (
	"invitation_id" integer PRIMARY KEY,
	"points" numeric NOT NULL,
	"comment" text,
	"released_by" text,
	"released_at" timestamp(6) with time zone,
	CONSTRAINT "rating_answer_finite" CHECK (points not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "rating_answer_range" CHECK (points between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "rating_invitation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rating_invitation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"round_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"rater_group" "rater_group" NOT NULL,
	"rater" text NOT NULL,
	"token_hash" text NOT NULL UNIQUE,
	"created_at" timestamp(6) with time zone NOT NULL,
	"answered_at" timestamp(6) with time zone,
	CONSTRAINT "rating_invitation_rater" UNIQUE("round_id","agent_id","rater")
);
--> statement-breakpoint
CREATE TABLE "rating_round" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rating_round_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"aspect" text NOT NULL,
	"period" text NOT NULL,
	"opens_on" date NOT NULL,
	"closes_on" date NOT NULL,
	CONSTRAINT "rating_round_aspect" UNIQUE("aspect","period"),
	CONSTRAINT "rating_round_dates" CHECK (closes_on > opens_on)
);
--> statement-breakpoint
CREATE TABLE "score" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"period" text NOT NULL,
	"agent_id" integer NOT NULL,
	"revision" smallint DEFAULT 0 NOT NULL,
	"template_version_id" integer NOT NULL,
	"channel_type_id" integer NOT NULL,
	"total" numeric,
	"blocked_by" jsonb NOT NULL,
	"detail" json NOT NULL,
	"superseded_at" timestamp(6) with time zone,
	CONSTRAINT "score_key" UNIQUE("period","agent_id","revision"),
	CONSTRAINT "score_finite" CHECK (total not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "score_appeal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_appeal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"score_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"state" "appeal_state" NOT NULL,
	"reason" text NOT NULL,
	"items" jsonb NOT NULL,
	"filed_by" text NOT NULL,
	"filed_at" timestamp(6) with time zone NOT NULL,
	"due_on" date NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text,
	"corrections" jsonb,
	"new_score_id" integer
);
--> statement-breakpoint
CREATE TABLE "score_round" (
	"period" text PRIMARY KEY,
	"state" "score_state" NOT NULL,
	"calculated_by" text,
	"calculated_at" timestamp(6) with time zone,
	"published_by" text,
	"published_at" timestamp(6) with time zone,
	"appeals_until" date,
	"finalised_by" text,
	"finalised_at" timestamp(6) with time zone,
	"agent_count" integer DEFAULT 0 NOT NULL,
	"blocked_count" integer DEFAULT 0 NOT NULL,
	"inputs_hash" text,
	"scores_hash" text
);
--> statement-breakpoint
CREATE TABLE "score_target" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_target_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"metric" text NOT NULL,
	"agent_id" integer,
	"region_id" integer,
	"channel_type_id" integer,
	"value" numeric NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "score_target_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "score_target_finite" CHECK (value not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "score_target_scope" CHECK (num_nonnulls(agent_id, region_id, channel_type_id) = 1)
);
--> statement-breakpoint
CREATE TABLE "score_template" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_template_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"channel_type_id" integer,
	"tier_id" integer
);
--> statement-breakpoint
CREATE TABLE "score_template_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "score_template_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"template_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "score_template_version_number" UNIQUE("template_id","number")
);
--> statement-breakpoint
CREATE TABLE "tier_evaluation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_evaluation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"scheme_id" integer NOT NULL,
	"version_id" integer NOT NULL,
	"period" text NOT NULL,
	"state" "tier_evaluation_state" NOT NULL,
	"effective_on" date NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"agent_count" integer NOT NULL,
	"moves_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tier_move" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_move_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"evaluation_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"revision" smallint DEFAULT 0 NOT NULL,
	"kind" "tier_move_kind" NOT NULL,
	"from_tier_id" integer,
	"to_tier_id" integer NOT NULL,
	"misses_before" smallint NOT NULL,
	"misses_after" smallint NOT NULL,
	"facts" jsonb NOT NULL,
	"superseded" boolean DEFAULT false NOT NULL,
	CONSTRAINT "tier_move_key" UNIQUE("evaluation_id","agent_id","revision")
);
--> statement-breakpoint
CREATE TABLE "tier_override" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_override_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"tier_id" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date NOT NULL,
	"reason" text NOT NULL,
	"state" "tier_override_state" NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	"decision" text,
	CONSTRAINT "tier_override_validity" CHECK (valid_to > valid_from),
	CONSTRAINT "tier_override_four_eyes" CHECK (state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(requested_by))
);
--> statement-breakpoint
CREATE TABLE "tier_scheme" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_scheme_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tier_scheme_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tier_scheme_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"scheme_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"valid_from" date NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "tier_scheme_version_number" UNIQUE("scheme_id","number")
);
--> statement-breakpoint
ALTER TABLE "metric_value" ADD COLUMN "source" "metric_source" DEFAULT 'IMPORTED'::"metric_source" NOT NULL;--> statement-breakpoint
CREATE INDEX "award_agent" ON "award" ("agent_id");--> statement-breakpoint
CREATE INDEX "loyalty_placement_agent" ON "loyalty_placement" ("agent_id");--> statement-breakpoint
CREATE INDEX "notice_newest" ON "notice" ("agent_id","id");--> statement-breakpoint
CREATE INDEX "rating_invitation_agent" ON "rating_invitation" ("agent_id");--> statement-breakpoint
CREATE INDEX "rating_invitation_of_rater" ON "rating_invitation" ("rater");--> statement-breakpoint
CREATE UNIQUE INDEX "score_current" ON "score" ("period","agent_id") WHERE superseded_at is null;--> statement-breakpoint
CREATE INDEX "score_agent" ON "score" ("agent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "score_appeal_open" ON "score_appeal" ("score_id") WHERE state = 'FILED';--> statement-breakpoint
CREATE INDEX "score_appeal_agent" ON "score_appeal" ("agent_id");--> statement-breakpoint
CREATE INDEX "score_appeal_score" ON "score_appeal" ("score_id");--> statement-breakpoint
CREATE INDEX "score_appeal_new_score" ON "score_appeal" ("new_score_id");--> statement-breakpoint
CREATE INDEX "score_target_metric" ON "score_target" ("metric");--> statement-breakpoint
CREATE INDEX "score_target_agent" ON "score_target" ("agent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tier_evaluation_standing" ON "tier_evaluation" ("scheme_id","period") WHERE state <> 'DISCARDED';--> statement-breakpoint
CREATE INDEX "tier_evaluation_version" ON "tier_evaluation" ("version_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tier_move_current" ON "tier_move" ("evaluation_id","agent_id") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "tier_move_agent" ON "tier_move" ("agent_id");--> statement-breakpoint
CREATE INDEX "tier_override_agent" ON "tier_override" ("agent_id");--> statement-breakpoint
ALTER TABLE "award" ADD CONSTRAINT "award_rule_id_award_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "award_rule"("id");--> statement-breakpoint
ALTER TABLE "award" ADD CONSTRAINT "award_version_id_award_rule_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "award_rule_version"("id");--> statement-breakpoint
ALTER TABLE "award" ADD CONSTRAINT "award_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "award_rule_version" ADD CONSTRAINT "award_rule_version_rule_id_award_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "award_rule"("id");--> statement-breakpoint
ALTER TABLE "loyalty_grid_version" ADD CONSTRAINT "loyalty_grid_version_grid_id_loyalty_grid_id_fkey" FOREIGN KEY ("grid_id") REFERENCES "loyalty_grid"("id");--> statement-breakpoint
ALTER TABLE "loyalty_placement" ADD CONSTRAINT "loyalty_placement_grid_id_loyalty_grid_id_fkey" FOREIGN KEY ("grid_id") REFERENCES "loyalty_grid"("id");--> statement-breakpoint
ALTER TABLE "loyalty_placement" ADD CONSTRAINT "loyalty_placement_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "loyalty_placement" ADD CONSTRAINT "loyalty_placement_version_id_loyalty_grid_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "loyalty_grid_version"("id");--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "rating_answer" ADD CONSTRAINT "rating_answer_invitation_id_rating_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "rating_invitation"("id");--> statement-breakpoint
ALTER TABLE "rating_invitation" ADD CONSTRAINT "rating_invitation_round_id_rating_round_id_fkey" FOREIGN KEY ("round_id") REFERENCES "rating_round"("id");--> statement-breakpoint
ALTER TABLE "rating_invitation" ADD CONSTRAINT "rating_invitation_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "score" ADD CONSTRAINT "score_period_score_round_period_fkey" FOREIGN KEY ("period") REFERENCES "score_round"("period");--> statement-breakpoint
ALTER TABLE "score" ADD CONSTRAINT "score_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "score" ADD CONSTRAINT "score_template_version_id_score_template_version_id_fkey" FOREIGN KEY ("template_version_id") REFERENCES "score_template_version"("id");--> statement-breakpoint
ALTER TABLE "score" ADD CONSTRAINT "score_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "score_appeal" ADD CONSTRAINT "score_appeal_score_id_score_id_fkey" FOREIGN KEY ("score_id") REFERENCES "score"("id");--> statement-breakpoint
ALTER TABLE "score_appeal" ADD CONSTRAINT "score_appeal_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "score_appeal" ADD CONSTRAINT "score_appeal_new_score_id_score_id_fkey" FOREIGN KEY ("new_score_id") REFERENCES "score"("id");--> statement-breakpoint
ALTER TABLE "score_target" ADD CONSTRAINT "score_target_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "score_target" ADD CONSTRAINT "score_target_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "score_target" ADD CONSTRAINT "score_target_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "score_template" ADD CONSTRAINT "score_template_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "score_template" ADD CONSTRAINT "score_template_tier_id_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "score_template_version" ADD CONSTRAINT "score_template_version_template_id_score_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "score_template"("id");--> statement-breakpoint
ALTER TABLE "tier_evaluation" ADD CONSTRAINT "tier_evaluation_scheme_id_tier_scheme_id_fkey" FOREIGN KEY ("scheme_id") REFERENCES "tier_scheme"("id");--> statement-breakpoint
ALTER TABLE "tier_evaluation" ADD CONSTRAINT "tier_evaluation_version_id_tier_scheme_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "tier_scheme_version"("id");--> statement-breakpoint
ALTER TABLE "tier_move" ADD CONSTRAINT "tier_move_evaluation_id_tier_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "tier_evaluation"("id");--> statement-breakpoint
ALTER TABLE "tier_move" ADD CONSTRAINT "tier_move_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "tier_move" ADD CONSTRAINT "tier_move_from_tier_id_tier_id_fkey" FOREIGN KEY ("from_tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "tier_move" ADD CONSTRAINT "tier_move_to_tier_id_tier_id_fkey" FOREIGN KEY ("to_tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "tier_override" ADD CONSTRAINT "tier_override_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "tier_override" ADD CONSTRAINT "tier_override_tier_id_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "tier"("id");--> statement-breakpoint
ALTER TABLE "tier_scheme_version" ADD CONSTRAINT "tier_scheme_version_scheme_id_tier_scheme_id_fkey" FOREIGN KEY ("scheme_id") REFERENCES "tier_scheme"("id");