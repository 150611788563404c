ALTER TABLE "run_pool" ADD COLUMN "pool_name" text;--> statement-breakpoint
-- By hand: runs that are there keep the names that pools have now.
update run_pool shared set pool_name = pool.name from pool where pool.id = shared.pool_id;
