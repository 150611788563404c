-- By hand: what is never changed, the orders of states, rights.

-- 1. What is written once stays as it is.
do $$
declare name text;
begin
  foreach name in array array['settlement_policy_version', 'statement_step', 'dispute_comment', 'reconciliation', 'export_file',
                              'payment_status_import', 'close_event'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', name || '_immutable', name);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', name || '_no_truncate', name);
  end loop;
end $$;
--> statement-breakpoint
-- Only the named columns change; rows are not deleted. A generated code is not known yet before the row is written: it is named too.
create function keep_columns() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or to_jsonb(new) - tg_argv[0]::text[] <> to_jsonb(old) - tg_argv[0]::text[] then
    raise exception '% is never changed', replace(tg_table_name, '_', ' ') using errcode = 'check_violation', constraint = 'record_kept';
  end if;
  return new;
end $$;
--> statement-breakpoint
do $$
declare kept text[];
begin
  foreach kept slice 1 in array array[
    array['issued_statement', '{state,confirmation,confirmed_by,confirmed_at}'],
    array['dispute', '{code,state,due_at,decided_by,decided_at,decision,effect,decided_amount}'],
    array['adjustment_proposal', '{code,state,decided_by,decided_at,decision}'],
    array['reconciliation_row', '{dispute_id}'],
    array['payee', '{state,valid_to,decided_by,decided_at,wrapped_key,envelope_key_id}'],
    array['payment_batch', '{code,state,approved_by,approved_at,cancelled_by,cancelled_at,cancel_reason,settled_at}'],
    array['payment', '{state,failure_code,failure_text,settled_at,status_import_id,wrapped_key,envelope_key_id}'],
    array['balance_entry', '{carried_run_id}'],
    array['deposit_entry', '{state,decided_by,decided_at}'],
    array['off_cycle_settlement', '{code,state,decided_by,decided_at}'],
    array['invoice', '{state,decided_by,decided_at,decision}']] loop
    execute format('create trigger %I before update or delete on %I for each row execute function keep_columns(%L)', kept[1] || '_kept', kept[1], kept[2]);
  end loop;
end $$;
--> statement-breakpoint
create function refuse_issued_change() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from issued_statement issued where issued.run_id = old.run_id and issued.agent_id = old.agent_id and issued.currency = old.currency) then
    raise exception 'an issued statement is never changed' using errcode = 'check_violation', constraint = 'statement_issued';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger statement_issued before update on statement for each row when (old.* is distinct from new.*) execute function refuse_issued_change();
--> statement-breakpoint

-- 2. The orders of states. The first argument lists the steps that there are: `FROM>TO`.
create function keep_state_order() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and not (old.state || '>' || new.state) = any (tg_argv[0]::text[]) then
    raise exception '% cannot go from % to %', replace(tg_table_name, '_', ' '), old.state, new.state using errcode = 'check_violation', constraint = 'state_order';
  end if;
  return new;
end $$;
--> statement-breakpoint
do $$
declare ordered text[];
begin
  foreach ordered slice 1 in array array[
    array['issued_statement', '{ISSUED>CONFIRMED,ISSUED>DISPUTED,DISPUTED>CONFIRMED}'],
    array['dispute', '{OPEN>ACCEPTED,OPEN>PARTLY_ACCEPTED,OPEN>REJECTED,OPEN>WITHDRAWN}'],
    array['adjustment_proposal', '{PROPOSED>APPROVED,PROPOSED>REJECTED,PROPOSED>WITHDRAWN}'],
    array['payee', '{PROPOSED>APPROVED,PROPOSED>REJECTED}'],
    array['payment_batch', '{CREATED>APPROVED,CREATED>CANCELLED,APPROVED>CANCELLED,APPROVED>SETTLED,SETTLED>APPROVED}'],
    array['payment', '{INSTRUCTED>PAID,INSTRUCTED>FAILED,INSTRUCTED>CANCELLED,SET_OFF>CANCELLED,PAID>FAILED}'],
    array['deposit_entry', '{PROPOSED>APPROVED,PROPOSED>REJECTED}'],
    array['off_cycle_settlement', '{PROPOSED>APPROVED,PROPOSED>REJECTED,PROPOSED>WITHDRAWN}'],
    array['invoice', '{SUBMITTED>ACCEPTED,SUBMITTED>REJECTED,SUBMITTED>WITHDRAWN}'],
    array['export_request', '{REQUESTED>RUNNING,REQUESTED>FAILED,RUNNING>DONE,RUNNING>FAILED,RUNNING>REQUESTED}']] loop
    execute format('create trigger %I before update on %I for each row execute function keep_state_order(%L)', ordered[1] || '_order', ordered[1], ordered[2]);
  end loop;
