import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { rowsAt as at } from '../support/conflictRows.ts';
import { addConflicts } from '../support/conflictWorld.ts';
import {
  asPerson,
  describeRights,
  type Ids,
  type Person,
  people,
  rightsDatabase,
  tryOut,
} from '../support/tableRights.ts';

// What single cases let their two sides, staff and everybody else see and do, and what the definer's functions tell.

const ids: Ids = {};

describeRights(
  {},
  async (add, known) => {
    await addConflicts(add, known);
    for (const [name, status] of [
      ['approvedRun', 'APPROVED'],
      ['calculatedRun', 'CALCULATED'],
    ])
      await add(
        'held',
        `insert into run_held (run_id, event_id, agent_id, role, component_id, case_id, amount, currency)
          values (${known[`${name}`]}, ${known.eventE1}, ${known.E1}, '${status}', 1, 1, 1, 'CNY')`,
        'run_id',
      );
    await add(
      'west',
      `insert into user_account (email, name, role, region_id, password_hash, created_at)
        values ('west@example.com', 'west', 'CHANNEL_MANAGER', ${known.WEST}, 'p', ${at})`,
    );
    await add(
      'proposal',
      `insert into conflict_proposal (case_id, content, proposed_by, proposed_at) values (${known.caseW1}, '{}', 'x', ${at})`,
    );
    Object.assign(ids, known);
  },
  () => undefined,
);

const tried = async (person: Person, ...statements: string[]) =>
  (await tryOut(person, statements)).map(({ keys }) => keys);
/** A statement that changes rows and gives nothing back, for `tried`. */
const doing = (statement: string) => `with done as (${statement}) select null::integer[]`;

describe('a case of two sides', () => {
  const insight = async (person: Person) => {
    const answers = await tryOut(person, [
      `select array_agg(id) from conflict_case where id = ${ids.mixed}`,
      `select array_agg(agent_id order by agent_id) from conflict_party where case_id = ${ids.mixed}`,
      `select array_agg(coalesce(agent_id, 0) order by agent_id nulls last) from conflict_comment where text = 'mixed'`,
      `select array_agg(coalesce(agent_id, 0) order by agent_id nulls last) from conflict_evidence where text = 'mixed'`,
      `select array_agg(agent_id order by agent_id) from conflict_decision_share where decision_id = ${ids.decision}`,
      `select array_agg(agent_id) from conflict_deduction where decision_id = ${ids.decision}`,
      `select array_agg(case_id) from conflict_hit where case_id = ${ids.mixed}`,
      `select array_agg(number) from conflict_decision where case_id = ${ids.mixed}`,
      `select array_agg(1) from conflict_step where case_id = ${ids.mixed}`,
    ]);
    return answers.map(({ keys }) => keys);
  };

  it('staff of either region sees both, also who decided and what was found', async () => {
    const both = [ids.E1, ids.W1];
    const everything = [[ids.mixed], both, [...both, 0, 0], [...both, 0, 0], both, [ids.E1], [ids.mixed], [1], [1, 1]];
    for (const person of ['admin', 'auditor', 'finance', 'managerEast', 'managerWest'] as const)
      expect(await insight(person), person).toEqual(everything);
  });

  it('an agent sees its own side and what is said to both', async () => {
    const own = (agentId: number | undefined, deduction: (number | undefined)[]) => [
      [ids.mixed],
      [agentId],
      [agentId, 0],
      [agentId],
      [agentId],
      deduction,
      [],
      [],
      [],
    ];
    expect(await insight('agentE1')).toEqual(own(ids.E1, [ids.E1]));
    expect(await insight('agentW1')).toEqual(own(ids.W1, []));
  });

  it('the wrong agent, region or office sees nothing', async () => {
    for (const person of ['agentE2', 'managerNowhere', 'compliance', 'nobody'] as const)
      expect(await insight(person), person).toEqual(Array(9).fill([]));
  });

  it('an agent says nothing as staff, as somebody else or to somebody else', async () => {
    const say = (audience: string, agentId: number | null | undefined, ofCase = ids.mixed) =>
      `with done as (insert into conflict_comment (case_id, audience, agent_id, text, by, at)
        values (${ofCase}, '${audience}', ${agentId}, 't', 'x', ${at})) select null::integer[]`;
    const bring = (agentId: number | null | undefined, ofCase = ids.mixed) =>
      `with done as (insert into conflict_evidence (case_id, kind, agent_id, text, by, at)
        values (${ofCase}, 'NOTE', ${agentId}, 't', 'x', ${at})) select null::integer[]`;
    const statements = [
      say('STAFF', null),
      say('PARTIES', null),
      say('SIDE', ids.W1),
      bring(null),
      bring(ids.W1),
      // The case of an agent below it: it is no party there.
      say('SIDE', ids.E1, ids.caseE2),
      bring(ids.E1, ids.caseE2),
      say('SIDE', ids.E1),
      bring(ids.E1),
    ];
    const allowed = async (person: Person) => (await tryOut(person, statements)).map(({ keys }) => keys !== null);
    expect(await allowed('agentE1')).toEqual([...Array(7).fill(false), true, true]);
    expect(await allowed('managerEast')).toEqual(Array(9).fill(true));
    for (const person of ['agentE2', 'finance', 'auditor', 'compliance', 'nobody'] as const)
      expect(await allowed(person), person).toEqual(Array(9).fill(false));
  });
});

