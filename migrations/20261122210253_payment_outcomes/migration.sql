CREATE TABLE "payment_outcome" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_outcome_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"payment_id" integer NOT NULL,
	"state" "payment_state" NOT NULL,
	"at" timestamp(6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "payment_outcome_payment" ON "payment_outcome" ("payment_id");--> statement-breakpoint
CREATE INDEX "payment_outcome_at" ON "payment_outcome" ("at");--> statement-breakpoint
ALTER TABLE "payment_outcome" ADD CONSTRAINT "payment_outcome_payment_id_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id");