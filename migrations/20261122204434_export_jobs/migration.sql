-- What is asked for is made by the queue, a few times where the process dies.
create function queue_export() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform graphile_worker.add_job('make_exports', json_build_object('requestId', new.id), job_key => 'export:' || new.id, max_attempts => 3);
  return null;
end $$;
--> statement-breakpoint
create trigger export_request_queue after insert on export_request for each row execute function queue_export();
