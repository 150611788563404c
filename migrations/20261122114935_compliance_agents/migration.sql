-- Compliance reads whom a report of misconduct is about: codes and names of agents, and no fact of their lives.
create policy compliance on agent for select to tributary_request using (claim_role() = 'COMPLIANCE');
