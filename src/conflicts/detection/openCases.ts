import { recordChanges } from '../../audit/audit.ts';
import { rawSql, type Transaction } from '../../db/client.ts';
import { booksLock } from '../../db/roles.ts';
import type { Actor } from '../../db/transaction.ts';
import { localDate } from '../../period.ts';
import { loadOperator } from '../../reference/operator.ts';
import { assignMediators } from './mediators.ts';
import { quoteLiteral } from './scanText.ts';

// Brings what a scan found together with the cases that are known (DOMAIN.md §8). One rule and one event are one case for ever; what becomes
// of it follows from its facts:
//   OPEN    found for the first time
//   REOPEN  found again after its facts were gone, or with other facts after it was decided
//   CHANGE  found with other facts while nobody has decided
//   RENEW   found with the same facts by another version of the rule, or in another region
//   CLOSE   not found any more, nobody has decided
//   GONE    not found any more, stays as decided
//   BACK    found as it was when it was decided

/** What became of cases; `hash` goes over all changes, in natural keys. */
export type CaseChanges = {
  readonly opened: number;
  readonly reopened: number;
  readonly changed: number;
  readonly closed: number;
  readonly hash: string;
};

/**
 * Opens, reopens, changes and closes the cases of the events of `scan_event` as `scan_hit` and `scan_party` say, with steps and notices. The same
 * facts again change nothing. The caller holds the detection's lock and writes the bulk's audit record; a decision that is no more has one of its own here.
 * @param isCredited whether shares of events are going to change too (`scan_credit_changed`): they are locked with those of the cases.
 */
export async function syncCases(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  isCredited: boolean,
): Promise<CaseChanges> {
  const sql = rawSql(transaction);
  const { timeZone } = await loadOperator(transaction);
  await writeChanges(transaction);
  const changes = await countChanges(transaction);
  await lockEvents(transaction, isCredited);
  if (changes.total === 0) return changes;
  await sql.unsafe(numberStatement);
  await assignMediators(transaction);
  const context = contextOf(actor, now, timeZone);
  await recordReopened(transaction, actor, now);
  if (changes.opened > 0) await sql.unsafe(`${insertCases(context)}; ${insertHits(context)}`);
  if (changes.total > changes.opened) await sql.unsafe(`${updateCases(context)}; ${updateHits(context)}`);
  await sql.unsafe(`${replaceParties}; ${insertSteps(context)}; ${notify(context)}`);
  return changes;
}

type Context = { readonly now: string; readonly today: string; readonly timeZone: string; readonly by: string };

function contextOf(actor: Actor, now: Date, timeZone: string): Context {
  return {
    now: `${quoteLiteral(now.toISOString())}::timestamptz`,
    today: `${quoteLiteral(localDate(now, timeZone))}::date`,
    timeZone: quoteLiteral(timeZone),
    by: quoteLiteral(actor.name),
  };
}

/** SQL: local midnight after so many days. */
const midnightAfter = ({ today, timeZone }: Context, days: string) =>
  `((${today} + ${days})::timestamp at time zone ${timeZone})`;

// Cases may be decided while the scan runs: those that change are locked, and what becomes of them is asked again.
async function writeChanges(transaction: Transaction): Promise<void> {
  const sql = rawSql(transaction);
  for (;;) {
    await sql.unsafe(changeStatements);
    await sql`select id from conflict_case where id in (select case_id from scan_change) order by id for update`;
    const moved = await sql`
      select from scan_change change join conflict_case known on known.id = change.case_id
      where (known.state, known.decision_id) is distinct from (change.state, change.decision_id) limit 1`;
    if (moved.length === 0) return;
    await sql`drop table scan_change`;
  }
}

// As decisions do: cases first, then the books, then all events together in one order, though several statements change what is said of them.
async function lockEvents(transaction: Transaction, isCredited: boolean): Promise<void> {
  const sql = rawSql(transaction);
  await sql`select pg_advisory_xact_lock_shared(${booksLock}::bigint)`;
  await sql.unsafe(`
    select count(*) from (select id from sales_event where id in (
      select event_id from scan_change
      union select party.event_id from conflict_party party join scan_change change on change.case_id = party.case_id
      ${isCredited ? 'union select event_id from scan_credit_changed' : ''})
    order by id for no key update) locked`);
}

/** Before the cases are: what facts took back is a change of its own, not only one of a bulk. */
async function recordReopened(transaction: Transaction, actor: Actor, now: Date): Promise<void> {
  const taken = await rawSql(transaction)<{ code: string; state: string; decision: number; credits: string }[]>`
    select found.code, found.state, decision.number as decision, decision.credits
    from scan_change change join conflict_case found on found.id = change.case_id join conflict_decision decision on decision.id = change.decision_id
    where change.change = 'REOPEN' order by found.id`;
  const changes = taken.map(({ code, ...before }) => ({
    action: 'conflict_case.reopened',
    entity: 'conflict_case',
    entityKey: code,
    before,
    after: { state: 'OPEN', decision: null },
    reason: otherThanDecided,
  }));
  await recordChanges(transaction, actor, now, changes);
}

