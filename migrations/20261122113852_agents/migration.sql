CREATE TYPE "document_subject" AS ENUM('APPLICATION', 'AGENT');--> statement-breakpoint
CREATE TYPE "misconduct_state" AS ENUM('FILED', 'IN_REVIEW', 'SETTLED', 'DISMISSED');--> statement-breakpoint
CREATE TYPE "application_state" AS ENUM('DRAFT', 'SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED', 'ACTIVE', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TYPE "secret_kind" AS ENUM('REGISTRATION_NUMBER', 'IDENTITY_NUMBER', 'BANK_ACCOUNT', 'PHONE');--> statement-breakpoint
CREATE TYPE "reminder_kind" AS ENUM('APPLICATION_OVERDUE', 'AGREEMENT_ENDS', 'CERTIFICATE_EXPIRES', 'CERTIFICATE_EXPIRED');--> statement-breakpoint
CREATE TYPE "training_purpose" AS ENUM('ONBOARDING', 'AUTHORISATION');--> statement-breakpoint
ALTER TYPE "user_role" ADD VALUE 'COMPLIANCE';--> statement-breakpoint
CREATE TABLE "document" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "document_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"subject" "document_subject" NOT NULL,
	"application_id" integer,
	"agent_id" integer,
	"kind" text NOT NULL,
	"file_name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL UNIQUE,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "document_owner" CHECK (case subject when 'APPLICATION' then application_id is not null else agent_id is not null end)
);
--> statement-breakpoint
CREATE TABLE "misconduct_message" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "misconduct_message_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"report_id" integer NOT NULL,
	"from_reporter" boolean NOT NULL,
	"by" text,
	"words" text NOT NULL,
	"written_on" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "misconduct_report" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "misconduct_report_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"receipt_hash" text NOT NULL UNIQUE,
	"category" text NOT NULL,
	"about" text,
	"state" "misconduct_state" NOT NULL,
	"filed_on" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "application" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "application_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"state" "application_state" NOT NULL,
	"name" text NOT NULL,
	"channel_type_id" integer NOT NULL,
	"region_id" integer NOT NULL,
	"contact_name" text NOT NULL,
	"email" text NOT NULL,
	"form_version_id" integer,
	"entered_by" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"due_on" date,
	"contract_document_id" integer,
	"plan_id" integer,
	"contract_from" date,
	"contract_to" date,
	"contract_signed_on" date,
	"contract_sha256" text,
	"agent_id" integer,
	"rejected_on" date,
	CONSTRAINT "application_agent" CHECK ((state = 'ACTIVE') = (agent_id is not null))
);
--> statement-breakpoint
CREATE TABLE "application_score" (
	"application_id" integer,
	"item" text,
	"points" numeric NOT NULL,
	"comment" text,
	"entered_by" text NOT NULL,
	"entered_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "application_score_key" PRIMARY KEY("application_id","item"),
	CONSTRAINT "application_score_finite" CHECK (points not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "application_score_range" CHECK (points between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "application_step" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "application_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"application_id" integer NOT NULL,
	"from_state" "application_state",
	"to_state" "application_state" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "application_territory" (
	"application_id" integer,
	"region_id" integer,
	"exclusive" boolean DEFAULT false NOT NULL,
	CONSTRAINT "application_territory_key" PRIMARY KEY("application_id","region_id")
);
--> statement-breakpoint
CREATE TABLE "portal_invitation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "portal_invitation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"token_hash" text NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"expires_at" timestamp(6) with time zone NOT NULL,
	"accepted_at" timestamp(6) with time zone
);
--> statement-breakpoint
CREATE TABLE "screening_form" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "screening_form_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"channel_type_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "screening_form_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "screening_form_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"form_id" integer NOT NULL,
	"number" smallint NOT NULL,
	"definition" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "screening_form_version_number" UNIQUE("form_id","number")
);
--> statement-breakpoint
CREATE TABLE "agent_contact" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_contact_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"name" text NOT NULL,
	"responsibility" text NOT NULL,
	"phone" text,
	"email" text,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "agent_contact_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "agent_decision" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_decision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"action" text NOT NULL,
	"effective_from" date NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreement_paper" (
	"agreement_id" integer PRIMARY KEY,
	"renews_id" integer,
	"document_id" integer,
	"sha256" text,
	"signed_on" date,
	"remind_days" integer DEFAULT 60 NOT NULL,
	"payment_delay_days" integer DEFAULT 0 NOT NULL,
	"ended_early_by" text,
	"end_reason" text,
	CONSTRAINT "agreement_paper_days" CHECK (remind_days >= 0 and payment_delay_days >= 0)
);
--> statement-breakpoint
CREATE TABLE "blacklist_entry" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "blacklist_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" "secret_kind" NOT NULL,
	"fingerprint" text NOT NULL,
	"agent_id" integer,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "blacklist_entry_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "secret" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "secret_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer,
	"application_id" integer,
	"kind" "secret_kind" NOT NULL,
	"ciphertext" text NOT NULL,
	"wrapped_key" text NOT NULL,
	"envelope_key_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"masked" text NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "secret_agent_kind" UNIQUE("agent_id","kind"),
	CONSTRAINT "secret_application_kind" UNIQUE("application_id","kind"),
	CONSTRAINT "secret_owner" CHECK (num_nonnulls(agent_id, application_id) = 1)
);
--> statement-breakpoint
CREATE TABLE "reminder" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reminder_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" "reminder_kind" NOT NULL,
	"subject" text NOT NULL,
	"due_on" date NOT NULL,
	"agent_id" integer,
	"application_id" integer,
	"created_at" timestamp(6) with time zone NOT NULL,
	"done_by" text,
	"done_at" timestamp(6) with time zone,
	CONSTRAINT "reminder_once" UNIQUE("kind","subject","due_on")
);
--> statement-breakpoint
CREATE TABLE "channel_capacity" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "channel_capacity_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"region_id" integer NOT NULL,
	"channel_type_id" integer NOT NULL,
	"planned_agents" integer NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "channel_capacity_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "channel_capacity_planned" CHECK (planned_agents >= 0)
);
--> statement-breakpoint
CREATE TABLE "territory" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "territory_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"agent_id" integer NOT NULL,
	"region_id" integer NOT NULL,
	"exclusive" boolean DEFAULT false NOT NULL,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "territory_validity" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "course" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "course_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"valid_months" smallint,
	CONSTRAINT "course_valid_months" CHECK (valid_months > 0)
);
--> statement-breakpoint
CREATE TABLE "course_requirement" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "course_requirement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"course_id" integer NOT NULL,
	"purpose" "training_purpose" NOT NULL,
	"channel_type_id" integer,
	"product_category_id" integer,
	"valid_from" date NOT NULL,
	"valid_to" date,
	CONSTRAINT "course_requirement_validity" CHECK (valid_to is null or valid_to > valid_from),
	CONSTRAINT "course_requirement_category" CHECK ((purpose = 'AUTHORISATION') = (product_category_id is not null))
);
--> statement-breakpoint
CREATE TABLE "survey" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"questions" jsonb NOT NULL,
	"period" text NOT NULL,
	"opens_on" date NOT NULL,
	"closes_on" date NOT NULL,
	CONSTRAINT "survey_dates" CHECK (closes_on > opens_on)
);
--> statement-breakpoint
CREATE TABLE "survey_answer" (
	"invitation_id" integer,
	"question" text,
	"points" numeric,
	"words" text,
	CONSTRAINT "survey_answer_key" PRIMARY KEY("invitation_id","question"),
	CONSTRAINT "survey_answer_finite" CHECK (points not in ('NaN', 'Infinity', '-Infinity'))
);
--> statement-breakpoint
CREATE TABLE "survey_invitation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_invitation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"survey_id" integer NOT NULL,
	"agent_id" integer NOT NULL,
	"recipient" text NOT NULL,
	"token_hash" text NOT NULL UNIQUE,
	"created_at" timestamp(6) with time zone NOT NULL,
	"answered_at" timestamp(6) with time zone,
	CONSTRAINT "survey_invitation_recipient" UNIQUE("survey_id","agent_id","recipient")
);
--> statement-breakpoint
CREATE TABLE "training_result" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "training_result_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"course_id" integer NOT NULL,
	"agent_id" integer,
	"application_id" integer,
	"taken_on" date NOT NULL,
	"passed" boolean NOT NULL,
	"score" numeric,
	"expires_on" date,
	CONSTRAINT "training_result_agent" UNIQUE("agent_id","course_id","taken_on"),
	CONSTRAINT "training_result_application" UNIQUE("application_id","course_id","taken_on"),
	CONSTRAINT "training_result_finite" CHECK (score not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "training_result_owner" CHECK (num_nonnulls(agent_id, application_id) = 1)
);
--> statement-breakpoint
CREATE INDEX "document_application" ON "document" ("application_id");--> statement-breakpoint
CREATE INDEX "document_agent" ON "document" ("agent_id");--> statement-breakpoint
CREATE INDEX "misconduct_message_report" ON "misconduct_message" ("report_id");--> statement-breakpoint
CREATE INDEX "misconduct_report_state" ON "misconduct_report" ("state");--> statement-breakpoint
CREATE INDEX "application_state_due" ON "application" ("state","due_on");--> statement-breakpoint
CREATE INDEX "application_region" ON "application" ("region_id");--> statement-breakpoint
CREATE INDEX "application_step_application" ON "application_step" ("application_id");--> statement-breakpoint
CREATE INDEX "portal_invitation_agent" ON "portal_invitation" ("agent_id");--> statement-breakpoint
CREATE INDEX "agent_contact_agent" ON "agent_contact" ("agent_id");--> statement-breakpoint
CREATE INDEX "agent_decision_agent" ON "agent_decision" ("agent_id");--> statement-breakpoint
CREATE INDEX "agreement_paper_renews" ON "agreement_paper" ("renews_id");--> statement-breakpoint
CREATE INDEX "blacklist_entry_fingerprint" ON "blacklist_entry" ("kind","fingerprint");--> statement-breakpoint
CREATE INDEX "secret_fingerprint" ON "secret" ("kind","fingerprint");--> statement-breakpoint
CREATE INDEX "reminder_agent" ON "reminder" ("agent_id");--> statement-breakpoint
CREATE INDEX "channel_capacity_region" ON "channel_capacity" ("region_id");--> statement-breakpoint
CREATE INDEX "territory_agent" ON "territory" ("agent_id");--> statement-breakpoint
CREATE INDEX "territory_region" ON "territory" ("region_id");--> statement-breakpoint
CREATE INDEX "course_requirement_course" ON "course_requirement" ("course_id");--> statement-breakpoint
CREATE INDEX "training_result_expiry" ON "training_result" ("expires_on");--> statement-breakpoint
ALTER TABLE "document" ADD CONSTRAINT "document_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "document" ADD CONSTRAINT "document_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "misconduct_message" ADD CONSTRAINT "misconduct_message_report_id_misconduct_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "misconduct_report"("id");--> statement-breakpoint
ALTER TABLE "application" ADD CONSTRAINT "application_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "application" ADD CONSTRAINT "application_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "application" ADD CONSTRAINT "application_form_version_id_screening_form_version_id_fkey" FOREIGN KEY ("form_version_id") REFERENCES "screening_form_version"("id");--> statement-breakpoint
ALTER TABLE "application" ADD CONSTRAINT "application_plan_id_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id");--> statement-breakpoint
ALTER TABLE "application" ADD CONSTRAINT "application_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "application_score" ADD CONSTRAINT "application_score_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "application_step" ADD CONSTRAINT "application_step_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "application_territory" ADD CONSTRAINT "application_territory_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "application_territory" ADD CONSTRAINT "application_territory_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "portal_invitation" ADD CONSTRAINT "portal_invitation_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "screening_form" ADD CONSTRAINT "screening_form_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "screening_form_version" ADD CONSTRAINT "screening_form_version_form_id_screening_form_id_fkey" FOREIGN KEY ("form_id") REFERENCES "screening_form"("id");--> statement-breakpoint
ALTER TABLE "agent_contact" ADD CONSTRAINT "agent_contact_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agent_decision" ADD CONSTRAINT "agent_decision_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "agreement_paper" ADD CONSTRAINT "agreement_paper_agreement_id_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "agreement"("id");--> statement-breakpoint
ALTER TABLE "agreement_paper" ADD CONSTRAINT "agreement_paper_renews_id_agreement_id_fkey" FOREIGN KEY ("renews_id") REFERENCES "agreement"("id");--> statement-breakpoint
ALTER TABLE "blacklist_entry" ADD CONSTRAINT "blacklist_entry_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "secret" ADD CONSTRAINT "secret_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "secret" ADD CONSTRAINT "secret_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "reminder" ADD CONSTRAINT "reminder_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "reminder" ADD CONSTRAINT "reminder_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");--> statement-breakpoint
ALTER TABLE "channel_capacity" ADD CONSTRAINT "channel_capacity_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "channel_capacity" ADD CONSTRAINT "channel_capacity_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "territory" ADD CONSTRAINT "territory_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "territory" ADD CONSTRAINT "territory_region_id_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id");--> statement-breakpoint
ALTER TABLE "course_requirement" ADD CONSTRAINT "course_requirement_course_id_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id");--> statement-breakpoint
ALTER TABLE "course_requirement" ADD CONSTRAINT "course_requirement_channel_type_id_channel_type_id_fkey" FOREIGN KEY ("channel_type_id") REFERENCES "channel_type"("id");--> statement-breakpoint
ALTER TABLE "course_requirement" ADD CONSTRAINT "course_requirement_product_category_id_product_category_id_fkey" FOREIGN KEY ("product_category_id") REFERENCES "product_category"("id");--> statement-breakpoint
ALTER TABLE "survey_answer" ADD CONSTRAINT "survey_answer_invitation_id_survey_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "survey_invitation"("id");--> statement-breakpoint
ALTER TABLE "survey_invitation" ADD CONSTRAINT "survey_invitation_survey_id_survey_id_fkey" FOREIGN KEY ("survey_id") REFERENCES "survey"("id");--> statement-breakpoint
ALTER TABLE "survey_invitation" ADD CONSTRAINT "survey_invitation_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "training_result" ADD CONSTRAINT "training_result_course_id_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id");--> statement-breakpoint
ALTER TABLE "training_result" ADD CONSTRAINT "training_result_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "training_result" ADD CONSTRAINT "training_result_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");