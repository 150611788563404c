-- The run's number is the same in all rows of a partition: as the first column every comparison of a sort begins with it in vain.
alter table commission_line drop constraint commission_line_key;
--> statement-breakpoint
alter table commission_line add constraint commission_line_key unique nulls not distinct
  (agent_id, component_id, cause_id, role, kind, instalment, original_id, source_agent_id, source_component_id, origin_period, currency, run_id);
