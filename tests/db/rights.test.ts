import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { userAccount } from '../../src/auth/tables.ts';
import { explainLine } from '../../src/commissions/explain.ts';
import { type Databases, openDatabases, rawSql, type Transaction } from '../../src/db/client.ts';
import { serverError } from '../../src/db/constraints.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { testDatabase } from '../database.ts';
import { calculate, close, event, november, octoberEvents, openBooks } from '../support/books.ts';

// What the database itself lets each role see and write (DOMAIN.md §12), whatever the code above it forgets.
//   ALL ─ NORTH: A1, and A2 below it      ─ SOUTH: A3 and A4
// October is approved, November only calculated.

const today = '2026-12-05';
const people = [
  'admin',
  'finance',
  'auditor',
  'managerAll',
  'managerNorth',
  'managerSouth',
  'managerNowhere',
  'agentA1',
  'agentA2',
  'agentA3',
  'agentNobody',
  'nobody',
] as const;
type Person = (typeof people)[number];

let databases: Databases;
const actors = {} as Record<Person, Actor>;
const codes = new Map<number, string>();
let octoberRun: number;
let novemberRun: number;

const roleOf = (person: Exclude<Person, 'nobody'>): Role =>
  person.startsWith('manager')
    ? 'CHANNEL_MANAGER'
    : person.startsWith('agent')
      ? 'AGENT'
      : (person.toUpperCase() as Role);

beforeAll(async () => {
  databases = await testDatabase();
  await openBooks(databases, [
    ...octoberEvents,
    ...['A1', 'A2', 'A3', 'A4'].map((agentCode) =>
      event(`N-${agentCode}`, { agentCode, occurredAt: '2026-11-02T10:00:00+08:00' }),
    ),
  ]);
  octoberRun = (await close(databases)).id;
  novemberRun = (await calculate(databases, november)).id;
  for (const { id, code } of await databases.owner.query.agent.findMany()) codes.set(id, code);
  const regions = new Map((await databases.owner.query.region.findMany()).map(({ id, code }) => [code, id]));
  for (const person of people) {
    if (person === 'nobody') continue;
    const agentId = [...codes].find(([, code]) => code === person.slice('agent'.length))?.[0] ?? null;
    const regionId = regions.get(person.slice('manager'.length).toUpperCase()) ?? null;
    const role = roleOf(person);
    const email = `${person.toLowerCase()}@demo.example`;
    // No account can be like this; its claims could.
    if ((role === 'AGENT' && agentId === null) || (role === 'CHANNEL_MANAGER' && regionId === null)) {
      actors[person] = { name: email, requestId: null, user: { id: 0, role, agentId, regionId } };
      continue;
    }
    const [account] = await databases.owner
      .insert(userAccount)
      .values({
        email,
        name: person,
        role,
        agentId,
        regionId,
        passwordHash: 'secret',
        createdAt: '2026-01-01T00:00:00Z',
      })
      .returning({ id: userAccount.id });
    if (!account) throw new Error('no account');
    actors[person] = { name: email, requestId: null, user: { id: account.id, role, agentId, regionId } };
  }
  actors.nobody = { name: '', requestId: null, user: null };
  await addFigures();
});

/** A row of each table that these books alone would leave empty, or nearly. */
async function addFigures(): Promise<void> {
  const { $client: connection } = databases.owner;
  await connection.unsafe(`
    insert into metric_value (agent_id, metric, period, value) select id, 'SCORE', '2027-01', 80 from agent;
    insert into exchange_rate (currency, into_currency, valid_from, rate) values ('USD', 'CNY', '2027-01-01', 7.1);
    insert into plan_version_approval (version_id, approved_by, approved_at) select min(id), 'somebody', now() from plan_version;
    insert into retro_cause (agent_id, period, reason) select min(id), '2026-10', 'test' from agent;
    insert into run_volume (run_id, component_id, agent_id, period, part, volume)
      select run.id, component.id, agent.id, '2000-01', 99, 1
      from commission_run run, agent, (select min(id) as id from component) component;
    insert into run_agent_total (run_id, agent_id, component_id, kind, currency, origin_period, line_count, amount)
      select run.id, agent.id, component.id, 'RETRO', 'CNY', '2000-01', 1, 1
      from commission_run run, agent, (select min(id) as id from component) component`);
}

