-- By hand: what an agent's people see of one another, and the bank details that they ask for themselves.

create function company_users() returns table (email text, name text, disabled boolean, created_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select account.email, account.name, account.disabled, account.created_at from user_account account
  where claim_role() = 'AGENT' and account.agent_id = claim_agent()
$$;
--> statement-breakpoint
revoke all on function company_users() from public;
--> statement-breakpoint
grant execute on function company_users() to tributary_request;
--> statement-breakpoint
-- What an agent proposes for itself, finance decides about.
create policy add_own on payee for insert to tributary_request
  with check (claim_role() = 'AGENT' and agent_id = claim_agent() and state = 'PROPOSED');
