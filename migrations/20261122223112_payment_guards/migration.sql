ALTER TABLE "payment" ADD COLUMN "paid_after_cancel_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "payment_batch" ADD COLUMN "cancel_asked_by" text;--> statement-breakpoint
ALTER TABLE "payment_batch" ADD COLUMN "cancel_asked_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "payment_status_import" ADD COLUMN "exception_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
DROP INDEX "payment_once_retry";--> statement-breakpoint
CREATE UNIQUE INDEX "payment_once_retry" ON "payment" ("retries_id") WHERE state <> 'CANCELLED' and paid_after_cancel_at is null;--> statement-breakpoint
CREATE INDEX "payment_after_cancel" ON "payment" ("agent_id") WHERE paid_after_cancel_at is not null;--> statement-breakpoint
ALTER TABLE "payment_batch" ADD CONSTRAINT "payment_batch_cancel_four_eyes" CHECK (lower(cancelled_by) <> lower(cancel_asked_by));