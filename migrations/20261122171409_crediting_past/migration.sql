CREATE TABLE "event_crediting_past" (
	"event_id" bigint,
	"until_run_id" integer,
	"block" "credit_block",
	"case_id" integer,
	"shared" boolean NOT NULL,
	"awards" jsonb NOT NULL,
	CONSTRAINT "event_crediting_past_key" PRIMARY KEY("event_id","until_run_id")
);
