-- By hand: what a scan has to find again.

-- The events of one import lie side by side: a small index, which costs imports nothing to speak of, finds their pages.
create index sales_event_import on sales_event using brin (import_id) with (pages_per_range = 32, autosummarize = on);
--> statement-breakpoint
-- Facts without dates change the past too: where they do, all events are looked through again.
create function note_stale_always() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare differs boolean;
begin
  execute format('select exists (select from before join after using (id) where before.%1$I is distinct from after.%1$I)', tg_argv[0]) into differs;
  if differs then
    perform note_stale((select to_date(min(period), 'YYYY-MM') from sales_event), tg_table_name);
  end if;
  return null;
end $$;
--> statement-breakpoint
revoke execute on function note_stale_always() from public;
--> statement-breakpoint
create trigger product_stale_changed after update on product
  referencing old table as before new table as after for each statement execute function note_stale_always('category_id');
--> statement-breakpoint
create trigger region_stale_changed after update on region
  referencing old table as before new table as after for each statement execute function note_stale_always('parent_id');
--> statement-breakpoint
create trigger agent_stale_changed after update on agent
  referencing old table as before new table as after for each statement execute function note_stale_always('channel_type_id');
