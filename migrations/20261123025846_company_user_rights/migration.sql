CREATE TYPE "company_right" AS ENUM('FULL', 'READ');--> statement-breakpoint
ALTER TABLE "user_account" ADD COLUMN "company_right" "company_right" DEFAULT 'FULL'::"company_right" NOT NULL;--> statement-breakpoint
ALTER TABLE "portal_invitation" ADD COLUMN "company_right" "company_right" DEFAULT 'FULL'::"company_right" NOT NULL;--> statement-breakpoint
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_company_right" CHECK (role = 'AGENT' or company_right = 'FULL');