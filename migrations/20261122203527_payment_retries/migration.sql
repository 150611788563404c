ALTER TABLE "payment" DROP CONSTRAINT "payment_retries_id_key";--> statement-breakpoint
CREATE UNIQUE INDEX "payment_once_retry" ON "payment" ("retries_id") WHERE state <> 'CANCELLED';