const otherThanDecided = 'The facts are other ones than were decided about.';

const changeStatements = `
  create unlogged table scan_change as
  with known as (
    select hit.case_id, hit.rule_id, hit.event_id, hit.rule_version_id, hit.facts_hash, hit.gone_at is not null as was_gone,
      known_case.state, known_case.decision_id, known_case.effect, known_case.region_id
    from scan_event join conflict_hit hit on hit.event_id = scan_event.event_id join conflict_case known_case on known_case.id = hit.case_id
  ), judged as (
    select known.case_id, coalesce(known.rule_id, hit.rule_id) as rule_id, coalesce(known.event_id, hit.event_id) as event_id,
      known.state, known.decision_id, hit.version_id, hit.facts_hash, hit.region_id, rule.effect::conflict_effect as effect,
      rule.due_days, rule.appeal_days,
      case
        when known.case_id is null then 'OPEN'
        when hit.event_id is null then case when not known.was_gone then
          case when known.state in ('OPEN', 'IN_MEDIATION') then 'CLOSE' else 'GONE' end end
        when known.was_gone and known.decision_id is not null and known.facts_hash = hit.facts_hash then 'BACK'
        when known.was_gone then 'REOPEN'
        when known.facts_hash <> hit.facts_hash then case when known.state in ('OPEN', 'IN_MEDIATION') then 'CHANGE' else 'REOPEN' end
        when (known.rule_version_id, known.effect, known.region_id) is distinct from (hit.version_id, rule.effect::conflict_effect, hit.region_id)
          then 'RENEW'
      end as change
    from known full join scan_hit hit on hit.rule_id = known.rule_id and hit.event_id = known.event_id
    left join scan_rule rule on rule.version_id = hit.version_id
  )
  select judged.*, null::integer as ordinal, null::integer as mediator_id, null::text as mediator_name from judged where change is not null;
  analyze scan_change`;

async function countChanges(transaction: Transaction): Promise<CaseChanges & { readonly total: number }> {
  const [counted] = await rawSql(transaction)<(CaseChanges & { total: number })[]>`
    select count(*)::integer as total,
      count(*) filter (where change = 'OPEN')::integer as opened,
      count(*) filter (where change = 'REOPEN')::integer as reopened,
      count(*) filter (where change not in ('OPEN', 'REOPEN', 'CLOSE'))::integer as changed,
      count(*) filter (where change = 'CLOSE')::integer as closed,
      encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', rule.code, event.source || '/' || event.external_id, change, facts_hash), E'\n'
        order by rule.code collate "C", event.source collate "C", event.external_id collate "C"), ''), 'UTF8')), 'hex') as hash
    from scan_change join conflict_rule rule on rule.id = scan_change.rule_id join sales_event event on event.id = scan_change.event_id`;
  if (!counted) throw new Error('an aggregate gave no row');
  return counted;
}

// Cases are numbered in the order of their events (§9.1); the number within the region says who mediates.
const numberStatement = `
  update scan_change change set case_id = numbered.case_id, ordinal = numbered.ordinal
  from (
    select rule_id, event_id, nextval(pg_get_serial_sequence('conflict_case', 'id'))::integer as case_id,
      row_number() over (partition by region_id order by place)::integer as ordinal
    from (
      select new.rule_id, new.event_id, new.region_id,
        row_number() over (order by hit.occurred_at, hit.source collate "C", hit.external_id collate "C", new.rule_id) as place
      from scan_change new join scan_hit hit on hit.rule_id = new.rule_id and hit.event_id = new.event_id
      where new.change = 'OPEN' order by place
    ) placed
  ) numbered
  where numbered.rule_id = change.rule_id and numbered.event_id = change.event_id`;

const insertCases = (context: Context) => `
  insert into conflict_case (id, rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days, mediator_id, mediator_name)
  overriding system value
  select change.case_id, change.rule_id, rule.kind::conflict_kind, change.effect, change.region_id, hit.period, hit.local_date, 'OPEN',
    ${context.now}, ${midnightAfter(context, 'change.due_days')}, change.appeal_days, change.mediator_id, change.mediator_name
  from scan_change change join scan_hit hit on hit.rule_id = change.rule_id and hit.event_id = change.event_id
  join scan_rule rule on rule.version_id = change.version_id
  where change.change = 'OPEN' order by change.case_id`;

const insertHits = (context: Context) => `
  insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
  select change.case_id, change.rule_id, change.version_id, change.event_id, hit.agent_id, hit.facts, hit.facts_hash, ${context.now}
  from scan_change change join scan_hit hit on hit.rule_id = change.rule_id and hit.event_id = change.event_id
  where change.change = 'OPEN' order by change.case_id`;