const as = <Result>(
  person: Person,
  work: (transaction: Transaction) => Promise<Result>,
  on: Databases = databases,
): Promise<Result> => asRequest(on.request, actors[person], today, work);

/** The SQL state that a statement is refused with. */
async function refusal(work: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error !== undefined && serverError(error) === undefined) throw error;
  return serverError(error)?.code;
}

const deniedPrivilege = '42501';

describe('which agents’ rows are seen', () => {
  const everybody = ['A1', 'A2', 'A3', 'A4'];
  const seen: Record<Person, string[]> = {
    admin: everybody,
    finance: everybody,
    auditor: everybody,
    managerAll: everybody,
    managerNorth: ['A1', 'A2'],
    managerSouth: ['A3', 'A4'],
    managerNowhere: [],
    agentA1: ['A1', 'A2'],
    agentA2: ['A2'],
    agentA3: ['A3'],
    agentNobody: [],
    nobody: [],
  };
  const ofAgents = [
    'agent_status',
    'agent_tier',
    'agent_parent',
    'agent_region',
    'agreement',
    'metric_value',
    'sales_event',
    'event_credit',
  ];
  const ofRuns = ['commission_line', 'unpaid_event', 'statement', 'run_pool_member', 'run_volume', 'run_agent_total'];

  const rows = async (transaction: Transaction, table: string, column: string, run: string) =>
    rawSql(transaction).unsafe<{ agent_id: number; run_id: number; count: number }[]>(
      `select ${column} as agent_id, ${run} as run_id, count(*)::integer as count from ${table} group by 1, 2 order by 1, 2`,
    );

  it.each(people)('%s', async (person) => {
    const tables = [
      ['agent', 'id', '0'],
      ...ofAgents.map((table) => [table, 'agent_id', '0']),
      ...ofRuns.map((table) => [table, 'agent_id', 'run_id']),
    ] as const;
    for (const [table = '', column = '', run = ''] of tables) {
      const all = await databases.owner.transaction((transaction) => rows(transaction, table, column, run));
      expect(all.length).toBeGreaterThan(0);
      const expected = all.filter(({ agent_id, run_id }) => {
        const isOfficial = Number(run_id) !== novemberRun || roleOf(person as 'admin') !== 'AGENT';
        return seen[person].includes(codes.get(agent_id) ?? '') && isOfficial;
      });
      const found = await as(person, (transaction) => rows(transaction, table, column, run));
      expect([table, ...found]).toEqual([table, ...expected]);
    }
  });

  it('the tables of results hold both runs and all agents, so that something could be hidden', async () => {
    const lines = await databases.owner.$client<{ run_id: number; agents: number }[]>`
      select run_id, count(distinct agent_id)::integer as agents from commission_line group by run_id order by run_id`;
    expect(lines).toEqual([
      { run_id: octoberRun, agents: 3 },
      { run_id: novemberRun, agents: 2 },
    ]);
  });

  it('descendants are those of today', async () => {
    const count = (day: string) =>
      asRequest(
        databases.request,
        actors.agentA1,
        day,
        async (transaction) => (await transaction.query.agent.findMany()).length,
      );
    // A2 is below A1 since 2000-01-01, the programme's default.
    expect(await count(today)).toBe(2);
    expect(await count('1999-12-31')).toBe(1);
  });
});

