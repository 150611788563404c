-- By hand: who reads what an agent's people may do, and that somebody of each agent keeps every right.

grant select (company_right) on user_account to tributary_request;
--> statement-breakpoint
grant select (company_right) on portal_invitation to tributary_request;
--> statement-breakpoint
drop function company_users();
--> statement-breakpoint
create function company_users() returns table (email text, name text, disabled boolean, company_right company_right, created_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select account.email, account.name, account.disabled, account.company_right, account.created_at from user_account account
  where claim_role() = 'AGENT' and account.agent_id = claim_agent()
$$;
--> statement-breakpoint
revoke all on function company_users() from public;
--> statement-breakpoint
grant execute on function company_users() to tributary_request;
--> statement-breakpoint
-- The agent's row is locked, lest two who give up the right at the same time both count the other.
create function keep_company_full_user() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  perform from agent where id = new.agent_id for no key update;
  if not exists (
    select from user_account other
    where other.agent_id = new.agent_id and other.id <> new.id and other.company_right = 'FULL' and not other.disabled
  ) then
    raise exception 'the last user with the right FULL keeps it' using errcode = '23514', constraint = 'company_full_user';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger company_full_user before update of company_right on user_account
  for each row when (old.company_right = 'FULL' and new.company_right <> 'FULL') execute function keep_company_full_user();