// An appeal against a decision that is no more stays open: the next decision settles it, and somebody else takes that. Nobody needs to vote on
// facts that have changed.
const updateCases = (context: Context) => `
  update conflict_case found set state = 'OPEN', closing = null, closed_at = null, resolved_at = null, appeal_until = null, decision_id = null,
    reopened_count = found.reopened_count + 1, escalation_level = 0, effect = change.effect, region_id = change.region_id,
    appeal_days = change.appeal_days, due_at = ${midnightAfter(context, 'change.due_days')}
  from scan_change change where change.change = 'REOPEN' and found.id = change.case_id;
  update conflict_case found set effect = change.effect, region_id = change.region_id
  from scan_change change where change.change in ('CHANGE', 'RENEW', 'BACK') and found.id = change.case_id
    and (found.effect, found.region_id) is distinct from (change.effect, change.region_id);
  update conflict_case found set state = 'CLOSED', closing = 'FACTS_CHANGED', closed_at = ${context.now}
  from scan_change change where change.change = 'CLOSE' and found.id = change.case_id;
  update conflict_proposal proposal set settled_at = ${context.now}
  from scan_change change where change.change in ('REOPEN', 'CHANGE', 'CLOSE') and proposal.case_id = change.case_id and proposal.settled_at is null`;

const factsAreOther = "'The facts have changed.'";

const updateHits = (context: Context) => `
  update conflict_hit hit set gone_at = ${context.now}
  from scan_change change where change.change in ('CLOSE', 'GONE') and hit.case_id = change.case_id;
  update conflict_hit hit set gone_at = null, rule_version_id = change.version_id, facts = found.facts, facts_hash = found.facts_hash
  from scan_change change join scan_hit found on found.rule_id = change.rule_id and found.event_id = change.event_id
  where change.change in ('REOPEN', 'CHANGE', 'RENEW', 'BACK') and hit.case_id = change.case_id`;

// Rows of parties are never changed, only replaced.
const sameParty = `
  party.agent_id = wanted.agent_id and party.side = wanted.side and party.event_id is not distinct from wanted.event_id
  and party.registration_id is not distinct from wanted.registration_id and party.facts = wanted.facts`;
const replaceParties = `
  create unlogged table scan_wanted_party as
  select change.case_id, party.agent_id, party.side, party.event_id, party.registration_id, party.facts
  from scan_change change join scan_party party on party.rule_id = change.rule_id and party.hit_event_id = change.event_id
  where change.change in ('OPEN', 'REOPEN', 'CHANGE');
  analyze scan_wanted_party;
  delete from conflict_party party using scan_change change
  where change.change in ('REOPEN', 'CHANGE') and party.case_id = change.case_id and not exists (
    select from scan_wanted_party wanted where wanted.case_id = party.case_id and ${sameParty});
  insert into conflict_party (case_id, agent_id, side, event_id, registration_id, facts)
  select wanted.case_id, wanted.agent_id, wanted.side, wanted.event_id, wanted.registration_id, wanted.facts
  from scan_wanted_party wanted join scan_change change on change.case_id = wanted.case_id
  where change.change = 'OPEN' or not exists (select from conflict_party party where party.case_id = wanted.case_id and ${sameParty})
  order by wanted.case_id, wanted.side, wanted.agent_id`;

const insertSteps = ({ now, by }: Context) => `
  insert into conflict_step (case_id, action, from_state, to_state, by, at, reason, for_parties)
  select change.case_id,
    case change.change when 'OPEN' then 'OPENED' when 'REOPEN' then 'REOPENED' else 'FACTS_CHANGED' end,
    change.state, case change.change when 'OPEN' then 'OPEN' when 'REOPEN' then 'OPEN' when 'CLOSE' then 'CLOSED' else change.state end,
    ${by}, ${now},
    case change.change
      when 'REOPEN' then case when change.decision_id is null then 'The facts are there again.' else ${quoteLiteral(otherThanDecided)} end
      when 'CHANGE' then ${factsAreOther}
      when 'CLOSE' then 'The facts are no more.'
      when 'GONE' then 'The facts are no more; it stays as decided.'
      when 'BACK' then 'The facts are there again, as they were decided about.'
    end, true
  from scan_change change where change.change <> 'RENEW' order by change.case_id`;

// What is told once (notice_once) is told again each time that facts open the case again, or close it.
const thisTime = "found.code || case when found.reopened_count > 0 then ' again ' || found.reopened_count else '' end";

const notify = (context: Context) => `
  insert into notice (agent_id, kind, subject, details, created_at)
  select distinct party.agent_id, 'CONFLICT_OPENED'::notice_kind, ${thisTime},
    jsonb_build_object('case', found.code, 'rule', rule.name, 'due', (found.due_at at time zone ${context.timeZone})::date::text), ${context.now}
  from scan_wanted_party party join conflict_case found on found.id = party.case_id join conflict_rule rule on rule.id = found.rule_id
  on conflict on constraint notice_once do nothing;
  insert into notice (agent_id, kind, subject, details, created_at)
  select distinct party.agent_id, 'CONFLICT_CLOSED'::notice_kind, ${thisTime}, jsonb_build_object('case', found.code), ${context.now}
  from scan_change change join conflict_case found on found.id = change.case_id join conflict_party party on party.case_id = found.id
  where change.change = 'CLOSE'
  on conflict on constraint notice_once do nothing`;
