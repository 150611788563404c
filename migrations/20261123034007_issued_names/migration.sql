ALTER TABLE "issued_statement" ADD COLUMN "agent_name" text;--> statement-breakpoint
ALTER TABLE "issued_statement" ADD COLUMN "operator_name" text;