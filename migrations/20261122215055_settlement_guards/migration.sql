-- By hand: what was decided stays, whoever signs is who asks, and a balance is told to those alone who may see its agent.

-- 1. Columns of a decision change with the state, and never by themselves.
create function keep_decision() returns trigger language plpgsql as $$
declare
  name text;
begin
  if new.state = old.state then
    foreach name in array tg_argv[0]::text[] loop
      if to_jsonb(new) -> name is distinct from to_jsonb(old) -> name then
        raise exception 'what was decided stays' using errcode = 'check_violation', constraint = 'record_kept';
      end if;
    end loop;
  end if;
  return new;
end $$;
--> statement-breakpoint
do $$
declare
  decided text[];
  signed text[];
begin
  foreach decided slice 1 in array array[
    array['dispute', '{decided_by,decided_at,decision,effect,decided_amount}'],
    array['adjustment_proposal', '{decided_by,decided_at,decision}'],
    array['issued_statement', '{confirmation,confirmed_by,confirmed_at}'],
    array['payee', '{decided_by,decided_at}'],
    array['deposit_entry', '{decided_by,decided_at}'],
    array['off_cycle_settlement', '{decided_by,decided_at}'],
    array['repayment', '{decided_by,decided_at}'],
    array['invoice', '{decided_by,decided_at,decision}'],
    array['payment_batch', '{approved_by,approved_at,cancelled_by,cancelled_at}'],
    array['period_lock', '{locked_by,locked_at,reopen_asked_by,reopen_asked_at,reopened_by,reopened_at}']] loop
    execute format('create trigger %I before update on %I for each row execute function keep_decision(%L)', decided[1] || '_decision_kept', decided[1], decided[2]);
  end loop;

-- 2. Names decide about the second person: nobody signs with another one.
  foreach signed slice 1 in array array[
    array['payee', 'proposed_by', 'decided_by'], array['deposit_entry', 'proposed_by', 'decided_by'],
    array['off_cycle_settlement', 'proposed_by', 'decided_by'], array['repayment', 'proposed_by', 'decided_by'],
    array['invoice', 'submitted_by', 'decided_by'], array['payment_batch', 'created_by', 'approved_by'],
    array['period_lock', 'locked_by', 'reopen_asked_by']] loop
    execute format('create trigger %I before insert on %I for each row execute function keep_own_name(%L)', signed[1] || '_name', signed[1], signed[2]);
    execute format('create trigger %I before update on %I for each row when (old.%I is distinct from new.%I) execute function keep_own_name(%L)',
      signed[1] || '_decided_name', signed[1], signed[3], signed[3], signed[3]);
  end loop;
end $$;
--> statement-breakpoint
create trigger period_lock_reopened_name before update on period_lock for each row when (old.reopened_by is distinct from new.reopened_by)
  execute function keep_own_name('reopened_by');
--> statement-breakpoint

-- 3. As definer it sees everybody's: told of those alone that who asks may see.
create or replace function deposit_balance(of_agent integer, in_currency text) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(sum(entry.amount), 0) from deposit_entry entry left join payment on payment.id = entry.payment_id
  where entry.agent_id = of_agent and entry.currency = in_currency and entry.state = 'APPROVED' and payment.state is distinct from 'CANCELLED'
    and (not is_request() or claim_role() <> 'COMPLIANCE' and of_agent in (select visible_agents()))
$$;