describe('what belongs to the operator', () => {
  const visibleTo: Record<string, readonly Person[]> = {
    commission_run: people.filter((person) => person !== 'nobody'),
    run_total: ['admin', 'finance', 'auditor'],
    run_pool: ['admin', 'finance', 'auditor'],
    run_progress: ['admin', 'finance', 'auditor'],
    retro_cause: ['admin', 'finance', 'auditor'],
    event_import: ['admin', 'finance', 'auditor', 'managerAll', 'managerNorth', 'managerSouth', 'managerNowhere'],
    audit_record: ['admin', 'auditor'],
    audit_chain: ['admin', 'auditor'],
    operator: people.filter((person) => person !== 'nobody'),
    plan_version: people.filter((person) => person !== 'nobody'),
    plan_version_approval: people.filter((person) => person !== 'nobody'),
    exchange_rate: people.filter((person) => person !== 'nobody'),
    rate_rule: people.filter((person) => person !== 'nobody'),
    pool_version: people.filter((person) => person !== 'nobody'),
    region: people.filter((person) => person !== 'nobody'),
    tier: people.filter((person) => person !== 'nobody'),
  };

  it.each(Object.entries(visibleTo))('%s', async (table, expected) => {
    const found: Person[] = [];
    for (const person of people) {
      const [row] = await as(person, (transaction) =>
        rawSql(transaction).unsafe<{ count: number }[]>(`select count(*)::integer as count from ${table}`),
      );
      if (row?.count) found.push(person);
    }
    expect(found).toEqual(expected);
  });

  it('agents see no run that nobody approved', async () => {
    const ids = (person: Person) =>
      as(person, async (transaction) =>
        (await transaction.query.commissionRun.findMany()).map(({ id }) => id).sort((a, b) => a - b),
      );
    expect(await ids('agentA1')).toEqual([octoberRun]);
    expect(await ids('finance')).toEqual([octoberRun, novemberRun]);
  });

  it('accounts: one’s own, all for administrators and auditors, and nobody’s password', async () => {
    const emails = (person: Person) =>
      as(person, async (transaction) => {
        const rows = await rawSql(transaction)<{ email: string }[]>`select email from user_account order by id`;
        return rows.map(({ email }) => email);
      });
    expect(await emails('agentA1')).toEqual(['agenta1@demo.example']);
    expect(await emails('finance')).toEqual(['finance@demo.example']);
    expect(await emails('admin')).toHaveLength(people.length - 3);
    expect(await emails('auditor')).toHaveLength(people.length - 3);
    expect(await emails('nobody')).toEqual([]);
    for (const person of people) {
      for (const columns of ['password_hash', '*', 'user_account']) {
        const query = as(person, (transaction) => rawSql(transaction).unsafe(`select ${columns} from user_account`));
        expect(await refusal(query)).toBe(deniedPrivilege);
      }
    }
  });
});

