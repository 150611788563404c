ALTER TYPE "notice_kind" ADD VALUE 'DISPUTE_FILED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'DISPUTE_ANSWERED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'DISPUTE_DECIDED';--> statement-breakpoint
ALTER TYPE "notice_kind" ADD VALUE 'DISPUTE_OVERDUE';