end $$;
--> statement-breakpoint
-- Statements of a run that is approved are issued, those of no other; what was issued, and what is locked, is not voided.
create function refuse_early_issue() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from commission_run run where run.id = new.run_id and run.status in ('APPROVED', 'PAID') and not run.is_cut_over) then
    raise exception 'only statements of an approved run are issued' using errcode = 'check_violation', constraint = 'issued_statement_run';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger issued_statement_run before insert on issued_statement for each row execute function refuse_early_issue();
--> statement-breakpoint
create function refuse_void() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from issued_statement where run_id = new.id) then
    raise exception 'the statements of the run are issued' using errcode = 'check_violation', constraint = 'run_issued';
  end if;
  if exists (select from period_lock closed where closed.period = new.period and closed.state <> 'REOPENED') then
    raise exception 'the period is locked' using errcode = 'check_violation', constraint = 'period_locked';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger commission_run_void before update on commission_run for each row when (new.status = 'VOIDED' and old.status <> 'VOIDED') execute function refuse_void();
--> statement-breakpoint
-- What moves a balance does not come in while a run is being approved: approvals hold this lock alone.
create function await_approvals() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(7627095748223293862);
  return null;
end $$;
--> statement-breakpoint
create trigger balance_entry_await before insert on balance_entry for each statement execute function await_approvals();
--> statement-breakpoint
alter table payee add constraint payee_no_overlap exclude using gist (
  int4range(agent_id, agent_id, '[]') with &&, daterange(valid_from, valid_to) with &&) where (state = 'APPROVED') deferrable initially deferred;
--> statement-breakpoint

-- 3. Rights.
do $$
declare
  name text;
  seen constant text := 'agent_id = any (array(select visible_agents()))';
  seen_run constant text := 'run_id = any (array(select visible_runs()))';
  money constant text := 'claim_role() in (''ADMIN'', ''FINANCE'', ''AUDITOR'')';
  books constant text := 'claim_role() in (''ADMIN'', ''FINANCE'')';
  staff constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''FINANCE'', ''AUDITOR'')';
  deciders constant text := 'claim_role() in (''ADMIN'', ''CHANNEL_MANAGER'', ''FINANCE'')';
  as_agent constant text := 'claim_role() = ''AGENT'' and agent_id = claim_agent()';
