-- By hand: a run of which the bank returned money is open again. Those that stayed PAID until now are APPROVED again, which is on record.
with reopened as (
  update commission_run run set status = 'APPROVED', paid_by = null, paid_at = null
  where run.status = 'PAID' and exists (
    select from issued_statement issued where issued.run_id = run.id and issued.gross > 0 and not exists (
      select from payment left join balance_entry returned on returned.payment_id = payment.id
      where payment.run_id = issued.run_id and payment.agent_id = issued.agent_id and payment.currency = issued.currency
        and (payment.state in ('PAID', 'SET_OFF') or payment.state = 'FAILED' and returned.carried_run_id is not null)))
  returning run.id, run.period)
insert into audit_record (at, actor, action, entity, entity_key, before, after, reason)
  select now(), 'migration', 'run.reopened', 'run', period || '#' || id, '{"status": "PAID"}', '{"status": "APPROVED"}', 'what its statements pay is open'
  from reopened;
