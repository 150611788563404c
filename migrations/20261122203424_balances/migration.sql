CREATE TYPE "repayment_state" AS ENUM('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TABLE "repayment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "repayment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text GENERATED ALWAYS AS ('RP-' || id::text) STORED NOT NULL UNIQUE,
	"agent_id" integer NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"received_on" date NOT NULL,
	"reason" text NOT NULL,
	"state" "repayment_state" NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp(6) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp(6) with time zone,
	CONSTRAINT "repayment_finite" CHECK (amount not in ('NaN', 'Infinity', '-Infinity')),
	CONSTRAINT "repayment_amount" CHECK (amount > 0),
	CONSTRAINT "repayment_decided" CHECK ((state = 'PROPOSED') = (decided_at is null)),
	CONSTRAINT "repayment_four_eyes" CHECK (state not in ('APPROVED', 'REJECTED') or lower(decided_by) <> lower(proposed_by))
);
--> statement-breakpoint
ALTER TABLE "balance_entry" ADD COLUMN "repayment_id" integer;--> statement-breakpoint
ALTER TABLE "off_cycle_settlement" ADD COLUMN "returned" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_repayment_id_key" UNIQUE("repayment_id");--> statement-breakpoint
CREATE INDEX "repayment_agent" ON "repayment" ("agent_id");--> statement-breakpoint
ALTER TABLE "balance_entry" ADD CONSTRAINT "balance_entry_repayment_id_repayment_id_fkey" FOREIGN KEY ("repayment_id") REFERENCES "repayment"("id");--> statement-breakpoint
ALTER TABLE "repayment" ADD CONSTRAINT "repayment_agent_id_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id");--> statement-breakpoint
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_four_eyes" CHECK (state not in ('ACCEPTED', 'REJECTED') or lower(decided_by) <> lower(submitted_by));--> statement-breakpoint
ALTER TABLE "balance_entry" DROP CONSTRAINT "balance_entry_cause", ADD CONSTRAINT "balance_entry_cause" CHECK (case kind when 'BANK_RETURN' then payment_id is not null when 'DEPOSIT_SET_OFF' then deposit_entry_id is not null when 'OFF_CYCLE' then settlement_id is not null else approved_by is not null end and num_nonnulls(payment_id, deposit_entry_id, settlement_id, repayment_id) <= 1);--> statement-breakpoint
ALTER TABLE "off_cycle_settlement" DROP CONSTRAINT "off_cycle_settlement_finite", ADD CONSTRAINT "off_cycle_settlement_finite" CHECK (gross not in ('NaN', 'Infinity', '-Infinity') and tax not in ('NaN', 'Infinity', '-Infinity') and net not in ('NaN', 'Infinity', '-Infinity') and tax_percent not in ('NaN', 'Infinity', '-Infinity') and returned not in ('NaN', 'Infinity', '-Infinity'));--> statement-breakpoint
ALTER TABLE "off_cycle_settlement" DROP CONSTRAINT "off_cycle_settlement_whole", ADD CONSTRAINT "off_cycle_settlement_whole" CHECK (gross > 0 and tax >= 0 and gross = tax + net and returned between 0 and gross);