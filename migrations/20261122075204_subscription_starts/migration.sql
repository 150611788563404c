ALTER TABLE "commission_run" ADD COLUMN "last_event_id" bigint;--> statement-breakpoint
CREATE INDEX "sales_event_start" ON "sales_event" ("subscription_id","occurred_at") WHERE type = 'ACTIVATION' and subscription_id is not null;--> statement-breakpoint
CREATE INDEX "sales_event_transfer" ON "sales_event" ("subscription_id") WHERE type = 'TRANSFER';