describe('which cases there are', () => {
  const seen = 'select array_agg(id order by id) from visible_cases() id';
  const of = (...names: string[]) => names.map((name) => ids[name] ?? 0).sort((a, b) => a - b);
  const ofE2 = ['caseE2', 'settledE2Case', 'otherE2Case'];
  const ofE1 = ['caseE1', 'settledE1Case', 'otherE1Case'];
  const ofW1 = ['caseW1', 'settledW1Case', 'otherW1Case'];

  it('for each person', async () => {
    const all = of(...ofE1, ...ofE2, ...ofW1, 'mixed');
    const expected: Record<Person, number[]> = {
      admin: all,
      auditor: all,
      finance: all,
      managerEast: of(...ofE1, ...ofE2, 'mixed'),
      managerWest: of(...ofW1, 'mixed'),
      managerNowhere: [],
      agentE1: of(...ofE1, ...ofE2, 'mixed'),
      agentE2: of(...ofE2),
      agentW1: of(...ofW1, 'mixed'),
      compliance: [],
      nobody: [],
    };
    for (const person of people) expect(await tried(person, seen), person).toEqual([expected[person]]);
  });

  it('also those that a manager mediates or sits on the committee of, and no agent because of that', async () => {
    const connection = rightsDatabase().owner.$client;
    await connection.unsafe(`update conflict_case set mediator_id = 0 where id = ${ids.caseE1}`);
    await connection.unsafe(`insert into conflict_committee (case_id, user_id, name) values (${ids.caseE2}, 0, 'n')`);
    expect(await tried('managerNowhere', seen)).toEqual([of('caseE1', 'caseE2')]);
    expect(await tried('agentW1', seen)).toEqual([of(...ofW1, 'mixed')]);
    expect(await tried('compliance', seen)).toEqual([[]]);
    await connection.unsafe(`delete from conflict_committee where user_id = 0`);
    await connection.unsafe(`update conflict_case set mediator_id = null where id = ${ids.caseE1}`);
  });

  it('what a case is about is changed by nobody', async () => {
    const changes = ['rule_id', 'effect', 'region_id', 'period', 'occurred_on', 'opened_at', 'reopened_count'].map(
      (column) => doing(`update conflict_case set ${column} = ${column} where id = ${ids.mixed}`),
    );
    for (const person of people) expect(await tried(person, ...changes), person).toEqual(changes.map(() => null));
  });
});

