import { beforeAll, describe, expect, it } from 'vitest';
import { asUserError, serverError } from '../../src/db/constraints.ts';
import { UserError } from '../../src/errors.ts';
import { testDatabase } from '../database.ts';
import { ConflictBooks } from '../support/conflictBooks.ts';
import { rowsAt as at, versionStatement } from '../support/conflictRows.ts';

// What the database refuses is told in users' words wherever a user can bring it about.

let books: ConflictBooks;
const ids = () => books.ids;
beforeAll(async () => {
  books = new ConflictBooks(await testDatabase());
  await books.open();
  await books.addRuleVersions();
});

/** The constraint that refuses a statement, and the code that a user is told. */
async function refusal(statement: string): Promise<string> {
  const error: unknown = await books.sql.unsafe(statement).then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  const told = asUserError(error);
  if (!(told instanceof UserError)) throw error;
  return `${serverError(error)?.constraint_name} ${told.code}`;
}

describe('conflicts and registered deals', () => {
  it('cells and floor prices that overlap', async () => {
    const category = await books.run("insert into product_category (code, name) values ('B', 'b')");
    const cell = `insert into matrix_cell (channel_type_id, product_category_id, allowed, valid_from) values (${ids().channel}, ${category}, true, `;
    await books.run(`${cell} '2026-01-01')`);
    expect(await refusal(`${cell} '2026-05-01')`)).toBe('matrix_cell_no_overlap DATES_OVERLAP');
    const floor = `insert into price_floor (product_id, currency, price, valid_from, valid_to) values (${ids().product}, 'CNY', 1, `;
    await books.run(`${floor} '2026-01-01', '2026-02-01')`);
    await books.run(`${floor} '2026-02-01', '2026-03-01')`);
    expect(await refusal(`${floor} '2026-01-31', '2026-02-01')`)).toBe('price_floor_no_overlap DATES_OVERLAP');
  });

  it('a registered deal that has ended', async () => {
    const policy = await books.run("insert into registration_policy (code, name) values ('P', 'p')");
    const version = await books.run(
      versionStatement('registration_policy_version', 'policy_id', policy, 1, "'2026-01-01'"),
    );
    const deal =
      await books.run(`insert into deal_registration (agent_id, policy_version_id, customer_id, customer_name, state, registered_by, registered_at)
        values (${ids().A1}, ${version}, 'C', 'c', 'WITHDRAWN', 'x', ${at})`);
    expect(await refusal(`update deal_registration set state = 'WON' where id = ${deal}`)).toBe(
      'deal_registration_order REGISTRATION_STATE',
    );
  });

  it('cases, decisions, votes and appeals that have moved on', async () => {
    const id = await books.openCase(await books.event('A1'), 'A1', { claims: [['A2']] });
    expect(await refusal(`update conflict_case set state = 'APPEALED' where id = ${id}`)).toBe(
      'conflict_case_order CASE_STATE',
    );
    const appeal = (decision: number, agent: string) =>
      `insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
        values (${id}, ${decision}, ${ids()[agent]}, 'FILED', 'r', 'x', ${at})`;
    const decision = await books.decide(id, { credits: 'KEEP', by: 'judge' });
    const again = `insert into conflict_decision (case_id, number, credits, reason, decided_by, decided_at, by_committee, on_appeal)
      values (${id}, 1, 'KEEP', 'r', 'x', ${at}, false, false)`;
    expect(await refusal(again)).toBe('conflict_decision_number CASE_STATE');
    const first = await books.run(appeal(decision, 'A1'));
    expect(await refusal(appeal(decision, 'A2'))).toBe('conflict_appeal_one CASE_STATE');
    const settle = (state: string, by: string) =>
      `update conflict_appeal set state = '${state}', decided_by = '${by}', decided_at = ${at}, decision = 'd' where id = ${first}`;
    expect(await refusal(settle('UPHELD', 'JUDGE'))).toBe('conflict_appeal_other_person SAME_PERSON');
    await books.sql.unsafe(settle('WITHDRAWN', 'x'));
    expect(await refusal(settle('UPHELD', 'other'))).toBe('conflict_appeal_settled APPEAL_STATE');
    expect(await refusal(appeal(decision, 'A1'))).toBe('conflict_appeal_once CASE_STATE');
    await books.moveCase(id, 'CLOSED');
    expect(await refusal(appeal(decision, 'A2'))).toBe('conflict_appeal_open CASE_STATE');

    const user = await books.run(`insert into user_account (email, name, role, password_hash, created_at)
      values ('anna@demo.example', 'anna', 'ADMIN', 'p', ${at})`);
    const proposal = await books.run(
      `insert into conflict_proposal (case_id, content, proposed_by, proposed_at) values (${id}, '{}', 'x', ${at})`,
    );
    const vote = `insert into conflict_vote (proposal_id, user_id, name, in_favour, at) values (${proposal}, ${user}, 'anna', true, ${at})`;
    await books.sql.unsafe(vote);
    expect(await refusal(vote)).toBe('conflict_vote_key CASE_PROPOSAL');
  });
});

it('every constraint that says what may follow or overlap has a text, but for those that only a fault of the program breaks', async () => {
  const rows = await books.sql<{ name: string }[]>`
    select distinct (regexp_matches(prosrc, 'constraint = ''([a-z_]+)''', 'g'))[1] as name from pg_proc where pronamespace = 'public'::regnamespace
    union select conname from pg_constraint where contype = 'x' and connamespace = 'public'::regnamespace order by 1`;
  const untold = rows
    .map(({ name }) => name)
    .filter((name) => !(asUserError({ code: '23514', constraint_name: name }) instanceof UserError));
  expect(untold).toEqual([
    'adjustment_kept',
    'adjustment_proposal_opposite',
    'conflict_decision_whole',
    'event_award_whole',
    'metric_value_key_kept',
  ]);
});
