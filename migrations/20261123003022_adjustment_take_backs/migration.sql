ALTER TABLE "adjustment_proposal" ADD COLUMN "takes_back_id" integer;--> statement-breakpoint
CREATE UNIQUE INDEX "adjustment_proposal_takes_back" ON "adjustment_proposal" ("takes_back_id") WHERE state in ('PROPOSED', 'APPROVED');--> statement-breakpoint
ALTER TABLE "adjustment_proposal" ADD CONSTRAINT "adjustment_proposal_takes_back_id_adjustment_id_fkey" FOREIGN KEY ("takes_back_id") REFERENCES "adjustment"("id");--> statement-breakpoint
ALTER TABLE "adjustment_proposal" ADD CONSTRAINT "adjustment_proposal_taken_back" CHECK ((kind::text = 'REVERSED') = (takes_back_id is not null));