begin
  -- the policy names accounts of the operator
  foreach name in array array['settlement_policy', 'settlement_policy_version'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert, update on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, money);
    execute format('create policy add on %I for insert to tributary_request with check (claim_role() = ''ADMIN'')', name);
    execute format('create policy change on %I for update to tributary_request using (claim_role() = ''ADMIN'')', name);
  end loop;
  revoke update on settlement_policy_version from tributary_request;

  -- statements: finance issues them, their agent confirms them
  foreach name in array array['issued_statement', 'statement_step'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy read on %I for select to tributary_request using (%s and %s)', name, seen, seen_run);
  end loop;
  grant select, insert, update (state, confirmation, confirmed_by, confirmed_at) on issued_statement to tributary_request;
  execute format('create policy add on issued_statement for insert to tributary_request with check (%s and state = ''ISSUED'')', books);
  execute format('create policy change on issued_statement for update to tributary_request using ((%s) or (%s and %s))', as_agent, deciders, seen);
  grant select, insert on statement_step to tributary_request;
  execute format('create policy add on statement_step for insert to tributary_request with check ((%s) or (%s and %s))', as_agent, deciders, seen);

  alter table dispute enable row level security;
  grant select, insert, update (state, due_at, decided_by, decided_at, decision, effect, decided_amount) on dispute to tributary_request;
  execute format('create policy read on dispute for select to tributary_request using (claim_role() <> ''COMPLIANCE'' and %s)', seen);
  execute format('create policy add on dispute for insert to tributary_request with check (state = ''OPEN'' and ((%s) or (%s and %s)))', as_agent, deciders, seen);
  execute format('create policy change on dispute for update to tributary_request using (%s and %s)', deciders, seen);
  execute format('create policy withdraw on dispute for update to tributary_request using (%s and state = ''OPEN'') with check (%s and state = ''WITHDRAWN'')', as_agent, as_agent);
  alter table dispute_comment enable row level security;
  grant select, insert on dispute_comment to tributary_request;
  execute format('create policy read on dispute_comment for select to tributary_request using (%s and (%s or claim_role() = ''AGENT'' and not internal))', seen, staff);
  execute format('create policy add on dispute_comment for insert to tributary_request with check (
    exists (select from dispute where dispute.id = dispute_id and dispute.agent_id = dispute_comment.agent_id) and ((%s and not internal) or (%s and %s)))', as_agent, deciders, seen);

  alter table adjustment_proposal enable row level security;
  grant select, insert, update (state, decided_by, decided_at, decision) on adjustment_proposal to tributary_request;
  execute format('create policy read on adjustment_proposal for select to tributary_request using (%s and %s)', staff, seen);
  execute format('create policy add on adjustment_proposal for insert to tributary_request with check (%s and %s and state = ''PROPOSED'')', deciders, seen);
  execute format('create policy change on adjustment_proposal for update to tributary_request using (%s and %s)', deciders, seen);

  foreach name in array array['reconciliation', 'reconciliation_row'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> ''COMPLIANCE'' and %s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check ((%s) or (%s))', name, as_agent, books);
  end loop;
  grant update (dispute_id) on reconciliation_row to tributary_request;
  execute format('create policy change on reconciliation_row for update to tributary_request using ((%s) or (%s))', as_agent, books);

  foreach name in array array['export_request', 'export_progress', 'export_file', 'payment_batch', 'payment_status_import', 'period_lock', 'close_tick', 'close_event'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (%s)', name, money);
    execute format('create policy add on %I for insert to tributary_request with check (%s)', name, books);
    execute format('create policy change on %I for update to tributary_request using (%s)', name, books);
  end loop;
  -- files are made by the queue, as owner
  revoke insert on export_progress, export_file from tributary_request;
  grant update (state, approved_by, approved_at, cancelled_by, cancelled_at, cancel_reason, settled_at) on payment_batch to tributary_request;
  grant update (state, locked_by, locked_at, reopen_reason, reopen_asked_by, reopen_asked_at, reopened_by, reopened_at) on period_lock to tributary_request;
  grant update, delete on close_tick to tributary_request;
  execute format('create policy remove on close_tick for delete to tributary_request using (%s)', books);

  -- no ciphertext is ever read by a request
  alter table payee enable row level security;
  grant select (id, agent_id, holder_name, third_party, bank_name, bic, clearing_code, account_masked, valid_from, valid_to, state, reason, document_id,
    proposed_by, proposed_at, decided_by, decided_at), insert, update (state, valid_to, decided_by, decided_at) on payee to tributary_request;
  execute format('create policy read on payee for select to tributary_request using ((%s) or (%s))', money, as_agent);
  execute format('create policy add on payee for insert to tributary_request with check (%s and state = ''PROPOSED'')', books);
  execute format('create policy change on payee for update to tributary_request using (%s)', books);
  alter table payment enable row level security;
  grant select (id, batch_id, end_to_end_id, agent_id, kind, run_id, currency, settlement_id, deposit_entry_id, gross, collected, amount, payee_id, holder_name,
    bank_name, bic, clearing_code, account_masked, state, failure_code, failure_text, settled_at, status_import_id, retries_id) on payment to tributary_request;
  execute format('create policy read on payment for select to tributary_request using ((%s) or (%s))', money, as_agent);

  foreach name in array array['balance_entry', 'deposit_entry', 'off_cycle_settlement'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> ''COMPLIANCE'' and %s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check (%s)', name, books);
  end loop;
  foreach name in array array['deposit_entry', 'off_cycle_settlement'] loop
    execute format('grant update (state, decided_by, decided_at) on %I to tributary_request', name);
    execute format('create policy change on %I for update to tributary_request using (%s)', name, books);
  end loop;

  foreach name in array array['invoice', 'invoice_statement'] loop
    execute format('alter table %I enable row level security', name);
    execute format('grant select, insert on %I to tributary_request', name);
    execute format('create policy read on %I for select to tributary_request using (claim_role() <> ''COMPLIANCE'' and %s)', name, seen);
    execute format('create policy add on %I for insert to tributary_request with check ((%s) or (%s))', name, as_agent, books);
  end loop;
  grant update (state, decided_by, decided_at, decision) on invoice to tributary_request;
  execute format('create policy change on invoice for update to tributary_request using (%s)', books);
  execute format('create policy withdraw on invoice for update to tributary_request using (%s and state = ''SUBMITTED'') with check (%s and state = ''WITHDRAWN'')', as_agent, as_agent);
end $$;