describe('what may be written at all', () => {
  it('is this, for the request role, and every table has row-level security', async () => {
    const rows = await databases.owner.$client<{ name: string; secured: boolean; rights: string }[]>`
      select relname as name, relrowsecurity as secured,
             concat_ws(' ', case when has_table_privilege('tributary_request', oid, 'INSERT') then 'insert' end,
               case when has_any_column_privilege('tributary_request', oid, 'UPDATE') then 'update' end,
               case when has_table_privilege('tributary_request', oid, 'DELETE') then 'delete' end,
               case when has_table_privilege('tributary_request', oid, 'TRUNCATE, REFERENCES, TRIGGER') then 'more' end) as rights
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`;
    const tables = rows.filter(({ name }) => !name.startsWith('__') && !name.includes('migration'));
    expect(tables.filter(({ secured }) => !secured)).toEqual([]);
    const byRights = new Map<string, string[]>();
    for (const { name, rights } of tables) byRights.set(rights, [...(byRights.get(rights) ?? []), name]);
    expect(Object.fromEntries(byRights)).toEqual({
      '': [
        'adjustment',
        'application_access',
        'audit_chain',
        'award',
        'balance_entry',
        'close_request',
        'commission_line',
        'conflict_hit',
        'conflict_party',
        'conflict_scan',
        'conflict_stale',
        'event_award',
        'event_crediting',
        'event_crediting_past',
        'export_file',
        'export_progress',
        'loyalty_placement',
        'payment',
        'payment_outcome',
        'rule_credit',
        'run_agent_total',
        'run_held',
        'run_pool',
        'run_pool_member',
        'run_progress',
        'run_total',
        'run_volume',
        'score_round',
        'statement',
        'survey_answer',
        'tier_evaluation',
        'unpaid_event',
        'user_account',
      ],
      insert: [
        'agent_decision',
        'application_step',
        'audit_record',
        'award_rule_version',
        'close_event',
        'conflict_comment',
        'conflict_decision',
        'conflict_decision_share',
        'conflict_deduction',
        'conflict_evidence',
        'conflict_rule_version',
        'conflict_step',
        'conflict_vote',
        'credit_rule_version',
        'dispute_comment',
        'event_credit',
        'export_request',
        'invoice_statement',
        'loyalty_grid_version',
        'misconduct_message',
        'payment_status_import',
        'portal_invitation',
        'reconciliation',
        'registration_policy_version',
        'registration_step',
        'sales_event',
        'score_template_version',
        'screening_form_version',
        'settlement_policy_version',
        'statement_step',
        'survey_invitation',
        'tier_scheme_version',
      ],
      'insert delete': ['conflict_committee', 'rating_invitation'],
      'insert update': [
        'adjustment_proposal',
        'agent',
        'api_key',
        'application',
        'campaign',
        'channel_type',
        'component',
        'conflict_appeal',
        'conflict_proposal',
        'deal_registration',
        'deposit_entry',
        'dispute',
        'document',
        'event_import',
        'idempotency_key',
        'invoice',
        'issued_statement',
        'notice',
        'off_cycle_settlement',
        'operator',
        'payee',
        'payment_batch',
        'period_lock',
        'plan',
        'plan_component',
        'plan_version',
        'plan_version_approval',
        'pool',
        'pool_version',
        'product',
        'product_category',
        'rate_rule',
        'reconciliation_row',
        'region',
        'repayment',
        'score',
        'score_appeal',
        'segment',
        'settlement_policy',
        'tier',
        'tier_move',
        'tier_override',
        'user_session',
      ],
      'insert update delete': [
        'agent_contact',
        'agent_parent',
        'agent_region',
        'agent_status',
        'agent_tier',
        'agreement',
        'agreement_paper',
        'application_score',
        'application_territory',
        'award_rule',
        'channel_capacity',
        'close_tick',
        'conflict_rule',
        'course',
        'course_requirement',
        'credit_rule',
        'exchange_rate',
        'loyalty_grid',
        'matrix_cell',
        'metric_definition',
        'metric_value',
        'price_floor',
        'rating_round',
        'registration_policy',
        'score_target',
        'score_template',
        'screening_form',
        'secret',
        'survey',
        'territory',
        'tier_scheme',
        'training_result',
      ],
      update: [
        'blacklist_entry',
        'commission_run',
        'conflict_case',
        'misconduct_report',
        'rating_answer',
        'reminder',
        'retro_cause',
      ],
    });
  });

  it.each([
    'audit_record',
    'audit_chain',
    'sales_event',
    'event_credit',
    'plan_version',
    'plan_version_approval',
    'rate_rule',
    'commission_line',
    'run_volume',
    'run_agent_total',
    'statement',
  ])('no role changes or deletes %s', async (table) => {
    const [column] = await databases.owner.$client<{ name: string }[]>`
        select column_name as name from information_schema.columns where table_name = ${table} and is_identity = 'NO' limit 1`;
    const before = await databases.owner.$client.unsafe(
      `select md5(string_agg(t::text, ',' order by t::text)) as content from ${table} t`,
    );
    for (const person of people) {
      const run = (statement: string) =>
        as(person, async (transaction) => (await rawSql(transaction).unsafe(statement)).count);
      for (const statement of [`delete from ${table}`, `truncate ${table}`])
        expect(await refusal(run(statement))).toBe(deniedPrivilege);
      const update = run(`update ${table} set ${column?.name} = ${column?.name}`);
      const code = await refusal(update);
      // Either it has no right to, or the rows cannot be changed, or it has no rows to change.
      if (code === undefined) expect(await update).toBe(0);
      else expect([deniedPrivilege, '23001']).toContain(code);
    }
    expect(
      await databases.owner.$client.unsafe(
        `select md5(string_agg(t::text, ',' order by t::text)) as content from ${table} t`,
      ),
    ).toEqual(before);
  });

  it.each(people)('%s writes reference data, plans and runs only where that is its office', async (person) => {
    const changed = (statement: string) =>
      as(person, async (transaction) => {
        const { count } = await rawSql(transaction).unsafe(statement);
        await rawSql(transaction).unsafe('rollback and chain');
        return count;
      });
    const isAdmin = person === 'admin';
    expect(await changed(`update tier set multiplier = 9 where code = 'T1'`)).toBe(isAdmin ? 1 : 0);
    expect(await changed(`update operator set currency = 'USD'`)).toBe(isAdmin ? 1 : 0);
    expect(await changed(`update commission_run set status = 'PAID' where id = ${octoberRun}`)).toBe(
      isAdmin || person === 'finance' ? 1 : 0,
    );
    expect(await changed(`update exchange_rate set rate = 9`)).toBe(isAdmin ? 1 : 0);
    expect(await changed(`delete from exchange_rate`)).toBe(isAdmin ? 1 : 0);
    expect(await changed(`update retro_cause set settled_run_id = ${novemberRun} where reason = 'test'`)).toBe(
      isAdmin || person === 'finance' ? 1 : 0,
    );
    const approve = as(person, async (transaction) => {
      await transaction.execute(
        sql`insert into plan_version_approval (version_id, approved_by, approved_at) select min(id), 'other', now() from plan_version`,
      );
      throw new Error('undo');
    });
    if (isAdmin || person === 'finance') await expect(approve).rejects.toThrow('undo');
    else expect(await refusal(approve)).toBe(deniedPrivilege);
    const insert = as(person, async (transaction) => {
      await transaction.execute(sql`insert into tier (code, name, rank) values ('NEW', 'New', 9)`);
      throw new Error('undo');
    });
    if (isAdmin) await expect(insert).rejects.toThrow('undo');
    else expect(await refusal(insert)).toBe(deniedPrivilege);
  });

  it('values of metrics are written by administrators, and by managers for the agents of their regions', async () => {
    const changed = (person: Person, code: string) =>
      as(person, async (transaction) => {
        const wanted = rawSql(transaction)`select id from agent where code = ${code}`;
        const { count } = await rawSql(transaction)`update metric_value set value = 9 where agent_id = (${wanted})`;
        const { count: deleted } = await rawSql(transaction)`delete from metric_value where agent_id = (${wanted})`;
        await rawSql(transaction).unsafe('rollback and chain');
        return [count, deleted];
      });
    expect(await changed('admin', 'A3')).toEqual([1, 1]);
    expect(await changed('managerNorth', 'A2')).toEqual([1, 1]);
    expect(await changed('managerNorth', 'A3')).toEqual([0, 0]);
    for (const person of ['finance', 'auditor', 'agentA1', 'agentA2', 'nobody'] as const) {
      expect(await changed(person, 'A2')).toEqual([0, 0]);
      const insert = as(person, (transaction) =>
        transaction.execute(
          sql`insert into metric_value (agent_id, metric, period, value) values (${actors.agentA2.user?.agentId ?? 0}, 'X', '2027', 1)`,
        ),
      );
      expect(await refusal(insert)).toBe(deniedPrivilege);
    }
  });

  it('nobody approves the version they published, or approves one twice', async () => {
    const approve = (name: string) =>
      databases.owner.execute(
        sql`insert into plan_version_approval (version_id, approved_by, approved_at) select min(id), ${name}, now() from plan_version`,
      );
    expect(await refusal(approve('CLERK'))).toBe('23514');
    expect(await refusal(approve('Somebody'))).toBe('23505');
  });

  it('a manager changes agents of its regions only', async () => {
    const changed = (person: Person, code: string) =>
      as(person, async (transaction) => {
        const { count } = await rawSql(transaction)`
          update agent_tier set valid_to = '2030-01-01' where agent_id = (select id from agent where code = ${code})`;
        await rawSql(transaction).unsafe('rollback and chain');
        return count;
      });
    expect(await changed('managerNorth', 'A2')).toBe(1);
    expect(await changed('managerNorth', 'A3')).toBe(0);
    expect(await changed('managerSouth', 'A3')).toBe(1);
    for (const person of ['finance', 'auditor', 'agentA1', 'agentA2', 'nobody'] as const)
      expect(await changed(person, 'A2')).toBe(0);
  });
});