describe('what functions tell of a case', () => {
  const told = () => [
    `select array_agg(1) from case_steps(${ids.mixed})`,
    `select array_agg(number) from case_outcomes(${ids.mixed})`,
    `select array_agg(user_id order by user_id) from case_mediators(${ids.mixed})`,
  ];

  it('its parties get its life and outcome, staff also who can mediate, everybody else nothing', async () => {
    const mediators = [0, ids.seated, ids.unseated];
    for (const person of ['admin', 'auditor', 'managerEast', 'managerWest'] as const)
      expect(await tried(person, ...told()), person).toEqual([[1], [1], mediators]);
    for (const person of ['finance', 'agentE1', 'agentW1'] as const)
      expect(await tried(person, ...told()), person).toEqual([[1], [1], []]);
    for (const person of ['agentE2', 'managerNowhere', 'compliance', 'nobody'] as const)
      expect(await tried(person, ...told()), person).toEqual([[], [], []]);
  });

  it('neither who nor why', async () => {
    const columns = await rightsDatabase().owner.execute<{ name: string }>(
      sql`select unnest(proargnames) as name from pg_proc where proname in ('case_steps', 'case_outcomes') order by 1`,
    );
    const names = columns.map(({ name }) => name);
    expect(names).toContain('action');
    for (const hidden of ['by', 'decided_by', 'facts', 'agent_id', 'kept_event_id'])
      expect(names).not.toContain(hidden);
  });

  it('a search path of one’s own changes nothing', async () => {
    const seen = 'select id from visible_cases() id';
    const without = await asPerson('agentE2', seen);
    const within = await asPerson(
      'agentE2',
      'create temporary table conflict_party (case_id integer, agent_id integer) on commit drop',
      `insert into conflict_party values (${ids.mixed}, ${ids.E2})`,
      'set local search_path = pg_temp, public',
      seen,
    );
    expect(without).toHaveLength(3);
    expect(within).toEqual(without);
    const open = await rightsDatabase().owner.execute(sql`
      select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
        and not coalesce(proconfig, '{}') @> array['search_path=public, pg_temp']`);
    expect([...open]).toEqual([]);
  });

  it('who may execute them', async () => {
    const rows = await rightsDatabase().owner.execute<{ name: string; request: boolean; everybody: boolean }>(sql`
      select proname as name, has_function_privilege('tributary_request', oid, 'EXECUTE') as request,
        exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0) as everybody
      from pg_proc where pronamespace = 'public'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype
        and proname in ('case_mediators', 'case_outcomes', 'case_steps', 'note_recredited', 'note_stale', 'refresh_crediting',
          'request_detection', 'visible_cases') order by proname collate "C"`);
    expect([...rows]).toEqual([
      { name: 'case_mediators', request: true, everybody: false },
      { name: 'case_outcomes', request: true, everybody: false },
      { name: 'case_steps', request: true, everybody: false },
      { name: 'note_recredited', request: false, everybody: false },
      { name: 'note_stale', request: false, everybody: false },
      { name: 'refresh_crediting', request: false, everybody: false },
      { name: 'request_detection', request: true, everybody: false },
      { name: 'visible_cases', request: true, everybody: false },
    ]);
  });

  it('only who changes facts has events looked through again', async () => {
    const connection = rightsDatabase().owner.$client;
    const jobs = async () =>
      (await connection`select from graphile_worker.jobs where task_identifier = 'detect_conflicts'`).length;
    for (const person of ['finance', 'auditor', 'compliance', 'nobody'] as const)
      await asPerson(person, 'select request_detection()');
    expect(await jobs()).toBe(0);
    await asPerson('managerWest', 'select request_detection()');
    await asPerson('admin', 'select request_detection()');
    expect(await jobs()).toBe(1);
  });
});

