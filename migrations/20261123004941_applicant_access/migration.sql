CREATE TABLE "application_access" (
	"application_id" integer PRIMARY KEY,
	"token_hash" text NOT NULL,
	"created_at" timestamp(6) with time zone NOT NULL,
	"signed_document_id" integer,
	"signed_at" timestamp(6) with time zone
);
--> statement-breakpoint
ALTER TABLE "application_access" ADD CONSTRAINT "application_access_application_id_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id");