describe('ways round', () => {
  it.each(people)('%s reaches no partition, no working table and not the queue', async (person) => {
    const names = [`runs.line_${octoberRun}`, `runs.unpaid_${octoberRun}`, 'graphile_worker.jobs'];
    for (const name of names) {
      expect(await refusal(as(person, (transaction) => rawSql(transaction).unsafe(`select * from ${name}`)))).toBe(
        deniedPrivilege,
      );
    }
    const create = as(person, (transaction) => rawSql(transaction).unsafe('create table runs.mine (id integer)'));
    expect(await refusal(create)).toBe(deniedPrivilege);
  });

  it('claims do not outlive their transaction on its connection, whether it ends well or badly', async () => {
    const one = openDatabases(databases.ownerUrl, databases.ownerUrl, 1);
    try {
      const state = (transaction: Transaction) =>
        rawSql(
          transaction,
        )`select current_user::text as "user", claim_role() as role, claim_user() as id, claim_agent() as agent, claim_region() as region, pg_backend_pid() as pid`;
      const agents = async (transaction: Transaction) => (await transaction.query.agent.findMany()).length;
      const [admin] = await as('admin', state, one);
      expect(admin).toMatchObject({ user: 'tributary_request', role: 'ADMIN' });
      expect(await as('nobody', agents, one)).toBe(0);
      expect(await as('agentA2', agents, one)).toBe(1);
      await expect(as('admin', () => Promise.reject(new Error('undo')), one)).rejects.toThrow('undo');
      expect(await as('nobody', agents, one)).toBe(0);
      // Outside a request the connection is the owner's again.
      const [after] = await one.request.transaction(state);
      expect(after).toMatchObject({ role: '', id: null, agent: null, region: null, pid: admin?.pid });
      expect(after?.user).not.toBe('tributary_request');
    } finally {
      await one.close();
    }
  });

  it('a search path of one’s own changes nothing that a definer’s function reads', async () => {
    const count = await as('agentA2', async (transaction) => {
      await rawSql(transaction).unsafe(
        `create temporary table agent_parent (agent_id integer, parent_id integer, valid_from date, valid_to date)`,
      );
      await rawSql(transaction).unsafe(
        `insert into agent_parent select agent_id, ${actors.agentA2.user?.agentId ?? 0}, '2000-01-01', null from generate_series(1, 100) as agent_id`,
      );
      await rawSql(transaction).unsafe('set local search_path = pg_temp, public');
      return (await rawSql(transaction)`select visible_agents()`).length;
    });
    expect(count).toBe(1);
  });

  it('who is not signed in learns nothing from functions', async () => {
    const poolId = (await databases.owner.query.pool.findMany())[0]?.id ?? 0;
    const facts = await as(
      'nobody',
      (transaction) => rawSql(transaction)`select * from pool_facts(${octoberRun}, ${poolId})`,
    );
    expect(facts).toHaveLength(0);
    expect(await as('nobody', (transaction) => rawSql(transaction)`select visible_runs()`)).toHaveLength(0);
    expect(await as('nobody', (transaction) => rawSql(transaction)`select placeable_agents()`)).toHaveLength(0);
  });

  it.each(['nobody', 'agentA1', 'managerNorth', 'auditor'] as const)(
    '%s cannot have a period closed',
    async (person) => {
      const request = as(
        person,
        (transaction) => rawSql(transaction)`select request_close('2026-11', 'x', now(), true)`,
      );
      expect(await refusal(request)).toBe(deniedPrivilege);
    },
  );
});

describe('an agent’s own line', () => {
  it.each(['A1', 'A2'])('explains itself to %s also where another agent made the sale', async (code) => {
    // O7 is A3's bill, half of which counts for A1; O4 is A1's activation, 0.3 of it A2's.
    const [line] = await databases.owner.$client<{ id: string }[]>`
      select '2026-10.P.' || component.code || '.E' || line.cause_id || '.' || agent.code || '.' || line.role as id
      from commission_line line join component on component.id = line.component_id join agent on agent.id = line.agent_id
      where agent.code = ${code} and line.role in ('HELPER', 'REFERRER') and line.run_id = ${octoberRun}`;
    const id = line?.id ?? '';
    const owner = await databases.owner.transaction((transaction) => explainLine(transaction, id));
    const own = await as(`agent${code}` as Person, (transaction) => explainLine(transaction, id));
    expect(own.formula).toBe(owner.formula);
    expect(own).toEqual(owner);
  });
});