describe('votes and appeals', () => {
  it('nobody decides or appeals in the name of somebody else, or closes for good what was not decided', async () => {
    const decide = (name: string) =>
      doing(`insert into conflict_decision (case_id, number, credits, reason, decided_by, decided_at, by_committee, on_appeal)
        values (${ids.caseE1}, 77, 'KEEP', 'r', '${name}', ${at}, false, false)`);
    expect(await tried('managerEast', decide('west@example.com'), decide('asking@example.com'))).toEqual([null, []]);
    const file = (name: string) =>
      doing(`insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
        values (${ids.settledE1Case}, ${ids.settledE1Decision}, ${ids.E1}, 'FILED', 'r', '${name}', ${at})`);
    expect(await tried('agentE1', file('west@example.com'), file('asking@example.com'))).toEqual([null, []]);
    const close = doing(`update conflict_case set state = 'CLOSED', closing = 'FINAL' where id = ${ids.caseE1}`);
    await expect(tried('managerEast', close)).rejects.toMatchObject({
      cause: { constraint_name: 'conflict_case_final' },
    });
  });

  const vote = (user: number) =>
    doing(
      `insert into conflict_vote (proposal_id, user_id, name, in_favour, at) values (${ids.proposal}, ${user}, 'n', true, ${at})`,
    );

  it('votes who sits on the committee, for itself, until the proposal is settled', async () => {
    const connection = rightsDatabase().owner.$client;
    expect(await tried('managerWest', vote(0))).toEqual([null]);
    await connection.unsafe(
      `insert into conflict_committee (case_id, user_id, name) values (${ids.caseW1}, 0, 'n'), (${ids.caseW1}, ${ids.seated}, 'n')`,
    );
    expect(await tried('managerWest', vote(0), vote(ids.seated ?? 0))).toEqual([[], null]);
    expect(await tried('managerNowhere', vote(0))).toEqual([[]]);
    for (const person of ['finance', 'auditor', 'agentW1', 'compliance', 'nobody'] as const)
      expect(await tried(person, vote(0)), person).toEqual([null]);
    await connection.unsafe(`update conflict_proposal set settled_at = ${at} where id = ${ids.proposal}`);
    expect(await tried('managerWest', vote(0))).toEqual([null]);
  });

  const appeal = (agent: string, ofCase: string, state = 'FILED') =>
    doing(`insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
      values (${ids[`${ofCase}Case`]}, ${ids[`${ofCase}Decision`]}, ${ids[agent]}, '${state}', 'r', 'asking@example.com', ${at})`);

  it('appeals who is a party, for itself, and nothing but an appeal that is filed', async () => {
    expect(await tried('agentE1', appeal('E1', 'settledE1'))).toEqual([[]]);
    const refused = [
      appeal('E1', 'settledE1', 'CHANGED'),
      appeal('E1', 'settledE2'),
      appeal('E2', 'settledE2'),
      appeal('E1', 'settledW1'),
    ];
    expect(await tried('agentE1', ...refused)).toEqual([null, null, null, null]);
    for (const person of ['admin', 'managerEast', 'agentE2', 'agentW1', 'nobody'] as const)
      expect(await tried(person, appeal('E1', 'settledE1')), person).toEqual([null]);
  });

  it('is withdrawn by who filed it, and not decided by it', async () => {
    const connection = rightsDatabase().owner.$client;
    await connection.unsafe(`insert into conflict_appeal (case_id, decision_id, agent_id, state, reason, filed_by, filed_at)
      values (${ids.settledE2Case}, ${ids.settledE2Decision}, ${ids.E2}, 'FILED', 'r', 'x', ${at})`);
    const become = (state: string) =>
      `with done as (update conflict_appeal set state = '${state}' where case_id = ${ids.settledE2Case} returning id) select array_agg(1) from done`;
    expect(await tried('agentE2', become('WITHDRAWN'), become('UPHELD'), become('CHANGED'))).toEqual([[1], null, null]);
    expect(await tried('agentE1', become('WITHDRAWN'))).toEqual([[]]);
    expect(await tried('agentW1', become('WITHDRAWN'))).toEqual([[]]);
    const [reason] = await tried(
      'agentE2',
      doing(`update conflict_appeal set reason = 'other' where case_id = ${ids.settledE2Case}`),
    );
    expect(reason).toBeNull();
  });
});

it('agents see what is held once the run is approved', async () => {
  const roles = 'select array_agg(run_id order by run_id) from run_held';
  expect(await tried('managerEast', roles)).toEqual([[ids.approvedRun, ids.calculatedRun]]);
  expect(await tried('agentE1', roles)).toEqual([[ids.approvedRun]]);
  expect(await tried('agentW1', roles)).toEqual([[]]);
});

it('each kind of audience is the one it says: staff’s words stay with staff', async () => {
  const words = "select array_agg(1) from conflict_comment where audience = 'STAFF'";
  const readers = [];
  for (const person of people) if ((await tried(person, words))[0]?.length) readers.push(person);
  expect(readers).toEqual(['admin', 'auditor', 'finance', 'managerEast', 'managerWest']);
});
